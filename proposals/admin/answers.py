"""Answering in the admin: choose proposals, write once, look at each row, give all or none."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import Case, FilteredRelation, Prefetch, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from network.admin.signed import signed
from network.admin.undoing import Undo, Undoing
from network.admin.window import ReadOnly
from network.models import Letter, User
from network.record import signer
from network.signed_in import SignedIn
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.mail import BadLetter
from proposals import answering, unanswering
from proposals.admin.referring import Referring, address, asked, joined
from proposals.answering import Row, Said
from proposals.emails import answering as emails
from proposals.forms.answering import AnswerForm
from proposals.models import Referral, Response, ToAnswer
from proposals.models.proposal import AWAITED
from proposals.referring import ANSWERS_FOR_ANY, answerable_by
from proposals.waiting import Wait


class Planned:
    """One row of the preview: what stands, what would be written, and each author's letter."""

    def __init__(self, row: Row, said: Said, by: User) -> None:
        self.row = row
        self.response = said.to(row.proposal)
        self.objection = row.objection(said, by)
        self.is_same = not self.objection and said.is_as(row.stands)
        self.problem = ""
        self.letters: list[tuple[Any, Letter | None]] = []
        if not self.objection and not self.is_same:
            self._draw(said)

    def _draw(self, said: Said) -> None:
        try:
            self.letters = [
                (
                    one,
                    emails.drawn(one, self.response, said.commitments, before=self.row.stands),
                )
                for one in self.row.told
            ]
        except BadLetter as error:
            self.problem = str(error)


class Unanswered(SimpleListFilter):
    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("none", _("No answer yet")),
            ("late", _("Overdue")),
            ("not_found", _("No answer was found in the sources")),
            *Response.Outcome.choices,
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == "none":
            return queryset.filter(AWAITED, answer__isnull=True)
        if value == "not_found":
            return queryset.filter(~AWAITED, answer__isnull=True)
        if value == "late":
            due = timezone.localdate()
            return queryset.filter(answer__isnull=True, consultation__answers_due__lt=due)
        return queryset.filter(answer__outcome=value) if value else queryset


