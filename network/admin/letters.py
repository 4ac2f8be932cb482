"""The outbox, and the addresses that are not written to."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from network.admin.queueing import Queued
from network.admin.window import ReadOnly, Window
from network.models import Letter, Stop
from network.signed_in import SignedIn
from opengov_portal.lib.errors import Refused


@admin.register(Letter)
class LetterAdmin(Queued, ReadOnly):
    """The outbox, what failed first. What letters say is not shown: it opens things."""

    actions = ["post_again"]
    date_hierarchy = "owed_since"
    fields = [
        "subject", "to", "user", "language", "kind", "template", "state", "attempts",
        "last_error", "owed_since", "next_try_at", "claimed_until", "posted_at", "message_id",
    ]  # fmt: skip
    list_display = ["subject", "to", "state", "attempts", "last_error", "owed_since", "posted_at"]
    list_filter = ["state", "kind", "language", "template"]
    ordering = [Case(When(state=Letter.State.FAILED, then=Value(0)), default=Value(1)), "-pk"]
    personal = ("to", "last_error", "subject", "message_id")
    search_fields = ["to", "subject", "message_id"]

    @admin.action(description=_("Post the selected letters again"), permissions=["post"])
    def post_again(self, request: SignedIn, queryset: QuerySet[Letter]) -> None:
        """Those that failed or were withheld; the others are left as they are."""
        again = left = 0
        for letter in queryset:
            try:
                letter.post_again(by=request.user)
                again += 1
            except Refused:
                left += 1
        if again:
            said = ngettext(
                "%(count)d letter is owed again.", "%(count)d letters are owed again.", again
            )
            messages.success(request, said % {"count": again})
        if left:
            said = ngettext(
                "%(count)d letter was left as it is: only one that failed or was withheld goes "
                "again.",
                "%(count)d letters were left as they are: only those that failed or were "
                "withheld go again.",
                left,
            )
            messages.warning(request, said % {"count": left})

    def waits_for(self, request: Any, thing: Letter) -> bool:
        return thing.state == Letter.State.FAILED and self.has_post_permission(request)

    def has_post_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("network.change_letter")


@admin.register(Stop)
class StopAdmin(Window):
    """Addresses that are not written to. Delete one only when its owner asks to hear again."""

    fields = ["address", "scope"]
    list_display = ["address", "scope", "how", "at"]
    list_filter = ["how", "scope"]
    ordering = ["-at", "-pk"]
    personal = ("address",)
    search_fields = ["address"]

    def save_model(self, request: HttpRequest, obj: Stop, form: Any, change: bool) -> None:
        obj.how = Stop.How.STAFF
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
