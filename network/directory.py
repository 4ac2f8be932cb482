"""The directory: what the page of all organizations shows for what was asked."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.models import Organization, Province, Sector, Subject
from opengov_portal.lib.languages import active, alphabet_key, other

PAGE = 24
LONGEST_SEARCH = 300  # characters
POPULAR = 8


@dataclass(frozen=True)
class Choice:
    """An option of a filter, counted among what the other filters let through."""

    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str | Promise
    choices: list[Choice]

    @property
    def in_force(self) -> bool:
        return any(choice.checked for choice in self.choices)


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    filter: str | Promise
    label: str
    url: str


@dataclass(frozen=True)
class Entry:
    """What is known of an organization before its page of the list is drawn."""

    pk: int
    name: str
    values: dict[str, frozenset[str]]


class Directory:
    """One answer to a search with filters, in a constant number of queries.

    There is no wrong question: a value that is not known is left out, and
    `strangers` says so. Names are the same in both languages, so that an address
    means the same in its twin.
    """

    FILTERS: ClassVar = {
        "sector": _("Sector"),
        "province": _("Province or territory"),
        "issue": _("Issue"),
    }

    def __init__(self, asked: QueryDict) -> None:
        typed = asked.get("q", "").encode("utf-8", "ignore").decode().replace("\0", " ")
        self.q = " ".join(typed.split())[:LONGEST_SEARCH]
        self.labels: dict[str, dict[str, str]] = {
            "sector": {value: str(label) for value, label in Sector.choices},
            "province": {value: str(label) for value, label in Province.choices},
            "issue": {subject.slug: str(subject.label) for subject in Subject.objects.all()},
        }
        given = {name: dict.fromkeys(filter(None, asked.getlist(name))) for name in self.FILTERS}
        self.chosen = {
            name: tuple(value for value in values if value in self.labels[name])
            for name, values in given.items()
        }
        self.strangers = any(len(given[name]) > len(self.chosen[name]) for name in given)
        self.entries = list(self._entries())
        self.found = sorted(
            (entry for entry in self.entries if self._passes(entry)),
            key=lambda entry: (alphabet_key(entry.name), entry.pk),
        )

    def _entries(self) -> Iterator[Entry]:
        issues = defaultdict(set)
        tagged = Organization.issues.through.objects.filter(
            organization__state=Organization.State.PUBLIC
        )
        for pk, slug in tagged.values_list("organization_id", "subject__slug"):
            issues[pk].add(slug)
        names = (f"name_{active()}", f"name_{other(active())}")
        rows = Organization.objects.public().saying(self.q)
        for pk, mine, theirs, sector, province in rows.values_list(
            "pk", *names, "sector", "province"
        ):
            values = {
                "sector": frozenset([sector]),
                "province": frozenset([province]),
                "issue": frozenset(issues.get(pk, ())),
            }
            yield Entry(pk, mine or theirs, values)

    def _passes(self, entry: Entry, but: str = "") -> bool:
        """Whether it has one of the values of every filter in force, one filter aside."""
        return all(
            name == but or not values or not entry.values[name].isdisjoint(values)
            for name, values in self.chosen.items()
        )

    def page(self, number: str | None) -> Page[Organization]:
        """That page, the first for what is no number, the last for one past the end."""
        page: Page[Entry] = Paginator(self.found, PAGE).get_page(number)
        keys = [entry.pk for entry in page.object_list]
        rows = Organization.objects.defer("folded").prefetch_related("issues").in_bulk(keys)
        drawn: Any = page
        drawn.object_list = [rows[key] for key in keys if key in rows]
        return drawn  # type: ignore[no-any-return]

    @property
    def count(self) -> int:
        return len(self.found)

    @cached_property
    def total(self) -> int:
        return Organization.objects.public().count() if self.q else len(self.entries)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or any(self.chosen.values()))

    # What is shown beside the results

    @cached_property
    def facets(self) -> list[Facet]:
        return [facet for facet in map(self._facet, self.FILTERS) if facet.choices]

    def _facet(self, name: str) -> Facet:
        counted = Counter(
            value
            for entry in self.entries
            if self._passes(entry, but=name)
            for value in entry.values[name]
        )
        chosen = self.chosen[name]
        choices = [
            Choice(value, label, counted[value], value in chosen)
            for value, label in self.labels[name].items()
            if counted[value] or value in chosen
        ]
        if name != "sector":
            choices.sort(key=lambda choice: (choice.value == "XX", alphabet_key(choice.label)))
        return Facet(name, self.FILTERS[name], choices)

    @property
    def chips(self) -> list[Chip]:
        return [
            Chip(
                self.FILTERS[name],
                self.labels[name][value],
                self.address(**{name: tuple(one for one in values if one != value)}),
            )
            for name, values in self.chosen.items()
            for value in values
        ]

    @cached_property
    def popular_issues(self) -> list[Choice]:
        """Where to look when nothing is found: what most of the list works on."""
        issues = Directory(QueryDict()).facets
        of = next((facet.choices for facet in issues if facet.name == "issue"), [])
        return sorted(of, key=lambda choice: -choice.count)[:POPULAR]

    def address(self, **changes: object) -> str:
        """The query of this listing, with some of it changed; its page is the first."""
        asked: dict[str, object] = {"q": self.q, **self.chosen} | changes
        return "?" + urlencode({name: value for name, value in asked.items() if value}, doseq=True)

    @property
    def unfiltered_url(self) -> str:
        return self.address(**dict.fromkeys(self.FILTERS, ()))
