"""What may be said of one's own account."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
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


class Careful(forms.Form):
    """A passkey's answer that is no such thing is a wrong one; allauth falls over it."""

    def clean_credential(self) -> Any:
        return self._careful(getattr(super(), "clean_credential", None))

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = self._careful(super().clean)
        return cleaned

    def _careful(self, check: Callable[[], Any] | None) -> Any:
        if check is None:
            return self.cleaned_data["credential"]
        try:
            return check()
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise get_adapter().validation_error("incorrect_code") from error


class AddPasskeyForm(Careful, AddWebAuthnForm):
    pass


class PasskeyForm(Careful, AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(Careful, ReauthenticateWebAuthnForm):
    pass
