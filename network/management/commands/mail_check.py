"""`manage.py mail_check`: will letters arrive?"""

import secrets
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.models import Letter
from network.posting import post_now
from opengov_portal.lib import mail_check
from opengov_portal.lib.mail import BadLetter
from opengov_portal.lib.mail_check import Finding, Verdict


class Command(BaseCommand):
    help = (
        "Say whether letters will arrive: the mail server, and what DNS tells of the domain they "
        "come from. With --to, send a trial letter there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", metavar="ADDRESS", help="send a trial letter to this address")
        parser.add_argument(
            "--language", choices=["en", "fr"], default="en", help="of the trial letter"
        )
        parser.add_argument(
            "--selector", default="", help="the DKIM selector that the mail server signs with"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where something is bad, so that a script can tell."""
        faults = self.say(mail_check.server())
        faults += self.say(mail_check.domain(settings.JOIN_ADDRESS, options["selector"]))
        if options["to"]:
            faults += self.say([self.trial(options["to"], options["language"])])
        if faults:
            raise CommandError(f"{faults} of these will keep letters from arriving.")

    def say(self, findings: Iterable[Finding]) -> int:
        """Prints each; how many are bad."""
        faults = 0
        for finding in findings:
            faults += finding.verdict is Verdict.BAD
            self.stdout.write(f"  {finding.verdict.value:<8}{finding.words}")
        return faults

    def trial(self, to: str, language: str) -> Finding:
        """A trial letter, through the outbox as any other, and posted now."""
        try:
            letter = Letter.build(
                "network/emails/trial",
                to=to,
                language=language,
                key=f"trial-{secrets.token_hex(8)}",
                context={},
            )
        except BadLetter as error:
            return mail_check.bad(f"No trial letter was sent: {error}")
        letter.save()
        state = post_now(letter)
        if state == Letter.State.POSTED:
            return mail_check.good("The mail server has taken the trial letter; look for it there.")
        letter.refresh_from_db()
        return mail_check.bad(f"The trial letter did not go: {letter.last_error or state.label}")
