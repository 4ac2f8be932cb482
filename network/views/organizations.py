"""The directory of organizations, a page for each, and putting one in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from network.directory import Directory
from network.forms.organizations import OrganizationForm
from network.models import Affiliation, Member, Organization, Revision
from network.signed_in import SignedIn
from opengov_portal.lib.errors import Gone
from opengov_portal.lib.languages import alphabet_key
from opengov_portal.lib.pages import for_readers, render_page
from opengov_portal.lib.requests import limited


@require_safe
@for_readers
def organizations(request: HttpRequest) -> HttpResponseBase:
    directory = Directory(request.GET)
    page = directory.page(request.GET.get("page"))
    response = render_page(
        request,
        "network/organizations.html",
        "network/_organizations.html",
        {"directory": directory, "page": page},
    )
    # What htmx shows in the address bar leaves out what was left empty.
    number = page.number if page.number > 1 else ""
    response.headers["HX-Push-Url"] = request.path + directory.address(page=number)
    return response


@require_safe
@for_readers
def organization(request: HttpRequest, slug: str) -> HttpResponseBase:
    found = _visible(request, slug)
    member = Member.behind(request.user)
    shown = sorted(
        found.affiliations.shown(),
        key=lambda one: (not one.speaks, alphabet_key(one.member.user.name)),
    )
    confirmable = Affiliation.objects.confirmable_by(request.user).filter(organization=found)
    return render(
        request,
        "network/organization.html",
        {
            "organization": found,
            "issues": sorted(found.issues.all(), key=lambda one: alphabet_key(one.label)),
            "signatures": found.signatures.public().newest(),
            "people": shown,
            "member": member,
            "mine": found.affiliations.filter(member=member).first() if member else None,
            "waiting": confirmable.waiting().oldest() if request.user.is_authenticated else [],
            "may_revise": found.may_be_revised_by(request.user),
            "revised": found.revisions.waiting().first() if member else None,
        },
    )


def _visible(request: HttpRequest, slug: str) -> Organization:
    """What this reader may see; 410 for what was listed once, 404 for all else."""
    found = Organization.objects.visible_to(request.user).filter(slug=slug).first()
    if found:
        return found
    if Organization.objects.filter(slug=slug, delisted_at__isnull=False).exists():
        raise Gone(_("This organization is no longer listed here."))
    raise Http404


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("organization", times=60, seconds=3600)
def new_organization(request: HttpRequest) -> HttpResponseBase:
    """A member puts an organization in; a moderator then reads it."""
    member = Member.behind(request.user)
    form = OrganizationForm(request.POST or None)
    if request.method == "POST":
        if member is None:
            raise PermissionDenied
        if form.is_valid():
            new = Organization.propose(by=member, **form.cleaned_data)
            messages.success(request, _("Thank you. A moderator reads it, then writes to you."))
            return redirect(new)
    return render(request, "network/organization_new.html", {"form": form, "member": member})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("organization", times=60, seconds=3600)
def revise_organization(request: SignedIn, slug: str) -> HttpResponseBase:
    """A representative says what is to change; the page stays as it is until it is agreed to."""
    found = get_object_or_404(Organization.objects.public(), slug=slug)
    if not found.may_be_revised_by(request.user):
        raise PermissionDenied
    form = OrganizationForm(request.POST or None, organization=found)
    if request.method == "POST" and form.is_valid():
        revision = Revision.propose(found, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("Thank you. The page stays as it is until a moderator has read the change.")
            if revision
            else _("Nothing differs from the page as it is, so nothing waits."),
        )
        return redirect(found)
    return render(
        request, "network/organization_revise.html", {"form": form, "organization": found}
    )
