"""`manage.py forget_briefs`: deletes files taken off, for cron where there is no worker."""

from typing import Any

from django.core.management.base import BaseCommand

from proposals.models import Brief


class Command(BaseCommand):
    help = "Delete what was in the files that moderators took off more than an hour ago."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{Brief.delete_taken_off()} files were deleted.")
