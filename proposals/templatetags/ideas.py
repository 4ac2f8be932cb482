"""What pages of the rooms below show of proposals: `{% load ideas %}`."""

from collections.abc import Iterable
from typing import Any

from django import template

from commitments.masks import in_order
from network.models import Subject
from proposals.cards import Cards
from proposals.catalogue import Catalogue

register = template.Library()

MOST = 3


@register.inclusion_tag("proposals/_for_issues.html")
def ideas_on(issues: Iterable[Subject]) -> dict[str, Any]:
    """The most supported public proposals on any of these issues, and where to read them all."""
    held, asked = Catalogue.current(), list(issues)
    on = held.on(asked)
    return {
        "ideas": Cards(held).at(in_order(on, held.most_supported(), 0, MOST)) if on else [],
        "count": on.bit_count(),
        "issues": asked,
    }
