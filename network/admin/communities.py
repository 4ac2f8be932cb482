"""Communities of practice, as staff open and word them."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from network.admin.window import Window
from network.models import Community, Edition


@admin.register(Community)
class CommunityAdmin(Window):
    """Hidden rather than deleted: its address is on paper by now, and members are in it."""

    fields = [("name_en", "name_fr"), "slug", ("why_en", "why_fr"), "issues", "is_public"]
    filter_horizontal = ["issues"]
    list_display = ["name_en", "name_fr", "promised", "is_public"]
    list_display_links = ["name_en", "name_fr"]
    list_filter = ["is_public"]
    ordering = ["name_en", "pk"]
    search_fields = ["name_en", "name_fr", "slug"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Community]:
        counted = Count("issues__commitment_tags__content_object", distinct=True)
        communities = super().get_queryset(request)
        return communities.annotate(promised=counted)  # type: ignore[no-any-return]

    @admin.display(description=_("commitments"), ordering="promised")
    def promised(self, community: Any) -> int:
        """How many commitments touch its issues."""
        return int(community.promised)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["name_en"]}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() or not change:
            Edition.advance()
