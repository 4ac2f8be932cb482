"""`manage.py record_openings`: write down the calls that have opened since it last ran."""

from typing import Any

from django.core.management.base import BaseCommand

from proposals.happenings import record_openings


class Command(BaseCommand):
    help = (
        "Write down the calls for ideas that have opened, for feeds and digests. A worker does "
        "so every five minutes; where there is none, write_digests does it as well."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Calls that opened: {record_openings()}.")
