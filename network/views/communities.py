"""Communities of practice: the list, a page each, joining, and what invites others."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from network.models import Affiliation, Community, Organization, Reach, Subject, User
from network.pictures import square_code
from network.reach import rounded
from opengov_portal.lib.languages import active, alphabet_key, other
from opengov_portal.lib.pages import for_readers
from opengov_portal.lib.requests import limited

SHOWN = 12  # commitments on a community's page
NAMES = 60  # members a page


@require_safe
@for_readers
def communities(request: HttpRequest) -> HttpResponseBase:
    public = Community.objects.public().with_counts()
    listed = sorted(public, key=lambda one: alphabet_key(one.name))
    return render(request, "network/communities.html", {"communities": listed})


@require_safe
@for_readers
def community(request: HttpRequest, slug: str) -> HttpResponseBase:
    community = find(slug)
    issues = sorted(community.issues.all(), key=lambda one: alphabet_key(one.label))
    page = Paginator(named(community), NAMES).get_page(request.GET.get("page"))
    return render(
        request,
        "network/community.html",
        {
            "community": community,
            "issues": issues,
            "promises": Promises(community, issues),
            "page": page,
            "size": size(community, page.paginator.count),
            "is_in": community.has(request.user),
            "may_join": community.may_be_joined_by(request.user),
        },
    )


def find(slug: str) -> Community:
    return get_object_or_404(Community.objects.public(), slug=slug)


def size(community: Community, named: int) -> int:
    """At least how many are in it; 0 for fewer than five.

    As they were last counted (`network.reach`): a figure that moved with each person
    would tell who moved it. Names are shown as soon as they may be, so they count.
    """
    counted = Reach.latest()
    return max(counted.of("communities", community.slug) if counted else 0, rounded(named))


def named(community: Community) -> Any:
    """Its members who chose to be seen, with the organizations that confirmed them."""
    ties = Affiliation.objects.listed().filter(organization__state=Organization.State.PUBLIC)
    ties = ties.select_related("organization").order_by("pk")
    members = community.members.listed().exclude(user__name="").filter(user__is_active=True)
    members = members.select_related("user").order_by("user__name", "pk")
    return members.prefetch_related(Prefetch("affiliations", ties, to_attr="confirmed"))


class Promises:
    """What the plans promise on a community's issues: the newest by plan, and where to see all."""

    def __init__(self, community: Community, issues: list[Subject]) -> None:
        tags = community.commitment_tags()
        order = ("content_object__plan__ordinal", "content_object__number", "content_object")
        rows = tags.order_by(f"-{order[0]}", *order[1:]).values_list(*order).distinct()
        self.total: int = rows.count() if issues else 0
        newest = [pk for *_place, pk in rows[:SHOWN]] if self.total else []
        if newest:
            tags = tags.filter(content_object__in=newest).select_related("content_object__plan")
            found = {tag.content_object_id: tag.content_object for tag in tags}
            newest = [found[pk] for pk in newest]
        groups = groupby(newest, key=attrgetter("plan"))
        self.plans = [(plan, list(promised)) for plan, promised in groups]
        query = urlencode({"tag": [issue.slug for issue in issues]}, doseq=True)
        self.url = f"{reverse('commitments:index')}?{query}"


@never_cache
@limited("communities", times=30, seconds=600)
def join_community(request: HttpRequest, slug: str) -> HttpResponseBase:
    return asked(request, slug, Community.join, _("You are in this community now."))


@never_cache
@limited("communities", times=30, seconds=600)
def leave_community(request: HttpRequest, slug: str) -> HttpResponseBase:
    return asked(request, slug, Community.leave, _("You have left this community."))


def asked(
    request: HttpRequest, slug: str, verb: Callable[..., None], said: str
) -> HttpResponseBase:
    """Do it for whoever pressed the button; all others are led to the page that has it."""
    community = find(slug)
    if request.method == "POST" and isinstance(request.user, User):
        verb(community, by=request.user)
        messages.success(request, said)
    elif request.method == "POST":
        return redirect_to_login(community.get_absolute_url())
    return redirect(community)


@dataclass(frozen=True)
class Invitation:
    """What invites to a community in one language: a letter, ready to be sent."""

    language: str
    community: Community

    @property
    def url(self) -> str:
        with override(self.language):
            return settings.SITE_URL + self.community.get_absolute_url()

    @property
    def subject(self) -> str:
        with override(self.language):
            return _("%(community)s: what openness means for us") % {
                "community": self.community.name
            }

    @property
    def text(self) -> str:
        with override(self.language):
            context = {"community": self.community, "url": self.url}
            return render_to_string("network/invitation.txt", context).strip() + "\n"

    @property
    def mail(self) -> str:
        """A link that opens the reader's own mail program with the letter in it."""
        body = self.text.replace("\n", "\r\n")  # RFC 6068, section 5
        return f"mailto:?subject={quote(self.subject)}&body={quote(body)}"


def invitations(community: Community) -> list[Invitation]:
    """In both languages, the reader's first."""
    return [Invitation(language, community) for language in (active(), other(active()))]


@require_safe
@for_readers
def invite(request: HttpRequest, slug: str) -> HttpResponseBase:
    community = find(slug)
    context = {"community": community, "invitations": invitations(community)}
    return render(request, "network/invitation.html", context)


@require_safe
@for_readers
def poster(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One sheet of paper in both languages; its code leads to the reader's own."""
    community = find(slug)
    # Without /en/ or /fr/, an address leads to the language that the reader's phone asks for.
    address = settings.SITE_URL + community.get_absolute_url().removeprefix(f"/{active()}")
    return render(
        request,
        "network/invitation_poster.html",
        {
            "community": community,
            "invitations": invitations(community),
            "address": address,
            "code": square_code(address, _("QR code of the community’s page")),
        },
    )
