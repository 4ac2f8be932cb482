"""What staff write back to someone whose message waits."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from network.forms.saved_words import OffersSavedWords
from network.models import SavedWords
from opengov_portal.lib.languages import LANGUAGES, active

WORDS_LENGTH = 20_000


class AnswerForm(OffersSavedWords, forms.Form):
    """What staff write back, and in which language."""

    saved_kind = SavedWords.Kind.MESSAGE
    saved_into = {"text": ""}

    text = forms.CharField(
        label=_("Your answer"), max_length=WORDS_LENGTH, widget=forms.Textarea({"rows": 10})
    )
    language = forms.ChoiceField(label=_("Language of the answer"), choices=settings.LANGUAGES)

    def written_in(self) -> tuple[str, ...]:
        chosen = self.data.get(self.add_prefix("language"))
        return (chosen if chosen in LANGUAGES else active(),)
