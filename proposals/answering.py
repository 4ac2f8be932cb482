"""Answering: every proposal ends with a public answer, its reason, and a name behind it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import Commitment, Institution
from network.models import Decision, Deed, Edition, Letter, User
from network.models.decision import UNDO_WITHIN
from opengov_portal.lib.errors import Refused
from proposals import happenings
from proposals.emails import answering as emails
from proposals.models import Consultation, Lineage, Proposal, Referral, Response, ToAnswer
from proposals.referring import ANSWERS_FOR_ANY, ANSWERS_FOR_THEIRS, institutions_of
from proposals.rows import Told
from proposals.waiting import Wait

MOST = 100  # proposals that one answer is given to at once
DEEPEST = 10  # how many times over a proposal may have been merged
ADOPTING = {Response.Outcome.ADOPTED, Response.Outcome.IN_PART}


@dataclass(frozen=True)
class Said:
    """An answer, before it is given to anyone."""

    outcome: str
    reason_en: str
    reason_fr: str
    institution: Institution
    office_en: str
    office_fr: str
    answered_on: date
    source_url: str = ""
    commitments: Sequence[Commitment] = ()

    def to(self, proposal: Proposal) -> Response:
        """The answer to one proposal; not kept."""
        facts = {name: getattr(self, name) for name in FACTS}
        return Response(proposal=proposal, institution=self.institution, **facts)

    def is_as(self, response: Response | None) -> bool:
        """Whether an answer says just this already."""
        return (
            response is not None
            and response.institution_id == self.institution.pk
            and all(getattr(response, name) == getattr(self, name) for name in FACTS)
            and {one.pk for one in response.commitments.all()}
            == {one.pk for one in self.commitments}
        )


FACTS = (
    "outcome", "reason_en", "reason_fr", "office_en", "office_fr", "answered_on", "source_url",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A proposal to answer: what stands now, and which proposals share its answer."""

    proposal: Proposal
    stands: Response | None
    merged: list[Proposal] = field(default_factory=list)

    @cached_property
    def hindrance(self) -> str:
        """Why it cannot be answered; empty where it can."""
        if self.proposal.is_public:
            return ""
        if self.proposal.state == Proposal.State.MERGED:
            return _("It was merged into another, whose answer it shares.")
        return _("It is not public.")

    def objection(self, said: Said, by: User) -> str:
        """Why it cannot be given this answer; empty where it can."""
        if self.is_of_another(said.institution) and not by.has_perm(ANSWERS_FOR_ANY):
            return _("Another institution has answered it: ask staff to change that.")
        if not self.hindrance and said.answered_on < self.proposal.put_forward_on.first_day:
            return _("It was put forward after the date of this answer.")
        return self.hindrance

    def is_of_another(self, institution: Institution) -> bool:
        """Whether what stands is another institution's answer."""
        return self.stands is not None and self.stands.institution_id != institution.pk

    @property
    def told(self) -> list[Proposal]:
        """Those whose authors get a letter."""
        return [self.proposal, *self.merged]


def may_answer(user: Any) -> bool:
    """Whether someone may answer anything at all."""
    return bool(user.has_perm(ANSWERS_FOR_ANY) or user.has_perm(ANSWERS_FOR_THEIRS))


def may_answer_all(keys: Collection[int], user: User, *, as_: Institution | None = None) -> bool:
    """Whether someone may answer each of these; in the name of that institution, if one is named.

    A responder answers what was referred to an institution that they speak for, as that one.
    """
    theirs = institutions_of(user)
    if as_ is not None:
        theirs = theirs.filter(pk=as_.pk)
        if not theirs.exists():
            return False
    if user.has_perm(ANSWERS_FOR_ANY):
        return True
    referred = Referral.objects.filter(institution__in=theirs, proposal__in=keys)
    return set(keys) == set(referred.values_list("proposal_id", flat=True))


def rows(keys: Collection[int]) -> list[Row]:
    """These proposals, oldest first, with what stands; in a constant number of queries."""
    found = Proposal.objects.filter(pk__in=keys).select_related("consultation", "user").oldest()
    stands = {
        one.proposal_id: one
        for one in Response.objects.current()
        .filter(proposal__in=keys)
        .select_related("institution")
        .prefetch_related("commitments__plan")
    }
    merged = merged_into(keys)
    return [Row(one, stands.get(one.pk), merged[one.pk]) for one in found]


def merged_into(keys: Collection[int]) -> dict[int, list[Proposal]]:
    """By key, all that was merged into it, and into what was merged into it."""
    found: dict[int, list[Proposal]] = defaultdict(list)
    roots = {key: key for key in keys}
    level = list(keys)
    for _times in range(DEEPEST):
        below = Proposal.objects.filter(merged_into__in=level).select_related("user").oldest()
        level = []
        for one in below:
            if one.merged_into_id is not None and one.pk not in roots:
                roots[one.pk] = roots[one.merged_into_id]
                found[roots[one.pk]].append(one)
                level.append(one.pk)
        if not level:
            break
    return found


def fingerprint(seen: Iterable[Row]) -> str:
    """What was looked at: it is another once anything of it has changed."""
    facts = [
        (
            row.proposal.pk,
            row.proposal.state,
            row.stands and row.stands.pk,
            [(one.pk, one.email, one.letters_language) for one in row.told],
        )
        for row in seen
    ]
    return sha256(repr(facts).encode()).hexdigest()


