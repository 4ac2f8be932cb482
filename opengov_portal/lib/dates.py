"""Dates as precise as the source gave them, and no more precise than that.

ISO 8601 calls this reduced precision: `2018`, `2018-06`, `2018-06-30`. Sources
also give the government's fiscal year (1 April to 31 March), kept as `2016/17`.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache, total_ordering
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format, time_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from opengov_portal.lib.languages import active

FISCAL_YEAR = re.compile(r"([0-9]{4})[-/]([0-9]{2})")
# Another year is a slip of the pen, such as 0217, and what is drawn would stretch to it.
YEARS = range(1900, 2200)


def written(day: date) -> str:
    """A day as the reader's language writes it: “1er juillet 2016”, “July 1, 2016”."""
    return _written(day.date() if isinstance(day, datetime) else day, active())


@lru_cache(maxsize=5000)
def _written(day: date, language: str) -> str:
    """As `written`, in that language, which is the active one: many pages say the same days."""
    text = date_format(day, "DATE_FORMAT")
    # Django's formats cannot say that the first of the month, and it alone, is ordinal.
    return re.sub(r"^1 ", "1er ", text) if language == "fr" else text


def written_hour(moment: time | datetime) -> str:
    """An hour as the reader's language writes it: “5:30 pm”, “17 h 30”."""
    if active() != "fr":
        return time_format(moment, "P").replace(".", "")  # as a sentence may end with it
    minutes = f"\N{NO-BREAK SPACE}{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour}\N{NO-BREAK SPACE}h{minutes}"


@total_ordering
@dataclass(frozen=True)
class PartialDate:
    """A day, a month, a calendar year or a fiscal year.

    `value` is its canonical form, which sorts by time as text does.
    """

    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2018`, `2018-06`, `2018-06-30`, `2016-17` or `2016/17`.

        `2011-12` is December 2011; write that fiscal year `2011/12`.
        Raises ValueError when the text is none of them, or of no year in YEARS.
        """
        text = text.strip()
        try:
            if not re.match(r"[0-9]{4}", text) or int(text[:4]) not in YEARS:
                raise ValueError
            if re.fullmatch(r"[0-9]{4}", text):
                return cls(text)
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                return cls(date.fromisoformat(text).isoformat())
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) and 1 <= int(text[5:]) <= 12:
                return cls(text)
            fiscal = FISCAL_YEAR.fullmatch(text)
            if fiscal and (int(fiscal[1]) + 1) % 100 == int(fiscal[2]):
                return cls(f"{fiscal[1]}/{fiscal[2]}")
        except ValueError:
            raise ValueError(f"“{text}” is not a date") from None
        raise ValueError(f"“{text}” is not a date")

    @property
    def precision(self) -> str:
        """One of `day`, `month`, `year`, `fiscal_year`."""
        if "/" in self.value:
            return "fiscal_year"
        return {4: "year", 7: "month", 10: "day"}[len(self.value)]

    @property
    def first_day(self) -> date:
        """The first day it covers; a fiscal year begins on 1 April."""
        return first_day_of(self.value)

    @property
    def last_day(self) -> date:
        """The last day it covers."""
        first = self.first_day
        if self.precision == "day":
            return first
        if self.precision == "month":
            return first.replace(day=monthrange(first.year, first.month)[1])
        if self.precision == "year":
            return first.replace(month=12, day=31)
        return date(first.year + 1, 3, 31)

    def is_before(self, other: "PartialDate") -> bool:
        """Whether it is over when the other begins; of two that overlap neither is."""
        return self.last_day < other.first_day

    def __str__(self) -> str:
        """As a reader of the active language writes it."""
        return in_words(self.value, active())

    def __lt__(self, other: "PartialDate") -> bool:
        return self.value < other.value


@lru_cache(maxsize=4096)
def first_day_of(value: str) -> date:
    if "/" in value:
        return date(int(value[:4]), 4, 1)
    parts = [int(part) for part in value.split("-")]
    return date(*([*parts, 1, 1])[:3])


@lru_cache(maxsize=4096)
def in_words(value: str, language: str) -> str:
    """A PartialDate as that language, which is the active one, writes it."""
    when = PartialDate(value)
    if when.precision == "day":
        return written(when.first_day)
    if when.precision == "month":
        return date_format(when.first_day, "YEAR_MONTH_FORMAT")
    if when.precision == "fiscal_year":
        start = value[:4]
        return pgettext("fiscal year", "fiscal year %(start)s–%(end)s") % {
            "start": start,
            "end": int(start) + 1,
        }
    return value


class PartialDateField(models.CharField):  # type: ignore[type-arg]
    """Keeps a PartialDate in one column of text; empty means not known."""

    description = _("A day, a month, a year or a fiscal year")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", None)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *args: Any) -> PartialDate | None:
        return PartialDate(value) if value else None

    def to_python(self, value: Any) -> PartialDate | None:
        if value in (None, ""):
            return None
        if isinstance(value, PartialDate):
            return value
        try:
            return PartialDate.parse(str(value))
        except ValueError as error:
            raise ValidationError(
                _("Write 2018, 2018-06, 2018-06-30 or, for a fiscal year, 2016/17."),
                code="invalid",
            ) from error

    def get_prep_value(self, value: Any) -> str:
        """The text to store. Raises ValidationError for what is no date."""
        parsed = self.to_python(value)
        return parsed.value if parsed else ""

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def clean(self, value: Any, model_instance: models.Model | None) -> PartialDate | None:
        parsed = self.to_python(value)
        if parsed is None and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")
        return parsed

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        kwargs.setdefault("form_class", PartialDateFormField)
        return super().formfield(**kwargs)


class PartialDateFormField(forms.CharField):
    """Shows the stored form of the date for editing, not the reader's, and how to write one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        hint = _("As precise as it is known: 2018, 2018-06, 2018-06-30 or, fiscal year, 2016/17.")
        # What is too long is no date either, and is told so in the field's own words.
        kwargs["max_length"] = None
        told = kwargs.get("help_text")
        kwargs["help_text"] = format_lazy("{} {}", told, hint) if told else hint
        super().__init__(*args, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.value if isinstance(value, PartialDate) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
