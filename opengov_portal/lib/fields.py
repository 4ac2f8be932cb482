"""Fields that more than one room's forms ask for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from opengov_portal.lib.mail import ADDRESS_LENGTH, BadLetter, postal


class AddressField(forms.EmailField):
    """An address that a letter can go to."""

    default_error_messages = {
        "required": _("Give your email address: that is where we write."),
        "invalid": _("This is no email address. It looks like name@example.ca."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Email address"))
        kwargs.setdefault("widget", forms.EmailInput(attrs={"autocomplete": "email"}))
        super().__init__(max_length=ADDRESS_LENGTH, **kwargs)
        validator: Any
        for validator in self.validators:
            if getattr(validator, "code", "") == "invalid":
                validator.message = self.error_messages["invalid"]

    def clean(self, value: Any) -> str:
        email: str = super().clean(value)
        try:
            return postal(email) if email else ""
        except BadLetter as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
