"""`manage.py check_deployment`: is each part there, and as it should be?"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from network.accounts.locking import Lies, how_they_lie
from network.receiving.mailbox import AWAY, opened
from opengov_portal.celery import app
from opengov_portal.lib import deployment, mail_check
from opengov_portal.lib.mail_check import Finding, Verdict, bad, good, note
from opengov_portal.lib.replica import REPLICA


def worker() -> Iterator[Finding]:
    """Whether anybody takes what is asked for. Only where there is a broker that answers."""
    try:
        there = app.control.inspect(timeout=2).ping() or {}
    except Exception as error:  # kombu's own, redis's, the system's
        yield bad(f"Workers cannot be asked: {type(error).__name__}.")
        return
    if there:
        yield good(f"{len(there)} worker{'s' if len(there) > 1 else ''} answered.")
    else:
        yield bad("No worker answers: what is asked for waits. Start portal-worker.service.")


def mailbox() -> Iterator[Finding]:
    """The mailbox of join@, where it is read over IMAP."""
    if not settings.JOIN_IMAP_URL:
        yield note("JOIN_IMAP_URL is not set: a mail server must hand over what comes to join@.")
        return
    try:
        with opened():
            yield good("The mailbox of join@ lets us in.")
    except AWAY as error:
        yield bad(
            f"The mailbox of join@ cannot be read: {type(error).__name__}. See JOIN_IMAP_URL."
        )


def factors() -> Iterator[Finding]:
    """The secrets of second factors: locked, and with the key that is in use."""
    try:
        found = how_they_lie()
    except DatabaseError:
        yield note("How second factors are kept cannot be looked at.")  # said above
        return
    if count := found[Lies.LOST]:
        yield bad(
            f"{count} second factors were locked with another SECRET_KEY: put it into "
            "SECRET_KEY_FALLBACKS, or take them off in the admin."
        )
    if count := found[Lies.OPEN]:
        yield bad(f"{count} second factors lie open in the database: manage.py lock_factors.")
    if count := found[Lies.OLD]:
        yield bad(
            f"{count} second factors are locked with a key of SECRET_KEY_FALLBACKS: manage.py "
            "lock_factors, before that key is taken away."
        )
    if found.total() == found[Lies.LOCKED]:
        yield good(f"All {found.total()} second factors with a secret are locked.")


class Command(BaseCommand):
    help = "Try each part that the portal leans on, and say in a sentence what is wrong."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--inside",
            action="store_true",
            help="leave out the front server, which may not be reachable from here",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where something is wrong, so that a script can tell."""
        parts: dict[str, Callable[[], Iterator[Finding]]] = {
            "Secrets": deployment.secrets,
            "Hosts": deployment.hosts,
            "Database": deployment.database,
            "Second factors": factors,
            "Broker and cache": deployment.broker,
            "Letters out": mail_check.server,
            "Letters in": mailbox,
            "Static files and words": deployment.static_files,
            "Disk": deployment.disk,
            "Clock": deployment.clock,
        }
        if settings.REDIS_URL:
            parts["Worker"] = worker
        if REPLICA in settings.DATABASES:
            parts["Replica"] = deployment.replica
        if not options["inside"]:
            parts["Front server"] = partial(deployment.front, settings.SITE_URL)
        faults = sum(self.say(name, look) for name, look in parts.items())
        if faults:
            things = "things are" if faults > 1 else "thing is"
            raise CommandError(f"{faults} {things} wrong; see above.")
        self.stdout.write("All is well.")

    def say(self, name: str, look: Callable[[], Iterator[Finding]]) -> int:
        """Prints what is found of a part; how much of it is bad."""
        self.stdout.write(name)
        faults = 0
        for finding in look():
            faults += finding.verdict is Verdict.BAD
            self.stdout.write(f"  {finding.verdict.value:<8}{finding.words}")
        return faults
