"""Institutions: who answers for a promise."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import pgettext_lazy

from commitments.admin.filters import InstitutionLanguageFilter
from commitments.admin.public import PublicAdmin, in_both_languages
from commitments.models import Commitment, Institution


@admin.register(Institution)
class InstitutionAdmin(PublicAdmin):
    fields = [*in_both_languages("name", "short"), "slug"]
    fixed = ("slug",)
    suggested = {"slug": ("short_en", "short_fr")}
    list_display = ["name_en", "name_fr", "short_en", "short_fr", "led", "supported"]
    list_display_links = ["name_en", "name_fr"]
    list_filter = [InstitutionLanguageFilter]
    ordering = ["name_en", "slug"]
    search_fields = ["name_en", "name_fr", "short_en", "short_fr", "slug"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Institution]:
        return super().get_queryset(request).with_counts()  # type: ignore[attr-defined,no-any-return]

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """One that is named somewhere stays; the page says where."""
        deleted, counts, needed, _leads = super().get_deleted_objects(objs, request)
        naming = Commitment.objects.naming(objs).in_plan_order().select_related("plan")
        return deleted, counts, needed, [str(commitment) for commitment in naming]

    @admin.display(description=pgettext_lazy("department", "leads"), ordering="led")
    def led(self, institution: Any) -> int:
        """How many commitments it leads."""
        return int(institution.led)

    @admin.display(description=pgettext_lazy("department", "supports"), ordering="supported")
    def supported(self, institution: Any) -> int:
        """How many commitments it helps with."""
        return int(institution.supported)
