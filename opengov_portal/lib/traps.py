"""What a form that anyone may fill in does against machines, at the cost of one press."""

import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

QUICKEST = 2  # seconds in which no person fills in a form


class KeptForm(forms.Form):
    """A form that shows what was sent, but for what it puts in its place."""

    def put(self, name: str, value: str) -> None:
        """Show another value than was sent, when the page is shown again."""
        assert isinstance(self.data, QueryDict)  # noqa: S101 - as views give it
        data = self.data.copy()
        data[name] = value
        self.data = data


class TrapForm(KeptForm):
    """A form with a field that nobody sees, and one that knows when its page was drawn.

    Whoever was too quick, or filled in what nobody sees, presses the button once more.
    Nobody is turned away: a person whom a browser helped loses one press.
    """

    # No person meets this one: it is out of sight, of reach and of every screen reader.
    topic = forms.Field(required=False)
    opened = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["opened"] = sealed_now()

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.sprung = self.springs()
        if self.sprung and not self.errors:
            self.add_error(None, TOO_QUICK)
        return self.cleaned_data

    def springs(self) -> bool:
        """Whether it was a machine, most likely; its next press is judged anew."""
        opened = seconds_since(self.data.get("opened", ""))
        if opened is None:
            self.put("opened", sealed_now())
        trapped = bool(self.data.get("topic"))
        self.put("topic", "")
        return trapped or opened is None or opened < QUICKEST


TOO_QUICK = ValidationError(
    _("That was very quick. Please press the button once more."), code="quick"
)


def sealed_now() -> str:
    """When the page was drawn, under a seal that only we can make."""
    return Signer(salt="portal.opened").sign(str(int(time.time() * 1000)))


def seconds_since(sealed: str) -> float | None:
    """How long ago the page was drawn; None where that is not known."""
    try:
        drawn = int(Signer(salt="portal.opened").unsign(sealed))
    except (BadSignature, ValueError):
        return None
    return time.time() - drawn / 1000
