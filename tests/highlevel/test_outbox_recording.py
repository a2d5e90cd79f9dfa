"""Writing changes down, their order, and the minute's round."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from config.celery import app
from highlevel.models import Change, Location
from highlevel.models.change import ChangeState as State
from highlevel.outbox import Wish, change_send, changes_record, outbox_sweep
from highlevel.outbox.waits import CLAIM_LEASE
from tests.factories import make_location
from tests.outboxes import Clock, Create, Delete, due, known, record, state


@pytest.fixture(autouse=True)
def _operations() -> Iterator[None]:
    with known(Create, Delete):
        yield


@pytest.fixture
def place(db: None) -> Location:
    return make_location()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def waiting_messages() -> int:
    with app.connection_for_read() as broker:
        return int(broker.default_channel.client.llen("push"))


def test_a_burst_of_edits_is_one_change_that_keeps_its_first_base(place: Location, clock: Clock) -> None:
    first = record(place, payload={"text": "a", "tags": [1]}, base={"version": 1}, now=clock())
    second = record(place, payload={"text": "b"}, base={"version": 2}, now=clock.pass_(seconds=5))

    change = Change.objects.get()
    assert first.pk == second.pk == change.pk
    assert (change.payload, change.base) == ({"text": "b", "tags": [1]}, {"version": 1})


def test_what_is_being_sent_takes_nothing_in(place: Location, clock: Clock) -> None:
    first = record(place, payload={"text": "a"}, now=clock())
    Change.objects.filter(pk=first.pk).update(state=State.SENDING, attempts=1, claim="x", claimed_at=clock())

    second = record(place, payload={"text": "b"}, now=clock())

    assert second.pk != first.pk
    assert Change.objects.get(pk=first.pk).payload == {"text": "a"}


def test_a_refused_change_is_taken_up_again_by_the_next_edit(place: Location, clock: Clock) -> None:
    first = record(place, payload={"text": "too long"}, base={"version": 1}, now=clock())
    Change.objects.update(state=State.REFUSED, attempts=1, settled_at=clock(), outcome={"seen": {}})

    record(place, payload={"text": "short"}, base={"version": 2}, now=clock.pass_(minutes=1))

    change = Change.objects.get()
    assert (change.pk, change.state, change.payload["text"]) == (first.pk, State.PENDING, "short")
    assert (change.base, change.not_before, change.settled_at, change.outcome) == ({"version": 2}, clock(), None, {})


def test_changes_of_one_subject_go_in_order(place: Location, clock: Clock) -> None:
    first = record(place, now=clock())
    second = record(place, "test.delete", now=clock())
    other = record(place, subject="post:2", now=clock())

    assert due(place.pk, clock) == [first.pk, other.pk]
    for blocking in (State.SENDING, State.UNCONFIRMED, State.REFUSED):
        Change.objects.filter(pk=first.pk).update(state=blocking, attempts=1, claimed_at=clock(), not_before=clock())
        assert [pk for pk in due(place.pk, clock) if pk != first.pk] == [other.pk]
        assert change_send(second.pk, clock=clock) is None
    for settled in (State.DONE, State.CANCELLED):
        Change.objects.filter(pk=first.pk).update(state=settled)
        assert second.pk in due(place.pk, clock)


def test_a_change_goes_after_those_it_names(place: Location, clock: Clock) -> None:
    first, second = (record(place, subject=f"post:{number}", now=clock()) for number in (1, 2))
    last = record(place, "test.delete", subject="account:1", after=[first, second], now=clock())

    assert last.pk not in due(place.pk, clock)
    Change.objects.filter(pk=first.pk).update(state=State.DONE)
    assert last.pk not in due(place.pk, clock)
    Change.objects.filter(pk=second.pk).update(state=State.CANCELLED)
    assert last.pk in due(place.pk, clock)


def test_nothing_of_a_paused_location_is_handed_out(place: Location, clock: Clock) -> None:
    record(place, now=clock())
    lost = record(place, subject="post:2", now=clock())
    Change.objects.filter(pk=lost.pk).update(state=State.UNCONFIRMED, attempts=1)
    Location.objects.update(paused_at=clock())

    assert (outbox_sweep(now=clock()), due(place.pk, clock)) == ([], [])
    Location.objects.update(paused_at=None)
    assert (outbox_sweep(now=clock()), len(due(place.pk, clock))) == ([place.pk], 2)


def test_changes_that_cannot_go_do_not_hide_those_that_can(place: Location, clock: Clock) -> None:
    with transaction.atomic():
        stuck = changes_record(
            location=place, operation="test.create", wishes=[Wish(f"post:{n}", {}) for n in range(600)], now=clock()
        )
    Change.objects.filter(pk__in=[change.pk for change in stuck]).update(state=State.REFUSED, attempts=1)
    with transaction.atomic():
        changes_record(
            location=place, operation="test.delete", wishes=[Wish(f"post:{n}", {}) for n in range(600)], now=clock()
        )
    free = record(place, subject="post:9999", now=clock())

    assert due(place.pk, clock) == [free.pk]
    assert outbox_sweep(now=clock()) == [place.pk]


def test_a_dead_workers_claim_becomes_unconfirmed_and_never_pending(place: Location, clock: Clock) -> None:
    change = record(place, now=clock())
    Change.objects.update(state=State.SENDING, claim="dead", claimed_at=clock(), attempts=1)

    clock.now += CLAIM_LEASE
    assert outbox_sweep(now=clock()) == []
    clock.pass_(seconds=1)
    assert (outbox_sweep(now=clock()), due(place.pk, clock)) == ([place.pk], [change.pk])
    assert state(change) == State.UNCONFIRMED


@pytest.mark.parametrize("rows", [2, 60])
def test_recording_many_costs_what_recording_two_does(place: Location, clock: Clock, rows: int) -> None:
    wishes = [Wish(f"post:{number}", {"text": "a"}) for number in range(rows)]
    with transaction.atomic():
        changes_record(location=place, operation="test.create", wishes=wishes[::2], now=clock())

    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        found = changes_record(location=place, operation="test.create", wishes=wishes, now=clock())

    # what waits of these subjects, its update, savepoint, insert, release
    assert len(queries) <= 5 + connection.features.has_bulk_insert
    assert [change.subject for change in found] == [wish.subject for wish in wishes]
    assert Change.objects.count() == rows


def test_a_worker_is_woken_once_the_transaction_commits(
    place: Location, clock: Clock, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        record(place, now=clock())
        assert waiting_messages() == 0

    assert waiting_messages() == 1


def test_a_change_is_never_written_outside_a_transaction_or_without_a_handler(place: Location, clock: Clock) -> None:
    with pytest.raises(LookupError, match="unheard"):
        record(place, "test.unheard", now=clock())
    with pytest.raises(ValueError, match="twice"), transaction.atomic():
        changes_record(
            location=place, operation="test.create", wishes=[Wish("post:1", {}), Wish("post:1", {})], now=clock()
        )
    assert not Change.objects.exists()


def test_a_change_that_the_database_does_not_take_is_said_and_not_tried_for_ever(place: Location, clock: Clock) -> None:
    nothing: Any = None
    with pytest.raises(IntegrityError):
        record(place, payload=nothing, now=clock())
    assert not Change.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_leave_one_change_with_both_edits(clock: Clock) -> None:
    place = make_location()
    ready = threading.Barrier(6)
    failures: list[BaseException] = []

    def edit(number: int) -> None:
        try:
            ready.wait(10)
            for turn in range(5):
                record(place, payload={f"field{number}": turn}, now=clock())
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert Change.objects.get().payload == {f"field{number}": 4 for number in range(6)}


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_claim_one_change(clock: Clock) -> None:
    from highlevel.outbox.sending import _claim

    place = make_location()
    changes = [record(place, subject=f"post:{number}", now=clock()) for number in range(10)]
    claims: list[tuple[int, str]] = []
    ready = threading.Barrier(4)

    def work() -> None:
        ready.wait(10)
        for change in changes:
            claim = _claim(change.pk, clock.now + timedelta(seconds=1))
            if claim:
                claims.append((change.pk, claim))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(pk for pk, _claim in claims) == [change.pk for change in changes]
    assert Change.objects.filter(attempts=1).count() == 10
