"""Dates as people and spreadsheets write them, as precise as they are written and no more.

A library that reads any date completes what is missing from today's date, and takes “10:30”
for a day. Here what is not understood is refused, and so is what can be read in two ways.
"""

import re
from datetime import date, timedelta

from babel import Locale

from opengov_portal.lib.dates import PartialDate
from opengov_portal.lib.languages import folded

# “10:30”, “3:22:10 PM”, “T12:33:00.5Z”, “- 10:30”, “à 10 h 30” at the end of a date.
HOUR = re.compile(
    r"(?:\s*(?:[-,@]|at|a|t)\s*|\s+)\d{1,2}\s*(?::\s*\d{2}|h(?:\s*\d{2})?)(?:\s*:\s*\d{2}(?:\.\d+)?)?"
    r"\s*(?:[ap]\.?\s?m\.?)?\s*(?:z|utc|gmt|e[sd]t|[+-]\d{2}:?\d{2})?$"
)
FILLERS = {"st", "nd", "rd", "th", "er", "le", "on", "of", "de", "the"}
SPREADSHEETS_BEGIN = date(1899, 12, 30)  # the day that a spreadsheet counts as 0
OLDEST = 1900


class TwoWays(ValueError):
    """A date such as 03/04/2016, which is two days, depending on who wrote it."""


def _names(kind: str) -> dict[str, int]:
    """Names of months or days in both languages, whole and short, with their numbers."""
    found: dict[str, int] = {}
    for language in ("en", "fr"):
        for width in ("wide", "abbreviated"):
            names = getattr(Locale(language), kind)["format"][width]
            found |= {folded(name).strip("."): number for number, name in names.items()}
    return found


MONTHS = _names("months") | {"sept": 9}
DAYS = _names("days")


def read_day(text: str, *, day_first: bool | None = None) -> PartialDate:
    """A day, month, year or fiscal year.

    Raises TwoWays where the day and the month cannot be told apart and `day_first` does
    not say, and ValueError for what is no date, or none of the time of ideas.
    """
    found = _read(text.strip(), day_first)
    if found.first_day > date.today() + timedelta(days=1):  # elsewhere it may be tomorrow
        raise ValueError("is still to come")
    if found.first_day.year < OLDEST:
        raise ValueError(f"is before {OLDEST}")
    return found


def _read(text: str, day_first: bool | None) -> PartialDate:
    try:
        return PartialDate.parse(text)
    except ValueError:
        pass
    if re.fullmatch(r"[3-6]\d{4}(\.\d+)?", text, re.ASCII):
        day = SPREADSHEETS_BEGIN + timedelta(days=int(text[:5]))
        return PartialDate(day.isoformat())
    if re.fullmatch(r"\d{8}", text, re.ASCII):
        return _of(text[:4], text[4:6], text[6:])
    return _parts(HOUR.sub("", folded(text)), day_first)


def _parts(text: str, day_first: bool | None) -> PartialDate:
    if re.sub(r"[a-z0-9\s/.,-]", "", text):
        raise ValueError("is not a date")
    parts = [part for part in re.findall("[0-9]+|[a-z]+", text) if part not in FILLERS | {*DAYS}]
    named = [part for part in parts if part in MONTHS]
    numbers = [part for part in parts if part.isdecimal()]
    if len(named) + len(numbers) != len(parts) or len(named) > 1:
        raise ValueError("is not a date")
    if named:
        return _of_named(MONTHS[named[0]], numbers)
    if len(numbers) == 2:
        year, month = sorted(numbers, key=len, reverse=True)
        return _of(year, month)
    if len(numbers) != 3:
        raise ValueError("is not a date")
    if len(numbers[0]) == 4:
        return _of(*numbers)
    return _of_numbers(*numbers, day_first=day_first)


def _of_named(month: int, numbers: list[str]) -> PartialDate:
    """Of “15 July 2016”, “July 15, 2016”, “July 2016”: the year is what comes last or is long."""
    if not 1 <= len(numbers) <= 2:
        raise ValueError("is not a date")
    if len(numbers) == 2 and len(numbers[0]) == 4:
        numbers.reverse()
    *day, year = numbers
    if not day and len(year) != 4:
        raise ValueError("has no year")
    return _of(year, month, *day)


def _of_numbers(first: str, second: str, year: str, *, day_first: bool | None) -> PartialDate:
    one, other = int(first), int(second)
    if one > 12:
        day_first = True
    elif other > 12:
        day_first = False
    elif day_first is None and one != other:
        raise TwoWays("can be read in two ways")
    return _of(year, other, one) if day_first else _of(year, one, other)


def _of(year: str, month: str | int, day: str | int | None = None) -> PartialDate:
    """Raises ValueError where there is no such day."""
    if len(year) not in (2, 4):
        raise ValueError("is not a date")
    whole = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day or 1))
    text = whole.isoformat()
    return PartialDate(text if day is not None else text[:7])
