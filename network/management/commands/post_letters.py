"""`manage.py post_letters`: post what is due, by hand or from cron."""

from typing import Any

from django.core.management.base import BaseCommand

from network.models import Letter
from network.posting import post_due


class Command(BaseCommand):
    help = (
        "Post the letters that are due. A worker does so every minute by itself; where there "
        "is none, run this from cron. Any number may run at once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        became = post_due()
        owed = Letter.objects.owed().count()
        counts = [f"{became[state]} {state.value}" for state in Letter.State if became[state]]
        self.stdout.write(f"Letters: {', '.join(counts) or 'none was due'}; {owed} owed in all.")
