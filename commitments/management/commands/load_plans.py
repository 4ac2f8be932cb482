"""`manage.py load_plans`: make the portal say what a file of action plans says."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commitments import loading

DATA = Path(loading.__file__).parent.parent / "data"
SHIPPED = DATA / "commitments.json"
EDITORIAL = DATA / "editorial.json"


class Command(BaseCommand):
    help = (
        "Load action plans from a JSON file: all of it or nothing. Run again it changes "
        "nothing; from a changed file it adds and changes what the file says anew. What is "
        "gone from the file is listed and kept, unless --prune."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, default=SHIPPED, help="by default, the shipped plans"
        )
        parser.add_argument(
            "--editorial",
            type=Path,
            help="subjects and the French of notes; those shipped, for the plans shipped",
        )
        parser.add_argument(
            "--prune", action="store_true", help="remove what is gone from the file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        shipped = EDITORIAL if path.resolve() == SHIPPED.resolve() and EDITORIAL.exists() else None
        try:
            outcome = loading.load(
                path,
                editorial=options["editorial"] or shipped,
                prune=options["prune"],
                say=self._say if options["verbosity"] > 0 else lambda line: None,
            )
        except loading.BadFile as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        if options["verbosity"] > 0:
            self._say(self._summary(outcome, prune=options["prune"]))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _summary(self, outcome: loading.Outcome, *, prune: bool) -> str:
        gone = f" {len(outcome.gone)} gone from the file, {'removed' if prune else 'kept'}."
        told = gone if outcome.gone else ""
        if not outcome.touched:
            return f"Nothing changed: the portal already says what the file says.{told}"
        return (
            f"Commitments: {outcome.added} added, {outcome.changed} changed, "
            f"{outcome.left} left as they were.{told}"
        )
