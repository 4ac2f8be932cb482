"""Who speaks for an institution, as administrators appoint them; and what they file."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from commitments import actions
from commitments.admin.finding import AssessmentForm
from commitments.admin.public import SIDE_BY_SIDE, in_both_languages
from commitments.models import Institution, Responder, Scale, SelfAssessment
from commitments.models.scale import SCALES
from commitments.models.self_assessment import PHASES
from network.admin.standing import StandingForm
from network.admin.window import Window


@admin.register(Responder)
class ResponderAdmin(Window):
    """Who speaks for which institution. Appointed and dismissed, never changed."""

    actions = None
    autocomplete_fields = ["user", "institution"]
    fields = ["user", "institution"]
    list_display = ["user", "institution", "since", "letters"]
    list_filter = ["institution"]
    list_select_related = ["user", "institution"]
    ordering = ["institution__name_en", "pk"]
    personal = ("user__email",)
    search_fields = ["user__email", "user__name", "institution__name_en", "institution__name_fr"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: Responder, form: Any, change: bool) -> None:
        obj.appoint(by=request.user)

    def delete_model(self, request: Any, obj: Responder) -> None:
        obj.dismiss(by=request.user)

    def get_urls(self) -> list[URLPattern]:
        letters = self.admin_site.admin_view(self.choose_letters)
        return [
            path("letters/", letters, name="commitments_responder_letters"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def choose_letters(self, request: Any) -> HttpResponse:
        """Whether the one who asks is written to when something is referred to theirs."""
        wanted = request.POST.get("wanted") == "yes"
        Responder.objects.filter(user=request.user).update(letters=wanted)
        said = _("You get a letter for what is referred.") if wanted else _("No more such letters.")
        messages.success(request, said)
        return redirect("admin:index")


def own_findings() -> list[tuple[str, Any]]:
    """The points of the one scale on which an institution speaks of itself."""
    scale = Scale.SELF_ASSESSMENT
    points = [(f"{scale}:{point.code}", point.label) for point in SCALES[scale].points]
    return [("", "---------"), *points]


class SelfAssessmentForm(StandingForm, AssessmentForm):
    """How a commitment goes, by the institution that leads it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "source_url" in self.fields:
            finding: Any = self.fields["finding"]
            finding.choices, finding.help_text = own_findings, ""
            self.fields["source_url"].required = True
            phase: Any = self.fields["phase"]
            phase.choices = [("", "---------"), *((one.value, one.label) for one in PHASES)]

    class Meta:
        model = SelfAssessment
        exclude = ["assessor", "scale", "code"]


@admin.register(SelfAssessment)
class SelfAssessmentAdmin(Window):
    """What institutions filed here. Each files and corrects its own, and sees no other's."""

    actions = None
    form = SelfAssessmentForm
    fieldsets = [
        (
            None,
            {
                "classes": [SIDE_BY_SIDE],
                "fields": [
                    "commitment",
                    ("finding", "phase"),
                    ("as_of", "as_of_basis"),
                    *in_both_languages("wording"),
                    "source_url",
                    "other_source_urls",
                    *in_both_languages("note"),
                ],
            },
        )
    ]
    list_display = ["commitment", "label", "phase", "as_of", "institution"]
    list_display_links = ["label"]
    list_filter = ["phase"]
    list_select_related = ["commitment__plan", "filing__institution"]
    ordering = ["-filing__at", "-pk"]
    search_fields = ["commitment__code", "commitment__title_en", "commitment__title_fr"]

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """All for those who read all; for a responder, those of whom they speak for."""
        filed = super().get_queryset(request).filter(filing__isnull=False)
        if request.user.has_perm("commitments.view_assessment"):
            return filed
        theirs = Institution.objects.spoken_for_by(request.user)
        return filed.filter(filing__institution__in=theirs)

    @admin.display(description=_("finding"))
    def label(self, filed: SelfAssessment) -> str:
        return filed.label

    @admin.display(description=_("institution"))
    def institution(self, filed: Any) -> str:
        return str(filed.filing.institution)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["commitment"] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "commitment":
            theirs = SelfAssessment.fileable_by(request.user).select_related("plan")
            kwargs["queryset"] = theirs.order_by("-plan__ordinal", "number")
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if isinstance(field, forms.Field) and hasattr(field.widget, "can_add_related"):
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_view_related = False
        return field

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.may_be_corrected_by(request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: SelfAssessment, form: Any, change: bool) -> None:
        actions.file(obj, by=request.user)
