"""The history of the promises, to read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from commitments.models import Change
from network.admin.signed import signed
from network.admin.window import ReadOnly


@admin.register(Change)
class ChangeAdmin(ReadOnly):
    """What became different, when, and who did it. History is not edited."""

    date_hierarchy = "at"
    fields = ["at", "kind", "code", "commitment", "plan", "what", "signer"]
    list_display = ["at", "kind", "code", "what", "signer"]
    list_filter = ["kind"]
    list_select_related = ["by"]
    ordering = ["-at", "-pk"]
    personal = ("by__email",)
    search_fields = ["code", "by__email", "by__name"]

    signer = signed(Change, "by")

    @admin.display(description=_("what changed"))
    def what(self, change: Change) -> str:
        return ", ".join(change.fields)
