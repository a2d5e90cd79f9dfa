"""Saving a draft: the queue becomes the draft, or the draft is intact and says why; nobody else's work is lost."""

from __future__ import annotations

import pytest

from highlevel.models.change import ChangeState as State
from queues.models import SessionState
from tests.pulling import Agency, agency
from tests.queues.saving import Saving

__all__ = ["agency"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("status", ["active", "paused", "draft"])
def test_a_mixed_session_is_saved(agency: Agency, seed: int, status: str) -> None:
    saving = Saving(agency, 12, status=status)
    saving.mix(30, seed)
    change = saving.save()
    assert saving.run(change) == State.DONE, (change.error_code, change.error_detail)
    assert saving.holds(change)
    assert saving.session.state == SessionState.SAVED
    assert agency.requests("saveEditSession") == 1
