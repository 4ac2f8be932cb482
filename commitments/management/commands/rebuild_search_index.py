"""`manage.py rebuild_search_index`: index every commitment afresh."""

from typing import Any

from django.core.management.base import BaseCommand

from commitments.search import indexing


class Command(BaseCommand):
    help = "Index every commitment afresh; searches go on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        def say(done: int, of: int) -> None:
            self.stdout.write(f"  {done} of {of}", ending="\r")
            self.stdout.flush()

        count = indexing.rebuild(say)
        self.stdout.write(f"The search index holds {count} commitments.")
