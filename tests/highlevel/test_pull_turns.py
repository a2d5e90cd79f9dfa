"""Whose turn it is: asking for a pull, what is due, and what dead pulls leave behind."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from highlevel.models import SyncRun
from highlevel.models.sync_run import RunKind, RunState
from highlevel.pull import pull_ask, pull_due, pull_sweep
from highlevel.pull.claim import claim_take
from tests.factories import make_location, make_run
from tests.pulling import Agency, agency

__all__ = ["agency"]


def test_asking_shows_a_waiting_run_at_once_and_only_one(
    agency: Agency, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    now = timezone.now()
    with django_capture_on_commit_callbacks() as callbacks:
        first = pull_ask(locations=[agency.location], now=now)
        second = pull_ask(locations=[agency.location], now=now)

    assert [run.pk for run in first] == [run.pk for run in second]
    assert (first[0].state, first[0].kind) == (RunState.WAITING, RunKind.ASKED)
    assert len(callbacks) == 2
    assert pull_due(now=now) == [agency.location.pk]
    assert agency.pull().pk == first[0].pk
    assert SyncRun.objects.get().state == RunState.DONE


def test_asking_costs_the_same_for_any_number_of_locations(db: None) -> None:
    def queries(count: int) -> int:
        places = [make_location() for _ in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert len(pull_ask(locations=places, now=timezone.now())) == count
        return len(captured)

    assert queries(2) == queries(20)


def test_due_locations_are_spread_over_the_interval(db: None, settings: Settings) -> None:
    settings.PULL_EVERY_MINUTES = 5
    now = timezone.now()
    places = [make_location().pk for _ in range(40)]
    inactive = make_location(is_active=False)

    assert sorted(pull_due(now=now)) == sorted(places), "those that were never pulled come at once"
    assert pull_due(now=now) == []
    later = now + timedelta(minutes=5)
    first = pull_due(now=later)
    assert len(first) == 8, "twice the even share of one tick in ten"
    assert not set(first) & set(pull_due(now=later))
    assert inactive.pk not in places


def test_a_location_that_is_being_pulled_is_not_due(db: None) -> None:
    place = make_location()
    claim_take(location_id=place.pk, now=timezone.now())
    assert pull_due(now=timezone.now()) == []


def test_the_sweep_closes_runs_of_dead_pulls_only(db: None) -> None:
    now = timezone.now()
    dead, alive = make_location(), make_location()
    make_run(dead, state=RunState.RUNNING)
    make_run(alive, state=RunState.RUNNING)
    claim_take(location_id=alive.pk, now=now)

    assert pull_sweep(now=now) == 1
    assert SyncRun.objects.get(location=dead).state == RunState.INTERRUPTED
    assert SyncRun.objects.get(location=alive).state == RunState.RUNNING
