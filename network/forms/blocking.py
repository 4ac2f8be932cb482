"""What staff say to block somebody."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models import Block

if TYPE_CHECKING:
    Form = forms.ModelForm[Block]
else:
    Form = forms.ModelForm

DAYS = 30  # unless staff say otherwise


class BlockForm(Form):
    """Whom, why, and until the end of which day."""

    until = forms.DateField(
        label=_("Until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    class Meta:
        model = Block
        fields = ["kind", "value", "reason", "until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("until", timezone.localdate() + timedelta(days=DAYS))

    def clean_until(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["until"], time.max))
