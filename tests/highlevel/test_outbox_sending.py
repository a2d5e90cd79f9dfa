"""Sending: each kind of answer leads to the state that a person can trust."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from highlevel.models import Change, Credential, Location
from highlevel.models.change import ChangeState as State
from highlevel.outbox import change_send
from highlevel.outbox.sending import wait_for
from highlevel.outbox.waits import LONGEST_WAIT
from tests.outboxes import Broken, Clock, Create, Delete, known, record, state
from tests.pulling import Agency, add_posts, agency

__all__ = ["agency"]


@pytest.fixture(autouse=True)
def _operations() -> Iterator[None]:
    with known(Create, Delete, Broken):
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock()


def write(agency: Agency, clock: Clock, text: str = "hello", **more: Any) -> Change:
    user = agency.box.store.find("user", order="rowid")[0]["id"]
    return record(agency.location, payload={"text": text, "user": user}, now=clock(), **more)


def texts(agency: Agency) -> list[str]:
    found = agency.box.store.find("post", location=agency.location.remote_id, order="rowid")
    return [doc["summary"] for doc in found if not doc["deleted"]]


def send(change: Change, clock: Clock) -> str | None:
    return change_send(change.pk, clock=clock, chance=lambda: 1.0)


def test_what_is_accepted_is_done_and_its_outcome_kept(agency: Agency, clock: Clock) -> None:
    change = write(agency, clock)

    assert send(change, clock) == State.DONE

    change.refresh_from_db()
    assert texts(agency) == ["hello"]
    assert (change.attempts, change.settled_at, change.claim) == (1, clock(), "")
    assert change.outcome["id"] == agency.box.store.find("post", order="rowid")[0]["_id"]


def test_a_second_call_sends_nothing(agency: Agency, clock: Clock) -> None:
    change = write(agency, clock)
    send(change, clock)

    assert send(change, clock) is None
    assert texts(agency) == ["hello"]


def test_nothing_is_sent_before_its_time(agency: Agency, clock: Clock) -> None:
    change = write(agency, clock, wait=timedelta(seconds=30))

    assert send(change, clock) is None
    clock.pass_(seconds=31)
    assert send(change, clock) == State.DONE


@pytest.mark.parametrize("kind", ["unavailable", "server_error", "server_error_after", "drop_before", "drop_after"])
def test_a_silence_after_a_create_is_unconfirmed(agency: Agency, clock: Clock, kind: str) -> None:
    agency.box.faults.add(operation="create-post", kind=kind)
    change = write(agency, clock)

    assert send(change, clock) == State.UNCONFIRMED

    change.refresh_from_db()
    assert change.error_code == "outcome_unknown"
    assert clock() < change.not_before <= clock() + timedelta(minutes=1)
    assert send(change, clock) is None


@pytest.mark.parametrize("kind", ["malformed", "html", "truncated"])
def test_an_answer_nobody_can_read_is_unconfirmed(agency: Agency, clock: Clock, kind: str) -> None:
    agency.box.faults.add(operation="create-post", kind=kind)

    assert send(write(agency, clock), clock) == State.UNCONFIRMED


@pytest.mark.parametrize("kind", ["server_error_after", "drop_after", "malformed"])
def test_what_may_be_repeated_waits_and_is_sent_again(agency: Agency, clock: Clock, kind: str) -> None:
    (post,) = add_posts(agency, 1)
    agency.box.faults.add(operation="delete-post", kind=kind)
    change = record(agency.location, "test.delete", payload={"id": post}, now=clock())

    assert send(change, clock) in (State.PENDING, State.UNCONFIRMED)
    change.refresh_from_db()
    clock.now = change.not_before
    if change.state == State.PENDING:
        assert send(change, clock) == State.DONE
    assert texts(agency) == []


def test_a_refusal_is_refused_with_its_words(agency: Agency, clock: Clock) -> None:
    agency.box.faults.add(operation="create-post", kind="refuse", status=422, message="summary must be shorter")
    change = write(agency, clock)

    assert send(change, clock) == State.REFUSED

    change.refresh_from_db()
    assert (change.error_code, change.settled_at) == ("rejected", clock())
    assert "summary must be shorter" in change.error_detail
    assert change.trace_id


def test_a_rate_limit_waits_at_least_as_long_as_asked(agency: Agency, clock: Clock) -> None:
    agency.box.limits.interval_max = 100
    agency.box.faults.add(operation="create-post", kind="rate_limit", times=9, retry_after=120)
    change = write(agency, clock)

    assert send(change, clock) == State.PENDING

    change.refresh_from_db()
    assert change.not_before >= clock() + timedelta(seconds=120)
    assert texts(agency) == []


def test_an_unreachable_highlevel_costs_only_time(agency: Agency, clock: Clock, settings: Any) -> None:
    change = write(agency, clock)
    settings.HIGHLEVEL_BASE_URL = "http://127.0.0.1:9"

    assert send(change, clock) == State.PENDING
    change.refresh_from_db()
    assert change.error_code == "unreachable"


def test_a_token_that_cannot_be_had_leaves_the_change_waiting(agency: Agency, clock: Clock) -> None:
    agency.box.faults.add(operation="get-location-access-token", kind="drop_after", times=9)

    assert send(write(agency, clock), clock) == State.PENDING
    assert texts(agency) == []


def test_a_refused_token_pauses_the_location_and_keeps_the_change(agency: Agency, clock: Clock) -> None:
    own = {"level": Credential.Level.LOCATION, "kind": Credential.Kind.PRIVATE, "location": agency.location}
    Credential.objects.create(company_id=agency.location.company_id, access_token="pit-wrong", **own)
    change = write(agency, clock)

    assert send(change, clock) == State.PENDING

    place = Location.objects.get()
    assert place.paused_at == clock()
    assert send(change, clock) is None
    Location.objects.update(paused_at=None)
    Credential.objects.filter(**own).update(access_token=agency.box.location_token(place.remote_id), state="good")
    assert send(change, clock) == State.DONE


def test_a_missing_scope_is_refused_and_pauses_nothing(agency: Agency, clock: Clock) -> None:
    token = agency.box.location_token(agency.location.remote_id, scopes=["socialplanner/post.readonly"])
    own = {"level": Credential.Level.LOCATION, "kind": Credential.Kind.PRIVATE, "location": agency.location}
    Credential.objects.create(company_id=agency.location.company_id, access_token=token, **own)
    change = write(agency, clock)

    assert send(change, clock) == State.REFUSED

    change.refresh_from_db()
    assert change.error_code == "missing_scope"
    assert Location.objects.get().paused_at is None


def test_a_fault_of_our_own_is_shown_and_raised(agency: Agency, clock: Clock) -> None:
    change = record(agency.location, "test.broken", payload={"at": "send"}, now=clock())

    with pytest.raises(RuntimeError, match="a fault of our own"):
        send(change, clock)

    change.refresh_from_db()
    assert (change.state, change.error_code, change.claim) == (State.UNCONFIRMED, "internal", "")
    assert change.not_before > clock()


def test_a_fault_after_sending_never_looks_unsent(agency: Agency, clock: Clock) -> None:
    change = record(agency.location, "test.broken", payload={"at": "done"}, now=clock())

    with pytest.raises(RuntimeError):
        send(change, clock)

    assert state(change) == State.UNCONFIRMED


def test_an_operation_nobody_handles_any_more_is_shown(agency: Agency, clock: Clock) -> None:
    change = write(agency, clock)
    Change.objects.update(operation="test.forgotten")

    with pytest.raises(LookupError):
        send(change, clock)

    assert state(change) == State.UNCONFIRMED


@pytest.mark.parametrize("attempts", [0, 1, 5, 40, 100_000])
@pytest.mark.parametrize("luck", [0.0, 0.5, 1.0])
def test_waits_stay_in_bounds(attempts: int, luck: float) -> None:
    wait = wait_for(attempts, None, lambda: luck)

    assert timedelta(seconds=2.5) <= wait <= LONGEST_WAIT
    assert wait_for(attempts, 7200.0, lambda: luck) == timedelta(hours=2)
