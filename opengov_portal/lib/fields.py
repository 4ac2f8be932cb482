"""Fields that more than one room's forms ask for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from opengov_portal.lib.mail import ADDRESS_LENGTH, BadLetter, postal

DIGITS = 18  # of the longest number that every database can look a row up by


class SeveralField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several things, by their numbers; one that no row can have is no choice, and no error."""

    def clean(self, value: Any) -> Any:
        for each in value or ():
            if len(str(each)) > DIGITS:
                said, code = self.error_messages["invalid_choice"], "invalid_choice"
                raise ValidationError(said, code=code, params={"value": str(each)[:DIGITS]})
        return super().clean(value)


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
