"""Who of staff has the page of one thing open: so that two do not decide about it at once.

Opening a page changes nothing, so this is kept beside the database and not in it: in
Redis, or in files that all processes of one machine read. It is a hint; who was first is
settled by the verbs. What is kept goes after `FRESH`, and is lost without harm.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.cache import caches
from django.db.models import Model
from django.utils import timezone

from network.models import User

FRESH = timedelta(minutes=10)


class Seen(NamedTuple):
    """Someone else who opened a page, and how many minutes ago."""

    name: str
    minutes: int


def _key(thing: Model) -> str:
    """A proxy is another window on the same row."""
    model: Any = thing._meta.concrete_model
    return f"open-{model._meta.label_lower}-{thing.pk}"


def _lately(key: str, now: datetime) -> dict[int, tuple[str, datetime]]:
    """Who opened it of late, by their keys: by what name, and when."""
    known: dict[int, tuple[str, datetime]] = caches["presence"].get(key) or {}
    return {pk: seen for pk, seen in known.items() if now - seen[1] < FRESH}


def also_open(user: User, things: Iterable[Model]) -> list[Seen]:
    """Note that someone has opened the page of these; who else did of late, newest first."""
    now = timezone.now()
    found: dict[int, tuple[str, datetime]] = {}
    for thing in things:
        fresh = _lately(_key(thing), now)
        found.update({pk: seen for pk, seen in fresh.items() if pk != user.pk})
        mine = {user.pk: (str(user), now)}
        caches["presence"].set(_key(thing), fresh | mine, int(FRESH.total_seconds()))
    newest = sorted(found.values(), key=lambda seen: seen[1], reverse=True)
    return [Seen(name, int((now - at).total_seconds() // 60)) for name, at in newest]


def is_open_elsewhere(user: User, thing: Model) -> bool:
    """Whether someone else has opened its page of late. Notes nothing."""
    return bool(_lately(_key(thing), timezone.now()).keys() - {user.pk})
