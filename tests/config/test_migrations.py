"""A database that was made in smaller steps, before these became one migration a part of the product."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder


@pytest.mark.django_db
def test_a_database_with_the_former_steps_goes_on() -> None:
    loader = MigrationExecutor(connection).loader
    assert loader.replacements
    applied = MigrationRecorder(connection).migration_qs
    for app, name in loader.replacements:
        applied.filter(app=app, name=name).delete()
    former = MigrationExecutor(connection)
    assert former.migration_plan(former.loader.graph.leaf_nodes()) == []
