"""The table of what is kept of people, drawn into docs/keeping.md from the code that holds it.

`python tools/keeping.py` writes it anew; with `--check` it only says whether it is up to
date, with exit code 1 where not.
"""

import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "keeping.md"
BEGIN, END = "<!-- kept: begin -->", "<!-- kept: end -->"


def drawn() -> str:
    """A table for each room, as Markdown."""
    from opengov_portal.lib.keeping import HOLDINGS

    lines = [BEGIN, ""]
    for room in ("network", "proposals", "commitments", "account", "mfa", "usersessions",
                 "sessions", "admin"):  # fmt: skip
        rows = [
            f"| {table(holding)} | {', '.join(f'`{name}`' for name in kept.fields)} "
            f"| {kept.why} | {kept.how_long} | {kept.removed_by} |"
            for holding in HOLDINGS.values()
            if holding.label.split(".")[0] == room
            for kept in holding.kept
        ]
        lines += [f"### {room}", "", "| What | Fields | Why | How long | What removes it |"]
        lines += ["| --- | --- | --- | --- | --- |", *rows, ""]
    return "\n".join([*lines, END])


def table(holding: Any) -> str:
    """What a kind of rows is called. Raises LookupError where it, or a field, is not there."""
    from django.apps import apps

    model = apps.get_model(holding.label)
    for name in holding.fields:
        model._meta.get_field(name)
    return str(model._meta.verbose_name_plural)


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")
    import django

    django.setup()
    page = PAGE.read_text(encoding="utf-8")
    before, _mark, rest = page.partition(BEGIN)
    _old, _mark, after = rest.partition(END)
    new = before + drawn() + after
    if "--check" in sys.argv[1:]:
        if new != page:
            sys.exit("docs/keeping.md is not up to date: run tools/keeping.py.")
    else:
        PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
