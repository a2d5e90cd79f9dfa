"""The tasks of the pull, in this process and in a real worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from celery import current_app
from django.utils import timezone
from pytest_django import Settings

from config.celery import app
from highlevel.models import Location, SyncRun
from highlevel.models.sync_run import RunKind, RunState
from highlevel.pull import pull_ask
from highlevel.pull.run import SHARE
from highlevel.sandbox import Sandbox
from highlevel.tasks import pull_due_task, pull_location_task, pull_locations_task
from planner.models import Post
from tests.factories import make_run
from tests.pulling import Agency, add_posts, agency, arrange

__all__ = ["agency"]


def queued() -> int:
    """How many messages wait in the queue of pulls."""
    with app.connection_for_read() as connection:
        return int(connection.default_channel.client.llen("pull"))


def test_pulling_is_its_own_queue_and_lasts_less_than_its_lease_and_redelivery(settings: Settings) -> None:
    for task in (pull_locations_task, pull_due_task, pull_location_task):
        assert current_app.amqp.router.route({}, task.name)["queue"].name == "pull"
        assert task.acks_late
        assert task.soft_time_limit < task.time_limit < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert SHARE.total_seconds() < pull_location_task.soft_time_limit


def test_the_location_task_pulls_and_a_second_run_changes_nothing(agency: Agency) -> None:
    add_posts(agency, 2)
    pull_location_task(agency.location.pk, RunKind.SCHEDULED.value)
    pull_location_task(agency.location.pk, RunKind.SCHEDULED.value)
    assert Post.objects.count() == 2
    assert list(SyncRun.objects.values_list("state", flat=True)) == [RunState.DONE, RunState.DONE]


def test_a_location_that_is_no_more_is_no_reason_to_fail(agency: Agency) -> None:
    pull_location_task(agency.location.pk + 1000, RunKind.SCHEDULED.value)
    assert not SyncRun.objects.exists()


def test_beat_finds_locations_and_queues_a_pull_for_each(agency: Agency) -> None:
    agency.box.add_location(name="Second")
    pull_locations_task()
    assert Location.objects.count() == 2
    assert queued() == 2
    pull_due_task()
    assert queued() == 2, "not due again yet"


def test_beat_goes_on_when_the_agency_cannot_be_asked(agency: Agency, settings: Settings) -> None:
    settings.HIGHLEVEL_BASE_URL = "http://127.0.0.1:9"
    pull_locations_task()
    assert queued() == 1


def test_the_half_minute_closes_what_died(agency: Agency) -> None:
    dead = make_run(agency.location, state=RunState.RUNNING)
    pull_due_task()
    dead.refresh_from_db()
    assert dead.state == RunState.INTERRUPTED


@pytest.mark.timeout(120)
def test_a_real_worker_does_what_was_asked_for(
    transactional_db: None, settings: Settings, sandbox: Sandbox, start_worker: Callable[..., Path]
) -> None:
    agency = arrange(settings, sandbox)
    add_posts(agency, 3)
    log = start_worker(sandbox.url, HIGHLEVEL_COMPANY_ID=sandbox.company_id)

    (run,) = pull_ask(locations=[agency.location], now=timezone.now())

    deadline = time.monotonic() + 60
    while run.state in (RunState.WAITING, RunState.RUNNING):
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
        run.refresh_from_db()
    assert (run.state, run.kind) == (RunState.DONE, RunKind.ASKED)
    assert Post.objects.count() == 3
