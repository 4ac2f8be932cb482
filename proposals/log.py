"""The public log of moderation: numbers by month and by reason, never a name."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber, TruncMonth

from proposals.models import Appeal, Proposal, Step

State = Proposal.State
KINDS = {
    (State.WAITING, State.PUBLISHED): "published",
    (State.REFUSED, State.PUBLISHED): "published",
    (State.WAITING, State.REFUSED): "refused",
    (State.REFUSED, State.REFUSED): "denied",
    (State.PUBLISHED, State.HIDDEN): "hidden",
    (State.HIDDEN, State.PUBLISHED): "restored",
    (State.PUBLISHED, State.MERGED): "merged",
}
OFF = Step.OfBrief.OFF


@dataclass
class Month:
    """What moderators did in one month."""

    begins: datetime
    done: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    median: float | None = None

    @property
    def by_reason(self) -> list[int]:
        """How many were refused or hidden for each reason, in the order of the reasons."""
        return [self.reasons[reason] for reason in Proposal.Reason.values]


def decisions() -> QuerySet[Any]:
    """What moderators decided here and did not undo; what was brought in was decided elsewhere."""
    moves = Q(*(Q(before=before, after=after) for before, after in KINDS), _connector="OR")
    here = Step.objects.standing().filter(moves | Q(brief=OFF), proposal__import_key__isnull=True)
    return here.annotate(month=TruncMonth("at"))


def months() -> list[Month]:
    """The months in which something was decided, latest first; counted in the database."""
    found: dict[datetime, Month] = {}
    by = ("month", "before", "after", "reason", "brief")
    for begins, before, after, reason, brief, n in (
        decisions().values_list(*by).annotate(n=Count("pk"))
    ):
        month = found.setdefault(begins, Month(begins))
        kind = brief or KINDS[State(before), State(after)]
        month.done[kind] += n
        if kind in {"refused", "hidden"}:
            month.reasons[reason] += n
    granted = Appeal.objects.filter(decision__after=State.PUBLISHED)
    for begins, n in (
        granted.annotate(month=TruncMonth("decision__at"))
        .values_list("month")
        .annotate(n=Count("pk"))
    ):
        found[begins].done["granted"] += n
        found[begins].done["published"] -= n
    for begins, waited in medians().items():
        found[begins].median = waited
    return [found[begins] for begins in sorted(found, reverse=True)]


def medians() -> dict[datetime, float]:
    """The median of the days that proposals waited for the decisions of each month.

    The database ranks them; only the middle one, or two, of each month are read.
    """
    ranked = (
        decisions()
        .filter(brief="", before=State.WAITING, proposal__waiting_since__isnull=False)
        .annotate(
            waited=ExpressionWrapper(
                F("at") - F("proposal__waiting_since"), output_field=DurationField()
            )
        )
        .annotate(
            rank=Window(RowNumber(), partition_by=F("month"), order_by=[F("waited"), F("pk")]),
            total=Window(Count("pk"), partition_by=F("month")),
        )
        .filter(rank__gte=F("total") / 2.0, rank__lte=F("total") / 2.0 + 1)
    )
    middle: dict[datetime, list[timedelta]] = defaultdict(list)
    for begins, waited in ranked.values_list("month", "waited"):
        middle[begins].append(waited)
    return {
        begins: sum(waited, timedelta()) / len(waited) / timedelta(days=1)
        for begins, waited in middle.items()
    }


def shown() -> dict[str, Any]:
    """What the page of the log shows."""
    return {
        "months": months(),
        "days": settings.MODERATION_DAYS,
        "reasons": [str(label) for label in Proposal.Reason.labels],
    }
