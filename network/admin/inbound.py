"""What came to join@: what waits first, each as plain words, and an answer to it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from network.admin.undoing import Undoing
from network.admin.window import ReadOnly
from network.forms.answering import AnswerForm
from network.models import Deed, InboundMessage
from network.receiving import answer
from network.roles import sees_addresses
from network.signed_in import SignedIn
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.languages import active


@admin.register(InboundMessage)
class InboundMessageAdmin(Undoing, ReadOnly):
    """Nothing of a message is drawn but its words: no HTML of its, and nothing it refers to."""

    actions = ["mark_done"]
    change_form_template = "admin/network/inboundmessage/change_form.html"
    date_hierarchy = "received_at"
    fields = [
        "state", "outcome", "why_shown", "sender", "sender_name", "envelope_sender", "recipient",
        "received_at", "judged_at", "done_at", "language", "way", "size", "about",
        "answer", "join_request", "answered_by", "message_id",
    ]  # fmt: skip
    list_display = ["subject_shown", "sender", "state", "outcome", "received_at"]
    list_filter = ["state", "outcome", "way", "language", "is_partial"]
    ordering = [
        Case(When(state=InboundMessage.State.WAITING, then=Value(0)), default=Value(1)),
        "-received_at",
        "-pk",
    ]
    personal = (
        "sender", "sender_name", "envelope_sender", "recipient", "message_id", "answer", "subject",
        "text",
    )  # fmt: skip
    search_fields = ["sender", "sender_name", "subject", "text", "message_id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundMessage]:
        queryset: QuerySet[InboundMessage] = super().get_queryset(request)
        return queryset.defer("raw")

    @admin.display(description=_("subject line"), ordering="subject")
    def subject_shown(self, message: InboundMessage) -> str:
        return message.subject or str(_("(no subject line)"))

    @admin.display(description=_("why"))
    def why_shown(self, message: InboundMessage) -> str:
        return message.reason

    @admin.action(description=_("Nothing more to do with the selected"), permissions=["answer"])
    def mark_done(self, request: HttpRequest, queryset: QuerySet[InboundMessage]) -> None:
        """Those that wait; of the others it says that they do not, or no more."""
        done = []
        for message in queryset:
            try:
                message.mark_done(by=request.user)  # type: ignore[arg-type]
                done.append(message)
            except Refused as refusal:
                self.message_user(request, f"{message}: {refusal}", messages.WARNING)
        if done:
            said = ngettext(
                "%(count)d message waits no more.", "%(count)d messages wait no more.", len(done)
            )
            self.tell(request, said % {"count": len(done)}, *self.undo_links(request, done))

    def waits_for(self, request: Any, thing: InboundMessage) -> bool:
        return thing.state == InboundMessage.State.WAITING and self.has_answer_permission(request)

    def has_answer_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("network.change_inboundmessage")

    # --- One message -----------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        name = "network_inboundmessage"
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/answer/", wrap(require_POST(self.answer)), name=f"{name}_answer"),
            path("<int:pk>/raw/", wrap(require_safe(self.raw)), name=f"{name}_raw"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        message = self.get_object(request, object_id)
        may = (
            message is not None and message.may_be_answered and self.has_answer_permission(request)
        )
        language = (message.language if message else "") or active()
        typed = message.taken_back if message else {}
        form = AnswerForm(initial={"language": language, **typed}, prefix="answer")
        context = {"message": message, "answer_form": form if may else None}
        return super().change_view(request, object_id, form_url, context)

    def answer(self, request: SignedIn, pk: int) -> HttpResponseBase:
        """Send it; or show it again, with what was typed, where it cannot go yet."""
        message = get_object_or_404(InboundMessage, pk=pk)
        if not message.may_be_answered_by(request.user):
            raise PermissionDenied
        form = AnswerForm(request.POST, prefix="answer")
        if not form.is_valid():
            Deed.seen(message, by=request.user)
            context = {
                **self.admin_site.each_context(request),
                **self.around(request, [message]),
                "opts": self.opts,
                "title": pgettext("to do", "Answer"),
                "original": message,
                "message": message,
                "answer_form": form,
            }
            return TemplateResponse(request, "admin/network/inboundmessage/answer.html", context)
        answer(message, by=request.user, **form.cleaned_data)
        page = self.filtered(request, self.page_of(request, message))
        links = [*self.undo_links(request, [message]), (page, _("See it"))]
        self.tell(request, _("Your answer goes in an hour."), *links)
        return self.to_queue(request)

    def raw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The message as it came, as a file of plain text that no browser opens by itself."""
        if not self.has_view_permission(request) or not sees_addresses(request.user):
            raise PermissionDenied
        message = get_object_or_404(InboundMessage, pk=pk)
        Deed.seen(message, by=request.user)
        file = HttpResponse(bytes(message.raw), content_type="text/plain; charset=utf-8")
        file.headers["Content-Disposition"] = f'attachment; filename="message-{message.pk}.txt"'
        return file
