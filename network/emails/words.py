"""What the letters of this room have in common: in whose language, and where they lead."""

import re
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from network.models import Member, User


def reply_address(secret: str) -> str:
    """Where a reply to the confirming letter goes: with its secret, in letters of any case."""
    name, _at, host = settings.JOIN_ADDRESS.rpartition("@")
    return f"{name}+{secret}@{host}"


def url_in(language: str, name: str, *args: str) -> str:
    """The whole address of a page, in the language of the letter."""
    with override(language):
        return settings.SITE_URL + reverse(name, args=args)


def language_of(user: User) -> str:
    """In which language someone with an account is written to."""
    member = Member.behind(user)
    return member.language if member else user.language or "en"


def stamp(moment: datetime | None) -> str:
    """A moment in a key: what is decided anew is told anew."""
    return f"{moment:%Y%m%d%H%M%S%f}" if moment else ""


# What mail programs make links of.
LINKED = re.compile(r"(?<=\w)(?:\.(?=[^\W\d_]{2})|@(?=\w)|:(?=//))")


def unlinked(line: str) -> str:
    """A line without what leads anywhere: strangers' words go to whatever address they type."""
    return LINKED.sub(lambda found: f"{found[0]} ", line)
