"""Whether what the portal leans on is there, and whether the outside is as it should be."""

import http.client
import shutil
import socket
import ssl
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import WARNING, run_checks
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from redis import Redis, RedisError

from opengov_portal.lib.mail_check import Finding, bad, good, note
from opengov_portal.lib.replica import REPLICA

SECONDS = 5  # that any part may take to answer
FREE_LEAST = 1_000_000_000  # bytes
APART_MOST = 5.0  # seconds between two clocks: a code that comes by mail, a lease
BEHIND_MOST = 10  # seconds
CERTIFICATE_LEAST = 14  # days
HEADERS = [
    *("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options"),
    *("Referrer-Policy", "X-Frame-Options", "Cross-Origin-Opener-Policy"),
]


def secrets() -> Iterator[Finding]:
    """What Django finds of the settings, and who may read them."""
    found = [each for each in run_checks(include_deployment_checks=True) if each.level >= WARNING]
    for each in found:
        yield bad(f"{each.id}: {' '.join(str(each.msg).split())}")
    if not found:
        yield good("Django finds nothing to warn of in the settings.")
    if not settings.REQUIRE_STAFF_MFA:
        yield bad("Staff come in by a password alone: REQUIRE_STAFF_MFA is off.")
    private = settings.BASE_DIR / ".env"
    if private.exists() and private.stat().st_mode & 0o077:
        yield bad("Others on this machine can read .env: chmod 600 .env.")
    elif private.exists():
        yield good(".env is for its owner alone.")


def hosts() -> Iterator[Finding]:
    if not settings.HTTPS:
        yield bad(f"SITE_URL is {settings.SITE_URL}: nobody beyond this machine can come in.")
    wide = [name for name in settings.ALLOWED_HOSTS if name.startswith((".", "*"))]
    if wide:
        yield bad(f"ALLOWED_HOSTS lets in names that may be anybody's: {', '.join(wide)}.")
    else:
        yield good(f"It answers to {', '.join(dict.fromkeys(settings.ALLOWED_HOSTS))}.")
    if settings.HTTPS and not settings.TRUST_PROXY:
        yield bad(
            "TRUST_PROXY is off: behind a front server every page redirects to itself, and all "
            "readers are counted as one."
        )


def database() -> Iterator[Finding]:
    begun = time.monotonic()
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        took = (time.monotonic() - begun) * 1000
        undone = MigrationExecutor(connection).migration_plan(
            MigrationExecutor(connection).loader.graph.leaf_nodes()
        )
    except DatabaseError as error:
        words = " ".join(str(error).split())
        yield bad(f"The database does not answer: {words}. DATABASE_URL says which one it is.")
        return
    yield good(f"{connection.display_name} answers within {took:.0f} ms.")
    if undone:
        first = undone[0][0]
        yield bad(
            f"{len(undone)} migrations are yet to be done, first {first.app_label}.{first.name}: "
            "manage.py prepare."
        )
    else:
        yield good("Its tables are up to date.")
    if connection.vendor == "sqlite":
        yield note("SQLite is for one host; several need DATABASE_URL.")


def replica() -> Iterator[Finding]:
    """How far the replica is behind. Only where there is one."""
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(
                "SELECT pg_is_in_recovery(), CASE WHEN pg_last_wal_receive_lsn() = "
                "pg_last_wal_replay_lsn() THEN 0 ELSE "
                "extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END"
            )
            copies, behind = cursor.fetchone()
    except DatabaseError as error:
        words = " ".join(str(error).split())
        yield bad(f"The replica does not answer: {words}. Readers are not kept waiting for it.")
        return
    if not copies:
        yield bad("What DATABASE_REPLICA_URL names is no replica: what is read there is its own.")
    elif float(behind or 0) > BEHIND_MOST:
        yield bad(f"The replica is {float(behind):.0f} s behind; until it is not, it is not read.")
    else:
        yield good("The replica keeps up.")


def broker() -> Iterator[Finding]:
    """Redis: as the cache that counts who tries too often, and as Celery's broker."""
    if not settings.REDIS_URL:
        yield note("REDIS_URL is not set: tasks run in the process that asks, and the timers run.")
        return
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=SECONDS, socket_timeout=SECONDS
        ) as redis:
            key = f"check-deployment-{time.time_ns()}"
            redis.set(key, b"1", ex=60)
            kept = redis.get(key)
            redis.delete(key)
            policy = redis.config_get("maxmemory-policy").get("maxmemory-policy", "")
    except (RedisError, OSError, ValueError) as error:
        yield bad(f"Redis does not answer, as broker or as cache: {error}.")
        return
    yield good("Redis takes and gives back.") if kept == b"1" else bad("Redis loses what it takes.")
    if policy.startswith("allkeys"):
        yield bad(f"Redis may throw tasks away when it is full: maxmemory-policy is {policy}.")


