"""The outbox in a storm: real workers that are killed, a Redis that loses everything, a HighLevel that fails."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from highlevel.models import Change
from highlevel.models.change import OPEN
from tests.chaos.audit import Audit
from tests.chaos.people import People
from tests.chaos.rig import SHORT_TIMES, Crew, Redis, make_faulty, own_redis, sweep
from tests.staging import Stage, staged

HARD = 0.3  # of all calls fail
RESTARTS = (0.33, 0.66)  # of all acts, after which Redis is restarted
KILL_EVERY = (2.0, 4.0)  # seconds in which all workers were up
SWEEP_EVERY, RETRY_EVERY = 1.0, 0.5  # seconds; beat does its round each minute, people take longer


@dataclass
class Storm:
    """One thread does everything that happens around the workers, one thing after the other."""

    stage: Stage
    redis: Redis
    crew: Crew
    people: People
    acts: int
    pace: float
    deadline: float
    acted: float = 0.0
    settled: float = 0.0
    _due: dict[str, float] = field(default_factory=dict)
    _restarts: list[float] = field(default_factory=lambda: list(RESTARTS))

    def rage(self) -> None:
        """Until everything that was meant is done, or the deadline has passed."""
        began = time.monotonic()
        while self.people.acts < self.acts or self._open():
            assert time.monotonic() - began < self.deadline, self._left()
            self._world(began)
            if self.people.acts < self.acts:
                self.people.act()
                # A person is not slowed down by what they have done before.
                ahead = began + self.people.acts * self.pace - time.monotonic()
                time.sleep(max(0.0, min(ahead, self.pace)))
                self.acted = time.monotonic() - began
            else:
                time.sleep(0.1)
        self.settled = time.monotonic() - began

    def _world(self, began: float) -> None:
        self.crew.replace()
        if self._is_time("sweep", SWEEP_EVERY):
            sweep()
        if self._is_time("retry", RETRY_EVERY):
            self.people.retry()
        if not self.crew.is_up():
            self._due.pop("kill", None)
        elif self._is_time("kill", self.people.chance.uniform(*KILL_EVERY)):
            self.crew.kill()
        if self._restarts and self.people.acts >= self._restarts[0] * self.acts:
            self._restarts.pop(0)
            self.redis.kill()
            for _ in range(3):
                self.people.act()
            self.redis.start()

    def _is_time(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if now < self._due.setdefault(what, now + every):
            return False
        self._due[what] = now + every
        return True

    def _open(self) -> bool:
        return Change.objects.filter(state__in=OPEN).exists()

    def _left(self) -> str:
        columns = ("operation", "subject", "state", "attempts", "looks", "error_code", "error_detail")
        left = list(Change.objects.filter(state__in=OPEN).values_list(*columns)[:10])
        return f"{self.people.acts} of {self.acts} acts; still open: {left}\n{self.crew.log()[-3000:]}"


@pytest.fixture
def redis(settings: Settings) -> Iterator[Redis]:
    with own_redis(settings) as redis:
        yield redis


def is_single() -> bool:
    """Whether one process has to do all the work: SQLite is for small installations."""
    return connection.vendor == "sqlite"


def storm(
    settings: Settings, redis: Redis, folder: Path, *, seed: int, acts: int, pace: float, deadline: float
) -> None:
    """So many acts, one each `pace` seconds; all has to be settled by the `deadline`. Four processes are at work, with
    SQLite one."""
    single = is_single()
    settings.HIGHLEVEL_REQUESTS_PER_INTERVAL = int(SHORT_TIMES["HIGHLEVEL_REQUESTS_PER_INTERVAL"])
    chance = random.Random(seed)
    with staged(("Harbour Dental", "Crumb & Ember", "Prana House"), folder) as stage:
        make_faulty(stage, HARD)
        workers = {"workers": 1, "processes": 1} if single else {"workers": 2, "processes": 2}
        people = People(stage, chance)
        with closing(Crew(stage, folder, chance=chance, **workers)) as crew:
            raging = Storm(stage, redis, crew, people, acts, pace, deadline)
            raging.rage()
        entries = stage.log()
        failed = sum(entry["fault"] != "" for entry in entries)
        print(
            f"{people.acts} acts in {raging.acted:.0f} s, settled after {raging.settled:.0f} s, {len(entries)} requests of which {failed} failed, {Change.objects.count()} changes, "
            f"{people.retried} tried again by a person, killed {crew.killed}, Redis restarted {redis.restarts} times"
        )
        assert redis.restarts == len(RESTARTS)
        assert 0.2 < failed / len(entries) < 0.4
        assert sum(crew.killed.values()) > 2
        assert entries[0]["number"] == 1, "the log has forgotten how it began"
    Audit(people.journal, entries, stage.data).check()


@pytest.mark.timeout(120)
def test_a_short_storm(transactional_db: None, settings: Settings, redis: Redis, tmp_path: Path) -> None:
    storm(settings, redis, tmp_path, seed=1, acts=40 if is_single() else 100, pace=0.15, deadline=110)


@pytest.mark.full
@pytest.mark.timeout(2500)
def test_the_whole_storm(transactional_db: None, settings: Settings, redis: Redis, tmp_path: Path) -> None:
    storm(settings, redis, tmp_path, seed=2, acts=2_000, pace=0.1, deadline=2_400)
