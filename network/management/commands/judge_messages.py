"""`manage.py judge_messages`: judge what was left unjudged, by hand or from cron."""

from typing import Any

from django.core.management.base import BaseCommand

from network.tasks import judge_messages


class Command(BaseCommand):
    help = (
        "Judge the messages that were kept and not judged. "
        "A worker does so by itself; where there is none, run this from cron."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Messages looked at: {judge_messages()}.")
