"""What hangs on a commitment, kept on its page."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from commitments.admin.finding import AssessmentForm
from commitments.admin.public import FORM_FIELDS, SIDE_BY_SIDE, in_both_languages
from commitments.models import (
    Assessment,
    Commitment,
    Indicator,
    Lead,
    Milestone,
    Source,
    ValueClaim,
)
from network.admin.rows import RowsFormSet

if TYPE_CHECKING:
    Stacked = admin.StackedInline[Any, Commitment]
    Tabular = admin.TabularInline[Any, Commitment]
else:
    Stacked, Tabular = admin.StackedInline, admin.TabularInline


class LeadForm(forms.ModelForm):  # type: ignore[type-arg]
    """A lead; who names it is ticked, not typed."""

    named_by = forms.MultipleChoiceField(
        label=capfirst(_("named by")),
        choices=Lead.NamedBy.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=Lead._meta.get_field("named_by").help_text,
    )


class LeadInline(Tabular):
    model = Lead
    formset = RowsFormSet
    form = LeadForm
    fields = ["order", "institution", "role", "named_by", "milestones_led"]
    formfield_overrides = FORM_FIELDS
    autocomplete_fields = ["institution"]
    ordering = ["order", "pk"]
    extra = 0


class MilestoneFormSet(RowsFormSet):
    """The milestones of one commitment; each may be part of another of them."""

    @cached_property
    def milestones(self) -> list[tuple[Any, str]]:
        held = Milestone.objects.filter(commitment=self.instance.pk).order_by("order", "pk")
        return [("", "---------"), *((milestone.pk, str(milestone)) for milestone in held)]

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        parent = form.fields["parent"]
        parent.queryset = Milestone.objects.filter(commitment=self.instance.pk)
        parent.choices = self.milestones

    def clean(self) -> None:
        super().clean()
        leaving = [form.instance for form in self.deleted_forms]
        staying = {form.instance.pk: form for form in self.initial_forms if form.is_valid()}
        for form in staying.values():
            # Each is to know the others as they were sent, not as they were saved.
            if form.instance.parent_id in staying:
                form.instance.parent = staying[form.instance.parent_id].instance
        for form in self.forms:
            if form.instance in leaving:
                continue
            if form.cleaned_data.get("parent") in leaving:
                form.add_error(
                    "parent",
                    forms.ValidationError(
                        _("That milestone is being deleted: choose another, or delete this too."),
                        code="parent_deleted",
                    ),
                )
            elif form in staying.values():
                try:
                    form.instance.clean()
                except forms.ValidationError as error:
                    form.add_error(None, error)


class MilestoneInline(Stacked):
    model = Milestone
    formset = MilestoneFormSet
    formfield_overrides = FORM_FIELDS
    fieldsets = [
        (
            None,
            {
                "classes": [SIDE_BY_SIDE],
                "fields": [
                    ("code", "order", "parent"),
                    *in_both_languages("label"),
                    ("due_from", "due"),
                    *in_both_languages("due_text"),
                    ("status", "status_as_of"),
                    ("status_source_url", "status_inferred"),
                ],
            },
        ),
        (
            _("More about this milestone"),
            {
                "classes": ["collapse", SIDE_BY_SIDE],
                "fields": [
                    "institutions",
                    ("status_mid_term", "status_end_of_term"),
                    ("text_seen", "text_source_url"),
                    "indicator_count",
                    *in_both_languages("note"),
                ],
            },
        ),
    ]
    autocomplete_fields = ["institutions"]
    ordering = ["order", "pk"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Milestone]:
        return super().get_queryset(request).prefetch_related("institutions")


class IndicatorInline(Stacked):
    model = Indicator
    formset = RowsFormSet
    formfield_overrides = FORM_FIELDS
    classes = ["collapse"]
    fieldsets = [
        (
            None,
            {
                "classes": [SIDE_BY_SIDE],
                "fields": [
                    *in_both_languages("label", "target", "latest"),
                    ("latest_as_of", "source_url", "order"),
                ],
            },
        )
    ]
    ordering = ["order", "pk"]
    extra = 0


class AssessmentInline(Stacked):
    model = Assessment
    formset = RowsFormSet
    classes = ["collapse"]
    form = AssessmentForm
    fieldsets = [
        (
            None,
            {
                "classes": [SIDE_BY_SIDE],
                "fields": [
                    ("finding", "phase"),
                    ("as_of", "as_of_basis"),
                    *in_both_languages("wording"),
                    "source_url",
                ],
            },
        ),
        (
            _("More about this finding"),
            {
                "classes": ["collapse", SIDE_BY_SIDE],
                "fields": ["other_source_urls", *in_both_languages("note")],
            },
        ),
    ]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assessment]:
        return super().get_queryset(request).latest_last()  # type: ignore[attr-defined,no-any-return]


class ValueClaimInline(Tabular):
    model = ValueClaim
    formset = RowsFormSet
    classes = ["collapse"]
    fields = ["assessor", "value"]
    ordering = ["assessor", "value"]
    extra = 0


class SourceInline(Tabular):
    model = Source
    formset = RowsFormSet
    classes = ["collapse"]
    fields = ["order", "url", "used_for"]
    formfield_overrides = FORM_FIELDS
    ordering = ["order", "pk"]
    extra = 0
