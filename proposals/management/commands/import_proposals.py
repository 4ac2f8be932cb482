"""`manage.py import_proposals`: ideas of an earlier call, held elsewhere."""

from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commitments.loading import BadFile
from opengov_portal.lib.spreadsheets import table
from proposals.importing import Mapping, Outcome, bring_in

SHOWN = 20  # rows not taken that the terminal names
REPORT = ("row", "key", "title", "column", "why")


class Command(BaseCommand):
    help = (
        "Bring in the ideas of an earlier call, held elsewhere, from a spreadsheet saved as CSV: "
        "all of it, or nothing if one row cannot be taken. Run again it adds nothing, but finishes "
        "indexing that was cut off; what is there already is left as it is. docs/importing.md "
        "tells the whole of it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--call", required=True, help="the call's name in addresses")
        parser.add_argument(
            "--mapping", type=Path, help="a TOML file that names the columns; else by usual names"
        )
        parser.add_argument(
            "--encoding", default="", help="such as utf-8 or cp1252; else it is found out"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be done; write nothing"
        )
        parser.add_argument(
            "--skip-bad", action="store_true", help="leave out rows that cannot be taken"
        )
        parser.add_argument(
            "--report", type=Path, help="write every row not taken, and why, to this CSV file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["verbosity"] == 0
        with ExitStack() as files:
            report = self._report(options, files)
            try:
                outcome = bring_in(
                    options["file"],
                    slug=options["call"],
                    mapping=Mapping.read(options["mapping"]) if options["mapping"] else Mapping(),
                    encoding=options["encoding"],
                    skip_bad=options["skip_bad"],
                    dry_run=options["dry_run"],
                    say=(lambda line: None) if quiet else self._say,
                )
            except BadFile as error:
                raise CommandError(f"{error} Nothing was changed.") from error
            if report:
                left = (
                    (one.row, one.key, one.title, *fault)
                    for one in outcome.left
                    for fault in one.faults
                )
                report.writelines(table([REPORT, *left]))
        self._tell(outcome, options, self._say if not quiet else lambda line: None)

    def _report(self, options: dict[str, Any], files: ExitStack) -> Any:
        """The report, open before anything is done; None where none was asked for."""
        path: Path | None = options["report"]
        if path is None:
            return None
        if path.resolve() in [
            options[name].resolve() for name in ("file", "mapping") if options[name]
        ]:
            raise CommandError(f"{path}: the report would overwrite what is read.")
        try:
            return files.enter_context(path.open("wb"))
        except OSError as error:
            raise CommandError(f"{path}: cannot be written ({error.strerror}).") from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _tell(self, outcome: Outcome, options: dict[str, Any], say: Any) -> None:
        """The summary; raises CommandError where rows were not taken and so nothing was."""
        many = len(outcome.left)
        if many:
            say(f"Rows that cannot be taken: {many}.")
            for one in outcome.left[:SHOWN]:
                say(str(one))
            if many > SHOWN:
                say(f"  … and {many - SHOWN} more: --report FILE.csv has them all.")
        if outcome.strange:
            words = ", ".join(
                f"{word[:40]} ({count})" for word, count in outcome.strange.most_common(20)
            )
            say(f"Words that are no issue here, and were left out: {words}.")
        if many and not options["skip_bad"]:
            raise CommandError(
                f"{many} of its rows cannot be taken. Nothing was changed. Mend them, or leave "
                "them out with --skip-bad."
            )
        if not outcome.indexed:
            say("They cannot be searched for yet: run manage.py rebuild_search_index.")
        done = "would be added" if options["dry_run"] else "added"
        left = f"; rows left out: {many}" if many else ""
        if outcome.unfinished and outcome.indexed:
            left += "; the search index, which an earlier run left unfinished, is whole"
        say(f"Ideas: {outcome.added} {done}, {outcome.already} there already{left}.")
