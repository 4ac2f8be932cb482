"""Commitments, with all that is known of them, on one page."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from commitments import actions
from commitments.admin import children, filters
from commitments.admin.public import SIDE_BY_SIDE, PublicAdmin, in_both_languages
from commitments.models import Assessor, Change, Commitment, Milestone, SubjectTag, Theme
from network.models import Subject, User
from opengov_portal.lib.standing import StandingForm


class CommitmentForm(StandingForm):
    """A commitment, its theme one of its plan's, its subjects among those there are."""

    subjects = forms.ModelMultipleChoiceField(
        label=capfirst(_("subjects")),
        queryset=Subject.objects.order_by("name"),
        required=False,
        widget=AutocompleteSelectMultiple(SubjectTag._meta.get_field("tag"), admin.site),
        help_text=_("What it is about, in the citizen's words: people browse by these."),
    )

    class Meta:
        model = Commitment
        exclude: Sequence[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False  # plan and number make it
        if self.instance.pk and "theme" in self.fields:
            themes = Theme.objects.filter(plan=self.instance.plan_id).select_related("plan")
            self.fields["theme"].queryset = themes.order_by("order", "pk")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = self.cleaned_data
        if "code" in self.fields and not cleaned.get("code"):
            plan, number = cleaned.get("plan"), cleaned.get("number")
            if plan and number:
                cleaned["code"] = Commitment.code_for(plan, number)
        return super().clean()


class CommitmentList(ChangeList):
    """The list, with what its rows show, in the same number of queries for any length."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        found = super().get_queryset(request, exclude_parameters)
        steps = Milestone.objects.filter(commitment=OuterRef("pk")).values("commitment")
        counted = Coalesce(Subquery(steps.annotate(count=Count("pk")).values("count")), 0)
        return found.for_cards().annotate(steps_listed=counted)  # type: ignore[attr-defined,no-any-return]


@admin.register(Commitment)
class CommitmentAdmin(PublicAdmin):
    form = CommitmentForm
    fieldsets = [
        (
            None,
            {"fields": [("plan", "number", "code", "ogp_id"), "theme", "subjects"]},
        ),
        (
            _("What it is called"),
            {
                "classes": [SIDE_BY_SIDE],
                "fields": [
                    *in_both_languages("title"),
                    ("title_fr_basis", "title_fr_source_url"),
                    *in_both_languages("label", "title_note"),
                ],
            },
        ),
        (
            _("What was promised"),
            {
                "classes": [SIDE_BY_SIDE],
                "fields": [
                    *in_both_languages("summary", "plan_section_url"),
                    "plan_section_anchor_inferred",
                ],
            },
        ),
        (
            _("Who takes part, and what the sources count"),
            {
                "classes": [SIDE_BY_SIDE, "collapse"],
                "fields": [
                    *in_both_languages("lead_note", "other_supporting"),
                    ("milestones_complete_list", "milestone_count", "indicator_count"),
                ],
            },
        ),
    ]
    inlines = [
        children.LeadInline,
        children.MilestoneInline,
        children.AssessmentInline,
        children.IndicatorInline,
        children.ValueClaimInline,
        children.SourceInline,
    ]
    fixed = ("plan", "number", "code")
    autocomplete_fields = ["plan"]
    list_display = ["code", "name", "leads", "government", "irm", "network", "steps", "changed_at"]
    list_display_links = ["code", "name"]
    list_filter = filters.FOR_COMMITMENTS
    ordering = ["-plan__ordinal", "number"]
    search_fields = [
        "code",
        "ogp_id",
        "title_en",
        "title_fr",
        "label_en",
        "label_fr",
        "leads__institution__short_en",
        "leads__institution__short_fr",
    ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CommitmentList

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "theme" and not request.resolver_match.kwargs.get("object_id"):
            kwargs["widget"] = AutocompleteSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if commitment := context["original"]:
            context["changes"] = commitment.changes.newest().select_related("by")[:10]
        return super().render_change_form(request, context, *args, **kwargs)

    def publish(self, thing: Any, kind: Change.Kind, fields: Sequence[str], by: User) -> None:
        actions.publish_change(kind, thing, fields, by=by)

    @admin.display(description=_("title"), ordering="title_en")
    def name(self, commitment: Commitment) -> str:
        return commitment.title.text

    @admin.display(description=_("leads"))
    def leads(self, commitment: Commitment) -> str:
        return ", ".join((held.short or held.name).text for held in commitment.leading)

    @admin.display(description=Assessor.GOVERNMENT.label, empty_value="–")
    def government(self, commitment: Commitment) -> str:
        return standing(commitment, Assessor.GOVERNMENT)

    @admin.display(description=_("IRM"), empty_value="–")
    def irm(self, commitment: Commitment) -> str:
        return standing(commitment, Assessor.IRM)

    @admin.display(description=Assessor.NETWORK.label, empty_value="–")
    def network(self, commitment: Commitment) -> str:
        return standing(commitment, Assessor.NETWORK)

    @admin.display(description=_("milestones"), ordering="steps_listed")
    def steps(self, commitment: Any) -> int:
        """How many milestones are listed."""
        return int(commitment.steps_listed)


def standing(commitment: Commitment, assessor: Assessor) -> str:
    """That assessor's latest finding in words; empty while there is none."""
    finding = commitment.standing(assessor)
    return finding.label if finding else ""
