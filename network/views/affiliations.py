"""Belonging to an organization: saying so, leaving, being shown; confirming others."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from network import actions
from network.forms.organizations import WhyForm
from network.models import Affiliation, Member, Organization
from network.signed_in import SignedIn
from opengov_portal.lib.requests import limited

ROLES = {"member": False, "representative": True}


def _represents(request: HttpRequest) -> bool:
    """Whether the button said “represents it” rather than “belongs to it”."""
    try:
        return ROLES[request.POST.get("as", "")]
    except KeyError:
        raise BadRequest from None


def _member(request: HttpRequest) -> Member:
    member = Member.behind(request.user)
    if member is None:
        raise PermissionDenied
    return member


@never_cache
@login_required
@require_POST
@limited("affiliation", times=30, seconds=3600)
def belong(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A member says that they belong to an organization, or asks to represent it."""
    organization = get_object_or_404(Organization.objects.public(), slug=slug)
    actions.claim_affiliation(organization, by=_member(request), represent=_represents(request))
    messages.success(request, _("Noted. Someone there, or our staff, confirms it."))
    return redirect(organization)


@never_cache
@login_required
@require_POST
def leave_organization(request: HttpRequest, slug: str) -> HttpResponseBase:
    mine = get_object_or_404(Affiliation, organization__slug=slug, member=_member(request))
    mine.leave(by=mine.member)
    messages.success(request, _("You no longer belong to this organization here."))
    if mine.organization.is_public:
        return redirect(mine.organization)
    return redirect("network:organizations")


@never_cache
@login_required
@require_POST
def show_me(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The member chooses whether their name stands on the organization's page."""
    mine = get_object_or_404(Affiliation, organization__slug=slug, member=_member(request))
    mine.show("listed" in request.POST, by=mine.member)
    messages.success(request, _("Your choice is kept."))
    return redirect(mine.organization)


@never_cache
@login_required
@require_POST
def confirm_affiliation(request: SignedIn, slug: str, pk: int) -> HttpResponseBase:
    asked = Affiliation.objects.confirmable_by(request.user)
    affiliation = get_object_or_404(asked, organization__slug=slug, pk=pk)
    actions.confirm_affiliation(affiliation, by=request.user, represents=_represents(request))
    messages.success(
        request,
        _("Confirmed. They get a letter in an hour.")
        if request.user.is_staff
        else _("Confirmed. We have written to them."),
    )
    return redirect(affiliation.organization)


@never_cache
@login_required
@require_POST
def refuse_affiliation(request: SignedIn, slug: str, pk: int) -> HttpResponseBase:
    asked = Affiliation.objects.confirmable_by(request.user)
    affiliation = get_object_or_404(asked, organization__slug=slug, pk=pk)
    form = WhyForm(request.POST)
    if form.is_valid():
        actions.refuse_affiliation(affiliation, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("Refused. They get a letter in an hour.")
            if request.user.is_staff
            else _("Refused. We have written to them."),
        )
    else:
        messages.error(request, _("Say why, in a sentence: they are told."))
    return redirect(affiliation.organization)
