"""What waits for staff in this room."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.desk import Queue, who_may
from network.models import User
from proposals import answering
from proposals.models import Appeal, Flag, Proposal
from proposals.referring import answerable_by


def past_the_promised_time(field: str) -> Q:
    """Longer ago than moderators promise to decide within."""
    return Q(**{f"{field}__lt": timezone.now() - timedelta(days=settings.MODERATION_DAYS)})


def answers_due(user: User) -> QuerySet[Proposal]:
    """Those whose answer is to be given here, and that someone may give."""
    return answerable_by(user, Proposal.objects.public().unanswered().awaited())


MODERATE = who_may("proposals.change_proposal")

QUEUES = (
    Queue(
        label=_("Proposals to moderate"),
        page="proposals_proposal",
        may_see=MODERATE,
        waiting=lambda _user: Proposal.objects.waiting(),
        since="waiting_since",
        is_late=lambda: past_the_promised_time("waiting_since"),
    ),
    Queue(
        label=_("Appeals"),
        page="proposals_proposal",
        filters="desk=appeals",
        may_see=MODERATE,
        waiting=lambda _user: Appeal.objects.waiting(),
        since="at",
        is_late=lambda: past_the_promised_time("at"),
    ),
    Queue(
        label=_("Flagged proposals"),
        page="proposals_proposal",
        filters="desk=flagged",
        may_see=MODERATE,
        waiting=lambda _user: Flag.objects.open().filter(proposal__state=Proposal.State.PUBLISHED),
        since="at",
        is_late=lambda: past_the_promised_time("at"),
        counted="proposal",
    ),
    Queue(
        label=_("Answers due"),
        page="proposals_toanswer",
        filters="answer=none",
        may_see=answering.may_answer,
        waiting=answers_due,
        since="published_at",
        is_late=lambda: Q(consultation__answers_due__lt=timezone.localdate()),
    ),
)