@admin.register(ToAnswer)
class ToAnswerAdmin(Referring, Undoing):
    """The public proposals, those that wait for an answer first, the oldest at the top."""

    actions = ["answer_selected", "refer_selected"]
    change_form_template = "admin/proposals/toanswer/change_form.html"
    fields = [
        "title", "consultation", "published_on", "problem", "ask", "gain", "standing_answer",
    ]  # fmt: skip
    list_display = ["title", "consultation", "published_on", "referred", "stands", "waits"]
    list_filter = [Unanswered, "consultation", "language", "issues"]
    list_select_related = ["consultation"]
    readonly_fields = ["published_on", "standing_answer"]
    search_fields = ["title", "problem"]

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        standing = FilteredRelation("responses", condition=Q(responses__replaced_at__isnull=True))
        given = Response.objects.current().select_related("institution")
        asked = Referral.objects.oldest().select_related("institution")
        public: QuerySet[Any] = ToAnswer.objects.public()
        if not self.reads_all(request):
            public = answerable_by(request.user, public)
        found: QuerySet[Any] = (
            public.annotate(answer=standing)
            .annotate(
                answered=Case(When(AWAITED, answer__isnull=True, then=Value(0)), default=Value(1))
            )
            .prefetch_related(
                Prefetch("responses", given, to_attr="standing"), Prefetch("referrals", asked)
            )
            .order_by("answered", "published_at", "pk")
        )
        return found

    def get_ordering(self, request: HttpRequest) -> Any:
        return ["answered", "published_at", "pk"]

    # Whoever may write answers may look at what there is to answer, and change nothing of it.

    def reads_all(self, request: HttpRequest) -> bool:
        """Whether someone sees more than what was referred to those they speak for."""
        user = request.user
        return user.has_perm(ANSWERS_FOR_ANY) or user.has_perm("proposals.view_toanswer")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.reads_all(request) or answering.may_answer(request.user)

    def has_answer_permission(self, request: HttpRequest) -> bool:
        return answering.may_answer(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("published"), ordering="published_at")
    def published_on(self, proposal: ToAnswer) -> str:
        return str(proposal.published_on or "—")

    @admin.display(description=_("answer"))
    def stands(self, proposal: Any) -> str:
        return proposal.standing[0].label if proposal.standing else "—"

    @admin.display(description=_("answer that stands"))
    def standing_answer(self, proposal: Any) -> SafeString | str:
        if not proposal.standing:
            return "—"
        response = proposal.standing[0]
        url = reverse("admin:proposals_response_change", args=[response.pk])
        return format_html('<a href="{}">{}</a>', url, response.label)

    @admin.display(description=_("waits"))
    def waits(self, proposal: Any) -> str:
        wait = Wait.of(proposal, proposal.consultation)
        if proposal.standing:
            return "—"
        if wait.overdue:
            late = ngettext("overdue by %(count)d day", "overdue by %(count)d days", wait.overdue)
            return late % {"count": wait.overdue}
        if wait.days is None:
            return "—"
        return ngettext("%(count)d day", "%(count)d days", wait.days) % {"count": wait.days}

    @admin.display(description=_("referred to"))
    def referred(self, proposal: Any) -> str:
        named = (one.institution for one in proposal.referrals.all())
        return ", ".join((one.short or one.name).text for one in named) or "—"

    def waits_for(self, request: Any, thing: Any) -> bool:
        waits = not thing.standing and thing.is_awaited
        return waits and answering.may_answer(request.user)

    def page_of(self, request: Any, thing: Any) -> str:
        return address("answer", [thing.pk])

    def get_list_display(self, request: HttpRequest) -> Any:
        """For whoever may answer, with the way to do it."""

        @admin.display(description=_("to do"))
        def link(proposal: Any) -> SafeString:
            label = (
                gettext("Change the answer") if proposal.standing else pgettext("to do", "Answer")
            )
            url = self.filtered(request, address("answer", [proposal.pk]))
            return format_html('<a href="{}">{}</a>', url, label)

        shown = super().get_list_display(request)
        return [*shown, link] if answering.may_answer(request.user) else shown

    def get_actions(self, request: HttpRequest) -> Any:
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    @admin.action(description=_("Answer the selected proposals…"), permissions=["answer"])
    def answer_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self.chosen(
            request, queryset, "answer", gettext("Answer at most %(count)d at once.")
        )

    # --- Undoing one -------------------------------------------------------------

    def may_undo(self, request: Any, thing: Any) -> bool:
        return unanswering.may_undo(thing, request.user)

    def undo_of(self, request: Any, thing: Any) -> Undo | None:
        given = unanswering.last_given(thing)
        if given is None or not self.may_undo(request, thing):
            return None
        stands = Response.objects.get(pk=given.kept["response"])
        return Undo(
            self.undo_url(request, thing),
            given.pk,
            signer(given.by) if given.by else _("A colleague"),
            stands.label,
            given.undo_until,
            letter_waits=bool(given.letters),
        )

    def undo_one(self, request: SignedIn, thing: Any, seen: int) -> None:
        unanswering.undo(thing, by=request.user, seen=seen)

    # --- Writing one answer for one or many --------------------------------------

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.answer_page)
        return [path("answer/", page, name="proposals_toanswer_answer"), *super().get_urls()]

    def answer_page(self, request: SignedIn) -> HttpResponse:
        """The form, then the preview row by row; the last button gives it to all or none."""
        if not answering.may_answer(request.user):
            raise PermissionDenied
        rows = answering.rows(asked(request))
        if not rows:
            raise Http404
        if not answering.may_answer_all([row.proposal.pk for row in rows], request.user):
            raise PermissionDenied
        form = AnswerForm(request.POST or None, initial=initial(rows), by=request.user)
        context: dict[str, Any] = {
            "rows": rows,
            "form": form,
            "ids": joined(row.proposal.pk for row in rows),
        }
        if request.method != "POST" or not form.is_valid() or "back" in request.POST:
            return self._page(request, "form", pgettext("to do", "Answer"), **context)
        said, status = form.said(), 200
        if "give" in request.POST:
            try:
                return self._give(request, rows, said)
            except Refused as refusal:
                messages.error(request, str(refusal))
                status = refusal.status
                context["rows"] = rows = answering.rows(asked(request))
        planned = [Planned(row, said, request.user) for row in rows]
        context |= {"planned": planned, "seen": answering.fingerprint(rows)}
        context["may_give"] = not any(one.objection or one.problem for one in planned)
        context["said"] = said
        return self._page(request, "preview", _("Look at it before it is given"), status, **context)

    def _give(self, request: SignedIn, rows: list[Row], said: Said) -> HttpResponse:
        proposals = [row.proposal for row in rows]
        seen = request.POST.get("seen", "")
        given = answering.answer(proposals, said, by=request.user, seen=seen)
        told = ngettext(
            "%(count)d proposal was answered; its author is told by letter in an hour.",
            "%(count)d proposals were answered; their authors are told by letter in an hour.",
            len(given),
        )
        url = self.filtered(request, address("answer", [one.pk for one in proposals]))
        links = [*self.undo_links(request, proposals), (url, _("Change the answer"))]
        self.tell(request, told % {"count": len(given)}, *links)
        return self.to_queue(request)

    def _page(
        self, request: HttpRequest, name: str, title: Any, status: int = 200, **context: Any
    ) -> HttpResponse:
        whole = {
            **self.admin_site.each_context(request),
            **self.around(request, [row.proposal for row in context["rows"]]),
            "opts": self.opts,
            "title": title,
        }
        template = f"admin/proposals/toanswer/{name}.html"
        return render(request, template, {**whole, **context}, status=status)

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **more: Any
    ) -> Any:
        if (proposal := more.get("obj")) is not None:
            if answering.may_answer(request.user):
                context["answer_url"] = self.filtered(request, address("answer", [proposal.pk]))
            if self.has_refer_permission(request):
                context["refer_url"] = self.filtered(request, address("refer", [proposal.pk]))
            context["referrals"] = [
                (one, one.may_be_taken_back_by(request.user)) for one in proposal.referrals.all()
            ]
        return super().render_change_form(request, context, *args, **more)


