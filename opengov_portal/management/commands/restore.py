"""`manage.py restore`: back from the file that `backup` wrote."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from opengov_portal.lib.backups import NotDone, must_answer, restore


class Command(BaseCommand):
    help = (
        "Bring back what `backup` wrote, all or nothing, into an empty database of the same kind; "
        "then run `prepare`."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="even where there is a portal already: what it holds is lost",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with a sentence where it could not be done."""
        try:
            must_answer()
            told = restore(options["file"], overwrite=options["overwrite"])
        except NotDone as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"This machine would not let it be done: {error}.") from error
        self.stdout.write(
            f"Restored as it was on {told['made_at']}. Now run: manage.py prepare, and "
            "manage.py rebuild_search_index."
        )
