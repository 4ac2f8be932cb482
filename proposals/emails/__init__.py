"""The room's letters: one function a letter, and what they have in common.

They go to authors, supporters and followers: people whose address is known and
confirmed, members or not.
"""

from typing import Any

from django.conf import settings
from django.utils.translation import override

from network.models import Letter
from proposals.models import Proposal


def to_author(name: str, proposal: Proposal, key: str, **context: Any) -> Letter | None:
    """A letter to whoever put a proposal forward; none where nobody's address is kept."""
    asked = for_author(name, proposal, key, context)
    return Letter.write(**asked) if asked else None


def drawn_for_author(name: str, proposal: Proposal, key: str, **context: Any) -> Letter | None:
    """The letter that `to_author` would write, to be looked at; not kept."""
    asked = for_author(name, proposal, key, context)
    return Letter.build(**asked) if asked else None


def for_author(
    name: str, proposal: Proposal, key: str, context: dict[str, Any]
) -> dict[str, Any] | None:
    """What `Letter.write` and `Letter.build` are asked with."""
    if not proposal.email:
        return None
    with override(proposal.letters_language):
        page_url = settings.SITE_URL + proposal.get_absolute_url()
    return {
        "template": f"proposals/emails/{name}",
        "to": proposal.email,
        "language": proposal.letters_language,
        "key": f"{name}-{proposal.pk}-{key}",
        "context": {"proposal": proposal, "page_url": page_url, **context},
        "user": proposal.user,
    }
