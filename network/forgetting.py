"""What the night forgets: one kind after another, each counted. docs/keeping.md says why."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from network.accounts.sessions import forget_networks, forget_sessions
from network.models import (
    AddressChange,
    Block,
    Confirmation,
    Consent,
    Decision,
    InboundMessage,
    JoinRequest,
    Letter,
    Night,
    Tally,
)
from network.receiving import mailbox
from network.rooms import ROOMS, Forget

log = logging.getLogger(__name__)


def keep_little() -> Night:
    """Forget all that has been kept long enough, and write down how much that was.

    What fails keeps nothing else from being forgotten; it is logged, and tried again the
    next night.
    """
    now = timezone.now()
    counts = {name: _count(name, forget, now) for name, forget in steps().items()}
    return Night.objects.create(at=now, counts=counts)


def steps() -> Mapping[str, Forget]:
    """First what hung on confirmations in the rooms above, then they and the rest."""
    above = {name: forget for room in ROOMS for name, forget in room.forgets().items()}
    return above | FORGETS


def _count(name: str, forget: Forget, now: datetime) -> int | None:
    try:
        with transaction.atomic():
            return forget(now)
    except Exception:
        log.exception("The night could not forget: %s", name)
        return None


def messages(now: datetime) -> int:
    """Those that are done with; what waits for staff stays until it is."""
    if settings.JOIN_IMAP_URL:
        mailbox.forget_taken()
    _all, by_kind = InboundMessage.objects.stale(now).delete()
    return by_kind.get(InboundMessage._meta.label, 0)


FORGETS: dict[str, Forget] = {
    "confirmations": lambda now: Confirmation.objects.stale(now).forget(),
    "requests": lambda now: JoinRequest.objects.stale(now).forget(),
    "messages": messages,
    "raw_messages": lambda now: InboundMessage.objects.forget_raw(now),
    "letters": lambda now: Letter.objects.stale(now).forget(),
    "networks_of_consents": lambda now: Consent.objects.forget_origins(now),
    "sessions": lambda now: forget_sessions(),
    "networks_of_sessions": forget_networks,
    "blocks": lambda now: Block.objects.stale(now).delete()[0],
    "decisions": lambda now: Decision.objects.stale(now).delete()[0],
    "changes_of_address": lambda now: AddressChange.objects.stale(now).delete()[0],
    "tallies": lambda now: Tally.forget(),
}
