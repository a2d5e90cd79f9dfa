"""A save that meets trouble at each of its remote calls: the queue becomes the draft, or the draft says why not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox import change_retry
from highlevel.sandbox.faults import KINDS
from queues.models import SessionState
from tests.pulling import Agency, agency
from tests.queues.saving import Saving

__all__ = ["agency"]

pytestmark = pytest.mark.django_db

SEED = 3
SHORT, LONG = 16, 60  # steps of the session
NEVER = 1000  # a call that no save comes to
BEYOND = 4  # times that a fault strikes, more than the client tries by itself
DETAILS: dict[str, dict[str, Any]] = {
    "delay": {"seconds": 0.01},
    "timeout_after": {"seconds": 0.01},
    "rate_limit": {"retry_after": 0},
}


@pytest.fixture(autouse=True)
def _enough_requests(agency: Agency, settings: Settings) -> None:
    """Saves that follow each other this fast would meet HighLevel's own limit, which is none of the faults."""
    settings.HIGHLEVEL_REQUESTS_PER_INTERVAL = agency.box.limits.interval_max = 100_000


def drafted(agency: Agency, steps: int) -> tuple[Saving, Change]:
    """A session of so many steps, about to be saved."""
    saving = Saving(agency, 12)
    saving.mix(steps, SEED)
    return saving, saving.save()


@contextmanager
def undone(agency: Agency) -> Iterator[None]:
    """Whatever the block does to Rota and to the sandbox is taken back when it ends."""
    with transaction.atomic(), agency.box.store.undone():
        yield
        transaction.set_rollback(True)


def one_save(agency: Agency, saving: Saving, change: Change, call: int, kind: str, times: int) -> int:
    """Save the session with one fault at a call, from the same start every time; returns how many calls it took."""
    about = (call, kind, times)
    saving.clock.now = change.created_at
    with undone(agency):
        saving.session.refresh_from_db()
        before, asked = saving.said(), agency.requests()
        agency.box.faults.add(operation="*", kind=kind, times=times, after=call, **DETAILS.get(kind, {}))

        state = saving.run(change)

        agency.box.faults.clear()
        if state == State.REFUSED:
            assert saving.is_intact(before) or saving.holds(change), about
            change_retry(change=change, now=saving.clock())
            state = saving.run(change)
        if state == State.PENDING:
            agency.location.refresh_from_db()
            assert agency.location.paused_at is not None, (about, change.error_code)
            _go_on(agency)
            state = saving.run(change)
        assert state == State.DONE, (about, change.error_code, change.error_detail)
        assert saving.holds(change), about
        assert saving.session.state == SessionState.SAVED, about
    return agency.requests() - asked


def times_of(kind: str) -> int:
    """More strikes than the client tries by itself, but for what it waits long for."""
    return 1 if kind == "rate_limit" else BEYOND


def _go_on(agency: Agency) -> None:
    """The location is connected again."""
    type(agency.location).objects.update(paused_at=None)
    agency.location.refresh_from_db()


def posts_of(agency: Agency) -> list[str]:
    first = Saving(agency, 12)
    first.close()
    return first.posts


def test_a_fault_at_each_call_in_turn(agency: Agency) -> None:
    (saving, change), kinds = drafted(agency, SHORT), cycle(KINDS)
    calls = one_save(agency, saving, change, NEVER, next(kinds), 1)
    assert calls > SHORT
    for call in range(calls):
        kind = next(kinds)
        one_save(agency, saving, change, call, kind, times_of(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_at_the_save_and_behind_it(agency: Agency, kind: str) -> None:
    posts = posts_of(agency)
    for operation in ("startEditSession", "saveEditSession", "fetchQueueItems"):
        saving = Saving(agency, 12, posts=posts)
        saving.mix(6, SEED)
        before = saving.said()
        change = saving.save()
        agency.box.faults.add(operation=operation, kind=kind, times=times_of(kind), **DETAILS.get(kind, {}))
        state = saving.run(change)
        agency.box.faults.clear()
        if state == State.REFUSED:
            assert saving.is_intact(before)
            change_retry(change=change, now=saving.clock())
            state = saving.run(change)
        assert state == State.DONE, (operation, change.error_code, change.error_detail)
        assert saving.holds(change)
        saving.close()


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("times", [1, BEYOND])
@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_at_each_call(agency: Agency, kind: str, times: int) -> None:
    saving, change = drafted(agency, LONG)
    calls = one_save(agency, saving, change, NEVER, kind, times)
    assert calls > SHORT
    for call in range(calls):
        one_save(agency, saving, change, call, kind, times)
