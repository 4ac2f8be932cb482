"""What the pages draw: strips, timelines and the card of a commitment.

A picture is worked out here, as plain shapes, and written as SVG by a template.
Each has a text equivalent: the rows of a table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from resvg_py import svg_to_bytes

from commitments.catalogue import Catalogue
from commitments.models import Assessor, Milestone
from commitments.models.scale import Point
from opengov_portal.lib.xml import writable

FONT = Path(__file__).parent / "data" / "newsreader-600.ttf"

# Left to right: what is furthest along comes first, what is not known last.
ORDER = ["done", "level-3", "moving", "level-2", "slow", "level-1", "still", "level-0", "no"]


@dataclass
class Segment:
    """A run of commitments for which one assessor found the same, by their places."""

    mark: str
    label: str
    places: list[int] = field(default_factory=list)
    x: float = 0
    width: float = 0

    @property
    def count(self) -> int:
        return len(self.places)


@dataclass
class Strip:
    """One assessor's findings on a plan's commitments, as a bar of 0 to 100 wide."""

    assessor: Assessor
    segments: list[Segment]

    @property
    def is_blank(self) -> bool:
        """Whether this assessor has found nothing about any of them."""
        return all(segment.label == unknown(self.assessor) for segment in self.segments)


def unknown(assessor: Assessor) -> str:
    if assessor == Assessor.NETWORK:
        return _("Not assessed by the network yet")
    return _("Not found in the sources")


def strips(catalogue: Catalogue, places: Sequence[int]) -> list[Strip]:
    """A strip for each assessor of the commitments there, side by side and never merged."""
    return [
        strip(assessor, [(place, catalogue.standing(place, assessor)) for place in places])
        for assessor in Assessor
    ]


def strip(assessor: Assessor, found: Sequence[tuple[int, Point | None]]) -> Strip:
    runs: dict[str, Segment] = {}
    for place, point in found:
        label = str(point.label) if point else unknown(assessor)
        mark = point.mark if point else "unknown"
        runs.setdefault(label, Segment(mark, label)).places.append(place)
    segments = sorted(
        runs.values(), key=lambda run: ORDER.index(run.mark) if run.mark in ORDER else len(ORDER)
    )
    x = 0.0
    for segment in segments:
        segment.x = round(x, 2)
        segment.width = round(100 * segment.count / len(found), 2)
        x += 100 * segment.count / len(found)
    return Strip(assessor, segments)


class Bar(NamedTuple):
    """A milestone on the timeline: from `x`, `width` wide, due at its end, as SVG writes them."""

    code: str
    y: str
    x: str
    width: str
    is_span: bool


@dataclass(frozen=True)
class Timeline:
    """Milestones by their due dates; the drawing is 480 wide and `height` high."""

    bars: list[Bar]
    years: tuple[tuple[str, str], ...]

    WIDTH = 480
    LEFT = 48
    ROW = 26

    @property
    def height(self) -> int:
        return len(self.bars) * self.ROW + 34


def timeline(milestones: Iterable[Milestone]) -> Timeline | None:
    """The timeline of those that have a due date; None where none has."""
    dated = [step for step in milestones if step.due]
    if not dated:
        return None
    days = [(began(step), step.due.last_day) for step in dated]
    first: int = min(start for start, _due in days).year
    last: int = max(due for _start, due in days).year + 1
    room = Timeline.WIDTH - Timeline.LEFT - 12

    def place(day: date) -> float:
        years = day.year - first + (day.timetuple().tm_yday - 1) / 366
        return round(Timeline.LEFT + room * years / (last - first), 1)

    bars = []
    for row, (step, (start, due)) in enumerate(zip(dated, days, strict=True)):
        x = place(start)
        width = max(round(place(due) - x, 1), 0.0)
        y = row * Timeline.ROW + 28
        bars.append(Bar(step.code, str(y), str(x), str(width), width > 0))
    years = [(str(year), str(place(date(year, 1, 1)))) for year in range(first, last + 1)]
    return Timeline(bars, tuple(years))


def began(step: Milestone) -> date:
    """Where on the timeline a milestone that is due begins; where it is due if it has no span."""
    first, due = step.due_from, step.due
    day: date = first.first_day if first and first != due else due.last_day
    return day


def card(title: str, eyebrow: str, lines: Sequence[str]) -> bytes:
    """A PNG of 1200 by 630 pixels, the size other sites show beside a link.

    A long title gets smaller letters, then an ellipsis.
    """
    size, broken = 64, wrap(title, 34)
    if len(broken) > 4:
        size, broken = 52, wrap(title, 42)
    if len(broken) > 5:
        broken = [*broken[:4], broken[4] + "…"]
    svg = render_to_string(
        "commitments/card.svg",
        {
            "eyebrow": eyebrow,
            "size": size,
            "rows": [(row, 174 + size * (1 + 1.1 * n)) for n, row in enumerate(broken)],
            "lines": [(line, 590 - 42 * n) for n, line in enumerate(reversed(lines))],
        },
    )
    return svg_to_bytes(svg_string=writable(svg), font_files=[str(FONT)], skip_system_fonts=True)