@transaction.atomic
def answer(
    proposals: Iterable[Proposal], said: Said, *, by: User, seen: str | None = None
) -> list[Response]:
    """Give each of these this answer, in place of the one that stands; all of them or none.

    `seen` is the `fingerprint` of the rows that were looked at. Each author, and those of
    what was merged into it, gets a letter once the hour to undo it is over. What it adopts
    is a commitment's origin from then on; what an answer replaced had said of that is taken
    back. Who says so already is left alone. Raises Refused when one cannot be answered, or
    has changed meanwhile.
    """
    asked = {one.pk for one in proposals}
    if not may_answer_all(asked, by, as_=said.institution):
        raise PermissionDenied
    Edition.take_turn()
    now = rows(asked)
    if len(now) < len(asked) or (seen is not None and fingerprint(now) != seen):
        raise Refused(_("Something of this has changed since you looked: look again."))
    check(now, said, by)
    changed = [row for row in now if not said.is_as(row.stands)]
    _put_aside([row.stands for row in changed if row.stands])
    given = Response.objects.bulk_create(_signed(row, said, by) for row in changed)
    through = Response.commitments.through
    through.objects.bulk_create(
        through(response_id=one.pk, commitment_id=promise.pk)
        for one in given
        for promise in said.commitments
    )
    if said.outcome in ADOPTING:
        Lineage.objects.bulk_create(
            (
                Lineage(proposal_id=one.proposal_id, commitment=promise, response=one)
                for one in given
                for promise in said.commitments
            ),
            ignore_conflicts=True,  # a source says so too: its word stays
        )
    Deed.objects.bulk_create(
        Deed.of(Deed.Act.DECIDED, response.proposal, by=by, told_by=response) for response in given
    )
    _keep(
        [
            (
                response,
                row.stands,
                emails.answered(row.told, response, said.commitments, before=row.stands),
            )
            for row, response in zip(changed, given, strict=True)
        ],
        by=by,
    )
    if given:
        happenings.record_answers(
            {row.proposal.pk: row.stands is not None for row in changed},
            Lineage.objects.filter(response__in=given),
        )
        Edition.advance()
    return given


def check(now: list[Row], said: Said, by: User) -> None:
    """Raises Refused, naming the first proposal that cannot be given this answer."""
    if len(now) > MOST:
        raise Refused(_("Answer at most %(count)d at once.") % {"count": MOST})
    for row in now:
        if objection := row.objection(said, by):
            raise Refused(f"{row.proposal.heading}: {objection}")


def _signed(row: Row, said: Said, by: User) -> Response:
    response = said.to(row.proposal)
    response.written_by = by
    return response


def _keep(given: Iterable[tuple[Response, Response | None, list[Letter]]], *, by: User) -> None:
    """Keep of each answer what it replaced; its letters go once it can be undone no more."""
    decisions = [
        Decision(
            thing=ToAnswer._meta.label_lower,
            key=response.proposal_id,
            at=response.written_at,
            by=by,
            before={},
            after={},
            kept={"response": response.pk, "replaced": replaced.pk if replaced else None},
            letters=[letter.key for letter in letters],
        )
        for response, replaced, letters in given
    ]
    keys = [key for decision in decisions for key in decision.letters]
    Letter.objects.filter(key__in=keys).hold(timezone.now() + UNDO_WITHIN)
    Decision.objects.bulk_create(decisions)


def _put_aside(standing: list[Response]) -> None:
    """Replaced, and still in sight; compare and set, so that of two answers one wins."""
    keys = [one.pk for one in standing]
    replaced = Response.objects.current().filter(pk__in=keys).update(replaced_at=timezone.now())
    if replaced < len(keys):
        raise Refused(_("Someone else has just answered one of these: look again."))
    Lineage.objects.filter(response__in=keys).delete()


# --- Questions -----------------------------------------------------------------


def unanswered(call: Consultation) -> QuerySet[Proposal]:
    """The public proposals of a call without an answer that stands, oldest first."""
    return Proposal.objects.public().filter(consultation=call).unanswered().oldest()


@dataclass(frozen=True)
class Shown:
    """What the page of a proposal says of its answer."""

    responses: list[Response]
    wait: Wait | None
    shares: Proposal | None

    @property
    def stands(self) -> Response | None:
        return next((one for one in self.responses if one.replaced_at is None), None)

    @property
    def earlier(self) -> list[Response]:
        return [one for one in self.responses if one.replaced_at is not None]


def shown_on(told: Told) -> dict[str, Any]:
    """`answer`, for the page of a proposal: what stands, what stood, or how long it waits."""
    shares = owner(told.proposal)
    whose = shares or told.proposal
    given = told.answers_to(shares) if shares else told.answers
    wait = Wait.of(whose, whose.consultation) if whose.is_public else None
    return {"answer": Shown(given, wait, shares)}


def owner(proposal: Proposal) -> Proposal | None:
    """The proposal whose answer a merged one shares; None for one that stands by itself."""
    found = None
    for _times in range(DEEPEST):
        if proposal.merged_into is None:
            break
        found = proposal = proposal.merged_into
    return found
