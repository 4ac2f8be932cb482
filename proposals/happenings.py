"""Writing down what happens to proposals and calls, in the order of the commits."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from commitments.models import Commitment
from network.models import Edition, Organization
from proposals.models import Consultation, Happening, Lineage, Proposal

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


def record_answers(answered: Mapping[int, bool], origins: Iterable[Lineage]) -> None:
    """Write down answers, each with whether one stood before, and what they newly led to.

    A descent is told once, however often the answer that says so is changed. Within the
    turn of the edition, which `answering.answer` takes first.
    """
    told = Happening.objects.filter(kind=Kind.BECAME, proposal__in=answered)
    known = set(told.values_list("proposal", "commitment"))
    Happening.objects.bulk_create(
        [
            *(
                Happening(kind=Kind.REANSWERED if before else Kind.ANSWERED, proposal_id=proposal)
                for proposal, before in answered.items()
            ),
            *(
                Happening(
                    kind=Kind.BECAME, proposal_id=one.proposal_id, commitment_id=one.commitment_id
                )
                for one in origins
                if (one.proposal_id, one.commitment_id) not in known
            ),
        ]
    )


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
