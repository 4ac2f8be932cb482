"""The listing: what the page of all commitments shows for what was asked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_
from typing import ClassVar, Protocol, cast, overload
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from commitments.cards import Cards
from commitments.catalogue import Catalogue
from commitments.facets import Faceted, Option
from commitments.forms import SearchForm
from commitments.masks import in_order, places_in
from commitments.search.finding import Found, find
from opengov_portal.lib.languages import active
from opengov_portal.lib.moulds import Part

PAGE = 20
SHOWN = 8  # options of a filter before “show all”


FACET = Part("commitments/_facet.html")
CHOICE = Part("commitments/_facet_choice.html")


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    filter: str | Promise
    label: str
    url: str


class Results(Sequence[SafeString]):
    """The cards of what was found, in order; draws only those that are asked for."""

    def __init__(self, listing: "Listing") -> None:
        self.listing = listing

    def __len__(self) -> int:
        return self.listing.count

    @overload
    def __getitem__(self, asked: int) -> SafeString: ...
    @overload
    def __getitem__(self, asked: slice) -> list[SafeString]: ...
    def __getitem__(self, asked: int | slice) -> SafeString | list[SafeString]:
        if isinstance(asked, int):
            return self[asked : asked + 1][0]
        start, stop, _step = asked.indices(len(self))
        return self.listing.cards.at(self.listing.places(start, stop))


class Drawn(Protocol):
    """Who draws what a listing shows."""

    def at(self, places: Iterable[int]) -> list[SafeString]: ...

    def part(self, template: str, key: object, thing: object) -> SafeString: ...


class Listing:
    """One answer to a search with filters, from the catalogue of one edition.

    `BY_COUNT` are the filters whose commonest options come first; the others have an
    order of their own. `BROWSED` is the filter that is offered where nothing is found.
    """

    BY_COUNT: ClassVar = {"tag", "lead"}
    BROWSED: ClassVar = "tag"

    def __init__(self, form: SearchForm) -> None:
        self.form = form
        self.language = active()
        self.catalogue: Faceted = form.catalogue
        self.cards = self.drawn_by()
        self.q: str = form.cleaned_data["q"]
        self.found: Found | None = (
            find(self.q, self.catalogue, exact=form.is_exact) if self.q else None
        )
        self.searched = self.found.mask if self.found else self.catalogue.everything
        self.passing = self.catalogue.matching(form.chosen)
        self.mask = reduce(and_, self.passing.values(), self.searched)

    def page(self, number: str | None) -> Page[SafeString]:
        """That page, the first for what is no number, the last for one past the end."""
        return Paginator(Results(self), PAGE).get_page(number)

    def drawn_by(self) -> Drawn:
        return Cards(cast(Catalogue, self.catalogue))

    def places(self, start: int, stop: int) -> list[int]:
        if self.form.order == "best" and self.found:
            return self.found.places(self.mask, start, stop)
        order = self.ordered(self.form.order)
        if order is None:
            return places_in(self.mask, start, stop)
        return in_order(self.mask, order, start, stop)

    def ordered(self, order: str) -> Sequence[int] | None:
        """Every place in that order; None for the catalogue's own."""
        catalogue = cast(Catalogue, self.catalogue)
        if order == "oldest":
            return catalogue.oldest_first
        return catalogue.by_title(active()) if order == "title" else None

    @property
    def issue(self) -> str:
        """The one issue that was chosen, which can be followed; empty for none or several."""
        tags = [str(tag) for tag in self.form.chosen.get(self.BROWSED, ())]
        return tags[0] if self.BROWSED == "tag" and len(tags) == 1 else ""

    @property
    def count(self) -> int:
        return self.mask.bit_count()

    @property
    def total(self) -> int:
        return self.catalogue.size

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.passing)

    # What is shown beside the results

    @cached_property
    def facets(self) -> SafeString:
        """Each filter, drawn, its options counted among what all the other filters let through."""
        return SafeString("\n".join(filter(None, map(self._facet, self.form.FILTERS))))

    def _facet(self, name: str) -> SafeString:
        others = [mask for other, mask in self.passing.items() if other != name]
        within = reduce(and_, others, self.searched) if name in self.passing else self.mask
        chosen = self.form.chosen[name]
        options = self.catalogue.facets[name].values()
        if within is self.catalogue.everything:
            counted = [(option, option.count) for option in options]
        else:
            counted = [
                (option, count)
                for option in options
                if (count := (option.mask & within).bit_count()) or option.value in chosen
            ]
        if not counted:
            return SafeString()
        opened = name in self.form.opened
        if name in self.BY_COUNT:
            counted.sort(key=lambda pair: -pair[1])
        kept = counted if opened else shown(counted, chosen)
        rest = len(counted) - len(kept)
        every = self.address(all=(*self.form.opened, name)) + f"#filter-{name}" if rest else ""
        is_open = opened or any(option.value in chosen for option, _count in kept)
        return FACET.drawn(
            (self.language, type(self.form), name, is_open, opened),
            {
                "choices": SafeString(
                    "\n    ".join([self._choice(name, option, count) for option, count in kept])
                ),
                "all_url": every,
                "total": len(counted),
            },
            name=name,
            label=self.form.FILTERS[name],
            is_open=is_open,
            opened=opened,
        )

    def _choice(self, name: str, option: Option, count: int) -> SafeString:
        checked = option.value in self.form.chosen[name]
        key = (name, option.value, checked)
        box = self.cards.part("_choice", key, (name, option, checked))
        return CHOICE.drawn(None, {"box": box, "count": count})

    @cached_property
    def chips(self) -> list[Chip]:
        return list(self._chips())

    def _chips(self) -> Iterator[Chip]:
        for name, values in self.form.chosen.items():
            for value in values:
                left = tuple(other for other in values if other != value)
                yield Chip(
                    self.form.FILTERS[name],
                    self.catalogue.facets[name][value].label,
                    self.address(**{name: left}),
                )

    @cached_property
    def popular_subjects(self) -> list[Option]:
        """Where to look when nothing is found."""
        every = self.catalogue.facets[self.BROWSED].values()
        return sorted(every, key=lambda option: -option.mask.bit_count())[:SHOWN]

    # Addresses: only what is in force, always in the same order

    def address(self, **changes: object) -> str:
        """The query of this listing, with some of it changed; its page is the first."""
        form = self.form
        asked: dict[str, object] = {
            "q": self.q,
            "exact": "1" if form.is_exact and self.q else "",
            **form.chosen,
            "sort": form.order if form.order != form.default_order else "",
            "all": form.opened,
        } | changes
        return "?" + urlencode({name: value for name, value in asked.items() if value}, doseq=True)

    @property
    def url(self) -> str:
        return self.address()

    @property
    def exact_url(self) -> str:
        """Search for exactly what was typed."""
        return self.address(exact="1")

    @property
    def meant_url(self) -> str:
        """The search as it was put right."""
        return self.address(q=self.found.reading.meant if self.found else "", exact="")

    @property
    def unfiltered_url(self) -> str:
        return self.address(**dict.fromkeys(self.form.FILTERS, ()))


def shown(counted: list[tuple[Option, int]], chosen: Sequence[str]) -> list[tuple[Option, int]]:
    """What a filter shows at once: what is ticked, then the first of the rest."""
    if len(counted) <= SHOWN + 2:
        return counted
    ticked = [pair for pair in counted if pair[0].value in chosen]
    others = [pair for pair in counted if pair[0].value not in chosen]
    return [*ticked, *others[: max(0, SHOWN - len(ticked))]]
