"""Cards: a proposal as every list shows it, drawn from what the catalogue holds."""

from collections.abc import Iterable
from typing import ClassVar

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from commitments.cards import MOST_KEPT, Parts, joined
from proposals.catalogue import Catalogue, Entry


class Cards(Parts):
    """The cards of one edition, and other parts of its pages, in the active language."""

    FOLDER: ClassVar = "proposals"
    catalogue: Catalogue

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(catalogue)
        self.template = get_template("proposals/_card.html")

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
        card = self.template.render(
            {
                "entry": entry,
                "call": self.part("_card_call", entry.call.pk, entry.call),
                "standing": self.part("_card_standing", (entry.outcome, entry.awaited), entry),
                "issues": joined("", issues),
            }
        )
        return mark_safe(card)  # noqa: S308 - a template has escaped what is in it
