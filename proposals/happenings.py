"""Writing down what happens to proposals and calls, in the order of the commits."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from commitments.models import Commitment
from network.models import Edition, Organization
from proposals.models import Consultation, Happening, Proposal, Response

Kind = Happening.Kind


@transaction.atomic
def record(
    kind: Happening.Kind,
    *,
    proposal: Proposal | None = None,
    consultation: Consultation | None = None,
    commitment: Commitment | None = None,
    organization: Organization | None = None,
    **facts: Any,
) -> Happening:
    """Write down one thing that happened, in the transaction that makes it happen.

    It takes the turn that every public change takes: the number of a happening is
    given while no other can be, and seen before the next one is. So whoever was told
    up to a number has been told of all below it.
    """
    Edition.take_turn()
    return Happening.objects.create(
        kind=kind,
        proposal=proposal,
        consultation=consultation,
        commitment=commitment,
        organization=organization,
        **facts,
    )


def record_answers(
    answers: Iterable[tuple[Response, bool]], promises: Iterable[Commitment]
) -> None:
    """Write down answers, each with whether one stood before, and what they newly led to.

    Within the turn of the edition, which `answering.answer` takes first.
    """
    given, promises = list(answers), list(promises)
    known = set(
        Happening.objects.filter(
            kind=Kind.BECAME, proposal__in=[response.proposal_id for response, _before in given]
        ).values_list("proposal", "commitment")
    )
    rows = []
    for response, before in given:
        kind = Kind.REANSWERED if before else Kind.ANSWERED
        rows.append(Happening(kind=kind, proposal_id=response.proposal_id))
        rows += [
            Happening(kind=Kind.BECAME, proposal_id=response.proposal_id, commitment=promise)
            for promise in promises
            if (response.proposal_id, promise.pk) not in known
        ]
    Happening.objects.bulk_create(rows)


def record_openings() -> int:
    """Write down the calls whose opening has come: time does that, not a person. How many."""
    due = Consultation.objects.public().filter(
        opens_at__lte=timezone.now(), opens_at__gt=F("published_at"), standing=False
    )
    if not due.exclude(happenings__kind=Kind.OPENED).exists():
        return 0
    with transaction.atomic():
        Edition.take_turn()
        opened = list(due.exclude(happenings__kind=Kind.OPENED))
        for call in opened:
            record(Kind.OPENED, consultation=call, at=call.opens_at)
        Edition.advance()
    return len(opened)
