"""What a proposal is found by, and how much each word of it weighs."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proposals.models import Proposal

Text = tuple[IntEnum, str, str]


class Tier(IntEnum):
    """Where a word stands, best first. Not the numbers of a commitment's: see `holding`."""

    TITLE = 4
    ABOUT = 5
    DETAIL = 6


def searched_text(proposal: Proposal) -> Iterator[tuple[Tier, str]]:
    """The author's words that a proposal is found by, as the public sees them."""
    yield Tier.TITLE, proposal.title
    yield Tier.ABOUT, proposal.ask
    yield Tier.DETAIL, proposal.problem
    yield Tier.DETAIL, proposal.gain


def texts(proposal: Proposal) -> Iterator[Text]:
    """Every text a proposal is found by, with its tier and language."""
    for tier, text in searched_text(proposal):
        yield tier, proposal.language, text
    organization = proposal.organization
    if organization and organization.is_public and proposal.vouched_at:
        yield Tier.ABOUT, "en", organization.name_en
        yield Tier.ABOUT, "fr", organization.name_fr
    for issue in proposal.issues.all():
        yield Tier.ABOUT, "en", issue.name
        yield Tier.ABOUT, "fr", issue.name_fr
