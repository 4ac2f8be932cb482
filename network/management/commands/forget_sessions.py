"""`manage.py forget_sessions`: delete the sessions that ended, and what was kept of each."""

from typing import Any

from django.core.management.base import BaseCommand

from network.tasks import forget_sessions


class Command(BaseCommand):
    help = (
        "Delete the sessions that ended, with the device and network address kept of each. A "
        "worker does so every night by itself; where there is none, run this from cron. It "
        "can be run again without harm."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Sessions that ended, deleted: {forget_sessions()}.")
