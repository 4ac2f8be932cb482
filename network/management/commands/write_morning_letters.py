"""`manage.py write_morning_letters`: tell staff who asked for it what waits for them."""

from typing import Any

from django.core.management.base import BaseCommand

from network.tasks import write_morning_letters


class Command(BaseCommand):
    help = (
        "Write to staff who asked for it what waits for them. A worker does so every morning "
        "by itself; where there is none, run this from cron. Once a day each, however often."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Morning letters: {write_morning_letters()}.")
