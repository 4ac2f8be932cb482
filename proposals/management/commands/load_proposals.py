"""`manage.py load_proposals`: the earlier ideas that ship with the portal, with their sources."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commitments.loading import BadFile
from proposals import loading

SHIPPED = Path(loading.__file__).parent / "data" / "proposals.json"


class Command(BaseCommand):
    help = (
        "Load earlier ideas from a JSON file: all of it or nothing. Run load_plans first. What "
        "is there already is left as it is, so run again it changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, default=SHIPPED, help="by default, the shipped ideas"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = loading.load(options["file"])
        except BadFile as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        if options["verbosity"] > 0:
            ideas = f"{added} added." if added else "nothing to add, all are there already."
            self.stdout.write(f"Earlier ideas: {ideas}")
