"""The letters of an answer: to whoever put it forward, in their language, once an answer."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from commitments.models import Commitment
from network.models import Letter
from network.models.decision import UNDO_WITHIN
from network.models.outbox import LetterQuerySet
from proposals.emails import drawn_for_author, to_author
from proposals.models import Proposal, Response


def answered(
    told: Iterable[Proposal],
    response: Response,
    commitments: Sequence[Commitment],
    *,
    before: Response | None,
) -> list[Letter]:
    """To the author of each of these that an answer is given; of a change, what it replaces."""
    written = []
    for proposal in told:
        context = facts(proposal, response, commitments, before)
        written.append(to_author(name_of(before), proposal, str(response.pk), **context))
    return [letter for letter in written if letter]


def drawn(
    proposal: Proposal,
    response: Response,
    commitments: Sequence[Commitment],
    *,
    before: Response | None,
) -> Letter | None:
    """The same letter as it would be written; not kept."""
    context = facts(proposal, response, commitments, before)
    return drawn_for_author(name_of(before), proposal, "preview", **context)


def to_its_author(proposal: Proposal) -> LetterQuerySet:
    """Of every answer that it was given; not those to whose ideas were merged into it."""
    given = Response.objects.filter(proposal=proposal).values_list("pk", flat=True)
    keys = [f"{name}-{proposal.pk}-{pk}" for pk in given for name in ("answered", "answer_changed")]
    return Letter.objects.filter(key__in=keys)


def owe(proposal: Proposal, until: datetime | None = None) -> None:
    """It can be read again: what was withheld goes, at that hour or once its own is over."""
    withheld = to_its_author(proposal).filter(state=Letter.State.WITHHELD)
    last = Response.objects.filter(proposal=proposal).order_by("-written_at").first()
    if last:
        withheld.hold(until or max(last.written_at + UNDO_WITHIN, timezone.now()))


def name_of(before: Response | None) -> str:
    return "answer_changed" if before else "answered"


def facts(
    proposal: Proposal,
    response: Response,
    commitments: Sequence[Commitment],
    before: Response | None,
) -> dict[str, Any]:
    """What the letter says, in the language of its reader."""
    with override(proposal.letters_language):
        return {
            "response": response,
            "before": before,
            "merged_into": response.proposal if response.proposal != proposal else None,
            "commitments": [
                (one, settings.SITE_URL + one.get_absolute_url()) for one in commitments
            ],
        }
