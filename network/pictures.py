"""What the network's pages draw: bars, columns and the square code of an invitation.

A picture is worked out here, as plain shapes, and written as SVG by a template. The
table around it, or below it, says the same in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import segno
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Row:
    """One line of a table: at least how many people (0 for fewer than five), as a bar.

    `share` is theirs of all who are shown, `country` the country's own share, in per
    cent; None where it is not known. `width` and `tick` are where the bar ends and
    where the country's share is marked, of 100.
    """

    label: str
    count: int
    share: float | None = None
    country: float | None = None
    width: float = 0
    tick: float | None = None


def bars(cells: Iterable[tuple[str, int, float | None]]) -> list[Row]:
    """A row for each label, its figure and the country's share, drawn on one scale."""
    cells = list(cells)
    total = sum(count for _label, count, _country in cells)
    shares = [100 * count / total for _label, count, _country in cells] if total else []
    longest = max([*shares, *(country for *_rest, country in cells if country), 1])
    return [
        Row(
            label,
            count,
            share=100 * count / total if count else None,
            country=country,
            width=round(100 * count / total / longest * 100, 1) if count else 0,
            tick=None if country is None else round(country / longest * 100, 1),
        )
        for label, count, country in cells
    ]


@dataclass(frozen=True)
class Column:
    """One month of a drawing that is `Columns.WIDTH` wide; Januaries say their year."""

    label: str
    count: int
    x: float
    y: float
    width: float
    height: float
    year: str


@dataclass(frozen=True)
class Columns:
    """Months from left to right, each a column."""

    columns: list[Column]
    highest: int

    WIDTH = 480
    HEIGHT = 150
    FOOT = 122  # where the columns stand


def columns(months: Iterable[tuple[str, str, int]]) -> Columns:
    """A drawing of months, each given as its name (`2026-03`), its label and its figure."""
    months = list(months)
    highest = max([count for *_rest, count in months], default=0)
    step = Columns.WIDTH / max(len(months), 1)
    drawn = []
    for place, (name, label, count) in enumerate(months):
        height = round((Columns.FOOT - 22) * count / highest, 1) if highest else 0
        year, month = name.split("-")
        drawn.append(
            Column(
                label,
                count,
                x=round(place * step, 1),
                y=round(Columns.FOOT - height, 1),
                width=round(step * 0.7, 1),
                height=height,
                year=year if month == "01" else "",
            )
        )
    return Columns(drawn, highest)


def square_code(address: str, title: str) -> SafeString:
    """The QR code that opens an address, as SVG without a style of its own.

    Error correction M: a code on paper still reads with a corner folded.
    """
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(
        omitsize=True, border=4, svgclass="square-code", lineclass=None, title=title
    )
    return mark_safe(drawn)  # noqa: S308 - segno escapes the title; the rest is its own drawing
