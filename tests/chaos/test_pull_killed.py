"""A pull that is killed where it stands and run again leaves what an undisturbed one leaves, byte by byte."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AccountGroup, ConnectedAccount, Member
from highlevel.models import Location, PullState, SyncRun
from highlevel.models.sync_run import RunState
from highlevel.sandbox import Sandbox
from planner.models import Category, Media, Post, PostTarget, Tag
from tests.databases import half
from tests.pulling import Agency, add_family, add_posts, arrange, dump
from tests.servers import product_environment

KILLS = 5  # a test; with its four seeds twenty in all
SEEDS = [pytest.param(seed, marks=half(seed % 2 == 0)) for seed in (1, 2, 3, 4)]
SPREAD = 0.04  # seconds after an answer within which the kill falls: about what saving a page takes


@pytest.fixture
def agency(transactional_db: None, settings: Settings, sandbox: Sandbox) -> Agency:
    """A location with five pages of posts, in a database that other processes see."""
    agency = arrange(settings, sandbox)
    add_posts(agency, 400)
    add_posts(agency, 15, status="draft")
    for _ in range(12):
        add_family(agency)
    return agency


@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", SEEDS)
def test_killed_and_resumed_is_as_if_undisturbed(agency: Agency, settings: Settings, seed: int) -> None:
    chance = random.Random(seed)
    before = agency.requests()
    agency.pull()
    whole, requests = dump(), agency.requests() - before

    for _ in range(KILLS):
        _forget(agency)
        after, wait = chance.randint(1, requests), chance.uniform(0, SPREAD)
        killed = _pull_and_kill(agency, settings, after=after, wait=wait)
        _lease_runs_out(agency)

        run = agency.pull()

        assert run.state == RunState.DONE
        assert dump() == whole, f"killed {wait:.3f} s after request {after} of {requests}"
        assert not PullState.objects.exclude(cursor={}).exists()
        assert not PullState.objects.filter(pages__isnull=False).exists()
        if killed:
            assert SyncRun.objects.get(state=RunState.INTERRUPTED).finished_at is not None


def _pull_and_kill(agency: Agency, settings: Settings, *, after: int, wait: float) -> bool:
    """Pull in a process of its own and kill it `wait` seconds after HighLevel answered `after` requests; whether that
    came before its end."""
    command = [sys.executable, "manage.py", "pull", "--location", agency.location.remote_id, "--wait"]
    budget = {"HIGHLEVEL_REQUESTS_PER_INTERVAL": str(settings.HIGHLEVEL_REQUESTS_PER_INTERVAL), "LOG_LEVEL": "ERROR"}
    environment = product_environment(agency.box.url, **budget)
    awaited = agency.requests() + after
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        while agency.requests() < awaited and process.poll() is None:
            assert time.monotonic() < deadline, "the pull did not come that far"
            time.sleep(0.001)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        _, errors = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), errors.decode()
    return Location.objects.get(pk=agency.location.pk).pull_claim != ""


def _lease_runs_out(agency: Agency) -> None:
    claimed = Location.objects.filter(pk=agency.location.pk, pull_claimed_until__isnull=False)
    claimed.update(pull_claimed_until=timezone.now() - timedelta(seconds=1))


def _forget(agency: Agency) -> None:
    """Empty the mirror."""
    for model in (Media, PostTarget, Post, AccountGroup, ConnectedAccount, Category, Tag, Member, PullState, SyncRun):
        model._default_manager.all().delete()
    Location.objects.filter(pk=agency.location.pk).update(name="?", timezone="UTC", remote={})
