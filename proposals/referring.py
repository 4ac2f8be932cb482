"""Referring: passing proposals on to the institutions that are to answer them."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import Institution, Responder
from network.models import Deed, Edition, User
from opengov_portal.lib.errors import Refused
from proposals.emails import referring as emails
from proposals.models import Proposal, Referral

ANSWERS_FOR_ANY = "proposals.add_response"
ANSWERS_FOR_THEIRS = "proposals.answer_as_responder"


def may_refer(user: User) -> bool:
    return user.has_perm("proposals.add_referral")


@transaction.atomic
def refer(proposals: Iterable[Proposal], institutions: Iterable[Institution], *, by: User) -> int:
    """Ask these institutions to answer these proposals; how many were not asked before.

    Who speaks for one gets a letter of all that is new to it, once.
    """
    if not may_refer(by):
        raise PermissionDenied
    Edition.take_turn()  # of two who refer the same, the second finds it done
    asked, count, now = list(proposals), 0, timezone.now()
    for institution in institutions:
        before = institution.referrals.filter(proposal__in=asked)
        known = set(before.values_list("proposal_id", flat=True))
        new = [one for one in asked if one.pk not in known]
        made = Referral.objects.bulk_create(
            Referral(proposal=one, institution=institution, by=by, at=now) for one in new
        )
        Deed.objects.bulk_create(
            Deed.of(Deed.Act.DECIDED, one, by=by, changes=[{"field": "referrals"}]) for one in new
        )
        emails.referred(institution, made)
        count += len(made)
    return count


@transaction.atomic
def take_back(referral: Referral, *, by: User) -> None:
    """The institution is no longer asked. An answer that it gave stands.

    A letter that has not left says nothing of it any more; whoever was told is told.
    """
    if not referral.may_be_taken_back_by(by):
        raise PermissionDenied
    Edition.take_turn()
    if not Referral.objects.filter(pk=referral.pk).delete()[0]:
        raise Refused(_("Someone else has just taken this back."))
    asked = [{"field": "referrals"}]
    Deed.record(Deed.Act.UNDONE, referral.proposal, by=by, changes=asked)
    emails.recalled(referral)


def unheard(institutions: Iterable[Institution]) -> QuerySet[Institution]:
    """Of these, the ones at which nobody gets a letter of what is referred."""
    heard = Responder.objects.hearing()
    asked = Institution.objects.filter(pk__in=[one.pk for one in institutions])
    return asked.exclude(pk__in=heard.values("institution")).order_by("name_en")


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
