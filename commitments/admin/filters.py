"""Ways to narrow the list of commitments down."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from commitments.gaps import GAPS, INSTITUTION_IN_ONE_LANGUAGE, PLAN_IN_ONE_LANGUAGE, lacking
from commitments.models import (
    ActionPlan,
    Assessor,
    Commitment,
    Institution,
    Lead,
    Scale,
    Theme,
)
from commitments.models.scale import SCALES
from network.models import Subject
from opengov_portal.lib.languages import alphabet_key

Lookups = list[tuple[str, Any]]  # value, label


class Filter(admin.SimpleListFilter):
    """A choice of rows of another model, by their slug; a slug nobody has finds nothing."""

    def chosen(self) -> str:
        # PostgreSQL has no text with a NUL in it, and raises when asked for one.
        return (self.value() or "").replace("\0", "\ufffd")


class PlanFilter(Filter):
    title = _("action plan")
    parameter_name = "plan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [(plan.slug, plan.title.text) for plan in ActionPlan.objects.newest()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(plan__slug=self.chosen()) if self.chosen() else queryset


class ThemeFilter(Filter):
    """The themes of the plan chosen above; with no plan chosen there are too many to list."""

    title = _("theme")
    parameter_name = "theme"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        plan = request.GET.get(PlanFilter.parameter_name, "").replace("\0", "")
        themes = Theme.objects.filter(plan__slug=plan).order_by("order", "pk") if plan else []
        return [(theme.slug, theme.name.text) for theme in themes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(theme__slug=self.chosen()) if self.chosen() else queryset


class LeadFilter(Filter):
    title = _("lead")
    parameter_name = "lead"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        leading = Institution.objects.filter(
            Exists(Lead.objects.filter(institution=OuterRef("pk")))
        )
        named = [(held.slug, held.name.text) for held in leading]
        return sorted(named, key=lambda choice: alphabet_key(choice[1]))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.chosen():
            return queryset
        leads = Lead.objects.filter(
            commitment=OuterRef("pk"), role=Lead.Role.LEAD, institution__slug=self.chosen()
        )
        return queryset.filter(Exists(leads))


class SubjectFilter(Filter):
    title = _("subject")
    parameter_name = "subject"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [(subject.slug, str(subject)) for subject in Subject.objects.order_by("name", "pk")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(subject_tags__tag__slug=self.chosen()) if self.chosen() else queryset


class StandingFilter(Filter):
    """What one assessor last found, on its own scales."""

    assessor: Assessor

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        scales = [
            (scale, facts)
            for scale, facts in SCALES.items()
            if facts.headline and facts.assessor == self.assessor
        ]
        lookups: Lookups = [("none", _("No finding"))]
        for scale, facts in scales:
            before = f"{Scale(scale).label}{_(':')} " if len(scales) > 1 else ""
            lookups += [
                (f"{scale}:{point.code}", f"{before}{point.label}") for point in facts.points
            ]
        return lookups

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.chosen():
            return queryset
        scale, _colon, code = self.chosen().partition(":")
        return queryset.standing_at(self.assessor, scale, code)  # type: ignore[attr-defined,no-any-return]


class GovernmentFilter(StandingFilter):
    title = _("government's finding")
    parameter_name = "government"
    assessor = Assessor.GOVERNMENT


class IrmFilter(StandingFilter):
    title = _("IRM's finding")
    parameter_name = "irm"
    assessor = Assessor.IRM


class NetworkFilter(StandingFilter):
    title = _("network's finding")
    parameter_name = "network"
    assessor = Assessor.NETWORK


class MissingFilter(Filter):
    """What nobody has found or written yet: an editor's list of things to do."""

    title = _("what is missing")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [(name, label) for name, (label, _condition) in GAPS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Commitment]) -> QuerySet[Any]:
        return queryset.filter(lacking(self.chosen()))


class LanguageFilter(admin.SimpleListFilter):
    """What of plans or institutions has a text in one of the languages alone."""

    title = _("what is missing")
    parameter_name = "missing"
    half: Q

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("translation", GAPS["translation"][0])]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(self.half) if self.value() == "translation" else queryset


class PlanLanguageFilter(LanguageFilter):
    half = PLAN_IN_ONE_LANGUAGE


class InstitutionLanguageFilter(LanguageFilter):
    half = INSTITUTION_IN_ONE_LANGUAGE


FOR_COMMITMENTS: list[Any] = [
    PlanFilter,
    ThemeFilter,
    LeadFilter,
    SubjectFilter,
    GovernmentFilter,
    IrmFilter,
    NetworkFilter,
    MissingFilter,
]
