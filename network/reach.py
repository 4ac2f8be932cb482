"""Counting the members so that nobody can be worked out from the figures.

docs/decisions/0014 says why each rule is as it is, and the tests try to break them.
Every figure is rounded down to a multiple of five, so that fewer than five is 0.
Who did not say, and who joined in the month under way, is in the total and in no
cell: so no table adds up. And all is counted anew only after FRESH comings and
goings, so that two pages never differ by one person.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from network.models import Community, Consent, Edition, Member, Province, Purpose, Reach, Sector

STEP = 5  # figures are multiples of it; less than it is “fewer than”
FRESH = 10  # comings and goings before they are counted again
LEAST = 20  # members before anything is counted
MONTHS = 24  # complete months that are shown

DATA = Path(__file__).parent / "data" / "canada.json"


def rounded(count: int) -> int:
    """What is shown of a number of people: at least so many."""
    return count - count % STEP


def count_again(now: datetime | None = None) -> bool:
    """Count the members and keep the rounded figures, if enough came or went since.

    Returns whether it did.
    """
    now = now or timezone.now()
    with transaction.atomic():
        Edition.take_turn()
        before = Reach.latest()
        if not is_due(before):
            return False
        figures = counted(now)
        Reach.objects.update_or_create(
            pk=Reach.ONLY, defaults={"figures": figures, "counted_at": now}
        )
        Edition.advance()
    return True


def is_due(before: Reach | None) -> bool:
    if before is None:
        return Member.objects.count() >= LEAST
    moves = Consent.objects.filter(purpose=Purpose.MEMBERSHIP, at__gt=before.counted_at)
    return moves.count() >= FRESH


def counted(now: datetime) -> dict[str, Any]:
    """The rounded figures: a query a table, whatever the number of members.

    Nothing at all while there are fewer than LEAST.
    """
    by_sector = tally("founding", "sector")
    everyone = sum(by_sector.values())
    if everyone < LEAST:
        return {}
    founding = {sector: n for (is_founding, sector), n in by_sector.items() if is_founding}
    newcomers = {sector: n for (is_founding, sector), n in by_sector.items() if not is_founding}
    communities = Community.objects.public().annotate(size=Count("members"))
    return {
        "total": {"members": rounded(everyone)},
        "circle": {
            "founding": rounded(sum(founding.values())),
            "newcomers": rounded(sum(newcomers.values())),
        },
        "founding": shown(founding, Sector.values),
        "newcomers": shown(newcomers, Sector.values),
        "provinces": shown(only(tally("province")), Province.values),
        "languages": shown(only(tally("language")), ["en", "fr"]),
        "months": by_month(now),
        "communities": {slug: rounded(n) for slug, n in communities.values_list("slug", "size")},
    }


def tally(*by: Any) -> dict[tuple[Any, ...], int]:
    """How many members there are of each kind."""
    rows = Member.objects.order_by().values_list(*by).annotate(n=Count("pk"))
    return {row[:-1]: row[-1] for row in rows}


def by_month(now: datetime) -> dict[str, int]:
    """Who joined in each month that is over.

    Compared with its first moments: to ask SQLite for the month of each row, in our
    time zone, takes it seconds for what takes this a tenth of one.
    """
    edges = complete_months(now)
    counts = {
        f"{first:%Y-%m}": Count("pk", filter=Q(joined_at__gte=first, joined_at__lt=end))
        for first, end in pairwise(edges)
    }
    return {month: rounded(n) for month, n in Member.objects.aggregate(**counts).items()}


def only(counts: dict[tuple[Any, ...], int]) -> dict[Any, int]:
    return {kind: n for (kind,), n in counts.items()}


def shown(counts: dict[Any, int], cells: Iterable[str]) -> dict[str, int]:
    """The cells of a table, rounded; whoever said nothing is in none of them."""
    return {cell: rounded(counts.get(cell, 0)) for cell in cells}


def complete_months(now: datetime) -> list[datetime]:
    """When each of the last MONTHS months that are over began, the oldest first; and its end."""
    first = timezone.localtime(now)
    year, month = first.year, first.month
    edges = [timezone.make_aware(datetime(year, month, 1))]
    for _each in range(MONTHS):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        edges.append(timezone.make_aware(datetime(year, month, 1)))
    return edges[::-1]


@cache
def canada() -> dict[str, Any]:
    """The country's own shares, each with its source; empty where no source is shipped."""
    if not DATA.exists():
        return {}
    found: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return found
