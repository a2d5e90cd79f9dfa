"""What a storm needs: a Redis that is restarted, workers that are killed, a HighLevel that fails."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kombu.exceptions import OperationalError
from pytest_django import Settings

from config.celery import app
from config.dev.ports import free_port
from config.dev.processes import end, spawn
from config.dev.redis_server import address, await_answer, configuration, new_password, valkey_binary
from highlevel.outbox.tasks import outbox_sweep_task
from tests.servers import QUEUES, product_environment
from tests.staging import Stage

# Everything that takes seconds takes few of them. The order of the times is that of the product: an answer, a turn, the
# settling; and the latest that a request takes effect after it was given up lies within the settling.
SHORT_TIMES = {
    "HIGHLEVEL_ANSWER_SECONDS": "1",
    "OUTBOX_LOOK_SECONDS": "1",
    "OUTBOX_RETRY_SECONDS": "1",
    "OUTBOX_TURN_SECONDS": "6",
    "OUTBOX_SETTLING_SECONDS": "8",
    "HIGHLEVEL_REQUESTS_PER_INTERVAL": "2000",
}
SILENCE = 1.5  # seconds: longer than a worker waits for an answer
FAULTS: tuple[dict[str, object], ...] = (
    {"kind": "refuse"},
    {"kind": "rate_limit", "retry_after": 1},
    {"kind": "server_error"},
    {"kind": "server_error_after"},
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "timeout_after", "seconds": SILENCE},
    {"kind": "malformed"},
    {"kind": "delay", "seconds": SILENCE},  # takes effect when nobody waits for it any more
)


def make_faulty(stage: Stage, share: float) -> None:
    """Have this share of all calls fail, each kind as often as any other."""
    stage.control("POST", "/limits", {"interval_max": 2000})
    each = share / len(FAULTS)
    for at, fault in enumerate(FAULTS):
        # A rule is only asked when those before it have not struck.
        chance = each / (1 - at * each)
        stage.control("POST", "/faults", {"operation": "*", "times": None, "probability": chance, **fault})


class Redis:
    """A server of our own on one port, with nothing in it after each restart."""

    def __init__(self) -> None:
        self._port, self._password = free_port(), new_password()
        self.url = address(self._port, self._password)
        self._process: subprocess.Popen[bytes] | None = None
        self.restarts = -1
        self.start()

    def start(self) -> None:
        with tempfile.TemporaryFile() as given:
            given.write(configuration(self._port, self._password, Path(tempfile.gettempdir())))
            given.seek(0)
            self._process = spawn(
                [valkey_binary(), "-"], stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        await_answer(self.url, self._process)
        self.restarts += 1

    def kill(self) -> None:
        if self._process is not None:
            end(self._process, by=signal.SIGKILL)


@contextmanager
def own_redis(settings: Settings) -> Iterator[Redis]:
    """A Redis that this process uses for everything, like the workers, for as long as the block runs."""
    redis, before = Redis(), settings.REDIS_URL
    try:
        _use(settings, redis.url)
        yield redis
    finally:
        _use(settings, before)
        redis.kill()


def _use(settings: Settings, url: str) -> None:
    settings.REDIS_URL = url
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": url}}
    app.conf.broker_url = url
    app._after_fork()  # the application's own way to forget its pools of connections


class Crew:
    """Celery workers of the product, each with some processes; they are killed at random and replaced."""

    def __init__(self, stage: Stage, folder: Path, *, workers: int, processes: int, chance: random.Random) -> None:
        self._command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--loglevel", "WARNING"]
        self._command += ["--concurrency", str(processes), "--without-mingle", "--without-gossip", "--queues", QUEUES]
        self._environment = product_environment(stage.url, **stage.environment(**SHORT_TIMES))
        self._folder = folder
        self._chance = chance
        self._names = itertools.count(1)
        self.killed = {"process": 0, "worker": 0}
        self._members = [self._start() for _ in range(workers)]

    def _start(self) -> subprocess.Popen[bytes]:
        with (self._folder / "workers.log").open("ab") as log:
            name = ["--hostname", f"storm{next(self._names)}@%h"]
            return spawn([*self._command, *name], env=self._environment, stdout=log, stderr=log)

    def kill(self) -> None:
        """End, without a word, one process that works, or a whole worker with all its processes."""
        at = self._chance.randrange(len(self._members))
        member = self._members[at]
        processes = _children(member.pid)
        if processes and self._chance.random() < 0.7:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._chance.choice(processes), signal.SIGKILL)
            self.killed["process"] += 1
        else:
            end(member, by=signal.SIGKILL)
            self.killed["worker"] += 1

    def is_up(self) -> bool:
        """Whether every worker has processes that can work."""
        return all(_children(member.pid) for member in self._members)

    def replace(self) -> None:
        """Start a worker for each that has ended."""
        for at, member in enumerate(self._members):
            if member.poll() is not None:
                self._members[at] = self._start()

    def close(self) -> None:
        for member in self._members:
            end(member, by=signal.SIGKILL)

    def log(self) -> str:
        return (self._folder / "workers.log").read_text(errors="replace")


def sweep() -> bool:
    """What beat does each minute, at once; False when the broker is away."""
    try:
        outbox_sweep_task.apply_async(queue="pull", retry=False)
    except (OperationalError, OSError):
        return False
    return True


def _children(pid: int) -> list[int]:
    """The processes that this one has started; none where there is no /proc to look in."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name, in brackets, may hold anything; the state and the parent come after it.
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found
