"""Emptying the database after a test that commits."""

from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction

from network.models import Consent
from opengov_portal.lib.append_only import add_only, anything

NEVER_CHANGED = {"django_migrations", "django_content_type", "auth_permission"}
ONLY_ADDED_TO = {"network_deed": (), "network_consent": Consent.NEVER_CHANGED}


def empty(self, *, inhibit_post_migrate=False, **options):
    """A test that commits leaves nothing behind, though some tables refuse to be emptied.

    In place of Django's own, which empties seventy tables to be rid of what is in five,
    and makes content types and permissions anew, which no test changes.
    """
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"
        for table in tables
        if table not in NEVER_CHANGED
    )
    for table in ONLY_ADDED_TO:
        anything(connection, table)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(asked)
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
    for table, columns in ONLY_ADDED_TO.items():
        add_only(connection, table, columns)
    if not inhibit_post_migrate:
        emit_post_migrate_signal(0, False, connection.alias)