def static_files() -> Iterator[Finding]:
    """Those that the pages name, as they were collected."""
    names: dict[str, str] | None = getattr(staticfiles_storage, "hashed_files", None)
    if names is None:
        yield note("Static files have plain names: STATICFILES_STORAGE is not the one of a site.")
        return
    root = Path(settings.STATIC_ROOT)
    missing = [name for name in names.values() if not (root / name).exists()]
    if not names:
        yield bad(f"No static files are in {root}: manage.py prepare.")
    elif missing:
        yield bad(f"{len(missing)} static files are missing, as {missing[0]}: manage.py prepare.")
    else:
        yield good(f"All {len(names)} static files are there.")
    if not list(Path(settings.LOCALE_PATHS[0]).glob("fr/LC_MESSAGES/*.mo")):
        yield bad("The French words are not compiled: manage.py prepare.")


def disk() -> Iterator[Finding]:
    folder = settings.VAR_DIR
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield bad(f"Nothing can be written in {folder}: {error.strerror}.")
        return
    room = shutil.disk_usage(folder)
    words = f"{room.free / 1e9:.1f} GB are free where {folder} is"
    if room.free < FREE_LEAST or room.free < room.total / 50:
        yield bad(f"The disk is nearly full: {words}.")
    else:
        yield good(f"{words}.")


def clock() -> Iterator[Finding]:
    """This machine's clock beside those of the database and of Redis, where they have one."""
    apart: dict[str, float] = {}
    if connection.vendor == "postgresql":
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
                apart["PostgreSQL"] = float(cursor.fetchone()[0]) - time.time()
        except DatabaseError:
            pass  # said above
    if settings.REDIS_URL:
        try:
            with Redis.from_url(
                settings.REDIS_URL, socket_connect_timeout=SECONDS, socket_timeout=SECONDS
            ) as redis:
                seconds, micro = redis.time()
                apart["Redis"] = seconds + micro / 1e6 - time.time()
        except (RedisError, OSError, ValueError):
            pass  # said above
    yield from clocks(apart)


def clocks(apart: dict[str, float]) -> Iterator[Finding]:
    if not apart:
        yield note("There is no other clock to compare this machine's with; see timedatectl.")
    for whose, seconds in apart.items():
        if abs(seconds) > APART_MOST:
            yield bad(f"The clock of {whose} is {seconds:+.0f} s from this machine's: set them.")
        else:
            yield good(f"The clock of {whose} agrees with this machine's.")


def front(site: str) -> Iterator[Finding]:
    """The portal as it is reached from outside: its certificate, its headers, who else gets in."""
    where = urlsplit(site)
    if where.scheme != "https":
        yield note("The site is not over https, so there is no certificate to look at.")
        return
    host, port = str(where.hostname), where.port or 443
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), timeout=SECONDS) as raw,
            context.wrap_socket(raw, server_hostname=host) as line,
        ):
            told = line.getpeercert() or {}
    except ssl.SSLError as error:
        yield bad(f"The certificate of {host} is not valid: {error.reason or error}.")
        return
    except OSError as error:
        yield bad(f"{host}:{port} cannot be reached from here: {error}.")
        return
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)
    days = (ends - datetime.now(UTC)).days
    words = f"The certificate of {host} is valid for {days} days more"
    yield good(f"{words}.") if days >= CERTIFICATE_LEAST else bad(f"{words}: renew it.")
    yield from answered(host, port, context)


def answered(host: str, port: int, context: ssl.SSLContext) -> Iterator[Finding]:
    """What the front server hands on, and what it should not."""

    def ask(path: str, name: str) -> http.client.HTTPResponse:
        line = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context)
        line.request("GET", path, headers={"Host": name})
        return line.getresponse()

    try:
        answer = ask("/readyz", host)
        seen = time.time()
    except (OSError, http.client.HTTPException) as error:
        yield bad(f"The front server does not answer: {error}.")
        return
    if answer.status == 200:
        yield good("The front server reaches the portal, and the portal is ready.")
    else:
        yield bad(f"/readyz answers {answer.status}: the front server, or what is behind it.")
    for name in HEADERS:
        times = len(answer.headers.get_all(name, []))
        if times != 1:
            yield bad(f"{name} comes {times} times: the portal says it, the front server need not.")
    if date := answer.headers.get("Date"):
        apart = parsedate_to_datetime(date).timestamp() - seen
        yield from clocks({"the front server": apart})
    try:
        let_in = ask("/readyz", "not-ours.example").status == 200
    except (OSError, http.client.HTTPException):
        let_in = False
    if let_in:
        yield bad("The front server answers to names that are not ours: see deploy/nginx.conf.")
    else:
        yield good("Who names another host is not let in.")
