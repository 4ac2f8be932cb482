"""What was agreed to is changed by nobody: the database refuses (CASL s. 13)."""

from django.db import migrations

from opengov_portal.lib.append_only import add_only, anything

TABLE = "network_consent"
NEVER_CHANGED = ("purpose", "act", "words", "version", "language", "how", "asked_at", "at")


def refuse_changes(apps, editor):
    add_only(editor.connection, TABLE, NEVER_CHANGED)


def allow_changes(apps, editor):
    anything(editor.connection, TABLE)


class Migration(migrations.Migration):
    holds_up = (
        "network_consent, milliseconds: a trigger is made, no row is read. The code of before "
        "never changes these columns and deletes no row."
    )

    dependencies = [("network", "0013_lock_factors")]

    operations = [migrations.RunPython(refuse_changes, allow_changes)]
