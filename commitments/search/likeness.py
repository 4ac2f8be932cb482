"""Likeness: what on a shelf says something like a text, most alike first.

A text's words weigh by how rare they are on the shelf, and by how often the text
says them; few things share its rare words by chance. What shares less than ENOUGH
of that weight is not like it at all, so that a text is never met with just anything.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import islice
from math import ceil
from operator import or_

from commitments.masks import levels, places_in
from commitments.search.finding import WORTH
from commitments.search.folding import token, words
from commitments.search.shelf import Shelf

MOST_READ = 400  # words of a text: who writes more has said by then what it is about
LONGEST = 10_000  # characters of it
MOST_ASKED = 20  # of them, those that weigh most
ENOUGH = 0.3
ALONE = 2  # a text of no more known words than this is like whatever has one of them
HEAVIEST = 7


def likest(text: str, language: str, shelf: Shelf, *, most: int, without: int = 0) -> list[int]:
    """The places of those most like a text of that language, none of those in `without`.

    What its first line says counts twice: it is mostly a title.
    """
    said = Counter(tokens_of(text, language, shelf))
    said.update(set(tokens_of(text.strip().partition("\n")[0], language, shelf)))
    counts, size = shelf.vocabulary.counts, shelf.size
    guessed = {known: weight(counts[known], said[known], size) for known in said}
    asked = sorted(said, key=lambda known: (-guessed[known], known))[:MOST_ASKED]
    holders = shelf.holders(asked)
    anywhere = {known: reduce(or_, holders[known], 0) for known in asked}
    weights = {
        known: weight(having.bit_count(), said[known], size)
        for known, having in anywhere.items()
        if having
    }
    alike = shelf.everything & ~without
    if len(weights) > ALONE:  # one shared word is no likeness
        alike = reaching(2, ((anywhere[known], 1) for known in weights), alike)
    enough = ceil(ENOUGH * sum(weights.values())) or 1
    alike = reaching(enough, ((anywhere[known], weights[known]) for known in weights), alike)
    placed = (
        (mask, weights[known] * worth)
        for known in weights
        for mask, worth in zip(holders[known], WORTH, strict=True)
    )
    found: list[int] = []
    for _sum, part in levels(repeated(placed), alike):
        found += places_in(part, 0, most - len(found))
        if len(found) >= most:
            break
    return found


def tokens_of(text: str, language: str, shelf: Shelf) -> Iterator[str]:
    """The tokens of a text that the shelf knows, read in its language or else in the other."""
    known = shelf.vocabulary
    for word in islice(words(text[:LONGEST]), MOST_READ):
        mine = token(word.folded, language)
        yield from (mine,) if mine in known.tokens else known.tokens_of(word.folded)


def weight(having: int, said: int, of: int) -> int:
    """What a token weighs that so many have: 1 if nearly all do, HEAVIEST if few do.

    One more each time it halves, and for each time more that the text says it.
    """
    return min(HEAVIEST, (of // max(1, having)).bit_length() + min(said, 4) - 1) or 1


def repeated(weighed: Iterable[tuple[int, int]]) -> Iterator[int]:
    return (mask for mask, times in weighed for _each in range(times))


def reaching(least: int, weighed: Iterable[tuple[int, int]], within: int) -> int:
    """The part `within` whose masks weigh at least so much together."""
    return reduce(
        or_, (part for sum_, part in levels(repeated(weighed), within) if sum_ >= least), 0
    )
