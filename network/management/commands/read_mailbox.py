"""`manage.py read_mailbox`: take what is in the mailbox, by hand or from cron."""

from typing import Any

from django.core.management.base import BaseCommand

from network.tasks import read_mailbox


class Command(BaseCommand):
    help = (
        "Take what is in the mailbox of JOIN_IMAP_URL. "
        "A worker does so every minute by itself; where there is none, run this from cron."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Messages taken: {read_mailbox()}.")
