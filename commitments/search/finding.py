"""Finding: which things of a shelf a query brings up, best first.

Best is: the most of its words; among those, the words that stand in the title,
then in what a commitment is about, then in its steps. What is still even keeps
the shelf's order, newest plan first. So every database gives the same order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from commitments.masks import levels, places_in
from commitments.search.reading import Reading, Term, read
from commitments.search.shelf import Shelf

WORTH = (5, 2, 1)  # of a word that stands in each tier, best first


@dataclass(frozen=True)
class Found:
    """What a query brought up: masks over the shelf, best first, that do not overlap.

    `partial` says that nothing has all of its words, so these have some of them.
    """

    reading: Reading
    groups: tuple[int, ...] = ()
    partial: bool = False

    @property
    def mask(self) -> int:
        return reduce(or_, self.groups, 0)

    def places(self, within: int, start: int, stop: int) -> list[int]:
        """The places of those also `within`, best first, from one number to before another."""
        found: list[int] = []
        for group in self.groups:
            part = group & within
            count = part.bit_count()
            if start < count and stop > 0:
                found += places_in(part, max(start, 0), stop)
            start, stop = start - count, stop - count
            if stop <= 0:
                break
        return found


def find(text: str, shelf: Shelf, *, exact: bool = False) -> Found:
    """Search for any text at all. With `exact`, misspellings are left as they are."""
    reading = read(text, shelf.vocabulary, exact=exact)
    holders = shelf.holders(token for term in reading.terms for token in term.tokens)
    tiers = [held(term, holders) for term in reading.terms]
    if not tiers:
        return Found(reading)
    anywhere = [reduce(or_, by_tier) for by_tier in tiers]
    if matching := reduce(and_, anywhere):
        return Found(reading, ranked(tiers, matching))
    parts = [part for _, part in levels(anywhere, reduce(or_, anywhere))]
    groups = tuple(group for part in parts for group in ranked(tiers, part))
    return Found(reading, groups, partial=bool(groups))


def held(term: Term, holders: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
    """Who holds the term, in its best tier only: a mask for each tier."""
    masks, better = [], 0
    for tier in range(len(WORTH)):
        mask = reduce(or_, (holders[token][tier] for token in term.tokens), 0) & ~better
        better |= mask
        masks.append(mask)
    return tuple(masks)


def ranked(tiers: Iterable[tuple[int, ...]], within: int) -> tuple[int, ...]:
    """Parts `within` by the worth of where the words stand, best first."""
    counted = [
        mask
        for by_tier in tiers
        for mask, worth in zip(by_tier, WORTH, strict=True)
        for _ in range(worth)
    ]
    return tuple(part for _, part in levels(counted, within))
