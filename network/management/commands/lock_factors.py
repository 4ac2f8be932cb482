"""`manage.py lock_factors`: lock the secrets of second factors with the SECRET_KEY of today."""

from typing import Any

from django.core.management.base import BaseCommand

from network.accounts.locking import Lies, how_they_lie, lock_anew


class Command(BaseCommand):
    help = (
        "Lock the secrets of second factors with SECRET_KEY, which those of SECRET_KEY_FALLBACKS "
        "still open: run it after a change of key, before the old one is taken away. `prepare` "
        "does it too."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Second factors locked anew: {lock_anew()}.")
        if lost := how_they_lie()[Lies.LOST]:
            self.stderr.write(
                f"No key there is opens {lost} more: put the old one into SECRET_KEY_FALLBACKS."
            )
