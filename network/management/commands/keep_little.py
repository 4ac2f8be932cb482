"""`manage.py keep_little`: forget what has been kept long enough."""

from typing import Any

from django.core.management.base import BaseCommand

from network.tasks import keep_little


class Command(BaseCommand):
    help = (
        "Forget what is kept of people for a time only, as docs/keeping.md says. A worker does "
        "so every night by itself; where there is none, run this from cron. It can be run again "
        "without harm."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in keep_little().items():
            self.stdout.write(f"{name}: {'failed, see the log' if count is None else count}")
