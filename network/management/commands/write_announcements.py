"""`manage.py write_announcements`: begin what is due and write its letters, by hand or by cron."""

from typing import Any

from django.core.management.base import BaseCommand

from network.announcing import write_due
from network.models import Announcement


class Command(BaseCommand):
    help = (
        "Write the letters of the announcements whose time has come. A worker does so every "
        "minute by itself; where there is none, run this from cron, before post_letters. Any "
        "number may run at once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        written, _is_cut_off = write_due()
        going = Announcement.objects.being_sent().count()
        self.stdout.write(f"Letters written: {written}; announcements being sent: {going}.")
