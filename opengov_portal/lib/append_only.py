"""Tables to which the database itself lets nobody do more than add: for migrations.

A migration that changes such a table must put the rule back: SQLite makes the table
anew, and forgets it. `tests/network/test_record.py` shows whether it holds.
"""

from typing import Any

SAID = "The record is only ever added to."

SQLITE = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{said}'); END"
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    "CREATE TRIGGER {table}_no_emptying BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
)
LIFTED_ON_POSTGRESQL = (
    "DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
    "DROP TRIGGER IF EXISTS {table}_no_emptying ON {table}",
    "DROP FUNCTION IF EXISTS {table}_refuse()",
)


def add_only(connection: Any, table: str) -> None:
    """From now on the database refuses to change, delete or empty what is in a table."""
    statements = [one.format(table=table, said=SAID) for one in POSTGRESQL]
    if connection.vendor == "sqlite":
        verbs = ("update", "delete")
        statements = [SQLITE.format(table=table, verb=verb, said=SAID) for verb in verbs]
    run(connection, statements)


def anything(connection: Any, table: str) -> None:
    """The rule is lifted: to take a migration back, and to empty a test's database."""
    statements = [one.format(table=table) for one in LIFTED_ON_POSTGRESQL]
    if connection.vendor == "sqlite":
        statements = [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]
    run(connection, statements)


def run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
