"""Turns: whose change is sent next, and what a worker does while the request budget is spent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from config.celery import app
from highlevel.api import Lane
from highlevel.limits import limiter
from highlevel.models import Change, Location
from highlevel.models.change import ChangeState as State
from highlevel.outbox import Wish, changes_record, outbox_turn
from highlevel.outbox.tasks import outbox_sweep_task
from highlevel.outbox.waking import wake
from tests.outboxes import Clock, Create, known, make_change, record, state
from tests.pulling import Agency, agency, make_known

__all__ = ["agency"]

Message = tuple[int, str]


@pytest.fixture(autouse=True)
def _operations() -> Iterator[None]:
    with known(Create):
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock()


def queued() -> list[tuple[Message, str | None]]:
    """Takes every message out of the queue: location and token, and until when a worker would keep it (ISO)."""
    found: list[tuple[Message, str | None]] = []
    with app.connection_for_read() as broker, broker.SimpleQueue("push") as queue:
        while True:
            try:
                message = queue.get(block=False)
            except queue.Empty:
                return found
            found.append((tuple(message.payload[0]), message.headers["eta"]))
            message.ack()


def write(agency: Agency, clock: Clock, number: int, place: Location | None = None) -> list[Change]:
    """So many creates of one location, recorded in one transaction, whose hooks run."""
    user = agency.box.store.find("user", order="rowid")[0]["id"]
    place = place or agency.location
    first = Change.objects.count()
    wishes = [Wish(f"post:{first + at}", {"text": f"{place.pk}: {at}", "user": user}) for at in range(number)]
    with transaction.atomic():
        return changes_record(location=place, operation="test.create", wishes=wishes, now=clock())


@pytest.fixture
def second(agency: Agency) -> Location:
    return make_known(agency.box, agency.box.add_location(name="Second"), "Second")


def test_thousands_of_changes_are_one_message(
    agency: Agency, clock: Clock, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            write(agency, clock, 700)

    assert [place for (place, _token), _eta in queued()] == [agency.location.pk]


def test_a_turn_sends_one_change_and_asks_for_another_while_there_are_more(agency: Agency, clock: Clock) -> None:
    changes = write(agency, clock, 2)

    assert outbox_turn(agency.location.pk, clock=clock) == State.DONE
    assert [state(change) for change in changes] == [State.DONE, State.PENDING]
    assert len(queued()) == 1
    wake(agency.location.pk, anew=True)
    ((_place, token), _eta) = queued()[0]
    assert outbox_turn(agency.location.pk, token=token, clock=clock) == State.DONE
    assert queued() == []
    assert outbox_turn(agency.location.pk, clock=clock) is None


def test_one_change_of_a_client_does_not_stand_behind_thousands_of_another(
    agency: Agency, second: Location, clock: Clock, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        write(agency, clock, 300)
    waiting = queued()
    for _turn in range(5):
        ((place, token), _eta) = waiting.pop(0)
        outbox_turn(place, token=token, clock=clock)
        waiting += queued()
    with django_capture_on_commit_callbacks(execute=True):
        (single,) = write(agency, clock, 1, second)
    waiting += queued()

    for _turn in range(2):
        ((place, token), _eta) = waiting.pop(0)
        outbox_turn(place, token=token, clock=clock)
        waiting += queued()

    assert state(single) == State.DONE
    assert Change.objects.filter(state=State.DONE).count() == 7


def test_what_is_due_longest_is_first_and_look_ups_take_turns_too(agency: Agency, clock: Clock) -> None:
    late = write(agency, clock, 1)[0]
    lost = record(agency.location, subject="post:lost", payload={"text": "lost", "user": "u"}, now=clock())
    Change.objects.filter(pk=lost.pk).update(
        state=State.UNCONFIRMED, attempts=1, claimed_at=clock(), not_before=clock() - timedelta(seconds=1)
    )

    outbox_turn(agency.location.pk, clock=clock)

    assert Change.objects.get(pk=lost.pk).looks == 1
    assert state(late) == State.PENDING
    assert outbox_turn(agency.location.pk, clock=clock) == State.DONE


def test_while_the_budget_is_spent_nothing_is_claimed_and_no_worker_waits(agency: Agency, clock: Clock) -> None:
    write(agency, clock, 5)
    limiter().observe(agency.location.remote_id, status=429, headers={}, retry_after=30.0)
    began = time.monotonic()

    for _turn in range(4):
        assert outbox_turn(agency.location.pk, clock=clock) is None

    assert time.monotonic() - began < 12, "somebody waited for it"
    assert set(Change.objects.values_list("state", "attempts", "error_code")) == {(State.PENDING, 0, "")}
    assert 1 <= len([eta for _message, eta in queued() if eta]) <= 2, "one message for when the budget is free"


def test_highlevels_wish_to_be_left_alone_holds_no_worker(agency: Agency, clock: Clock) -> None:
    agency.box.faults.add(operation="create-post", kind="rate_limit", times=9, retry_after=15)
    write(agency, clock, 3)
    began = time.monotonic()

    assert outbox_turn(agency.location.pk, clock=clock) == State.PENDING
    assert outbox_turn(agency.location.pk, clock=clock) is None

    assert time.monotonic() - began < 12, "somebody waited for it"
    assert agency.requests("create-post") == 1
    assert sorted(Change.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_the_other_lane_is_not_held_up_by_a_full_background(agency: Agency, clock: Clock, settings: Any) -> None:
    settings.HIGHLEVEL_REQUESTS_PER_INTERVAL = 2
    write(agency, clock, 3)
    outbox_turn(agency.location.pk, clock=clock)

    assert outbox_turn(agency.location.pk, clock=clock) is None
    assert limiter().delay(agency.location.remote_id, Lane.PEOPLE) == 0.0


def test_messages_do_not_multiply(agency: Agency, clock: Clock) -> None:
    write(agency, clock, 20)
    for _ in range(3):
        outbox_sweep_task()
    waiting = queued()
    assert len(waiting) == 3, "the sweep believes in no message that it cannot see"

    for _turn in range(9):
        ((place, token), _eta) = waiting.pop(0)
        outbox_turn(place, token=token, clock=clock)
        waiting += queued()

    assert len(waiting) == 1


def test_a_lost_message_costs_a_sweep(agency: Agency, clock: Clock) -> None:
    write(agency, clock, 2)
    wake(agency.location.pk)
    queued()
    wake(agency.location.pk)
    assert queued() == [], "one is believed to be on its way"

    outbox_sweep_task()

    assert [place for (place, _token), _eta in queued()] == [agency.location.pk]


def test_later_nudges_for_the_same_second_are_one(agency: Agency) -> None:
    for _ in range(50):
        wake(agency.location.pk, wait=timedelta(seconds=30))
    wake(agency.location.pk, wait=timedelta(seconds=61))

    assert 1 <= len(queued()) <= 2


def test_a_long_history_and_many_blocked_changes_cost_a_turn_nothing(
    agency: Agency, clock: Clock, django_assert_max_num_queries: Any
) -> None:
    for at in range(30):
        make_change(agency.location, subject=f"old:{at}", state=State.DONE)
        make_change(agency.location, subject=f"stuck:{at}", state=State.REFUSED)
        make_change(agency.location, subject=f"stuck:{at}", operation="test.delete")
    write(agency, clock, 1)
    outbox_turn(agency.location.pk, clock=clock)
    write(agency, clock, 1)

    # what is offered, the location, the claim, the change, the token (and who may speak), the outcome, who follows
    with django_assert_max_num_queries(12):
        assert outbox_turn(agency.location.pk, clock=clock) == State.DONE
