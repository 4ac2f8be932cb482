"""`manage.py rebuild_search_index`: index every commitment and every proposal afresh."""

from typing import Any

from django.core.management.base import BaseCommand

from commitments.search import indexing as commitments
from proposals.search import indexing as proposals


class Command(BaseCommand):
    help = "Index every commitment and every public proposal afresh; searches go on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        def say(done: int, of: int) -> None:
            self.stdout.write(f"  {done} of {of}", ending="\r")
            self.stdout.flush()

        promised, asked = commitments.rebuild(say), proposals.rebuild(say)
        self.stdout.write(f"The search index holds {promised} commitments, {asked} proposals.")
