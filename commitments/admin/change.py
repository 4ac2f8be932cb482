"""The history of the promises, to read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from commitments.admin.public import ModelAdmin
from commitments.models import Change


@admin.register(Change)
class ChangeAdmin(ModelAdmin):
    """What became different, when, and who did it. History is not edited."""

    date_hierarchy = "at"
    fields = ["at", "kind", "code", "commitment", "plan", "what", "by"]
    list_display = ["at", "kind", "code", "what", "by"]
    list_filter = ["kind"]
    list_per_page = 50
    list_select_related = ["by"]
    ordering = ["-at", "-pk"]
    search_fields = ["code", "by__email", "by__name"]
    show_full_result_count = False

    @admin.display(description=_("what changed"))
    def what(self, change: Change) -> str:
        return ", ".join(change.fields)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
