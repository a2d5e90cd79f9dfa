"""Which database the tests run on, and emptying it after a test that commits."""

from __future__ import annotations

import os
from functools import cache

import pytest
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

KEPT = {"django_migrations", "django_content_type", "auth_permission"}
ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")


def beside_sqlite_only(why: str) -> pytest.MarkDecorator:
    """For tests that a second run, on PostgreSQL, would only repeat."""
    return pytest.mark.skipif(ON_POSTGRES, reason=f"{why}: runs beside SQLite only")


def half(mine: bool) -> tuple[pytest.MarkDecorator, ...]:
    """Marks of one of several long repetitions that the two databases share out; --full runs all of them on both."""
    return () if mine == ON_POSTGRES else (pytest.mark.full,)


def empty_quickly() -> None:
    """Have Django empty only the tables that a test has filled, and keep what describes the models.

    Its own way, `flush`, truncates every table and makes content types and permissions anew: with our number of tables
    that takes longer than most tests.
    """
    TransactionTestCase._fixture_teardown = _teardown  # type: ignore[attr-defined]


def _teardown(_case: TransactionTestCase) -> None:
    for alias in connections:
        connection = connections[alias]
        # Foreign keys are checked at the end of the transaction, so the order of the tables does not matter.
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            cursor.execute(_question(connection))
            for (table,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


@cache
def _question(connection: BaseDatabaseWrapper) -> str:
    """The query that names the tables with rows."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    quoted = connection.ops.quote_name
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quoted(table)})" for table in tables if table not in KEPT
    )


def end_other_sessions() -> None:
    """Cut off whoever else is connected to a test database, so that it can be dropped: a browser's last request may
    still be in the works when its test is over."""
    for alias in connections:
        if connections[alias].vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
