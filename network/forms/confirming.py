"""Saying yes to what was asked for: to what the page shows, and to nothing else."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from network.models import Confirmation
from network.models.confirmation import seal_of

CHANGED = _("More was asked for with this address meanwhile. Please read it again.")


class YesForm(forms.Form):
    """The button of the letter's page; what had no letter of its own is chosen, or left."""

    also = forms.MultipleChoiceField(
        label=_("Also asked for with this address"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHANGED},
        help_text=_("Tick what you asked for yourself. The rest is deleted by and by."),
    )

    def __init__(
        self, *args: Any, lines: list[str], others: list[tuple[Confirmation, list[str]]]
    ) -> None:
        super().__init__(*args)
        self.lines, self.seal = lines, seal_of(lines)
        self.others = {f"{each.pk}-{seal_of(more)}": (each, more) for each, more in others}
        also = self.fields["also"]
        assert isinstance(also, forms.MultipleChoiceField)  # noqa: S101 - for the types
        also.choices = [(key, "; ".join(more)) for key, (_each, more) in self.others.items()]
        if not self.others:
            del self.fields["also"]

    def clean(self) -> dict[str, Any]:
        """What was pressed must be what is shown: else it is shown, and asked, again."""
        cleaned = super().clean() or {}
        if self.data.get("seen") != self.seal:
            self.add_error(None, ValidationError(CHANGED, code="changed"))
        return cleaned

    def chosen(self) -> dict[Confirmation, str]:
        """As `actions.confirm_asked` takes it."""
        keys = self.cleaned_data.get("also", [])
        return {self.others[key][0]: seal_of(self.others[key][1]) for key in keys}
