"""Referring: passing proposals on to the institutions that are to answer them."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from commitments.models import Institution
from network.models import Deed, User
from proposals.models import Proposal, Referral

ANSWERS_FOR_ANY = "proposals.add_response"
ANSWERS_FOR_THEIRS = "proposals.answer_as_responder"


def may_refer(user: User) -> bool:
    return user.has_perm("proposals.add_referral")


@transaction.atomic
def refer(proposals: Iterable[Proposal], institutions: Iterable[Institution], *, by: User) -> int:
    """Ask these institutions to answer these proposals; how many were not asked before."""
    if not may_refer(by):
        raise PermissionDenied
    ways = [(one, to) for to in institutions for one in proposals]
    before = Referral.objects.count()
    Referral.objects.bulk_create(
        (Referral(proposal_id=one.pk, institution=to, by=by) for one, to in ways),
        ignore_conflicts=True,
    )
    Deed.objects.bulk_create(
        Deed.of(Deed.Act.DECIDED, one, by=by, changes=[{"field": "referrals"}]) for one, _to in ways
    )
    return Referral.objects.count() - before


@transaction.atomic
def take_back(referral: Referral, *, by: User) -> None:
    """The institution is no longer asked. An answer that it gave stands."""
    if not referral.may_be_taken_back_by(by):
        raise PermissionDenied
    asked = [{"field": "referrals"}]
    Deed.record(Deed.Act.UNDONE, referral.proposal, by=by, changes=asked)
    referral.delete()


# --- Who answers for whom ------------------------------------------------------------


def institutions_of(user: User) -> QuerySet[Institution]:
    """Those in whose name someone may answer: any, or those they were appointed to speak for."""
    if user.has_perm(ANSWERS_FOR_ANY):
        return Institution.objects.all()
    if user.has_perm(ANSWERS_FOR_THEIRS):
        return Institution.objects.spoken_for_by(user)
    return Institution.objects.none()


def answerable_by(user: User, proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Of these, the ones that someone may answer: all, or those referred to theirs."""
    if user.has_perm(ANSWERS_FOR_ANY):
        return proposals
    referred = Referral.objects.filter(institution__in=institutions_of(user))
    return proposals.filter(pk__in=referred.values("proposal"))
