"""What a record's changes say to a reader: each field by its name, its words before and after."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from network.models.deed import Deed, related
from network.models.user import User
from opengov_portal.lib.dates import PartialDate, PartialDateField
from opengov_portal.lib.differences import Change, Piece, pieces

Model = type[models.Model] | None


class Told(NamedTuple):
    """One change. `pieces` is None where the record holds only that there was one."""

    label: str
    pieces: list[Piece] | None


class Teller:
    """Tells changes in the reader's language. A room that knows more of its things says more."""

    def told(self, model: Model, changes: Iterable[Change]) -> list[Told]:
        """Changes of a thing of that kind."""
        return [self.one(model, change) for change in changes]

    def one(self, model: Model, change: Change) -> Told:
        relation, _dot, column = change["field"].partition(".")
        of = str(change.get("of", ""))
        owner, name, label = model, relation, name_of(model, relation)
        if "of" in change:
            owner, name = related(model, relation) if model else None, column
            kind = capfirst(str(owner._meta.verbose_name)) if owner else label
            label = f"{kind} {self.row(relation, of)}"
            if column:
                label = f"{label}{_(':')} {name_of(owner, column, capital=False)}"
        if "before" not in change:
            return Told(label, None)
        before, after = (self.words(owner, name, change[one], of) for one in ("before", "after"))
        return Told(label, pieces(before, after))

    def row(self, relation: str, of: str) -> str:
        """Which of the rows that hang on the thing."""
        return of

    def words(self, model: Model, name: str, value: Any, of: str = "") -> str:
        """A plain value as a reader reads it; of a whole row, its fields one after the other."""
        if value in (None, "", []):
            return ""
        if isinstance(value, dict):
            said = (
                (name_of(model, one), self.words(model, one, held, of))
                for one, held in value.items()
            )
            return "; ".join(f"{label}{_(':')} {words}" for label, words in said if words)
        if isinstance(value, list):
            return "; ".join(str(one) for one in value)
        return words_of(field_of(model, name), value)


def field_of(model: Model, name: str) -> Any:
    known = {one.name: one for one in model._meta.get_fields()} if model else {}
    return known.get(name)


def name_of(model: Model, name: str, *, capital: bool = True) -> str:
    """What a field is called; of a kind of rows, their name."""
    field = field_of(model, name)
    if hasattr(field, "verbose_name"):
        said = str(field.verbose_name)
    elif field is not None and field.related_model:
        said = str(field.related_model._meta.verbose_name_plural)
    else:
        said = name
    return str(capfirst(said)) if capital else said


def words_of(field: Any, value: Any) -> str:
    """What one column holds."""
    if isinstance(value, bool) or isinstance(field, models.BooleanField):
        return _("yes") if value in (True, "True") else _("no")
    if isinstance(field, PartialDateField):
        return str(PartialDate(value))
    if isinstance(field, models.DateTimeField):
        return date_format(field.to_python(value), "DATETIME_FORMAT")
    if isinstance(field, models.DateField):
        return date_format(field.to_python(value), "DATE_FORMAT")
    choices = dict(getattr(field, "flatchoices", ()))
    return str(choices.get(value, value))


def who(deed: Deed) -> str:
    """Who did it: a name, or the number of an account; never an address."""
    if deed.by_id is None:
        return _("A command or a file")
    return (deed.by.name if deed.by else "") or numbered(deed.by_id)


def signer(user: User) -> str:
    """Who signed something, in the same way."""
    return user.name or numbered(user.pk)


def numbered(account: int) -> str:
    return _("Account %(number)d") % {"number": account}
