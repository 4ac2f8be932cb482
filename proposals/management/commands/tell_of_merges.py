"""`manage.py tell_of_merges`: letters to supporters, for cron where there is no worker."""

from typing import Any

from django.core.management.base import BaseCommand

from proposals.telling import tell


class Command(BaseCommand):
    help = "Write to those who support what was merged more than an hour ago, each once."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{tell()} letters were written.")
