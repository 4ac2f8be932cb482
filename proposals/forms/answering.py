"""What staff say to answer proposals."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commitments.models import Commitment
from network.forms.saved_words import OffersSavedWords
from network.models import SavedWords, User
from opengov_portal.lib.fields import SeveralField
from proposals.answering import Said
from proposals.models import Response
from proposals.referring import institutions_of

if TYPE_CHECKING:
    Form = forms.ModelForm[Response]
else:
    Form = forms.ModelForm


class PromiseField(SeveralField):
    """Commitments, newest plan first, each by its plan and number."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.plan.slug}, {obj.number}: {obj.title}"


class AnswerForm(OffersSavedWords, Form):
    """An answer, written once for one proposal or for many, in both languages."""

    saved_kind = SavedWords.Kind.ANSWER
    saved_into = {"reason_en": "en", "reason_fr": "fr"}

    commitments = PromiseField(
        label=_("Commitments"),
        required=False,
        queryset=Commitment.objects.select_related("plan").order_by("-plan__ordinal", "number"),
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=_("Those it became, or that are under way already."),
    )

    class Meta:
        model = Response
        fields = [
            "outcome", "reason_en", "reason_fr", "institution", "office_en", "office_fr",
            "commitments", "answered_on", "source_url",
        ]  # fmt: skip
        widgets = {
            "reason_en": AdminTextareaWidget(attrs={"rows": 8, "lang": "en"}),
            "reason_fr": AdminTextareaWidget(attrs={"rows": 8, "lang": "fr"}),
            "answered_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        institution: Any = self.fields["institution"]
        institution.queryset = institutions_of(by).order_by("name_en")

    def clean_answered_on(self) -> Any:
        day = self.cleaned_data["answered_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."), code="future")
        return day

    def said(self) -> Said:
        return Said(**{**self.cleaned_data, "commitments": list(self.cleaned_data["commitments"])})
