"""`manage.py forget_messages`: delete messages that were kept long enough."""

from typing import Any

from django.core.management.base import BaseCommand

from network.tasks import forget_messages


class Command(BaseCommand):
    help = (
        "Delete the messages that are done with and have been kept for INBOUND_KEPT_DAYS. "
        "A worker does so each night by itself."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Messages deleted: {forget_messages()}.")
