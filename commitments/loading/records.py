"""Checking one record of a file against the columns it is to fill."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from commitments.loading.problems import Place, shown
from opengov_portal.lib.dates import PartialDate, PartialDateField

LONGEST = 10_000  # characters in a text that has no limit of its own
LARGEST = 9_999
Values = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """A kind of record: which key fills which column of its model.

    `nested` are keys that hold records of their own, or facts checked elsewhere;
    of a `pairs` stem, `<stem>_en` and `<stem>_fr` are given together or not at all.
    """

    model: type[models.Model]
    columns: dict[str, str]
    required: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    pairs: tuple[str, ...] = field(default=())

    def read(self, raw: Any, place: Place) -> Values:
        """The values of the columns. Raises BadFile at the first that cannot be stored.

        What is absent or null comes out as the column's way of saying “not known”.
        """
        known_keys(raw, (*self.columns, *self.nested), place)
        values = {
            column: read_value(self.model._meta.get_field(column), raw.get(key), place, key)
            for key, column in self.columns.items()
        }
        for key in self.required:
            if values[self.columns[key]] in ("", None):
                place.refuse(key, "is missing.")
        for stem in self.pairs:
            self._in_both_languages(values, stem, place)
        return values

    def _in_both_languages(self, values: Values, stem: str, place: Place) -> None:
        for mine, theirs in (("en", "fr"), ("fr", "en")):
            if values[f"{stem}_{mine}"] and not values[f"{stem}_{theirs}"]:
                language = {"en": "English", "fr": "French"}[theirs]
                place.refuse(f"{stem}_{theirs}", f"is missing: the {language} of {stem}_{mine}.")


def known_keys(raw: Any, keys: Iterable[str], place: Place) -> None:
    """Raises BadFile unless `raw` is an object with no keys but these."""
    if not isinstance(raw, dict):
        place.refuse("", f"must be an object, not {shown(raw)}.")
    allowed = list(keys)
    for key in raw:
        if key not in allowed:
            near = get_close_matches(key, allowed, 1)
            hint = f" Did you mean “{near[0]}”?" if near else ""
            place.refuse("", f"has the unknown key {shown(key)}.{hint}")


def records(raw: Any, key: str, place: Place) -> Iterator[Any]:
    """The members of a list; null and absent are none. Raises BadFile for anything else."""
    if raw is None:
        return
    if not isinstance(raw, list):
        place.refuse(key, f"must be a list, not {shown(raw)}.")
    yield from raw


def read_text(raw: Any, place: Place, key: str, longest: int = LONGEST) -> str:
    """A text without spaces around it. Raises BadFile for what cannot be stored as one."""
    if not isinstance(raw, str):
        place.refuse(key, f"must be text, not {shown(raw)}.")
    text = raw.strip()
    if len(text) > longest:
        place.refuse(key, f"is too long: {len(text)} characters, where {longest} fit.")
    for character in text:
        if (character < " " and character not in "\t\n\r") or "\ud800" <= character <= "\udfff":
            place.refuse(key, f"holds a character that text may not: U+{ord(character):04X}.")
    return text


def read_number(raw: Any, place: Place, key: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= LARGEST:
        place.refuse(key, f"must be a whole number from 0 to {LARGEST}, not {shown(raw)}.")
    return raw


def read_date(raw: Any, place: Place, key: str) -> PartialDate | None:
    text = read_text(raw, place, key)
    if not text:
        return None
    try:
        return PartialDate.parse(text)
    except ValueError:
        place.refuse(
            key,
            f"{shown(raw)} is not a date: write 2018, 2018-06, 2018-06-30 or, for a fiscal "
            "year, 2016/17.",
        )


def read_value(column: Any, raw: Any, place: Place, key: str) -> Any:
    """What a column is to hold. Raises BadFile when it cannot hold what the file says."""
    if raw is None:
        return _unknown(column)
    if isinstance(column, PartialDateField):
        return read_date(raw, place, key)
    if isinstance(column, models.BooleanField):
        if not isinstance(raw, bool):
            place.refuse(key, f"must be true or false, not {shown(raw)}.")
        return raw
    if isinstance(column, models.IntegerField):
        return read_number(raw, place, key)
    if isinstance(column, models.JSONField):
        return [read_text(one, place, key, longest=500) for one in records(raw, key, place)]
    text = read_text(raw, place, key, longest=column.max_length or LONGEST)
    return _valid(column, text, place, key) if text else _unknown(column)


def _unknown(column: Any) -> Any:
    if isinstance(column, models.JSONField):
        return []
    if isinstance(column, PartialDateField) or column.null:
        return None
    if isinstance(column, models.BooleanField):
        return False
    return ""


def _valid(column: Any, text: str, place: Place, key: str) -> str:
    if column.choices:
        codes = [str(code) for code, _ in column.flatchoices]
        if text not in codes:
            place.refuse(key, f"has the unknown code {shown(text)}; known are {', '.join(codes)}.")
    if isinstance(column, models.URLField) and not text.startswith(("https://", "http://")):
        place.refuse(key, f"{shown(text)} is not an address that begins with https://.")
    try:
        column.run_validators(text)
    except ValidationError as error:
        place.refuse(key, f"{shown(text)}: {' '.join(error.messages)}")
    return text
