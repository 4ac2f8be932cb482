"""How second factors lie in the database: which are locked, with which key, and locking anew."""

from collections import Counter
from collections.abc import Callable
from enum import Enum
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from opengov_portal.lib.locks import NoKey, is_locked, is_of_today, locked, unlocked

PURPOSE = "second factors"
SECRETS = ("secret", "seed")  # of an authenticator app, and of recovery codes
CODES = "migrated_codes"  # of recovery codes that were made elsewhere


class Lies(Enum):
    """How a second factor lies in the database."""

    LOCKED = "locked"
    OPEN = "open"
    OLD = "locked with a key of before"
    LOST = "locked with a key that is not there"


def secrets_of(data: dict[str, Any]) -> list[str]:
    """Of a passkey there is none: the portal has its public key alone."""
    return [data[name] for name in SECRETS if name in data] + list(data.get(CODES) or [])


def each_secret(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """What allauth keeps of a factor, with each secret in it changed."""
    new = data | {name: change(data[name]) for name in SECRETS if name in data}
    return new | {CODES: [change(code) for code in data[CODES]]} if data.get(CODES) else new


def anew(secret: str) -> str:
    """Locked with the key of today. Raises NoKey where none opens it."""
    if is_of_today(secret, PURPOSE):
        return secret
    return locked(unlocked(secret, PURPOSE), PURPOSE)


@transaction.atomic
def lock_anew() -> int:
    """Lock with SECRET_KEY whatever is not, where a key there is opens it; how many were."""
    count = 0
    for factor in Authenticator.objects.select_for_update().order_by("pk"):
        if how(factor.data) in {Lies.OPEN, Lies.OLD}:
            factor.data = each_secret(factor.data, anew)
            factor.save(update_fields=["data"])
            count += 1
    return count


def how_they_lie() -> Counter[Lies]:
    """How many second factors lie how; those without a secret are not counted."""
    found = Authenticator.objects.values_list("data", flat=True)
    return Counter(lies for data in found if (lies := how(data)))


def how(data: dict[str, Any]) -> Lies | None:
    """How one lies: as the worst of its secrets does. None for one that has none."""
    secrets = secrets_of(data)
    try:
        for secret in secrets:
            unlocked(secret, PURPOSE)
    except NoKey:
        return Lies.LOST
    if not all(map(is_locked, secrets)):
        return Lies.OPEN
    if not all(is_of_today(secret, PURPOSE) for secret in secrets):
        return Lies.OLD
    return Lies.LOCKED if secrets else None
