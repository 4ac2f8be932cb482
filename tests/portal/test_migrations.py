"""A migration that holds up a running portal says so, or is refused."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from opengov_portal.lib.migrations import AddIndexConcurrently
from tools import migrations as tool


def state(room="network"):
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=50)),
        ("note", models.CharField(max_length=50, null=True)),
    ]
    state = ProjectState()
    state.add_model(ModelState(room, "Bee", fields))
    return state


def found(*operations, room="network"):
    migration = migrations.Migration("0099_bees", room)
    migration.operations = list(operations)
    return list(tool.held_up(migration, state(room)))


def alter(**options):
    return migrations.AlterField("bee", "name", models.CharField(**options))


INDEX = models.Index(fields=["name"], name="bee_name")
CHECK = models.CheckConstraint(condition=~models.Q(name=""), name="bee_has_a_name")
LOCKS = [
    migrations.AddIndex("bee", INDEX),
    migrations.AddConstraint("bee", CHECK),
    migrations.AddField("bee", "hive", models.IntegerField(null=True, db_index=True)),
    migrations.AddField("bee", "hive", models.IntegerField(null=True, unique=True)),
    alter(max_length=40),
    alter(max_length=50, unique=True),
    alter(max_length=50, db_index=True),
    migrations.AlterField("bee", "name", models.IntegerField()),
    migrations.AlterField("bee", "note", models.CharField(max_length=50)),
]
BREAKS = [
    migrations.RunPython(migrations.RunPython.noop),
    migrations.RunSQL("UPDATE network_bee SET name = ''"),
    migrations.RemoveField("bee", "note"),
    migrations.RenameField("bee", "note", "remark"),
    migrations.RenameModel("Bee", "Wasp"),
    migrations.DeleteModel("Bee"),
    migrations.AlterModelTable("bee", "bees"),
    migrations.AddField("bee", "hive", models.IntegerField(default=1)),
]
FINE = [
    migrations.AddField("bee", "hive", models.IntegerField(null=True)),
    migrations.AddField("bee", "hive", models.IntegerField(db_default=1)),
    migrations.AddField("bee", "friends", models.ManyToManyField("network.Bee")),
    migrations.AlterModelOptions("bee", {"verbose_name": "bee"}),
    AddIndexConcurrently("bee", INDEX),
    alter(max_length=80),
    alter(max_length=50, null=True),
    alter(max_length=50, default="Maja", help_text="Her name", choices=[("Maja", "Maja")]),
]


def shown(operation):
    return f"{type(operation).__name__}: {operation.describe()}"


@pytest.mark.parametrize("operation", [*LOCKS, *BREAKS], ids=shown)
def test_what_locks_a_large_table_or_breaks_the_code_of_before_is_refused(operation):
    assert len(found(operation)) == 1
    hidden = migrations.SeparateDatabaseAndState(database_operations=[operation])
    assert len(found(hidden)) == 1


@pytest.mark.parametrize("operation", FINE, ids=shown)
def test_what_takes_a_moment_is_not(operation):
    assert not found(operation)


@pytest.mark.parametrize("operation", LOCKS, ids=shown)
def test_a_table_that_stays_small_may_be_locked(operation):
    assert not found(operation, room="commitments")


def test_a_table_that_the_migration_makes_itself_holds_up_nobody():
    made = migrations.CreateModel("Wasp", [("id", models.BigAutoField(primary_key=True))])
    added = migrations.AddField("wasp", "name", models.CharField(max_length=9, unique=True))

    assert not found(made, added)
    assert found(migrations.AddField("bee", "nest", models.CharField(max_length=9, unique=True)))


def test_one_that_says_so_is_taken_and_an_empty_word_is_not(monkeypatch):
    loader = MigrationLoader(None)
    room, name = max(key for key in loader.disk_migrations if key[0] == "network")
    migration = type(loader.disk_migrations[room, name])
    monkeypatch.setattr(migration, "operations", [migrations.RunSQL("SELECT 1")])
    monkeypatch.setattr(migration, "holds_up", "", raising=False)  # should it say so itself
    before = dict.fromkeys(tool.ROOMS, "9999") | {"network": f"{int(name[:4]) - 1:04}"}

    [words] = tool.faults(before=before)
    assert words.startswith(f"network/migrations/{name}.py: Raw SQL operation: nobody but")
    monkeypatch.setattr(migration, "holds_up", "yes")
    assert tool.faults(before=before)
    monkeypatch.setattr(migration, "holds_up", "Nothing: it reads no table at all.")
    assert not tool.faults(before=before)


def test_the_migrations_that_are_here_are_taken():
    assert tool.faults() == []
    known = {(room, name[:4]) for room, name in MigrationLoader(None).disk_migrations}
    assert set(tool.BEFORE.items()) <= known


@pytest.mark.django_db(transaction=True)
def test_an_index_is_built_while_others_write_on_either_database():
    operation = AddIndexConcurrently("Subject", models.Index(fields=["slug"], name="a_trial"))
    before = MigrationLoader(connection).project_state()
    after = before.clone()
    operation.state_forwards("network", after)

    def indexes():
        with connection.cursor() as cursor:
            return connection.introspection.get_constraints(cursor, "network_subject")

    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("network", editor, before, after)
    assert "a_trial" in indexes()
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("network", editor, after, before)
    assert "a_trial" not in indexes()
