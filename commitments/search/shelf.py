"""A shelf: things in a fixed order, and who among them holds which words.

Whoever keeps things in memory for one edition (`commitments.catalogue`) keeps
them on one of these; `finding` and `likeness` then search it.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from functools import cached_property
from typing import Any, ClassVar

from commitments.masks import mask_of
from commitments.search.engine import entries, holding
from commitments.search.vocabulary import Vocabulary

MOST_TOKENS_KEPT = 1000


class Shelf:
    """Things of one kind, each at its place: `keys[place]` is its primary key.

    `TIERS` are those that its words stand in, best first.
    """

    TIERS: ClassVar[type[IntEnum]]

    def __init__(
        self, model: Any, keys: Sequence[int], vocabulary: Callable[[], Vocabulary]
    ) -> None:
        self.model = model
        self.keys = keys
        self.size = len(keys)
        self.everything = (1 << self.size) - 1
        self.place = {key: place for place, key in enumerate(keys)}
        self._read_vocabulary = vocabulary
        self._holders: dict[str, tuple[int, ...]] = {}

    def keys_of(self, places: Iterable[int]) -> list[int]:
        return [self.keys[place] for place in places]

    def mask_of(self, keys: Iterable[int]) -> int:
        """The set of those with these primary keys; strangers are left out."""
        place = self.place
        return mask_of([place[key] for key in keys if key in place], self.size)

    def holders(self, tokens: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """Who holds each token in the search index: a mask for each tier, best first."""
        wanted = set(tokens)
        held = self._holders
        if missing := wanted - held.keys():
            found, place = holding(sorted(missing), self.TIERS, self.model), self._place_in_index
            new = {
                token: tuple(
                    mask_of(
                        [place[n] for n in found.get((token, tier), ()) if n in place], self.size
                    )
                    for tier in self.TIERS
                )
                for token in missing
            }
            # Replaced, not changed: other threads may be reading it.
            known = {token: held[token] for token in wanted & held.keys()}
            kept = known if len(held) > MOST_TOKENS_KEPT else held
            held = self._holders = kept | new
        return held

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return self._read_vocabulary()

    @cached_property
    def _place_in_index(self) -> dict[int, int]:
        """The places by the numbers that the search index gives."""
        place = self.place
        return {number: place[key] for number, key in entries(self.model).items() if key in place}
