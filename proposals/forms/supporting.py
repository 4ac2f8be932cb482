"""What may be said when supporting a proposal, or no longer doing so."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from network.models import Organization
from opengov_portal.lib.fields import AddressField
from opengov_portal.lib.languages import active
from opengov_portal.lib.traps import KeptForm, TrapForm

MYSELF = ""


class AskForm(TrapForm):
    """An address, and in which language to write to it; the letter asks to confirm."""

    email = AddressField()
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["language"] = active()


class AsWhomForm(KeptForm):
    """For who is signed in: as themselves, or as an organization that they speak for."""

    who = forms.ChoiceField(label=_("Who supports it"), required=False, widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, organizations: Sequence[Organization] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.organizations = {str(each.pk): each for each in organizations}
        named = [(number, each.name.text) for number, each in self.organizations.items()]
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)  # noqa: S101 - for the types
        who.choices = [(MYSELF, _("Myself")), *named]

    @property
    def organization(self) -> Organization | None:
        """The one that was chosen; None for oneself."""
        return self.organizations.get(self.cleaned_data["who"])
