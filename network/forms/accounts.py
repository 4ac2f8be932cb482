"""What may be said of one's own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.models import User
from opengov_portal.lib.mail import ADDRESS_LENGTH


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("New address"),
        max_length=ADDRESS_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        """Whose it may be is for its mailbox to say, not for this page."""
        email: str = User.objects.normalize_email(self.cleaned_data["email"])
        if email == self.user.email:
            raise forms.ValidationError(_("This is your address already."), code="same")
        return email
