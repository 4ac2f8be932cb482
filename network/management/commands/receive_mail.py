"""`manage.py receive_mail`: take one message, for the pipe of a mail server.

The sending server waits for it: exit 0 says that the message is kept here, 75 that the
server should keep it and try again. No other way out, since some servers send a message
back for it (SECURITY.md M6); `manage.py` itself sees to it that this holds before Django
is up.
"""

import logging
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from network.models import InboundMessage
from network.receiving import take

log = logging.getLogger(__name__)

EX_TEMPFAIL = 75


class Command(BaseCommand):
    help = (
        "Take one message from standard input, as a Postfix or Exim pipe hands it over. "
        "docs/receiving-mail.md says how to set that up."
    )
    # The database may be away: then it is said by the exit code alone.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sender", help="on the line; empty for a report of delivery")
        parser.add_argument("--recipient", action="append", help="on the line")

    def handle(self, *args: Any, **options: Any) -> None:
        # A mail server that runs us for an alias says it in the environment.
        sender, to = options["sender"], options["recipient"] or []
        if sender is None:
            sender = os.environ.get("SENDER")
        try:
            take(
                sys.stdin.buffer,
                way=InboundMessage.Way.PIPE,
                envelope_sender=sender,
                recipient=ours([*to, os.environ.get("RECIPIENT", "")]),
            )
        except Exception as error:  # whatever it is, the message is not kept here
            log.error("A message was not taken: %s", type(error).__name__)
            sys.exit(EX_TEMPFAIL)


def ours(recipients: list[str]) -> str:
    """Of several, the one at the host of JOIN_ADDRESS; else the first."""
    host = settings.JOIN_ADDRESS.rpartition("@")[2].casefold()
    known = [each for each in recipients if each]
    at_home = [each for each in known if each.rpartition("@")[2].casefold() == host]
    return next(iter([*at_home, *known]), "")
