"""`manage.py backup`: all that cannot be made anew, in one file, while the portal runs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from opengov_portal.lib.backups import NotDone, back_up, must_answer


class Command(BaseCommand):
    help = (
        "Write the database, with what people have put in, and the letters that lie in files into "
        "one file. Safe while the portal runs. What is in .env is not in it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="unset: VAR_DIR/backups/portal-DATE-TIME.zip"
        )
        parser.add_argument(
            "--keep",
            type=int,
            metavar="N",
            help="of the backups in VAR_DIR/backups, keep only the newest N",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with a sentence where it could not be done."""
        folder = settings.VAR_DIR / "backups"
        if options["keep"] is not None and (options["file"] or options["keep"] < 1):
            raise CommandError("--keep N, from 1, is for the backups in VAR_DIR/backups.")
        to = options["file"] or folder / f"portal-{timezone.now():%Y%m%d-%H%M%S}.zip"
        try:
            must_answer()
            back_up(to)
        except NotDone as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"This machine would not let it be done: {error}.") from error
        self.stdout.write(f"{to} ({to.stat().st_size / 1_000_000:.1f} MB)")
        if options["keep"]:
            for old in sorted(folder.glob("portal-*.zip"))[: -options["keep"]]:
                old.unlink()
