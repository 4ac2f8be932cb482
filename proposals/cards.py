"""Cards: a proposal as every list shows it, drawn from what the catalogue holds."""

from collections.abc import Iterable
from typing import ClassVar

from django.utils.safestring import SafeString

from commitments.cards import MOST_KEPT, Parts, joined
from opengov_portal.lib.moulds import Part
from proposals.catalogue import Catalogue, Entry

CARD = Part("proposals/_card.html")


class Cards(Parts):
    """The cards of one edition, and other parts of its pages, in the active language."""

    FOLDER: ClassVar = "proposals"
    catalogue: Catalogue

    def at(self, places: Iterable[int]) -> list[SafeString]:
        """The cards at these places; each is drawn once an edition, and when it is supported."""
        kept, counts = self.catalogue.cards, self.catalogue.supporters()
        found = []
        for place in places:
            count = counts.get(self.catalogue.keys[place], 0)
            held = kept.get((self.language, place))
            if held is None or held[0] != count:
                if len(kept) >= MOST_KEPT:
                    kept.clear()
                held = kept[self.language, place] = (count, self.drawn(self.catalogue.entry(place)))
            found.append(held[1])
        return found

    def drawn(self, entry: Entry) -> SafeString:
        issues = [self.part("_card_issue", issue.pk, issue) for issue in entry.issues]
        count = entry.supporters
        return CARD.drawn(
            self.language,
            {
                "call": self.part("_card_call", entry.call.pk, entry.call),
                "url": entry.url,
                "title": entry.heading.marked(self.language),
                "author": self.author(entry),
                "published_on": entry.published_on,
                "standing": self.part("_card_standing", (entry.outcome, entry.awaited), entry),
                "support": self.part("_card_support", count, count),
                "issues": joined("", issues),
            },
        )

    def author(self, entry: Entry) -> str:
        if entry.name and not entry.organization:
            return entry.name
        whose = entry.organization.pk if entry.organization else None
        return self.part("_card_author", (whose, bool(entry.call.source_url)), entry)
