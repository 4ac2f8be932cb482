"""Refuse a migration that holds up a running portal without saying so (docs/decisions).

    python tools/migrations.py

While new code is put in place, the code of before still answers. A migration holds it up
when it locks a table for a time that grows with what is in it, and breaks it when it takes
away or demands what that code does not know of. Such a migration says so itself:

    class Migration(migrations.Migration):
        holds_up = "network_letter, under a second: a thousand rows are never kept longer."

or is written otherwise: a field that may be empty or has a `db_default`, an index that is
built concurrently (opengov_portal/lib/migrations.py). A table that the same migration
makes holds up nobody.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["network", "commitments", "proposals"]
# The last of each room that came before this check; nothing had been deployed until then.
BEFORE = {"network": "0011", "commitments": "0003", "proposals": "0002"}
# What grows with plans and not with people stays small: any lock on it is short.
SMALL_ROOMS = {"commitments"}
LEAST_WORDS = 5


def held_up(migration: Any, before: Any) -> Iterator[str]:
    """What in a migration holds up or breaks the code of before; `before` is its state."""
    from django.db.migrations.operations import CreateModel, SeparateDatabaseAndState

    state, made = before.clone(), set()
    for operation in migration.operations:
        parts = [operation]
        if isinstance(operation, SeparateDatabaseAndState):
            parts = list(operation.database_operations)
        for part in parts:
            if isinstance(part, CreateModel):
                made.add(part.name_lower)
            model = getattr(part, "model_name_lower", None) or getattr(part, "name_lower", "")
            if model and model in made:
                continue
            yield from judged(part, migration.app_label, str(model), state)
        operation.state_forwards(migration.app_label, state)


def judged(operation: Any, room: str, model: str, state: Any) -> Iterator[str]:
    """A sentence for what an operation does to code or tables that are in use; mostly none."""
    from django.db import migrations
    from django.db.migrations import operations

    words = operation.describe()
    concurrent = type(operation).__name__.endswith(("Concurrently", "NotValid"))
    large = room not in SMALL_ROOMS
    if isinstance(operation, migrations.RunPython | migrations.RunSQL):
        yield f"{words}: nobody but its author knows what it locks, and how long."
    elif isinstance(
        operation,
        operations.RenameModel
        | operations.RenameField
        | operations.RemoveField
        | operations.DeleteModel
        | operations.AlterModelTable,
    ):
        yield f"{words}: the code of before still asks for it."
    elif isinstance(operation, operations.AddField):
        field: Any = operation.field
        if not (field.null or field.has_db_default() or field.many_to_many):
            yield f"{words}: the code of before cannot add a row without it (give a db_default)."
        if large and (field.unique or field.db_index):
            yield f"{words}: its index is built while nobody can write."
    elif isinstance(operation, operations.AlterField):
        old = state.models[room, model].fields[operation.name]
        if large and rewrites(old, operation.field):
            yield f"{words}: the whole table is read, or written anew, while nobody can use it."
    elif large and not concurrent:
        if isinstance(operation, operations.AddIndex):
            yield f"{words}: it is built while nobody can write (lib.migrations)."
        elif isinstance(operation, operations.AddConstraint):
            yield f"{words}: every row is looked at while nobody can use the table."


def rewrites(old: Any, new: Any) -> bool:
    """Whether a change of a field is one of the table; a longer text is not, nor one left empty."""
    was, now = kept(old), kept(new)
    if was.get("max_length", 0) <= now.get("max_length", 0):
        was.pop("max_length", None)
        now.pop("max_length", None)
    if now.get("null"):
        was["null"] = True
    return was != now


def kept(field: Any) -> dict[str, Any]:
    """What the database is told of a field."""
    _name, kind, arguments, options = field.deconstruct()
    untold = {*field.non_db_attrs, "default"}
    told = {name: value for name, value in options.items() if name not in untold}
    return {"kind": kind, "arguments": arguments, **told}


def faults(rooms: list[str] = ROOMS, before: dict[str, str] = BEFORE) -> list[str]:
    """What is said of each migration that holds something up and does not say so."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    found = []
    for room, name in sorted(loader.disk_migrations):
        if room not in rooms or name[:4] <= before[room]:
            continue
        migration = loader.disk_migrations[room, name]
        said = getattr(migration, "holds_up", "")
        if len(said.split()) >= LEAST_WORDS:
            continue
        state = loader.project_state((room, name), at_end=False)
        found += [f"{room}/migrations/{name}.py: {words}" for words in held_up(migration, state)]
    return found


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")
    import django

    django.setup()
    if found := faults():
        print("\n".join(found))
        sys.exit("Write it otherwise, or let the migration say why it will do: holds_up = “…”.")


if __name__ == "__main__":
    main()
