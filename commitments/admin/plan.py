"""Action plans, with their themes and reports."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from commitments import actions
from commitments.admin.filters import PlanLanguageFilter
from commitments.admin.public import FORM_FIELDS, SIDE_BY_SIDE, PublicAdmin, in_both_languages
from commitments.models import ActionPlan, Change, Report, Theme
from network.admin.rows import RowsFormSet
from network.admin.standing import StandingForm
from network.models import User

if TYPE_CHECKING:
    PlanInline = admin.TabularInline[Any, ActionPlan]
else:
    PlanInline = admin.TabularInline


class PlanForm(StandingForm):
    """A plan. Its themes are kept on its page, and on pages of their own."""

    def minded(self) -> list[Any]:
        return [self.instance, *self.instance.themes.order_by("pk")]


class ThemePageForm(StandingForm):
    """A theme by itself; the page of its plan may change it too."""

    def minded(self) -> list[Any]:
        return [self.instance, self.instance.plan]


class ThemeForm(ModelForm):  # type: ignore[type-arg]
    """A theme among its plan's: its name in addresses is chosen once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].disabled = bool(self.instance.pk)


class ThemeInline(PlanInline):
    model = Theme
    form = ThemeForm
    formset = RowsFormSet
    fields = ["order", "name_en", "name_fr", "slug"]
    formfield_overrides = FORM_FIELDS
    prepopulated_fields = {"slug": ["name_en"]}
    ordering = ["order", "pk"]
    extra = 0


class ReportInline(PlanInline):
    model = Report
    formset = RowsFormSet
    fields = ["order", "kind", "published", "url_en", "url_fr"]
    ordering = ["order", "pk"]
    formfield_overrides = FORM_FIELDS
    extra = 0


@admin.register(ActionPlan)
class ActionPlanAdmin(PublicAdmin):
    form = PlanForm
    fieldsets = [
        (
            None,
            {
                "classes": [SIDE_BY_SIDE],
                "fields": [*in_both_languages("title", "summary"), ("ordinal", "slug")],
            },
        ),
        (
            _("Dates"),
            {
                "classes": [SIDE_BY_SIDE],
                "fields": [
                    ("starts", "ends"),
                    ("released", "mid_term"),
                    *in_both_languages("period_note"),
                ],
            },
        ),
        (
            _("Where it is published"),
            {
                "classes": [SIDE_BY_SIDE],
                "fields": [*in_both_languages("official_url"), "tracker_url"],
            },
        ),
        (
            _("What it holds"),
            {
                "classes": [SIDE_BY_SIDE],
                "fields": [
                    "commitment_count",
                    "detail",
                    "compiled_on",
                    *in_both_languages("themes_note"),
                ],
            },
        ),
    ]
    inlines = [ThemeInline, ReportInline]
    fixed = ("slug",)
    suggested = {"slug": ("starts", "ends")}
    list_display = ["ordinal", "title_en", "title_fr", "starts", "ends", "listed"]
    list_display_links = ["title_en", "title_fr"]
    list_filter = [PlanLanguageFilter]
    ordering = ["-ordinal"]
    search_fields = ["slug", "title_en", "title_fr"]

    def publish(self, thing: Any, kind: Change.Kind, fields: Sequence[str], by: User) -> None:
        actions.publish_plan_change(kind, thing, fields, by=by)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ActionPlan]:
        return super().get_queryset(request).with_counts()  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=_("commitments"), ordering="listed")
    def listed(self, plan: Any) -> str:
        """How many commitments are here, of how many the plan makes."""
        if plan.commitment_count is None:
            return str(plan.listed)
        return _("%(here)s of %(made)s") % {"here": plan.listed, "made": plan.commitment_count}


@admin.register(Theme)
class ThemeAdmin(PublicAdmin):
    form = ThemePageForm
    fields = ["plan", ("name_en", "name_fr"), ("order", "slug")]
    fixed = ("plan", "slug")
    suggested = {"slug": ("name_en",)}
    autocomplete_fields = ["plan"]
    list_display = ["name_en", "name_fr", "plan"]
    list_display_links = ["name_en", "name_fr"]
    list_filter = ["plan"]
    list_select_related = ["plan"]
    ordering = ["-plan__ordinal", "order", "pk"]
    search_fields = ["name_en", "name_fr", "plan__slug", "plan__title_en", "plan__title_fr"]

    def publish(self, thing: Any, kind: Change.Kind, fields: Sequence[str], by: User) -> None:
        actions.publish_plan_change(Change.Kind.CHANGED, thing.plan, ["themes"], by=by)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Theme]:
        return super().get_queryset(request).select_related("plan")
