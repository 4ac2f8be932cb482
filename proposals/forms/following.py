"""What may be said when following something, and on the page of what one follows."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from network.models import ConsentWords
from opengov_portal.lib.fields import AddressField
from opengov_portal.lib.languages import active
from opengov_portal.lib.traps import KeptForm, TrapForm
from proposals.following import consent_words
from proposals.models import Rhythm


class RhythmForm(forms.Form):
    """How often, and in which language: for the page of what one follows."""

    rhythm = forms.ChoiceField(
        label=_("How often"),
        choices=Rhythm.choices,
        widget=forms.RadioSelect,
        help_text=_("One letter for all that you follow, and none when there is no news."),
    )
    language = forms.ChoiceField(
        label=_("Language of your letters"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )


class FollowForm(RhythmForm, KeptForm):
    """What everyone says who wants to follow something, with their consent (SECURITY.md C2)."""

    marks_required = True

    consent = forms.BooleanField(
        label=_("Your consent"),
        error_messages={
            "required": _("Tick this box if you agree: we write to nobody without it.")
        },
    )
    version = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {
            "language": active(),
            "rhythm": Rhythm.WEEKLY,
            "version": self.words.version,
            **self.initial,
        }

    @cached_property
    def words(self) -> ConsentWords:
        """The words of consent that the page shows."""
        return consent_words(active())

    def clean(self) -> dict[str, Any]:
        """What was agreed to must be what is shown today: else it is shown, and asked, again."""
        super().clean()
        if self.cleaned_data.get("version") != self.words.version:
            self.put("version", self.words.version)
            self.put("consent", "")
            self.errors.pop("consent", None)
            self.add_error(
                "consent",
                ValidationError(
                    _("These words have changed meanwhile. Please read them again."),
                    code="changed",
                ),
            )
        return self.cleaned_data

    def said(self) -> dict[str, Any]:
        """As `following.hang` takes it."""
        wanted = {name: self.cleaned_data[name] for name in ("language", "rhythm")}
        return {**wanted, "words": self.words}


class FollowByMailForm(TrapForm, FollowForm):
    """For who has no account here, or is not signed in."""

    email = AddressField()
    field_order = ["email"]
