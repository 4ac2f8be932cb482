"""What a block would have stopped, told before it is put; and who is refused by one."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import Block, Confirmation, InboundMessage, JoinRequest
from network.models.block import networks
from opengov_portal.lib.errors import Refused

MONTH = timedelta(days=30)


def refuse_blocked(email: str, origin: str) -> None:
    """Raises Refused where someone who is signed in asks with what is blocked."""
    if Block.objects.stop(email, origin):
        raise Refused(_("Nothing can be put in with this address for now. Write to us to ask why."))


def would_have_stopped(block: Block) -> dict[str, int]:
    """How much of last month it would have stopped, by what that was; in three queries.

    `block` need not be kept. Of a network, messages to join@ cannot be counted: they
    come from the sender's server.
    """
    since = timezone.now() - MONTH
    found = {
        _("Requests to join"): theirs(block, JoinRequest.objects.filter(created_at__gt=since)),
        _("Ideas, supports and follows that were to be confirmed by mail"): theirs(
            block, Confirmation.objects.filter(created_at__gt=since)
        ),
    }
    if block.kind != Block.Kind.NETWORK:
        came = InboundMessage.objects.filter(received_at__gt=since)
        found[_("Messages to join@")] = theirs(block, came, address="sender_address")
    return found


def theirs(block: Block, rows: QuerySet[Any], *, address: str = "address") -> int:
    """How many of these rows a block names."""
    if block.kind == Block.Kind.ADDRESS:
        return rows.filter(**{address: block.value}).count()
    if block.kind == Block.Kind.DOMAIN:
        at = Q(**{f"{address}__endswith": f"@{block.value}"})
        below = Q(**{f"{address}__endswith": f".{block.value}"})
        return rows.filter(at | below).count()
    counted = rows.exclude(origin="").order_by().values_list("origin").annotate(Count("pk"))
    return sum(number for origin, number in counted if block.value in networks(origin))
