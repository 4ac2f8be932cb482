"""Tables to which the database itself lets nobody do more than add: for migrations.

A migration that changes such a table must put the rule back: SQLite makes the table
anew, and forgets it. `tests/network/test_record.py` shows whether it holds.
"""

from collections.abc import Sequence
from typing import Any

SAID = "The record is only ever added to."

SQLITE = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE{columns} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{said}'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{said}'); END",
)
LIFTED_ON_SQLITE = (
    "DROP TRIGGER IF EXISTS {table}_no_update",
    "DROP TRIGGER IF EXISTS {table}_no_delete",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE{columns} OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    "CREATE TRIGGER {table}_no_emptying BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
)
LIFTED_ON_POSTGRESQL = (
    "DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
    "DROP TRIGGER IF EXISTS {table}_no_emptying ON {table}",
    "DROP FUNCTION IF EXISTS {table}_refuse()",
)


def add_only(connection: Any, table: str, columns: Sequence[str] = ()) -> None:
    """From now on the database refuses to change, delete or empty what is in a table.

    With `columns` only these stay as they were written; a row goes in no case.
    """
    statements = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    run(connection, statements, table, f" OF {', '.join(columns)}" if columns else "")


def anything(connection: Any, table: str) -> None:
    """The rule is lifted: to take a migration back, and to empty a test's database."""
    run(
        connection,
        LIFTED_ON_SQLITE if connection.vendor == "sqlite" else LIFTED_ON_POSTGRESQL,
        table,
    )


def run(connection: Any, statements: Sequence[str], table: str, columns: str = "") -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(table=table, columns=columns, said=SAID))
