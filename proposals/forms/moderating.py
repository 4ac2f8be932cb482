"""What moderators, refused authors and visitors may say of a proposal."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from network.forms.organizations import AboutField
from network.forms.saved_words import OffersSavedWords
from network.models import SavedWords
from proposals.models import Proposal
from proposals.models.appeal import APPEAL_WORDS_LENGTH
from proposals.models.flag import FLAG_WORDS_LENGTH
from proposals.models.moderated import WORDS_LENGTH
from proposals.models.strike import FIELDS

REASONS = [("", "---------"), *Proposal.Reason.choices]


class SentenceField(AboutField):
    """A sentence or some, as the author reads it."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("label", capfirst(_("the reason in a sentence")))
        more.setdefault("max_length", WORDS_LENGTH)
        more.setdefault("widget", forms.Textarea(attrs={"rows": 4, "cols": 60}))
        super().__init__(**more)


class RefusalForm(OffersSavedWords, forms.Form):
    """Why a proposal is refused or hidden: a reason code, and a sentence for its author."""

    saved_kind = SavedWords.Kind.PROPOSAL
    saved_into = {"words": ""}

    reason = forms.ChoiceField(label=capfirst(_("reason")), choices=REASONS)
    words = SentenceField(
        help_text=_("They read it as you write it: use their language. The public sees the code.")
    )


class SentenceForm(OffersSavedWords, forms.Form):
    """Why something stays as it is: a flag that is answered, an appeal that is turned down."""

    saved_kind = SavedWords.Kind.APPEAL
    saved_into = {"words": ""}

    words = SentenceField()


class StrikeForm(forms.Form):
    """What is struck out, where, and why."""

    field = forms.ChoiceField(label=_("Where it stands"), choices=list(FIELDS.items()))
    passage = forms.CharField(
        label=_("The words to strike out"),
        max_length=2000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text=_("Copy them exactly. They are struck wherever they stand in that part."),
    )
    why = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text=_("Only staff read this. Do not repeat what is struck."),
    )

    def clean_passage(self) -> str:
        passage: str = self.cleaned_data["passage"]
        if not passage.strip():
            raise forms.ValidationError(_("Copy the words that are to go."), code="required")
        return passage


class MergeForm(forms.Form):
    """Into which proposal: found by words of its title, or by its number."""

    q = forms.CharField(
        label=_("Look for the proposal that it becomes part of"),
        required=False,
        max_length=100,
        help_text=_("Words of its title, or its number."),
    )
    into = forms.IntegerField(required=False, min_value=1, max_value=2**62)


class AppealForm(forms.Form):
    """The one click, and words for whoever has some."""

    words = AboutField(
        label=_("What should the other moderator know?"),
        required=False,
        max_length=APPEAL_WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("You need not write anything. 2,000 characters at most."),
    )


class FlagForm(forms.Form):
    """What is wrong with a public proposal; nobody has to say who they are."""

    marks_required = True

    reason = forms.ChoiceField(
        label=_("What is wrong?"), choices=Proposal.Reason.choices, widget=forms.RadioSelect
    )
    words = AboutField(
        label=_("In your words"),
        required=False,
        max_length=FLAG_WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only moderators read this. 500 characters at most."),
    )
    # No person meets this one: it is out of sight, of reach and of every screen reader.
    topic = forms.Field(required=False)

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data.get("topic"))
