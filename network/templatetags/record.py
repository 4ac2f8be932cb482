"""What pages of the record show: `{% load record %}`."""

from django import template

from network import record
from network.models import Deed, User

register = template.Library()


@register.filter
def told(deed: Deed) -> list[record.Told]:
    """Its changes in words, each with what was removed and what was added."""
    return record.Teller().told(deed.model, deed.changes)


@register.filter
def who(deed: Deed) -> str:
    """Who did it; never an address."""
    return record.who(deed)


@register.filter
def signer(user: User) -> str:
    """Who signed something; never an address."""
    return record.signer(user)
