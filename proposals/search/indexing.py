"""Keeping the index of proposals right: some after a change, or all of them each night."""

from collections.abc import Callable

from commitments.search import indexing
from proposals.models import Proposal


def refresh(*proposals: Proposal) -> bool:
    """Bring the index up to date with these, as they now stand in the database.

    Call it after any of them was published, hidden, struck, merged or withdrawn, or
    after its issues or its organization changed, in the same transaction. What is not
    public is taken out. Says whether it was written; it never fails the change itself.
    """
    return indexing.refresh(Proposal, [proposal.pk for proposal in proposals])


def missing() -> int:
    """How many public proposals cannot be searched for yet."""
    return indexing.missing(Proposal)


def rebuild(say: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Index every public proposal afresh. Returns how many there are."""
    return indexing.rebuild(say, Proposal)
