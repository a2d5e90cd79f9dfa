"""An index for searching in the text of posts. PostgreSQL only; without the pg_trgm extension searches work, slower."""

import logging

from django.db import DatabaseError, migrations, transaction

INDEX = "post_text_trigrams"
log = logging.getLogger("planner.migrations")


def create_index(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        # A savepoint: who may not create extensions keeps a transaction that can go on.
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError as error:
        log.warning("pg_trgm cannot be created, so searching posts will not use an index: %s", error)
        return
    # Upper case, because that is how `icontains` compares on PostgreSQL.
    schema_editor.execute(f'CREATE INDEX {INDEX} ON planner_post USING gin (UPPER("text") gin_trgm_ops)')


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("planner", "0001_initial")]

    operations = [migrations.RunPython(create_index, drop_index, elidable=False)]
