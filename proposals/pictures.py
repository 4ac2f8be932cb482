"""What the pages draw: the timetable of a call.

A picture is worked out here, as plain shapes, and written as SVG by a template.
It has a text equivalent: the list of its points.
"""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from proposals.models import Consultation


@dataclass
class Point:
    """A day that a call has promised, or kept: in so many days, or so many days ago."""

    label: str
    day: date
    moment: datetime | None  # where the hour matters
    days: int
    is_past: bool
    waits: bool = False  # for the end of a pause
    x: float = 0.0

    @property
    def days_ago(self) -> int:
        return -self.days


@dataclass(frozen=True)
class Timeline:
    """The points of a call by their dates; the drawing is 320 wide and 60 high."""

    points: list[Point]
    opening: str  # from where to where it takes ideas
    length: str
    today: str

    WIDTH, EDGE, GAP = 320, 16, 30


def timeline(call: Consultation) -> Timeline | None:
    """The timetable of a call; None of the standing one, and where its days are not known."""
    if call.closes_at is None or call.held:
        return None
    # Of a call that was held elsewhere it is not known when it was announced.
    announced = None if call.source_url else call.published_at
    dated: list[tuple[str, Any]] = [
        (_("Announced"), announced),
        (_("Opens"), call.opens_at),
        (_("Closes"), call.closes_at),
        (_("Answers are due"), call.answers_due),
        (_("Concluded"), call.concluded_at),
    ]
    opening = timezone.localdate(call.opens_at)
    points = sorted((point(label, when) for label, when in dated if when), key=lambda p: p.day)
    for each in points:
        each.waits = call.paused_at is not None and not each.is_past and each.day > opening
    place(points)
    opens, closes = (
        next(each.x for each in points if each.moment == moment)
        for moment in (call.opens_at, call.closes_at)
    )
    return Timeline(points, str(opens), str(round(closes - opens, 1)), str(where_today_is(points)))


def point(label: str, when: date | datetime) -> Point:
    moment = when if isinstance(when, datetime) else None
    day = timezone.localdate(moment) if moment else when
    days = (day - timezone.localdate()).days
    return Point(label, day, moment, days, moment <= timezone.now() if moment else days < 0)


def place(points: list[Point]) -> None:
    """Each where its date falls, and none on top of the one before."""
    first, last = points[0].day, points[-1].day
    room = Timeline.WIDTH - 2 * Timeline.EDGE
    spare = room - Timeline.GAP * (len(points) - 1)
    for n, each in enumerate(points):
        share = (each.day - first) / ((last - first) or (each.day.resolution))
        each.x = round(Timeline.EDGE + Timeline.GAP * n + spare * share, 1)


def where_today_is(points: list[Point]) -> float:
    """Between the points around it, as far from each as its date is."""
    today = timezone.localdate()
    if today <= points[0].day:
        return points[0].x
    for before, after in pairwise(points):
        if before.day <= today < after.day:
            share = (today - before.day) / (after.day - before.day)
            return round(before.x + (after.x - before.x) * share, 1)
    return points[-1].x
