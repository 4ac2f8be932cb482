"""The one PDF that may come with an idea, as it is taken: from its author, or at the desk."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from opengov_portal.lib.uploads import FILE_MOST
from proposals.pdf import is_pdf

CHOOSER = {"accept": ".pdf,application/pdf", "data-bytes": FILE_MOST}


def content_of(file: Any, *, name: str, request: HttpRequest) -> bytes:
    """What is in a file that someone chose; empty where none was. Raises ValidationError."""
    if name in getattr(request, "oversized", ()):
        raise ValidationError(
            _("This file is larger than 10 MB. Make it smaller, or link to it instead."),
            code="large",
        )
    if not file:
        return b""
    content: bytes = file.read()
    if not is_pdf(content):
        raise ValidationError(
            _("This file is not a PDF, or a damaged one. Save it anew as a PDF."), code="pdf"
        )
    return content


class BriefForm(forms.Form):
    """A cleaned file, as its author sent it, which a moderator has looked at."""

    brief = forms.FileField(
        label=_("The cleaned PDF"),
        required=False,
        allow_empty_file=True,
        help_text=_("At most 10 MB. Read it first: everyone can, once it is there."),
        widget=forms.FileInput(attrs=CHOOSER),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_brief(self) -> bytes:
        file = self.cleaned_data["brief"]
        content = content_of(file, name="brief", request=self.request)
        if not content:
            raise ValidationError(_("Choose the file."), code="required")
        return content
