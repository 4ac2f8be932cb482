"""Facets: the filters of a list, as masks over what is on a shelf."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import slugify

from commitments.search.shelf import Shelf
from commitments.search.vocabulary import Vocabulary
from opengov_portal.lib.languages import active, typeset

Chosen = Mapping[str, Iterable[str]]
Label = str | Promise
Row = tuple[str, Label, Label, int]


@dataclass(frozen=True)
class Option:
    """One value of a filter: its name in addresses, its labels, and who has it.

    `mark` names the shape a status is drawn with; empty for what is no status.
    """

    value: str
    label_en: Label
    label_fr: Label
    mask: int
    mark: str = ""

    @cached_property
    def count(self) -> int:
        return self.mask.bit_count()

    @property
    def label(self) -> str:
        language = active()
        return typeset(str(self.label_fr if language == "fr" else self.label_en), language)


class Faceted(Shelf):
    """A shelf with filters.

    `facets` gives each filter's options by their name in addresses, in the order they
    are shown in when none counts more than another.
    """

    facets: dict[str, dict[str, Option]]

    def __init__(
        self, model: Any, keys: Sequence[int], vocabulary: Callable[[], Vocabulary]
    ) -> None:
        super().__init__(model, keys, vocabulary)
        # Parts of pages, drawn of this edition, and put here by whoever draws them.
        self.parts: dict[tuple[str, str, object], SafeString] = {}

    def matching(self, chosen: Chosen) -> dict[str, int]:
        """For each filter that is in force, who passes it: any of its values will do.

        Values it does not know are left out; a filter of none but those is not in force.
        """
        passing = {}
        for name, values in chosen.items():
            known = [self.facets[name][value].mask for value in values if self.knows(name, value)]
            if known:
                passing[name] = reduce(or_, known)
        return passing

    def knows(self, name: str, value: str) -> bool:
        return value in self.facets.get(name, ())


def options(
    rows: Iterable[
        tuple[str, str | Promise, str | Promise, int]
        | tuple[str, str | Promise, str | Promise, int, str]
    ],
) -> dict[str, Option]:
    """Options by name in addresses; those of one name become one; those of nobody are left out."""
    found: dict[str, Option] = {}
    for value, label_en, label_fr, mask, *mark in rows:
        if mask:
            held = found.get(value) or Option(value, label_en, label_fr, 0, *mark)
            found[value] = Option(value, held.label_en, held.label_fr, held.mask | mask, held.mark)
    return found


def hyphened(code: str) -> str:
    """A code as addresses write it."""
    return slugify(code).replace("_", "-")
