"""Letters that staff write, and letters to staff."""

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from network.models import InboundMessage, Letter


def answer_message(
    message: InboundMessage, *, text: str, language: str, headers: Mapping[str, str]
) -> Letter:
    """What staff write back to someone; one a message."""
    return Letter.write(
        "network/emails/answer_message",
        to=message.sender,
        language=language,
        key=f"answer-message-{message.pk}",
        context={"words": text, "about": message.subject},
        headers=headers,
    )


def many_joining(kind: str) -> Letter:
    """To staff: far more ask to join than is usual (SECURITY.md D3); once an hour a kind."""
    return many("many_joining", kind, f"many-joining-{kind}")


def many_asking(kind: str, what: str) -> Letter:
    """To staff: far more is put forward, supported or followed than is usual; as above."""
    return many("many_asking", kind, f"many-{what}-{kind}")


def many(name: str, kind: str, key: str) -> Letter:
    return Letter.write(
        f"network/emails/{name}",
        to=settings.CONTACT_ADDRESS,
        language=settings.LANGUAGE_CODE,
        key=f"{key}-{timezone.now():%Y%m%d%H}",
        context={"kind": kind, "admin_url": settings.SITE_URL + reverse("admin:index")},
    )
