"""Bring everything a server needs up to date: run it after every upgrade."""

from io import StringIO
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError

from commitments.models import ActionPlan


class Command(BaseCommand):
    help = "Bring the database, the words and the static files up to date. Safe to run again."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with a sentence where the machine stands in the way."""
        try:
            self.prepare()
        except OperationalError as error:
            raise CommandError(
                f"The database cannot be used: {str(error).strip()}. DATABASE_URL says which one "
                "it is; unset, it is the file var/portal.sqlite3."
            ) from error
        except OSError as error:
            raise CommandError(f"This machine would not let it be done: {error}.") from error

    def prepare(self) -> None:
        self.say("Compiling the translations")
        call_command("messages", "compile")
        self.say("Bringing the database up to date")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("lock_factors", stdout=StringIO())
        if ActionPlan.objects.exists():
            self.say("The plans are loaded already (manage.py load_plans loads them again)")
        else:
            self.say("Loading Canada's action plans")
            call_command("load_plans")
        try:
            call_command("load_proposals", stdout=StringIO())
        except CommandError as error:  # their plan was taken out: they are not missed
            self.say(f"The earlier ideas were not loaded: {error}")
        self.say("Opening the communities of practice that are not there yet")
        call_command("load_communities", stdout=StringIO())
        call_command("load_saved_words", stdout=StringIO())
        call_command("count_reach", stdout=StringIO())
        self.say("Collecting the static files")
        call_command("collectstatic", interactive=False, verbosity=0)

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
