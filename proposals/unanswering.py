"""Undoing an answer, within the hour: it goes, and what stood before stands again.

An answer that was changed stays in sight for good; one that is undone never was, but on
record, which keeps all that it said.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from network.models import Decision, Deed, Edition, User
from opengov_portal.lib.differences import state_of
from opengov_portal.lib.errors import Refused
from proposals.answering import ADOPTING, may_answer_all, merged_into
from proposals.emails import answering as emails
from proposals.happenings import Kind
from proposals.models import Consultation, Follow, Happening, Lineage, Proposal, Response, ToAnswer


def last_given(proposal: Proposal) -> Decision | None:
    """That the answer which stands was given; None once it can be undone no more."""
    given = Decision.objects.about(ToAnswer(pk=proposal.pk)).standing().newest().first()
    if given is None or not given.is_open:
        return None
    stands = Response.objects.current().filter(proposal=proposal.pk, pk=given.kept["response"])
    return given if stands.exists() else None


def may_undo(proposal: Proposal, user: User) -> bool:
    """Whoever may give the answer that stands."""
    stands = Response.objects.current().filter(proposal=proposal.pk).first()
    as_ = stands.institution if stands else None
    return may_answer_all([proposal.pk], user, as_=as_)


def taken_back(proposal: Proposal) -> dict[str, Any]:
    """What the last answer said that was undone: it is still there to be put right."""
    about = Decision.objects.about(ToAnswer(pk=proposal.pk))
    last = about.exclude(undone_at=None).newest().first()
    return dict(last.kept["said"]) if last else {}


@transaction.atomic
def undo(proposal: Proposal, *, by: User, seen: int | None = None) -> None:
    """Take the answer that stands back; what it replaced stands again, and its origins.

    `seen` is the decision that was looked at. Raises Refused, with the reason in words, for
    what can be undone no more.
    """
    Edition.take_turn()
    if not may_undo(proposal, by):
        raise PermissionDenied
    decision = last_given(proposal)
    if decision is None:
        raise Refused(_("The hour in which this could be undone is over."))
    if seen is not None and seen != decision.pk:
        raise Refused(_("Someone else has changed or undone this answer meanwhile. Look again."))
    response = Response.objects.select_related("proposal").get(pk=decision.kept["response"])
    told = _told(response)
    if _has_been_told(response, told):
        raise Refused(
            _(
                "Those who follow it were told already, so this can no longer be undone. You can "
                "change the answer."
            )
        )
    if not decision.take_letters_back():
        raise Refused(_("The letter that tells of this has left: it can no longer be undone."))
    decision.mark_undone(by=by)
    decision.kept["said"] = _said(response)
    decision.save(update_fields=["kept"])
    gone = {"field": "responses", "of": str(response.pk), "before": state_of(response)}
    Deed.record(Deed.Act.UNDONE, response.proposal, by=by, changes=[gone | {"after": None}])
    told.delete()
    response.delete()
    _put_back(decision.kept["replaced"])
    if response.proposal.is_gone:  # of what stands again no letter goes yet
        emails.to_its_author(response.proposal).withhold()
    Edition.advance()
    Consultation.reopen_over(response.proposal, by=by)


def _said(response: Response) -> dict[str, Any]:
    """An answer as its form has it."""
    same = ("outcome", "reason_en", "reason_fr", "office_en", "office_fr", "source_url")
    return {
        **{name: getattr(response, name) for name in same},
        "institution": response.institution_id,
        "answered_on": response.answered_on.isoformat(),
        "commitments": [one.pk for one in response.commitments.all()],
    }


def _told(response: Response) -> QuerySet[Happening]:
    """What was written down of it for those who follow."""
    since = Happening.objects.filter(proposal=response.proposal_id, at__gte=response.written_at)
    led_to = response.lineages.values("commitment")
    became = Q(kind=Kind.BECAME, commitment__in=led_to)
    return since.filter(Q(kind__in=[Kind.ANSWERED, Kind.REANSWERED]) | became)


def _has_been_told(response: Response, told: QuerySet[Happening]) -> bool:
    """Whether a digest has left since that may tell of it."""
    first = told.order_by("pk").values_list("pk", flat=True).first()
    if first is None:
        return False
    proposal = response.proposal
    # Who follows what was merged into it hears of it too.
    heard = [proposal, *merged_into([proposal.pk])[proposal.pk]]
    follows = Follow.objects.filter(
        Q(proposal__in=heard)
        | Q(consultation=proposal.consultation_id)
        | Q(subject__in=proposal.issues.all())
        | Q(commitment__in=response.commitments.all())
    )
    reached = follows.filter(since_happening__lt=first, follower__told_happening__gte=first)
    return reached.exists()


def _put_back(replaced: int | None) -> None:
    if replaced is None:
        return
    stood = Response.objects.get(pk=replaced)
    stood.replaced_at = None
    stood.save(update_fields=["replaced_at"])
    if stood.outcome in ADOPTING:
        Lineage.objects.bulk_create(
            (
                Lineage(proposal_id=stood.proposal_id, commitment=promise, response=stood)
                for promise in stood.commitments.all()
            ),
            ignore_conflicts=True,  # a source says so too: its word stays
        )
