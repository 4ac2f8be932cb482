"""`manage.py count_reach`: how far the network reaches, for cron where there is no worker."""

from typing import Any

from django.core.management.base import BaseCommand

from network.reach import FRESH, LEAST, count_again


class Command(BaseCommand):
    help = (
        f"Count the members by kind, once there are {LEAST}, and again after {FRESH} have come "
        "or gone. Otherwise it changes nothing: two counts never differ by one person."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if count_again():
            self.stdout.write("The members were counted.")
        else:
            self.stdout.write("The members need no counting yet.")
