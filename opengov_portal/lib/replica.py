"""Reading pages from a replica of the database, where DATABASE_REPLICA_URL names one.

A replica lags, so it is read only while it has reached the edition that the page is to be
of, and only for pages that are the same for everybody (`for_readers`): what somebody has
just done is read where it was written.
"""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ClassVar, TypeVar, cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

log = logging.getLogger(__name__)

REPLICA = "replica"
AWAY_SECONDS = 5  # for which a replica that did not answer is left alone
_reading: ContextVar[bool] = ContextVar("reading", default=False)

Answer = TypeVar("Answer")


class Router:
    """Every write and every doubt goes to the database itself."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return alias()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


def alias() -> str:
    """Which database is read from here and now."""
    return REPLICA if _reading.get() else DEFAULT_DB_ALIAS


class _Connection:
    """Django's `connection`, but to the database that is read from here and now."""

    def __getattr__(self, name: str) -> Any:
        return getattr(connections[alias()], name)


# For what is asked in SQL of our own.
connection = cast(BaseDatabaseWrapper, _Connection())


class Replica:
    away_until: ClassVar[float] = 0.0

    @classmethod
    def is_away(cls, error: Exception) -> None:
        cls.away_until = time.monotonic() + AWAY_SECONDS
        log.warning("The replica is left alone for a while: %s", type(error).__name__)


def read(ask: Callable[[], Answer], caught_up: Callable[[], bool]) -> Answer:
    """What `ask` answers, read from the replica if it may be.

    `caught_up` is asked only where there is a replica. One that fails half way, or takes a
    query back because its tables move on, is not missed: `ask` changes nothing, so it is
    asked again, of the database itself.
    """
    if REPLICA not in settings.DATABASES or time.monotonic() < Replica.away_until:
        return ask()
    before = _reading.set(True)
    try:
        if caught_up():
            return ask()
    except (OperationalError, InterfaceError) as error:
        Replica.is_away(error)
        connections[REPLICA].close()
    finally:
        _reading.reset(before)
    return ask()
