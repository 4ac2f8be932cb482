"""The moderators' desk: one queue of what waits, and the page on which one is decided."""

from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from network.admin.queueing import Queued
from network.admin.undoing import Undo
from network.models import Deed, User
from proposals.admin.bulk import Bulk
from proposals.admin.deciding import ACTS, Deciding, undo_url, undos
from proposals.models import Appeal, Brief, Flag, Proposal

EARLIER = 10  # of the same author, beside the one that is read
WORDS = ("problem", "ask", "gain", "links", "consent")  # which the queue does not show
State = Proposal.State


class DeskFilter(admin.SimpleListFilter):
    """What waits for a moderator, unless something else is asked for."""

    title = _("queue")
    parameter_name = "desk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("appeals", _("Appeals")),
            ("flagged", _("Flagged by visitors")),
            *((state.value, state.label) for state in State if state != State.WAITING),
            ("all", _("All")),
        ]

    def choices(self, changelist: Any) -> Any:
        """Those that wait come first, and are what is shown when nothing is asked for."""
        said = list(super().choices(changelist))
        said[0]["display"] = _("Waiting for a moderator")
        return said

    def queryset(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        value = self.value()
        if value == "all":
            return queryset
        if value == "appeals":
            return queryset.filter(pk__in=Appeal.objects.waiting().values("proposal"))
        if value == "flagged":
            return queryset.filter(pk__in=Flag.objects.open().values("proposal"), state="published")
        return queryset.filter(state=value or State.WAITING)


def of_the_same_author(*, published: bool) -> Coalesce:
    """How many others the author put forward; without an address nobody is known."""
    others = Proposal.objects.filter(address=OuterRef("address")).exclude(pk=OuterRef("pk"))
    if published:
        others = others.filter(published_at__isnull=False)
    counted = others.exclude(address="").exclude(state=State.UNCONFIRMED).order_by()
    return Coalesce(
        Subquery(counted.values("address").annotate(n=Count("pk")).values("n")), Value(0)
    )


def marked(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Each with what else its author put forward, its open flags, and whether an appeal waits."""
    flags = Flag.objects.open().filter(proposal=OuterRef("pk")).order_by().values("proposal")
    counted = Subquery(flags.annotate(n=Count("pk")).values("n"))
    return proposals.annotate(
        others=of_the_same_author(published=False),
        others_published=of_the_same_author(published=True),
        flagged=Coalesce(counted, Value(0)),
        appeals=Exists(Appeal.objects.waiting().filter(proposal=OuterRef("pk"))),
    )


@admin.register(Proposal)
class ProposalAdmin(Bulk, Deciding, Queued):
    """Proposals: those that wait, oldest first. Nothing of them is typed here."""

    actions = ["publish_selected", "refuse_selected"]
    list_display = ["__str__", "age", "who", "consultation", "language", "marks", "state"]
    list_filter = [DeskFilter, "consultation", "language"]
    list_select_related = ["consultation", "organization"]
    ordering = [
        Case(When(state=State.WAITING, then=Value(0)), default=Value(1)),
        "waiting_since",
        "pk",
    ]
    personal = ("email",)
    search_fields = ["title", "name", "email"]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The queue sorts keys alone, and marks the rows of the page that is shown."""
        shown = super().get_changelist_instance(request)
        keys = list(shown.result_list.values_list("pk", flat=True))
        known = Proposal.objects.select_related(*self.list_select_related, "appeal__refusal")
        rows = marked(known.defer(*WORDS))
        found = rows.in_bulk(keys)
        shown.result_list = [found[key] for key in keys if key in found]
        return shown

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def waits_for(self, request: Any, thing: Any) -> bool:
        """For a decision, on an appeal by another than who refused it, or a look at a flag."""
        flagged = thing.flagged and thing.state == State.PUBLISHED
        appealed = thing.appeals and thing.appeal.may_be_decided_by(request.user)
        waits = thing.state == State.WAITING or appealed or flagged
        return bool(waits and thing.may_be_moderated_by(request.user))

    # --- The queue -----------------------------------------------------------------

    @admin.display(description=_("age"), ordering="waiting_since")
    def age(self, proposal: Proposal) -> SafeString | str:
        if proposal.waiting_since is None:
            return "—"
        if proposal.state != State.WAITING:
            return timezone.localtime(proposal.waiting_since).strftime("%Y-%m-%d")
        days = days_waited(proposal)
        said = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
        if not is_overdue(proposal):
            return said
        return format_html('{} <strong class="overdue">⚠ {}</strong>', said, _("overdue"))

    @admin.display(description=_("who"))
    def who(self, proposal: Any) -> str:
        return who(proposal)

    @admin.display(description=_("marks"))
    def marks(self, proposal: Any) -> str:
        said = []
        if proposal.appeals:
            said.append(str(_("appeal")))
        if proposal.flagged:
            count = proposal.flagged
            said.append(ngettext("%(count)d flag", "%(count)d flags", count) % {"count": count})
        return ", ".join(said) or "—"

    # --- One proposal --------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        def to(route: str, view: Any, name: str) -> URLPattern:
            shown: Any = self.admin_site.admin_view(view)
            made: URLPattern = path(route, shown, name=f"proposals_proposal_{name}")
            return made

        return [
            *(to(f"<int:pk>/{name}/", partial(self.decide, name=name), name) for name in ACTS),
            to("<int:pk>/merge/", self.merge_page, "merge"),
            to("<int:pk>/part/", self.part_page, "part"),
            to("<int:pk>/brief/", self.brief_page, "brief"),
            to("<int:pk>/strike/", self.strike_page, "strike"),
            to("<int:pk>/unstrike/<int:strike>/", self.unstrike, "unstrike"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """All that a moderator needs to decide. Nothing is typed here, so a POST finds nothing."""
        if not self.has_view_permission(request) or request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        found = marked(Proposal.objects.select_related("consultation", "organization"))
        number = object_id if object_id.isascii() and object_id.isdecimal() else 0
        proposal = get_object_or_404(found, pk=number)
        Deed.seen(proposal, by=request.user)
        context = {
            **self.admin_site.each_context(request),
            **self.around(request, [proposal]),
            **desk_of(proposal, request.user),
            "undos": self.undos_of(request, proposal),
            "opts": self.opts,
            "original": proposal,
            "title": proposal.title,
        }
        return TemplateResponse(request, "admin/proposals/proposal/desk.html", context)

    def undos_of(self, request: Any, proposal: Proposal) -> list[Undo]:
        """What whoever looks can undo."""
        if not proposal.may_be_moderated_by(request.user):
            return []
        return undos(proposal, lambda verb: self.filtered(request, undo_url(proposal, verb)))


def days_waited(proposal: Proposal) -> int:
    """Whole days that it has waited for a moderator, as the desk's first page counts them."""
    if proposal.waiting_since is None:
        return 0
    return (timezone.localdate() - timezone.localdate(proposal.waiting_since)).days


def is_overdue(proposal: Proposal) -> bool:
    """Whether it has waited longer than was promised, to the minute."""
    if proposal.state != State.WAITING or proposal.waiting_since is None:
        return False
    return timezone.now() - proposal.waiting_since > timedelta(days=settings.MODERATION_DAYS)


def who(proposal: Any) -> str:
    """Whether its author is known, and from what. Takes one that is `marked`."""
    if not proposal.address:
        return str(_("Nobody’s address is kept"))
    if not proposal.others:
        return str(_("First time"))
    said = ngettext(
        "Known: %(count)d other (published: %(published)d)",
        "Known: %(count)d others (published: %(published)d)",
        proposal.others,
    )
    return said % {"count": proposal.others, "published": proposal.others_published}


def hosts(links: Any) -> list[tuple[str, str]]:
    """Links and the host that each leads to."""
    said = []
    for link in links:
        try:
            said.append((str(link), urlsplit(str(link)).hostname or "?"))
        except ValueError:
            said.append((str(link), "?"))
    return said


def desk_of(proposal: Any, user: User) -> dict[str, Any]:
    """What the page of one proposal at the desk shows."""
    from proposals.search import similar

    author = Proposal.objects.filter(address=proposal.address).exclude(pk=proposal.pk)
    earlier = author.exclude(address="").exclude(state=State.UNCONFIRMED)
    words = "\n".join([proposal.title, proposal.problem, proposal.ask])
    found = similar(words, proposal.language, but=proposal)
    alike = Proposal.objects.in_bulk([entry.pk for entry in found.proposals])
    appeal = getattr(proposal, "appeal", None)
    brief = Brief.objects.light().select_related("taken_off").filter(proposal=proposal).first()
    days = days_waited(proposal) if proposal.state == State.WAITING else None
    return {
        "proposal": proposal,
        "may_decide": proposal.may_be_moderated_by(user),
        "is_own": proposal.is_of(user),
        "days": days,
        "overdue": is_overdue(proposal),
        "promised": settings.MODERATION_DAYS,
        "who": who(proposal),
        "links": hosts(proposal.links),
        "earlier": list(earlier.order_by("-created_at", "-pk")[:EARLIER]),
        "similar": found,
        "alike": [alike[entry.pk] for entry in found.proposals if entry.pk in alike],
        "brief": brief,
        "brief_may_go": brief is not None and brief.may_be_taken_off,
        "brief_may_come": brief is not None and brief.may_be_replaced,
        "issues": list(proposal.issues.order_by("slug")),
        "related": list(proposal.commitments.select_related("plan").order_by("pk")),
        "steps": list(proposal.steps.oldest().select_related("by", "undone_by")),
        "flags": list(proposal.flags.open().oldest()),
        "looked_at": list(
            proposal.flags.filter(handled_at__isnull=False).oldest().select_related("handled_by")
        ),
        "strikes": list(proposal.strikes.newest().select_related("by", "undone_by")),
        "originals": list(proposal.originals.order_by("field")),
        "appeal": appeal,
        "may_decide_appeal": appeal is not None and appeal.may_be_decided_by(user),
        "merged": list(proposal.merged.order_by("pk")),
    }
