"""What answers for a plan or a commitment that is not here: it was removed, or never was."""

from django.db.models import Q
from django.http import Http404
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from commitments.models import ActionPlan, Change, Commitment
from opengov_portal.lib.dates import written
from opengov_portal.lib.errors import Gone


def plan_at(slug: str) -> ActionPlan:
    """Raises Gone for one that was removed, Http404 for one that never was."""
    found = ActionPlan.objects.filter(slug=slug).first()
    if found is None:
        raise removed(slug, words=_("This action plan was removed from the portal on %(day)s."))
    return found


def commitment_at(slug: str, number: int) -> Commitment:
    """With its plan. Raises as `no_commitment` says."""
    rows = Commitment.objects.select_related("plan")
    found: Commitment | None = rows.filter(plan__slug=slug, number=number).first()
    if found is None:
        raise no_commitment(slug, number)
    return found


def no_commitment(slug: str, number: int) -> Exception:
    """What to raise where a plan has none of that number: Gone if it once had, else Http404."""
    codes = {Commitment.code_for(ActionPlan(slug=slug), number), *codes_of_its_own(slug, number)}
    return removed(*codes, words=_("This commitment was removed from the portal on %(day)s."))


def codes_of_its_own(slug: str, number: int) -> set[str]:
    """The stable ids that plan and number did not make, of what was removed from there."""
    told = Change.objects.filter(Q(plan__slug=slug) | Q(plan=None), kind=Change.Kind.REMOVED)
    others = told.exclude(code__regex=rf"^{slug}-\d+$").exclude(deed=None)
    place = {"plan": slug, "number": number}
    return {
        code
        for code, changes in others.values_list("code", "deed__changes")
        if place.items() <= {one["field"]: one["before"] for one in changes}.items()
    }


def removed(*codes: str, words: str) -> Exception:
    told = Change.objects.filter(kind=Change.Kind.REMOVED, code__in=codes)
    at = told.newest().values_list("at", flat=True).first()
    return Http404() if at is None else Gone(words % {"day": written(localtime(at))})
