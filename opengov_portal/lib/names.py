"""Names that people give themselves or their organizations, before anyone has read them."""

import re
from typing import Any
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from opengov_portal.lib.languages import alphabet_key
from opengov_portal.lib.mail import CONTROL
from opengov_portal.lib.spreadsheets import FORMULA

# What turns the direction of writing, and so lets a name say another thing than it shows.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What nobody sees, and so makes one name look like another, or like none. What joins letters,
# or keeps them apart, is seen where a script joins its own.
HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2060-\u206f\u2800"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
    "|(?<![\u0600-\u1cff])[\u200c\u200d]"
)
# Latin letters beside Greek or Cyrillic ones, many of which look the same.
TWO_ALPHABETS = re.compile("[a-zA-Z][\u0370-\u052f]|[\u0370-\u052f][a-zA-Z]")
# A word is tried from its beginning alone: else a long one takes as long as its square.
ADDRESS_IN_NAME = re.compile(r"https?:|www\.|(?<![\w-])[\w-]+\.[a-z]{2,}/|@\w", re.IGNORECASE)


def public_name(text: str) -> None:
    """Validates a name that may be shown (SECURITY.md A6): no formula, no address, no control.

    Nor one that looks like another. Raises ValidationError with the code `formula`, `address`,
    `control` or `alphabets`.
    """
    if CONTROL.search(text) or TURNING.search(text) or HIDDEN.search(text):
        raise ValidationError(
            _("This name holds a line break or another invisible character."), code="control"
        )
    if text.lstrip().startswith(FORMULA):
        raise ValidationError(
            _("A name cannot begin with “%(sign)s”."),
            code="formula",
            params={"sign": text.lstrip()[0]},
        )
    # Wide letters and their like are read as what they stand for.
    if ADDRESS_IN_NAME.search(normalize("NFKC", text)):
        raise ValidationError(_("A name cannot hold a web or email address."), code="address")
    if TWO_ALPHABETS.search(text):
        raise ValidationError(
            _("A word of this name has letters of two alphabets. Type it in one."),
            code="alphabets",
        )


def name_key(name: str) -> str:
    """Under which two names are the same: case, accents and spaces aside."""
    return " ".join(alphabet_key(name).replace("’", "'").split())


class NameField(forms.CharField):
    """A line for a name that may be shown in public."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        # It refuses a NUL too, in the same words as other invisible characters.
        self.validators = [public_name, MaxLengthValidator(self.max_length or 0)]

    def clean(self, value: Any) -> str:
        return " ".join(super().clean(value).split())
