"""What became of a change that was sent and not answered, and what a person may decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from highlevel.api import HighLevel, Lane
from highlevel.client import client_for
from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox import NotPossible, change_cancel, change_look_again, change_retry, change_send, change_settle
from tests.highlevel.test_outbox_recording import waiting_messages
from tests.highlevel.test_outbox_sending import texts, write
from tests.outboxes import Broken, Clock, Create, Delete, known, record, state, sweep
from tests.pulling import Agency, agency

__all__ = ["agency"]


@pytest.fixture(autouse=True)
def _operations() -> Iterator[None]:
    with known(Create, Delete, Broken):
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock()


def unanswered(agency: Agency, clock: Clock, kind: str, text: str = "hello") -> Change:
    """A change that was sent and met this fault; the clock stands where it may be looked up."""
    agency.box.faults.add(operation="create-post", kind=kind)
    change = write(agency, clock, text, subject=f"post:{text}")
    assert change_send(change.pk, clock=clock) == State.UNCONFIRMED
    change.refresh_from_db()
    clock.now = change.not_before
    return change


def look(change: Change, clock: Clock) -> str | None:
    return change_settle(change.pk, clock=clock, chance=lambda: 1.0)


@pytest.mark.parametrize("kind", ["server_error_after", "drop_after", "malformed"])
def test_what_arrived_is_found_and_not_sent_again(agency: Agency, clock: Clock, kind: str) -> None:
    change = unanswered(agency, clock, kind)

    assert look(change, clock) == State.DONE

    change.refresh_from_db()
    assert texts(agency) == ["hello"]
    assert (change.outcome["id"], change.error_code) == (agency.box.store.find("post")[0]["_id"], "")


@pytest.mark.parametrize("kind", ["server_error", "drop_before", "unavailable"])
def test_what_did_not_arrive_is_sent_again_once_that_is_sure(agency: Agency, clock: Clock, kind: str) -> None:
    change = unanswered(agency, clock, kind)

    assert look(change, clock) == State.UNCONFIRMED
    change.refresh_from_db()
    assert change.claimed_at is not None
    assert change.not_before == change.claimed_at + Create.settling
    clock.now = change.not_before
    assert look(change, clock) == State.PENDING
    change.refresh_from_db()
    clock.now = change.not_before
    assert change_send(change.pk, clock=clock) == State.DONE
    assert texts(agency) == ["hello"]


def test_what_cannot_be_told_stays_unconfirmed_and_says_why(agency: Agency, clock: Clock) -> None:
    change = unanswered(agency, clock, "drop_after")
    with known():
        Create().send(change, _client(agency, clock), clock())

    assert look(change, clock) == State.UNCONFIRMED

    change.refresh_from_db()
    assert (change.error_detail, change.looks) == ("There are two of them.", 1)
    assert change.not_before > clock()


def test_a_look_up_that_fails_is_done_again_later(agency: Agency, clock: Clock) -> None:
    change = unanswered(agency, clock, "drop_after")
    agency.box.faults.add(operation="get-posts", kind="server_error", times=3)

    assert look(change, clock) == State.UNCONFIRMED
    assert look(change, clock) is None
    change.refresh_from_db()
    clock.now = change.not_before
    assert look(change, clock) == State.DONE
    assert texts(agency) == ["hello"]


def test_what_the_look_up_denies_is_refused(agency: Agency, clock: Clock) -> None:
    change = record(agency.location, "test.delete", payload={"id": "0" * 24}, now=clock())
    Change.objects.update(state=State.UNCONFIRMED, attempts=1, claimed_at=clock())

    assert look(change, clock) == State.REFUSED
    change.refresh_from_db()
    assert change.error_code == "not_found"


def test_a_fault_of_our_own_in_a_look_up_is_shown_and_raised(agency: Agency, clock: Clock) -> None:
    change = record(agency.location, "test.broken", now=clock())
    Change.objects.update(state=State.UNCONFIRMED, attempts=1, claimed_at=clock())

    with pytest.raises(RuntimeError):
        look(change, clock)

    change.refresh_from_db()
    assert (change.state, change.error_code) == (State.UNCONFIRMED, "internal")
    assert change.not_before > clock()


def test_an_old_look_up_has_no_say_over_a_newer_attempt(agency: Agency, clock: Clock) -> None:
    change = unanswered(agency, clock, "drop_before")
    clock.pass_(minutes=5)

    class Slow(Create):
        operation = "test.slow"

        def look(self, held: Change, client: object, now: object) -> object:  # type: ignore[override]
            found = super().look(held, client, now)  # type: ignore[arg-type]
            # While this look was on its way another sent the change again, and no answer came.
            Change.objects.filter(pk=held.pk).update(attempts=2, state=State.UNCONFIRMED)
            return found

    with known(Slow):
        Change.objects.update(operation="test.slow")
        look(change, clock)

    assert state(change) == State.UNCONFIRMED


def test_the_round_brings_a_lost_create_to_its_end(agency: Agency, clock: Clock) -> None:
    unanswered(agency, clock, "drop_before", "first")
    unanswered(agency, clock, "drop_after", "second")
    for _minute in range(8):
        clock.pass_(minutes=1)
        sweep(clock)

    assert sorted(texts(agency)) == ["first", "second"]
    assert set(Change.objects.values_list("state", flat=True)) == {State.DONE}


def test_a_refused_change_can_be_tried_again(agency: Agency, clock: Clock) -> None:
    agency.box.faults.add(operation="create-post", kind="refuse")
    change = write(agency, clock)
    change_send(change.pk, clock=clock)
    change.refresh_from_db()

    change_retry(change=change, now=clock())

    assert change_send(change.pk, clock=clock) == State.DONE
    with pytest.raises(NotPossible):
        change_retry(change=change, now=clock())
    assert texts(agency) == ["hello"]


def test_trying_again_takes_the_version_that_was_shown_as_its_base(agency: Agency, clock: Clock) -> None:
    change = write(agency, clock, base={"version": 1})
    Change.objects.update(state=State.REFUSED, attempts=1, outcome={"seen": {"version": 2}}, settled_at=clock())
    change.refresh_from_db()

    change_retry(change=change, now=clock())

    change.refresh_from_db()
    assert (change.base, change.outcome, change.settled_at) == ({"version": 2}, {}, None)


def test_a_change_that_was_given_up_is_never_sent(agency: Agency, clock: Clock) -> None:
    change = write(agency, clock)

    change_cancel(change=change, now=clock())

    assert change_send(change.pk, clock=clock) is None
    assert (state(change), texts(agency)) == (State.CANCELLED, [])


@pytest.mark.parametrize("held", [State.SENDING, State.DONE, State.CANCELLED])
def test_what_is_on_its_way_or_over_cannot_be_given_up(agency: Agency, clock: Clock, held: State) -> None:
    change = write(agency, clock)
    Change.objects.update(state=held)
    stale = Change.objects.get(pk=change.pk)

    for seen in (change, stale):
        with pytest.raises(NotPossible):
            change_cancel(change=seen, now=clock())
    assert state(change) == held


def test_looking_again_does_not_wait(
    agency: Agency, clock: Clock, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    change = unanswered(agency, clock, "drop_after")
    Change.objects.update(not_before=clock() + timedelta(hours=1))

    with django_capture_on_commit_callbacks(execute=True):
        change_look_again(change=change, now=clock())

    assert waiting_messages() == 1
    assert look(change, clock) == State.DONE
    with pytest.raises(NotPossible):
        change_look_again(change=change, now=clock())


def test_what_waited_for_a_change_is_woken_when_it_settles(
    agency: Agency, clock: Clock, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    first = write(agency, clock)
    record(agency.location, "test.delete", payload={"id": "0" * 24}, now=clock())
    record(agency.location, "test.broken", subject="account:1", after=[first], now=clock())

    with django_capture_on_commit_callbacks(execute=True):
        change_send(first.pk, clock=clock)

    assert waiting_messages() == 1, "one message a location, however many wait"


def _client(agency: Agency, clock: Clock) -> HighLevel:
    return client_for(agency.location, lane=Lane.PEOPLE, now=clock())