def initial(rows: list[Row]) -> dict[str, Any]:
    """Where one is to be changed, what stands; where one was undone, that; else only the day."""
    facts: dict[str, Any] = {"answered_on": timezone.localdate()}
    if len(rows) == 1 and not rows[0].stands:
        facts |= unanswering.taken_back(rows[0].proposal)
    if len(rows) == 1 and (stands := rows[0].stands):
        same = ("outcome", "reason_en", "reason_fr", "office_en", "office_fr", "source_url")
        facts |= {name: getattr(stands, name) for name in same}
        facts["institution"] = stands.institution_id
        facts["commitments"] = [one.pk for one in stands.commitments.all()]
    return facts


@admin.register(Response)
class ResponseAdmin(ReadOnly):
    """The history of answers: changing one writes another, and keeps it."""

    fields = [
        "proposal", "outcome", "reason_en", "reason_fr", "institution", "office_en", "office_fr",
        "commitments", "answered_on", "source_url", "written_at", "writer", "replaced_at",
    ]  # fmt: skip
    list_display = [
        "proposal", "outcome", "institution", "answered_on", "writer", "replaced_at",
    ]  # fmt: skip
    list_filter = ["outcome", "institution", ("replaced_at", admin.EmptyFieldListFilter)]
    list_select_related = ["proposal", "institution", "written_by"]
    ordering = ["-written_at", "-pk"]
    search_fields = ["proposal__title", "reason_en", "reason_fr"]
    readonly_fields = ["writer"]

    writer = signed(Response, "written_by")
