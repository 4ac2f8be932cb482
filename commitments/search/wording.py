"""Wording: what a commitment is found by, and how much each word weighs.

A word weighs by the best place it stands in: the title, then what the commitment
is about, then its steps and figures. Its tokens go into the index with that tier
behind them (`budget1`, `museum3`), once each, so that any engine that can find a
word can tell us where it stands, and no engine's own ranking is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from commitments.search import synonyms
from commitments.search.folding import fold, runs, token, words

if TYPE_CHECKING:
    from commitments.models import Commitment

    Text = tuple[IntEnum, str, str]


class Tier(IntEnum):
    """Where a word stands, best first."""

    TITLE = 1
    ABOUT = 2
    DETAIL = 3


class Wording:
    """The tokens of one thing, from its texts: each with its tier and language.

    `tiers` gives each token's best tier; `written` gives, by folded word and
    token, how the word is written, for telling a reader what was meant.
    """

    def __init__(self, texts: Iterable[Text]) -> None:
        self.tiers: dict[str, IntEnum] = {}
        self.written: dict[tuple[str, str], str] = {}
        for tier, language, text in texts:
            self.read(tier, language, text)

    def read(self, tier: IntEnum, language: str, text: str) -> None:
        """A long text says most of its words many times: each is looked at once."""
        in_order = runs(text)
        known = {run: known_in(run, language) for run in dict.fromkeys(in_order)}
        for word in chain.from_iterable(known.values()):
            self.written.setdefault((word.folded, word.token), word.written)
        found = [word.token for run in in_order for word in known[run]]
        for other in synonyms.others(found, language):
            found.append(other)
            written = synonyms.written()[other]
            self.written.setdefault((fold(written), other), as_written(written))
        for each in dict.fromkeys(found):
            self.tiers[each] = min(tier, self.tiers.get(each, tier))

    def index_text(self) -> str:
        """What the engine is given."""
        return " ".join(f"{known}{tier:d}" for known, tier in self.tiers.items())


class Known(NamedTuple):
    """A word as it is found, and as it would be written."""

    folded: str
    token: str
    written: str


@lru_cache(maxsize=131_072)
def known_in(run: str, language: str) -> tuple[Known, ...]:
    """The words of a piece of a text of that language; mostly one, none where it is a little."""
    return tuple(
        Known(word.folded, token(word.folded, language), as_written(word.written))
        for word in words(run)
    )


def as_written(word: str) -> str:
    """As it would stand inside a sentence: acronyms keep their capitals."""
    return word if word.isupper() else word.lower()


def texts(commitment: Commitment) -> Iterator[Text]:
    """Every text a commitment is found by, with its tier and language."""
    yield from both(Tier.TITLE, commitment, "title")
    yield from both(Tier.TITLE, commitment, "label")
    yield from both(Tier.ABOUT, commitment, "summary")
    if commitment.theme:
        yield from both(Tier.ABOUT, commitment.theme, "name")
    yield Tier.ABOUT, "en", f"{commitment.number} {commitment.ogp_id} {commitment.plan.slug}"
    for subject in commitment.subjects.all():
        yield Tier.ABOUT, "en", subject.name
        yield Tier.ABOUT, "fr", subject.name_fr
    for lead in commitment.leads.all():
        tier = Tier.ABOUT if lead.role == lead.Role.LEAD else Tier.DETAIL
        yield from both(tier, lead.institution, "name")
        yield from both(tier, lead.institution, "short")
        yield tier, "en", lead.institution.slug
    for milestone in commitment.milestones.all():
        yield from both(Tier.DETAIL, milestone, "label")
    for indicator in commitment.indicators.all():
        yield from both(Tier.DETAIL, indicator, "label")
    yield Tier.DETAIL, "en", ", ".join(map(str, commitment.other_supporting_en))
    yield Tier.DETAIL, "fr", ", ".join(map(str, commitment.other_supporting_fr))
    yield Tier.DETAIL, "en", "commitment"
    yield Tier.DETAIL, "fr", "engagement"


def both(tier: Tier, thing: object, field: str) -> Iterator[Text]:
    yield tier, "en", getattr(thing, f"{field}_en")
    yield tier, "fr", getattr(thing, f"{field}_fr")
