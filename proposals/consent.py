"""The words by which who puts an idea forward agrees to its licence and its publication."""

from typing import Self

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from network.models import ConsentWords


class ForwardingWords(ConsentWords):
    """As they stand today in `templates/proposals/consent.txt`, with a version of their own."""

    @classmethod
    def current(cls, language: str) -> Self:
        with override(language):
            sender = settings.SENDER_NAME_FR if language == "fr" else settings.SENDER_NAME
            context = {
                "sender_name": sender,
                "mailing_address": settings.MAILING_ADDRESS,
                "contact_address": settings.CONTACT_ADDRESS,
            }
            text = render_to_string("proposals/consent.txt", context)
        # French keeps its spaces that do not break.
        return cls(language, " ".join(filter(None, text.replace("\n", " ").split(" "))))
