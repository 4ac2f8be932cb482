"""`manage.py person EMAIL`: all that is held on one person, for a request under privacy law."""

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from network.actions import erase_person
from network.holdings import held_on
from network.models import Deed, User


class Command(BaseCommand):
    help = (
        "Show, export or erase all that is held on one person in all rooms. What is done is on "
        "record, without the address. Erasing asks first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--export", metavar="FILE", help="write it to a new file, as JSON")
        what.add_argument("--erase", action="store_true", help="erase all of it")
        parser.add_argument("--yes", action="store_true", help="erase without asking")
        parser.add_argument("--by", metavar="EMAIL", help="whose doing it is: a colleague's")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        by = self.colleague(options["by"])
        held = held_on(address)
        if options["erase"]:
            self.erase(address, held, by=by, sure=options["yes"])
            return
        text = json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        if options["export"]:
            keep_from_others(Path(options["export"]), text)
            self.stdout.write(f"Written to {options['export']}; only you can read it.")
        else:
            self.stdout.write(text)
        act = Deed.Act.EXPORTED if options["export"] else Deed.Act.SEEN
        Deed.about_person(act, address, by=by)

    def colleague(self, email: str | None) -> User | None:
        if not email:
            return None
        found = User.objects.filter(email__iexact=email, is_staff=True).first()
        if found is None:
            raise CommandError("--by names nobody on staff.")
        return found

    def erase(self, address: str, held: Any, *, by: User | None, sure: bool) -> None:
        for name, rows in held.items():
            if rows:
                self.stdout.write(f"{name}: {len(rows)}")
        if not any(held.values()):
            self.stdout.write("Nothing is held on this address.")
            return
        if not sure and input("Erase all of it? This cannot be undone. [yes/no] ") != "yes":
            raise CommandError("Nothing was erased.")
        erase_person(address, by=by)
        self.stdout.write("Erased. What the law asks for stays under a mark (decision 0013).")
        if left := [f"{name}: {len(rows)}" for name, rows in held_on(address).items() if rows]:
            self.stdout.write(f"Still held, as docs/keeping.md says: {', '.join(left)}.")


def keep_from_others(path: Path, text: str) -> None:
    """Write a file that was not there, for whoever runs this alone to read."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise CommandError(f"{path} is there already.") from error
    with os.fdopen(file, "w", encoding="utf-8") as out:
        out.write(text + "\n")
