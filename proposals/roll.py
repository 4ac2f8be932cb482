"""The roll: every proposal of the ledger in its order, held in memory for one edition.

As the catalogues do, it filters, counts and pages ten thousand in microseconds. Unlike
that of proposals it has those too that were merged, hidden or withdrawn. It holds no
words of theirs: rows are read and drawn as pages ask for them, and kept from then on.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from functools import reduce
from operator import and_, or_
from typing import NamedTuple

from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone
from django.utils.safestring import SafeString

from commitments.masks import mask_of
from commitments.models import Institution
from network.editions import OfEdition
from proposals.models import Consultation, Proposal, Response
from proposals.models.merge import destinations
from proposals.models.proposal import AWAITED

PUBLISHED, MERGED = Proposal.State.PUBLISHED, Proposal.State.MERGED


class Row(NamedTuple):
    """What the roll is made from, of each proposal."""

    pk: int
    state: str
    published_at: datetime
    call: int
    awaited: bool

    @property
    def year(self) -> str:
        return str(timezone.localdate(self.published_at).year)


class Roll(OfEdition):
    """Every proposal's place: what waits for an answer here first, oldest first; then what
    was answered; then the rest.

    `keys[place]` is its key. `masks` gives, by the name of a filter and one of its values,
    the set of those that pass it.
    """

    def __init__(self, edition: int) -> None:
        super().__init__(edition)
        answers = Response.objects.current().order_by()
        self._answers = {
            key: (outcome, institution)
            for key, outcome, institution in answers.values_list(
                "proposal", "outcome", "institution"
            )
        }
        rows = self._rows()
        self.keys = [row.pk for row in rows]
        self.size = len(rows)
        self.first_year = min((int(row.year) for row in rows), default=None)
        self.calls = list(Consultation.objects.newest())
        offices = {institution for _outcome, institution in self._answers.values()}
        self.institutions = list(Institution.objects.filter(pk__in=offices).order_by("name_en"))
        self.masks = self._masks(rows)
        # Drawn of this edition, and put here by whoever draws it (proposals.ledger).
        self.parts: dict[object, SafeString] = {}
        self._drawn: tuple[date, dict[tuple[str, int], SafeString]] = (date.min, {})

    # Questions

    def passing(self, asked: Mapping[str, object]) -> int:
        """The set of those that pass each of these filters."""
        everything = (1 << self.size) - 1
        return reduce(and_, (self.masks.get(pair, 0) for pair in asked.items()), everything)

    def counts(self, among: int) -> dict[str, int]:
        """How many there are: answered, waiting, not known, merged and removed, which add up.

        Those past the promised day are among those that wait.
        """
        masks, today = self.masks, timezone.localdate()
        overdue = (call for call in self.calls if call.answers_due and call.answers_due < today)
        late = reduce(or_, (masks.get(("call", call.slug), 0) for call in overdue), 0)
        awaited = masks.get(("awaited", True), 0)
        none = among & masks.get(("unanswered", True), 0)
        return {
            "all": among.bit_count(),
            "answered": (among & masks.get(("answered", True), 0)).bit_count(),
            "waiting": (none & awaited).bit_count(),
            "overdue": (none & late).bit_count(),
            "unknown": (none & ~awaited).bit_count(),
            "merged": (among & masks.get(("merged", True), 0)).bit_count(),
            "removed": (among & masks.get(("removed", True), 0)).bit_count(),
        }

    def drawn(self, day: date) -> dict[tuple[str, int], SafeString]:
        """The rows of the page that were drawn that day, by language and key.

        They count days, so those of another day are of no use.
        """
        held = self._drawn
        if held[0] != day:
            held = self._drawn = (day, {})
        return held[1]

    # How it is read

    def _rows(self) -> list[Row]:
        """Every row, in the order of the ledger."""
        awaited = Case(When(AWAITED, then=Value(True)), default=Value(False))
        columns = ("pk", "state", "published_at", "consultation")
        rows = [Row(*row) for row in seen().order_by().values_list(*columns, awaited)]

        def turn(row: Row) -> tuple[int, datetime, int]:
            answered, public = row.pk in self._answers, row.state == PUBLISHED
            place = 2 if not public or not (answered or row.awaited) else int(answered)
            return place, row.published_at, row.pk

        return sorted(rows, key=turn)

    def _masks(self, rows: list[Row]) -> dict[tuple[str, object], int]:
        slugs = {call.pk: call.slug for call in self.calls}
        offices = {one.pk: one.slug for one in self.institutions}
        ends = _ends()
        places: dict[tuple[str, object], list[int]] = defaultdict(list)
        for place, row in enumerate(rows):
            facts: list[tuple[str, object]] = [("call", slugs[row.call]), ("year", row.year)]
            if row.awaited:
                facts.append(("awaited", True))
            if row.state in {PUBLISHED, MERGED}:
                # One that was merged is found by the answer it shows, and counted apart.
                outcome, institution = self._answers.get(ends.get(row.pk, row.pk), ("", 0))
                own = "answered" if outcome else "unanswered"
                facts.append((own if row.state == PUBLISHED else "merged", True))
                if outcome:
                    facts += [("outcome", outcome), ("institution", offices[institution])]
            else:
                facts.append(("removed", True))
            for fact in facts:
                places[fact].append(place)
        return {fact: mask_of(found, self.size) for fact, found in places.items()}


def _ends() -> dict[int, int]:
    """By key of each that was merged, that of what it stands in now, merge after merge."""
    merged = Proposal.objects.filter(state=MERGED).order_by().values_list("pk", flat=True)
    return {number: into[-1] for number, into in destinations(list(merged)).items()}


def seen() -> QuerySet[Proposal]:
    """Every proposal that was public at some time: it stays in the ledger, if only as a mark."""
    return Proposal.objects.addressed()
