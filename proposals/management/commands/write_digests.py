"""`manage.py write_digests`: this morning's letters to those who follow, by hand or by cron."""

from typing import Any

from django.core.management.base import BaseCommand

from proposals.digesting import write_due


class Command(BaseCommand):
    help = (
        "Write the digests that are due: daily ones once a day, weekly ones from Monday on, "
        "none where there is no news. A worker does so each morning by itself; where there is "
        "none, run this once a morning from cron, before post_letters. Run again, or by "
        "several at once, it writes nothing twice."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        written, _is_cut_off = write_due()
        self.stdout.write(f"Digests written: {written}.")
