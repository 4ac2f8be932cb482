"""The vocabulary: every word some thing is found by, and the nearest to a misspelt one."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from commitments.search.folding import token

SHORTEST_PREFIX = 3
MOST_COMPLETIONS = 8


@dataclass(frozen=True)
class Known:
    """A known word: how it is written, its tokens, and in how many things."""

    written: str
    tokens: tuple[str, ...]
    count: int


class Vocabulary:
    """All known words, by their folded form."""

    def __init__(self, known_words: Iterable[tuple[str, str, str, int]]) -> None:
        """Of rows of a word's folded form, token, spelling and number of things it is in."""
        rows = defaultdict(list)
        for folded, known, written, count in known_words:
            rows[folded].append((count, written, known))
        self.words = {
            folded: Known(max(found)[1], tuple(known for *_, known in found), max(found)[0])
            for folded, found in rows.items()
        }
        self.sorted = sorted(self.words)
        # In how many things each token is, as far as the last rebuild knew.
        self.counts: dict[str, int] = {}
        for found in rows.values():
            for count, _written, known in found:
                self.counts[known] = max(count, self.counts.get(known, 0))
        self.tokens = frozenset(self.counts)

    def tokens_of(self, folded: str) -> tuple[str, ...]:
        """The tokens any form of that word is found by, in either language; none if unknown."""
        return tuple({token(folded, "en"), token(folded, "fr")} & self.tokens)

    def completions(self, prefix: str) -> tuple[str, ...]:
        """The tokens of the commonest words that begin so, as someone is still typing."""
        if len(prefix) < SHORTEST_PREFIX:
            return ()
        start, end = bisect_left(self.sorted, prefix), bisect_left(self.sorted, prefix + "\uffff")
        begin_so = sorted(
            (self.words[folded] for folded in self.sorted[start:end]),
            key=lambda word: -word.count,
        )
        return tuple(
            dict.fromkeys(known for word in begin_so[:MOST_COMPLETIONS] for known in word.tokens)
        )

    def nearest(self, folded: str) -> Known | None:
        """The known word that a misspelt one most likely meant; None where none is near.

        One slip is forgiven, two in eight letters or more; swapped neighbours are one slip.
        A word begins as it was meant to, but for such a swap: “exports” is no slip of
        “reports”. Words of three letters, and those with a digit, are taken as they are.
        """
        if len(folded) < 4 or any(letter.isdigit() for letter in folded):
            return None
        slips = 1 if len(folded) < 8 else 2
        near = [
            hit
            for hit in process.extract(
                folded, self.sorted, scorer=OSA.distance, score_cutoff=slips, limit=None
            )
            if begin_alike(folded, hit[0])
        ]
        if not near:
            return None
        best, *_ = min(
            near,
            key=lambda hit: (
                hit[1],
                -JaroWinkler.similarity(folded, hit[0]),
                -self.words[hit[0]].count,
            ),
        )
        return self.words[best]


def begin_alike(one: str, other: str) -> bool:
    """Whether two words begin with the same letter, or with the same two swapped."""
    return one[0] == other[0] or one[:2] == other[1::-1]
