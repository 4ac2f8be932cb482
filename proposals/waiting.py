"""How long a proposal has waited for its answer, or waited for it."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from django.utils import timezone

from proposals.models import Consultation, Proposal


@dataclass(frozen=True)
class Wait:
    """The days since it was published, and those until its answer is due, if it is known when.

    Of an idea put forward elsewhere neither is known: what the sources do not tell is
    never counted.
    """

    days: int | None
    due: date | None

    @classmethod
    def of(cls, proposal: Proposal, call: Consultation) -> Self:
        return cls(days_between(proposal, timezone.localdate()), call.answers_due)

    @property
    def overdue(self) -> int:
        """Days past the promised one; 0 while there is time, or where none was promised."""
        return max(0, -self.left) if self.left is not None else 0

    @property
    def left(self) -> int | None:
        """Days until it is due, negative after that."""
        return (self.due - timezone.localdate()).days if self.due else None


def days_between(proposal: Proposal, until: date) -> int | None:
    """Days from its publication until a day; None where its day is not known."""
    published = proposal.published_on
    if published is None or proposal.is_from_elsewhere or published.precision != "day":
        return None
    return max(0, (until - published.first_day).days)
