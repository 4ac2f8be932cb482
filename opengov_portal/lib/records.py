"""Records of the data files: which columns of a model are published, and what each means.

Drawn from the models, so that the pages, the files and the feeds call a thing the
same and say the same of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opengov_portal.lib.dates import PartialDate, PartialDateField

Text = str | Promise


@dataclass(frozen=True)
class Entry:
    """One field: its name in the files, what it means, of what type, and its codes."""

    name: str
    meaning: Text
    help: Text
    type: Text
    codes: list[tuple[str, Text]] = field(default_factory=list)


@dataclass(frozen=True)
class Record:
    """One kind of record in the data files.

    `name` is what the CSV's `record` column calls it, empty where the CSV has no
    such rows; `place` is where the JSON has it. `private` says, of each column
    that is not published, why. `drawn` are what the files say besides the columns
    themselves, and `told_as` names the one of them that a column is told by. `said`
    stands in for the help text of a column that tells editors how to fill it in.
    """

    name: str
    title: Text
    place: str
    model: type[models.Model]
    fields: tuple[str, ...]
    private: dict[str, str] = field(default_factory=lambda: {"id": "a row number of ours"})
    order: tuple[str, ...] = ("order", "pk")
    drawn: tuple[Entry, ...] = ()
    told_as: dict[str, str] = field(default_factory=dict)
    said: dict[str, Text] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """What the files call its fields, in their order."""
        return [*self.fields, *(one.name for one in self.drawn)]

    def read(
        self, rows: models.QuerySet[Any], *also: str
    ) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
        """What the files say of each row, in the dictionary's order, and what else was asked.

        One query, and no model instances, since there may be very many rows. What a
        row names many of comes as an empty list, for the caller to fill.
        """
        one = {name: _key(self.model, name) for name in self.fields if not _many(self.model, name)}
        for values in rows.order_by(*self.order).values_list(*also, *one.values()):
            known = dict(zip(one, map(plain, values[len(also) :]), strict=True))
            yield values[: len(also)], {name: known.get(name, []) for name in self.fields}

    def entries(self) -> Iterator[Entry]:
        for name in self.fields:
            known = entry(self.model, name)
            yield replace(known, help=self.said.get(name, known.help))
        yield from self.drawn


def nested(owner: str) -> dict[str, str]:
    return {"id": "a row number of ours", owner: "told by where the record stands"}


def plain(value: Any) -> Any:
    """A value as the files write it; what is not known is None, never an empty text."""
    if value == "":
        return None
    if isinstance(value, PartialDate):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _many(model: type[models.Model], name: str) -> bool:
    return bool(model._meta.get_field(name).many_to_many)


def _key(model: type[models.Model], name: str) -> str:
    """How to ask for a field: what names another thing is asked for its slug or its code."""
    column = model._meta.get_field(name)
    if not column.is_relation:
        return name
    theirs = {one.name for one in column.related_model._meta.get_fields()}  # type: ignore[union-attr]
    return f"{name}__{'slug' if 'slug' in theirs else 'code'}"


def entry(model: type[models.Model], name: str) -> Entry:
    column: Any = model._meta.get_field(name)
    return Entry(name, column.verbose_name, column.help_text, _type(column), _codes(column))


def _type(column: Any) -> Text:
    if column.is_relation:
        return _("identifiers") if column.many_to_many else _("identifier")
    kinds: tuple[tuple[type[models.Field[Any, Any]], Text], ...] = (
        (PartialDateField, _("date, as precise as the source")),
        (models.DateTimeField, _("date and time")),
        (models.DateField, _("date")),
        (models.BooleanField, _("true or false")),
        (models.IntegerField, _("whole number")),
        (models.JSONField, _("list of texts")),
        (models.URLField, _("web address")),
    )
    if column.choices:
        return _("code")
    return next((words for kind, words in kinds if isinstance(column, kind)), _("text"))


def _codes(column: Any) -> list[tuple[str, Text]]:
    """The codes a field may hold; those of a finding depend on its scale (`scales`)."""
    return [(str(code), label) for code, label in column.flatchoices if code]
