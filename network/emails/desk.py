"""The letter of the morning, to staff who asked for it: what waits for them."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse

from network.desk import Pile
from network.emails.words import language_of
from network.models import Letter, User


def morning(user: User, piles: Sequence[Pile], day: date) -> Letter:
    """Numbers and links, and not a word of anybody's; one a day."""
    return Letter.write(
        "network/emails/morning",
        to=user.email,
        language=language_of(user),
        key=f"morning-{user.pk}-{day.isoformat()}",
        context={
            "piles": [(pile, settings.SITE_URL + pile.queue.url) for pile in piles],
            "late": sum(pile.late for pile in piles),
            "desk_url": settings.SITE_URL + reverse("admin:index"),
        },
        user=user,
    )
