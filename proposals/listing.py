"""The listing: what the page of all proposals shows for what was asked."""

from collections.abc import Sequence
from typing import ClassVar, cast

from django.utils import timezone

from commitments import listing
from proposals.cards import Cards
from proposals.catalogue import Catalogue


class Listing(listing.Listing):
    """One answer to a search with filters among public proposals."""

    BY_COUNT: ClassVar = {"issue", "organization"}
    BROWSED: ClassVar = "issue"

    def drawn_by(self) -> listing.Drawn:
        return Cards(self.proposals)

    @property
    def proposals(self) -> Catalogue:
        return cast(Catalogue, self.catalogue)

    def ordered(self, order: str) -> Sequence[int] | None:
        """Every place in that order; None for the catalogue's own, newest first.

        The random one is another each day, in the portal's time zone, so that nobody's
        idea is always first; through the day and from page to page it stays.
        """
        if order == "supported":
            return self.proposals.most_supported()
        if order == "waiting":
            return self.proposals.longest_waiting
        return self.proposals.shuffled(timezone.localdate()) if order == "random" else None
