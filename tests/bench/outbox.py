"""The outbox under load: 4 worker processes, one client with thousands of changes, a person, and another client.

`utilisation` is read strictly: requests of the background lane in 60 s that HighLevel answered, over what HighLevel
allows in 60 s. The sandbox counts them, in a process of its own.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from highlevel.api import Lane
from highlevel.client import client_for
from highlevel.models import Change, Location
from highlevel.models.change import ChangeState as State
from highlevel.sandbox.clock import parse_iso
from planner.composing import Composition
from planner.models import PostStatus
from planner.services.post_writing import Order, posts_write_many
from tests.bench.harness import Report
from tests.servers import celery_worker
from tests.staging import Stage, staged

PROCESSES = 4
CHANGES = 3_000
WARM_UP, MEASURED = 15.0, 60.0  # seconds
PERSON_EVERY = 3.0  # seconds between two calls of the person: more than the reserve, so that they wait at all
OTHER_AFTER = (5.0, 25.0, 45.0)  # seconds of the measurement at which another client has a single change
LEAST, LONGEST_WAIT = 0.95, 1.0
PEOPLE = "get-account"


def run(report: Report, arguments: Sequence[str]) -> int:
    """`arguments`: the seconds to measure, 60 unless given. Fails below 95 %, on any 429, or when a person waits."""
    seconds = float(arguments[0]) if arguments else MEASURED
    with tempfile.TemporaryDirectory(prefix="rota-bench-") as folder, staged(("Busy", "Other"), Path(folder)) as stage:
        return Bench(report, stage, Path(folder)).run(seconds)


class Bench:
    """One measurement, and what it has found."""

    def __init__(self, report: Report, stage: Stage, folder: Path) -> None:
        self.report = report
        self.stage = stage
        self.folder = folder
        self.busy, self.other = stage.places
        self.waits: list[float] = []
        self.arrivals: list[float] = []

    def run(self, seconds: float) -> int:
        self.report.note(f"Writing {CHANGES:,} posts of one client ...")
        self.write(self.busy, CHANGES)
        log, environment = self.folder / "worker.log", self.stage.environment()
        with celery_worker(self.stage.url, log, PROCESSES, **environment):
            self.report.note(f"Sending them with {PROCESSES} worker processes ...")
            time.sleep(WARM_UP)
            began = parse_iso(self.stage.control("GET", "/clock")["now"])
            self.live(seconds)
            entries = self.stage.log()
        return self.tell(entries, began, seconds)

    def live(self, seconds: float) -> None:
        """A person asks now and then; another client has a single change now and then."""
        began = time.monotonic()
        plan: list[tuple[float, Callable[[], None]]] = [
            (at * PERSON_EVERY, self.ask) for at in range(int(seconds / PERSON_EVERY))
        ]
        plan += [(at, self.change_elsewhere) for at in OTHER_AFTER if at < seconds - 10]
        for at, act in sorted(plan, key=lambda entry: entry[0]):
            time.sleep(max(0.0, began + at - time.monotonic()))
            act()
        time.sleep(max(0.0, began + seconds - time.monotonic()))

    def ask(self) -> None:
        """One interactive call; the wait is all that it takes beyond HighLevel's answer."""
        answers: list[float] = []
        began = time.monotonic()
        with client_for(
            self.busy, lane=Lane.PEOPLE, now=datetime.now(UTC), on_response=lambda one: answers.append(one.seconds)
        ) as client:
            client.accounts.list()
        self.waits.append(time.monotonic() - began - sum(answers))

    def change_elsewhere(self) -> None:
        """One post of the other client, followed until it has arrived."""
        began = time.monotonic()
        self.write(self.other, 1)
        while Change.objects.filter(location=self.other).exclude(state=State.DONE).exists():
            if time.monotonic() - began > 60:
                raise RuntimeError("The single change did not arrive.")
            time.sleep(0.02)
        self.arrivals.append(time.monotonic() - began)

    def write(self, place: Location, number: int) -> None:
        """So many posts, a minute apart from tomorrow on."""
        now = datetime.now(UTC)
        accounts = (self.stage.account(place),)
        scheduled = PostStatus.SCHEDULED.value
        orders = [
            Order(
                Composition(
                    place, accounts, f"Post {at}", scheduled_at=now + timedelta(days=1, minutes=at), status=scheduled
                )
            )
            for at in range(number)
        ]
        with transaction.atomic():
            posts_write_many(orders=orders, actor=self.stage.person, now=now)

    def tell(self, entries: list[dict[str, Any]], began: datetime, seconds: float) -> int:
        """Report what the sandbox met in the span about the busy client, and what the others lived through."""
        spans = [(entry, (parse_iso(entry["at"]) - began).total_seconds()) for entry in entries]
        met = [e for e, at in spans if 0 <= at < seconds and e["location"] == self.busy.remote_id]
        background = [entry for entry in met if entry["operation"] != PEOPLE and entry["status"] != 429]
        limited = sum(entry["status"] == 429 for entry in entries)
        used = len(background) / (seconds / 10 * 100)
        wait = statistics.quantiles(self.waits, n=20)[-1]
        self.report.line("utilisation", used, "of what HighLevel allows")
        self.report.line("rate_limited", limited, "answers of 429")
        self.report.line("interactive_wait_p95_s", wait, "s")
        self.report.line("interactive_wait_max_s", max(self.waits), "s")
        self.report.line("single_change_elsewhere_max_s", max(self.arrivals, default=0.0), "s")
        return 0 if used >= LEAST and not limited and wait < LONGEST_WAIT else 1
