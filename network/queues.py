"""What waits for staff in this room."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.desk import Queue, who_may
from network.models import Affiliation, InboundMessage, Letter, Member, Organization, Revision
from network.roles import SEES_ADDRESSES

# Staff say that they answer within a week, and so the desk marks what waits longer.
PROMISED = timedelta(days=7)


def a_week_before(field: str) -> Q:
    return Q(**{f"{field}__lt": timezone.now() - PROMISED})


QUEUES = (
    Queue(
        label=_("Organizations to agree to"),
        page="network_organization",
        filters="state__exact=waiting",
        may_see=who_may("network.change_organization"),
        waiting=lambda _user: Organization.objects.waiting(),
        since="proposed_at",
        is_late=lambda: a_week_before("proposed_at"),
    ),
    Queue(
        label=_("Changes to organizations"),
        page="network_revision",
        filters="state__exact=waiting",
        may_see=who_may("network.change_organization"),
        waiting=lambda _user: Revision.objects.waiting(),
        since="proposed_at",
        is_late=lambda: a_week_before("proposed_at"),
    ),
    Queue(
        label=_("Claims to speak for an organization"),
        page="network_affiliation",
        filters="state__exact=asked",
        may_see=who_may("network.change_affiliation"),
        waiting=lambda _user: Affiliation.objects.asked(),
        since="since",
        is_late=lambda: a_week_before("since"),
    ),
    Queue(
        label=_("Names that members would show"),
        page="network_member",
        filters="listing__exact=waiting",
        may_see=who_may("network.change_member"),
        waiting=lambda _user: Member.objects.filter(listing="waiting"),
        since="listing_since",
        is_late=lambda: a_week_before("listing_since"),
    ),
    Queue(
        label=_("Messages to answer"),
        page="network_inboundmessage",
        filters="state__exact=waiting",
        may_see=who_may("network.change_inboundmessage"),
        waiting=lambda _user: InboundMessage.objects.for_staff(),
        since="received_at",
        is_late=lambda: a_week_before("received_at"),
    ),
    Queue(
        label=_("Letters that failed"),
        page="network_letter",
        filters="state__exact=failed",
        may_see=who_may("network.change_letter", SEES_ADDRESSES),
        waiting=lambda _user: Letter.objects.filter(state=Letter.State.FAILED),
        since="owed_since",
        is_late=lambda: Q(pk__isnull=False),
    ),
)
