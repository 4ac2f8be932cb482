"""Commitments, with all that is known of them, on one page."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import (
    AdminTextInputWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from commitments import actions, history
from commitments.admin import children, filters
from commitments.admin.public import ASIDE, SIDE_BY_SIDE, PublicAdmin, in_both_languages
from commitments.as_it_was import AsItWas
from commitments.models import Assessor, Change, Commitment, Milestone, SubjectTag, Theme
from network.admin.removing import WHY_LENGTH, RemovalForm
from network.admin.standing import StandingForm
from network.models import Subject, User
from opengov_portal.lib.differences import State
from opengov_portal.lib.languages import other

REASONS = ("reason_en", "reason_fr")


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

    reason_en = forms.CharField(
        label=_("Why it is changed (English)"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Readers see it beside what you change. Once the plan is published it is needed."
        ),
    )
    reason_fr = forms.CharField(
        label=_("Why it is changed (French)"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The same in French."),
    )

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
        if self.needs_a_reason:
            for name in REASONS:
                if not cleaned.get(name):
                    self.add_error(
                        name,
                        forms.ValidationError(
                            _("The plan is published: say why this is changed."), code="reason"
                        ),
                    )
        return super().clean()

    @property
    def needs_a_reason(self) -> bool:
        """Whether what was promised in public is being changed."""
        if not self.instance.pk or not self.instance.plan.is_published:
            return False
        rows = getattr(self.instance, "rows_sent", [])
        return bool(set(self.changed_data) - ASIDE) or any(one.has_changed() for one in rows)


class CommitmentRemovalForm(RemovalForm):
    """Why a promise is no longer shown, in both languages, as of any change to it."""

    why = None  # type: ignore[assignment]
    why_en = forms.CharField(
        label=_("Why it is deleted (English)"), max_length=WHY_LENGTH, widget=AdminTextInputWidget
    )
    why_fr = forms.CharField(
        label=_("Why it is deleted (French)"),
        max_length=WHY_LENGTH,
        widget=AdminTextInputWidget,
        help_text=_("Kept in the record with what is deleted; staff alone read it. Name nobody."),
    )

    def said(self) -> Mapping[str, str]:
        return {language: self.cleaned_data[f"why_{language}"] for language in ("en", "fr")}


class DayForm(forms.Form):
    """Of which day the page is wanted, and in which language."""

    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The page is shown as it was at the end of it, in Ottawa."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def moment(self) -> datetime:
        """The last moment of that day."""
        midnight = datetime.combine(self.cleaned_data["day"], time.max)
        return timezone.make_aware(midnight)


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
    asks_why = False  # its form does, in both languages
    removal_form = CommitmentRemovalForm
    fieldsets = [
        (
            None,
            {"fields": [("plan", "number", "code", "ogp_id"), "theme", "subjects"]},
        ),
        (_("Why"), {"classes": [SIDE_BY_SIDE], "fields": [REASONS]}),
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
        "leads__institution__name_en",
        "leads__institution__name_fr",
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
            name = "admin:commitments_commitment_as_it_was"
            context["as_it_was_url"] = reverse(name, args=[commitment.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    # --- As it was ------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(require_safe(self.as_it_was))
        ours = path("<int:pk>/as-it-was/", page, name="commitments_commitment_as_it_was")
        return [ours, *super().get_urls()]

    def as_it_was(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The public page as it was at the end of a day, in either language; or which day?"""
        commitment = self.get_object(request, str(pk))
        if commitment is None:
            raise Http404
        if not self.has_view_permission(request, commitment):
            raise PermissionDenied
        form = DayForm(request.GET or None)
        if form.is_valid():
            language = form.cleaned_data["language"]
            with override(language):
                was = AsItWas.at(commitment, form.moment())
                if was is not None:
                    twin = {**request.GET.dict(), "language": other(language)}
                    context = {**was.page(), "twin_url": f"{request.path}?{urlencode(twin)}"}
                    answer = render(request, "commitments/commitment.html", context)
                    answer.headers["Content-Language"] = language
                    return answer
            form.add_error("day", _("It was not here yet on that day."))
        context = {
            **self.admin_site.each_context(request),
            "title": _("As it was on a day"),
            "opts": self.opts,
            "original": commitment,
            "form": form,
            "changes": commitment.changes.newest().select_related("by")[:50],
        }
        return TemplateResponse(request, "admin/commitments/commitment/as_it_was.html", context)

    # The record is written with what is published (`publish_change`), not with the save.

    def state(self, pk: Any) -> State:
        return history.states([pk])[pk]

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        return None

    log_change = log_addition

    def log_deletions(self, request: Any, queryset: Any) -> Any:
        return None

    def _create_formsets(self, request: Any, obj: Any, change: bool) -> Any:
        """The form is told what was sent beside it: that too needs a reason."""
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        obj.rows_sent = formsets
        return formsets, inlines

    def save_form(self, request: Any, form: Any, change: bool) -> Any:
        thing = super().save_form(request, form, change)
        said = {
            language: form.cleaned_data.get(f"reason_{language}", "") for language in ("en", "fr")
        }
        thing.stood, thing.why = request.stood or None, said
        return thing

    def delete_model(self, request: Any, obj: Any) -> None:
        obj.why = request.removed_because
        super().delete_model(request, obj)

    def publish(self, thing: Any, kind: Change.Kind, fields: Sequence[str], by: User) -> None:
        before, why = getattr(thing, "stood", None), getattr(thing, "why", None)
        actions.publish_change(kind, thing, fields, by=by, stood=before, why=why)

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
