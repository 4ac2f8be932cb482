"""What Django needs to know of the database and the Redis that the environment names."""

from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

POSTGRESQL = "django.db.backends.postgresql"
OURS = "opengov_portal.lib.postgresql"


def database(url: str, *, folder: Path, pool: int) -> dict[str, Any]:
    """The settings of PostgreSQL where `url` names one; else SQLite in `folder`.

    `pool` is how many connections to PostgreSQL a process may hold. Raises ValueError
    where `url` is no address of a database.
    """
    known: dict[str, Any] = dict(
        dj_database_url.parse(url or f"sqlite:///{folder / 'portal.sqlite3'}")
    )
    return sqlite(known) if known["ENGINE"] == "django.db.backends.sqlite3" else pooled(known, pool)


def replicated(databases: dict[str, dict[str, Any]], url: str, pool: int) -> list[str]:
    """Adds the replica that `url` names, if any; gives the routers that then choose.

    Raises ImproperlyConfigured where either is no PostgreSQL.
    """
    if not url:
        return []
    copy: dict[str, Any] = dict(dj_database_url.parse(url))
    if copy["ENGINE"] != POSTGRESQL or databases["default"]["ENGINE"] != OURS:
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URL is for PostgreSQL: DATABASE_URL and it must both name one."
        )
    databases["replica"] = pooled(copy, pool) | {"TEST": {"MIRROR": "default"}}
    return ["opengov_portal.lib.replica.Router"]


def sqlite(known: dict[str, Any]) -> dict[str, Any]:
    """Writers queue instead of failing; readers are never held up."""
    return known | {
        "ENGINE": "opengov_portal.lib.sqlite",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA cache_size=-32000; PRAGMA mmap_size=134217728;"
            ),
        },
        "TEST": {"NAME": ":memory:"},
    }


def pooled(known: dict[str, Any], most: int) -> dict[str, Any]:
    """A database that is away is said to be away within seconds."""
    options: dict[str, Any] = known.setdefault("OPTIONS", {})
    options["pool"] = {"min_size": 1, "max_size": most, "timeout": 2}
    options.setdefault("connect_timeout", 3)
    return known | {"ENGINE": OURS if known["ENGINE"] == POSTGRESQL else known["ENGINE"]}


def caches(redis: str, *, folder: Path) -> dict[str, dict[str, Any]]:
    """The cache of counters, which is in Redis where there is one, and that of pages.

    Who of staff has what open (`presence`) is for all processes to see: where there is no
    Redis, in files of `folder`.

    Pages are kept apart, so that a crawler who fills their shelf does not push out the
    counters of who has tried too often. They stay in the process even where there is
    Redis: a hit is then as fast as memory, and the edition drops them everywhere at
    once without it.
    """
    memory = "django.core.cache.backends.locmem.LocMemCache"
    own: dict[str, Any] = {"BACKEND": memory, "OPTIONS": {"MAX_ENTRIES": 10_000}}
    pages: dict[str, Any] = {
        "BACKEND": "opengov_portal.lib.caches.Shelf",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 600},
    }
    if not redis:
        files = {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(folder / "presence"),
            "OPTIONS": {"MAX_ENTRIES": 1000},
        }
        return {"default": own, "pages": pages, "presence": files}
    shared = {
        "BACKEND": "opengov_portal.lib.caches.SteadyRedisCache",
        "LOCATION": redis,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
    return {"default": shared, "own": own, "pages": pages, "presence": shared}
