"""The catalogue of proposals: which have what, held in memory for one edition.

As `commitments.catalogue`: filtering, counting and paging ten thousand costs
microseconds here. It holds public proposals only, and of their authors nothing but
what is shown. Supports do not raise the edition, so their numbers are read apart,
at most COUNTS_SECONDS old.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, reduce
from hashlib import blake2b
from operator import or_
from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, CharField, F, Max, Min, Value, When
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from commitments.facets import Faceted, Option, hyphened, options
from commitments.masks import mask_of
from commitments.search.likeness import likest
from commitments.search.vocabulary import Vocabulary
from network.editions import OfEdition
from network.models import Organization, Subject
from opengov_portal.lib.addresses import numbered
from opengov_portal.lib.dates import PartialDate
from opengov_portal.lib.languages import Words
from proposals.models import Consultation, Proposal, Response
from proposals.models.proposal import AWAITED, the_day
from proposals.models.response import MARKS
from proposals.models.word import ProposalWord
from proposals.wording import Tier

COUNTS_SECONDS = 30
UNANSWERED, NOT_FOUND = "unanswered", "not-found"
NOT_ANSWERED = "unknown"


class Row(NamedTuple):
    """What is kept of each public proposal."""

    pk: int
    title: str
    language: str
    published_at: datetime
    dated: PartialDate | None
    call: int
    organization: int | None
    name: str
    awaited: bool

    @property
    def published_on(self) -> PartialDate:
        """As `Proposal.published_on`."""
        return self.dated or the_day(self.published_at)


@dataclass(frozen=True)
class Entry:
    """A proposal as a list shows it.

    `organization` is whose it is, where it was confirmed; `name` is the author's, and
    empty where it is withheld; `outcome` is empty while there is no answer; where that
    is not `awaited` either, one may have been given elsewhere, in an earlier call.
    """

    pk: int
    heading: Words
    published_on: PartialDate
    call: Consultation
    organization: Organization | None
    name: str
    outcome: str
    awaited: bool
    mark: str
    issues: tuple[Subject, ...]
    supporters: int

    @property
    def url(self) -> str:
        return numbered("proposals:proposal", self.pk)

    @property
    def outcome_label(self) -> str:
        return str(Response.Outcome(self.outcome).label) if self.outcome else ""


class Brought(NamedTuple):
    """How many ideas a call brought: all, those with an answer, those whose answer is lost."""

    total: int
    answered: int
    not_found: int

    @property
    def is_all_answered(self) -> bool:
        """Whether none waits, as one may that came back after its call was concluded."""
        return self.total == self.answered + self.not_found


class Catalogue(OfEdition, Faceted):
    """Every public proposal's place, newest first, and every filter's options as masks."""

    TIERS = Tier

    def __init__(self, edition: int) -> None:
        OfEdition.__init__(self, edition)
        shown = Case(
            When(name_shown=True, then=F("name")), default=Value(""), output_field=CharField()
        )
        whose = Case(When(vouched_at__isnull=False, then=F("organization_id")))
        awaited = Case(When(AWAITED, then=Value(True)), default=Value(False))
        self.rows = [
            Row(*row)
            for row in Proposal.objects.public()
            .newest()
            .values_list(
                *("pk", "title", "language", "published_at", "dated", "consultation_id"),
                *(whose, shown, awaited),
            )
        ]
        Faceted.__init__(self, Proposal, [row.pk for row in self.rows], known_words)
        self.calls = {call.pk: call for call in Consultation.objects.newest()}
        self.outcomes = dict(
            Response.objects.current().order_by().values_list("proposal_id", "outcome")
        )
        self.facets: dict[str, dict[str, Option]] = {
            "call": self._calls(),
            "issue": self._issues(),
            "outcome": self._outcomes(),
            "organization": self._organizations(),
            "language": self._languages(),
        }
        self._counted_at = float("-inf")
        self._counts: dict[int, int] = {}
        self._supported: tuple[dict[int, int], list[int]] = ({}, [])
        self._alike: dict[int, list[int]] = {}
        self._shuffled: dict[date, list[int]] = {}
        # Drawn of this edition, and put here by whoever draws them (proposals.cards).
        self.cards: dict[tuple[str, int], tuple[int, SafeString]] = {}

    # Questions

    def entry(self, place: int) -> Entry:
        row = self.rows[place]
        outcome = self.outcomes.get(row.pk, "")
        return Entry(
            pk=row.pk,
            heading=Words(row.title, row.language),
            published_on=row.published_on,
            call=self.calls[row.call],
            organization=self.organizations.get(row.organization or 0),
            name=row.name,
            outcome=outcome,
            awaited=row.awaited,
            mark=MARKS.get(outcome, NOT_ANSWERED),
            issues=tuple(self.subjects[pk] for pk in self.tags.get(row.pk, ())),
            supporters=self.supporters().get(row.pk, 0),
        )

    def alike(self, key: int, text: str, language: str, most: int) -> list[Entry]:
        """The proposals most like that one, whose words these are; looked for once an edition."""
        if key not in self._alike:
            itself = self.mask_of([key])
            found = likest(text, language, self, most=most, without=itself)
            kept = self._alike if len(self._alike) < self.size else {}
            self._alike = kept | {key: found}  # replaced, not changed: threads share it
        return [self.entry(place) for place in self._alike[key]]

    def brought(self, call: Consultation) -> Brought:
        """How many a call brought, and what became of them."""
        option, outcomes = self.facets["call"].get(call.slug), self.facets["outcome"]
        these = option.mask if option else 0
        lost = outcomes[NOT_FOUND].mask if NOT_FOUND in outcomes else 0
        return Brought(
            these.bit_count(), (these & self.answered).bit_count(), (these & lost).bit_count()
        )

    def on(self, issues: Iterable[Subject]) -> int:
        """The set of those on any of these issues."""
        passing = self.matching({"issue": [issue.slug for issue in issues]})
        return passing.get("issue", 0)

    def supporters(self) -> dict[int, int]:
        """How many people support each, by its key; where nobody does it is left out."""
        now = time.monotonic()
        if now - self._counted_at >= COUNTS_SECONDS:
            counted = Proposal.objects.public().filter(supporters__gt=0).order_by()
            self._counts = dict(counted.values_list("pk", "supporters"))
            self._counted_at = now
        return self._counts

    # Orders: every place once

    def most_supported(self) -> list[int]:
        counts, keys = self.supporters(), self.keys
        if self._supported[0] is not counts:
            order = sorted(range(self.size), key=lambda place: -counts.get(keys[place], 0))
            self._supported = (counts, order)
        return self._supported[1]

    @cached_property
    def longest_waiting(self) -> list[int]:
        """Those without an answer first, the oldest of them first of all; then the answered.

        At the end those of which it is not known, as in the ledger.
        """

        def turn(row: Row) -> int:
            return 1 if row.pk in self.outcomes else 0 if row.awaited else 2

        rows = self.rows
        return sorted(
            range(self.size),
            key=lambda place: (turn(rows[place]), rows[place].published_at, rows[place].pk),
        )

    def shuffled(self, day: date) -> list[int]:
        """By lot, the same all day long and on every page, server and database.

        Each draws its own lot, so that one that comes or goes changes no other's turn.
        """
        if day not in self._shuffled:
            keys = self.keys
            lots = [blake2b(f"{day}/{key}".encode(), digest_size=8).digest() for key in keys]
            self._shuffled = {day: sorted(range(self.size), key=lots.__getitem__)}
        return self._shuffled[day]

    # How the filters are read

    def _masks(self, pairs: Iterable[tuple[int, object]]) -> dict[object, int]:
        """By the second of each pair, the set of those whose keys or rows are the first."""
        holders: dict[object, list[int]] = defaultdict(list)
        place = self.place
        for key, thing in pairs:
            if key in place:
                holders[thing].append(place[key])
        return {thing: mask_of(places, self.size) for thing, places in holders.items()}

    def _calls(self) -> dict[str, Option]:
        masks = self._masks((row.pk, row.call) for row in self.rows)
        return options(
            (call.slug, call.title_en, call.title_fr, masks.get(pk, 0))
            for pk, call in self.calls.items()
        )

    def _issues(self) -> dict[str, Option]:
        through = Proposal.issues.through.objects.order_by("subject__slug")
        pairs = list(through.values_list("proposal_id", "subject_id"))
        masks = self._masks(pairs)
        self.subjects = {row.pk: row for row in Subject.objects.order_by("slug")}
        self.tags: dict[int, tuple[int, ...]] = {}
        for key, subject in pairs:
            if key in self.place and subject in self.subjects:
                self.tags[key] = (*self.tags.get(key, ()), subject)
        return options(
            (row.slug, row.name, row.name_fr, masks.get(pk, 0)) for pk, row in self.subjects.items()
        )

    def _outcomes(self) -> dict[str, Option]:
        masks = self._masks(self.outcomes.items())
        self.answered = answered = reduce(or_, masks.values(), 0)
        awaited = self._masks((row.pk, row.awaited) for row in self.rows).get(True, 0)
        none = (UNANSWERED, _("Not answered yet"), _("Not answered yet"))
        lost = _("No answer was found in the sources")
        return options(
            [
                (*none, awaited & ~answered, NOT_ANSWERED),
                (NOT_FOUND, lost, lost, self.everything & ~awaited & ~answered, NOT_ANSWERED),
                *(
                    (hyphened(one.value), one.label, one.label, masks.get(one.value, 0), MARKS[one])
                    for one in Response.Outcome
                ),
            ]
        )

    def _organizations(self) -> dict[str, Option]:
        masks = self._masks((row.pk, row.organization) for row in self.rows if row.organization)
        known = Organization.objects.filter(pk__in=list(masks)).public().order_by("slug")
        self.organizations = {row.pk: row for row in known}
        return options(
            (row.slug, row.name_en or row.name_fr, row.name_fr or row.name_en, masks[pk])
            for pk, row in self.organizations.items()
        )

    def _languages(self) -> dict[str, Option]:
        masks = self._masks((row.pk, row.language) for row in self.rows)
        return options((code, name, name, masks.get(code, 0)) for code, name in settings.LANGUAGES)


_vocabulary: tuple[tuple[int, int], Vocabulary] | None = None


def known_words() -> Vocabulary:
    """The words of proposals: read afresh only when some have come since, whatever the edition."""
    global _vocabulary
    facts = ProposalWord.objects.aggregate(first=Min("pk"), last=Max("pk"))
    stands = (facts["first"] or 0, facts["last"] or 0)
    if _vocabulary is None or _vocabulary[0] != stands:
        _vocabulary = (stands, Vocabulary(ProposalWord.all_known()))
    return _vocabulary[1]
