"""`manage.py delete_stale_requests`: forget who asked to join and never confirmed."""

from typing import Any

from django.core.management.base import BaseCommand

from network.tasks import delete_stale_requests


class Command(BaseCommand):
    help = (
        "Delete requests to join that are 30 days old. A worker does so every night by "
        "itself; where there is none, run this from cron. It can be run again without harm."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Requests to join deleted: {delete_stale_requests()}.")
