"""A location with accounts and somebody who may schedule there, and files to import."""

from __future__ import annotations

import pytest

from tests.planner.imports.desk import Desk, make_desk


@pytest.fixture
def desk(db: None) -> Desk:
    return make_desk()
