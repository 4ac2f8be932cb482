"""Cards: a commitment as every list shows it, drawn from what the catalogue holds.

Read from the database, a page of twenty costs four queries and a hundred model rows.
The catalogue has all that a card says; what many cards share (an institution, a
subject, a finding) is drawn once an edition in each language and then only put in place.
"""

from collections.abc import Container, Iterable
from typing import ClassVar

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from commitments.catalogue import Catalogue
from commitments.facets import Faceted
from commitments.models import Assessor
from commitments.models.assessment import point_of
from opengov_portal.lib.languages import active
from opengov_portal.lib.moulds import Part

CARD = Part("commitments/_card.html")
BOX = Part("commitments/_box.html")
MOST_KEPT = 20_000  # of one or two kilobytes each


class Parts:
    """Parts of pages that are the same all through an edition, in the active language."""

    FOLDER: ClassVar = "commitments"

    def __init__(self, catalogue: Faceted) -> None:
        self.catalogue = catalogue
        self.language = active()

    def part(self, template: str, key: object, thing: object) -> SafeString:
        """A part of pages that is the same all through an edition, drawn once in each language.

        The template is given the `thing`; the `key` tells it from others of that template.
        """
        name = (self.language, template, key)
        known = self.catalogue.parts.get(name)
        if known is None:
            text = get_template(f"{self.FOLDER}/{template}.html").render({"thing": thing})
            # Without the file's last line break, as a part may stand before a comma.
            known = mark_safe(text.strip())  # noqa: S308 - a template has escaped what is in it
            self.catalogue.parts[name] = known
        return known


class Cards(Parts):
    """The cards of one edition, and other parts of its pages, in the active language."""

    catalogue: Catalogue

    def at(self, places: Iterable[int]) -> list[SafeString]:
        """The cards at these places; each is drawn once an edition."""
        kept = self.catalogue.cards
        found = []
        for place in places:
            card = kept.get((self.language, place))
            if card is None:
                card = self.drawn(place)
                if len(kept) >= MOST_KEPT:
                    kept.clear()
                kept[self.language, place] = card
            found.append(card)
        return found

    def each(self, template: str, places: Iterable[int]) -> list[SafeString]:
        """The commitments at these places, as that part of pages shows one."""
        held = self.catalogue
        return [
            held.parts.get((self.language, template, place))
            or self.part(template, place, held.entry(place))
            for place in places
        ]

    def boxes(self, places: Iterable[int], name: str, chosen: Container[str]) -> SafeString:
        """A box to tick for each: a form's field of that name is sent their primary keys."""
        return joined("", [self.box(place, name, chosen) for place in places])

    def box(self, place: int, name: str, chosen: Container[str]) -> SafeString:
        entry, key = self.catalogue.entry(place), str(self.catalogue.keys[place])
        is_chosen = key in chosen
        return BOX.drawn(
            (self.language, is_chosen),
            {
                "name": name,
                "key": key,
                "number": entry.number,
                "title": entry.title.marked(self.language),
            },
            is_chosen=is_chosen,
        )

    def in_plan(self, places: Iterable[int]) -> list[SafeString]:
        """The cards at these places for their plan's own page: without plan and subjects."""
        return [self.drawn(place, in_plan=True) for place in places]

    def drawn(self, place: int, *, in_plan: bool = False) -> SafeString:
        """One card, of its commitment's own words and of parts that others have too."""
        held, part = self.catalogue, self.part
        key, entry = held.keys[place], held.entry(place)
        slug, number = entry.plan_slug, entry.number
        leads = held.leads.get(key, ())
        tags = () if in_plan else held.tags.get(key, ())
        return CARD.drawn(
            (self.language, entry.title.ours),
            {
                "url": entry.url,
                "title": entry.title.marked(self.language),
                "plan": "" if in_plan else part("_card_plan", slug, slug),
                "name": part("_card_name", number, number),
                "leads": joined(
                    ", ", [part("_card_lead", pk, held.institutions[pk]) for pk in leads]
                ),
                "standings": joined("", [self.standing(key, one) for one in Assessor]),
                "subjects": joined(
                    "", [part("_card_subject", pk, held.subjects[pk]) for pk in tags]
                ),
            },
            ours=entry.title.ours,
        )

    def standing(self, key: int, assessor: Assessor) -> SafeString:
        """What an assessor says of the commitment with that key; each has its own place."""
        finding = self.catalogue.standings.get((key, assessor))
        point = point_of(*finding) if finding else None
        return self.part("_card_standing", (assessor, finding), (assessor, point))


def joined(between: str, parts: Iterable[SafeString]) -> SafeString:
    """Parts side by side; `format_html_join` would spend half a card's time on it."""
    return SafeString(between.join(parts))  # each of them is safe
