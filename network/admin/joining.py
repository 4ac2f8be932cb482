"""Who asked to join, or for something else: looked at, and changed by nobody."""

from django.contrib import admin

from network.admin.window import ReadOnly
from network.models import Confirmation, JoinRequest


@admin.register(JoinRequest)
class JoinRequestAdmin(ReadOnly):
    """Those who asked, until 30 days later. Nothing in here opens anything."""

    date_hierarchy = "created_at"
    fields = [
        "email", "name", "state", "how", "created_at", "confirmed_at", "ordinal", "language",
        "organization", "organization_name", "sector", "province", "issues", "announcements",
        "calls", "digests", "words", "version", "words_language", "origin",
    ]  # fmt: skip
    list_display = ["email", "state", "how", "language", "province", "sector", "created_at"]
    list_filter = ["state", "how", "language", "province", "sector"]
    ordering = ["-created_at", "-pk"]
    personal = ("email", "address", "origin")
    search_fields = ["email", "address", "name", "organization_name"]


@admin.register(Confirmation)
class ConfirmationAdmin(ReadOnly):
    """Whom the portal waits for, until 30 days later. Nothing in here opens anything."""

    date_hierarchy = "created_at"
    fields = ["email", "state", "created_at", "confirmed_at", "ordinal", "language", "origin"]
    list_display = ["email", "state", "ordinal", "language", "created_at"]
    list_filter = ["state", "language"]
    ordering = ["-created_at", "-pk"]
    personal = ("email", "address", "origin")
    search_fields = ["email", "address"]
