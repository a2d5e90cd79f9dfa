"""The outbox under load: 4 worker processes, one client with thousands of changes, a person, and another client.

`utilisation` is read strictly: requests of the background lane in 60 s that HighLevel answered, over what HighLevel
allows in 60 s. The sandbox counts them, in a process of its own.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.db import transaction

import tests.bench.operations  # noqa: F401
from highlevel.api import Lane
from highlevel.client import client_for
from highlevel.models import Change, Credential, Location
from highlevel.models.change import ChangeState as State
from highlevel.outbox import Wish, changes_record
from highlevel.sandbox.box import CONTROL_HEADER
from highlevel.sandbox.clock import parse_iso
from tests.bench.harness import Report, sandbox
from tests.servers import celery_worker

PROCESSES = 4
CHANGES = 3_000
WARM_UP, MEASURED = 15.0, 60.0  # seconds
PERSON_EVERY = 3.0  # seconds between two calls of the person
OTHER_AFTER = (5.0, 25.0, 45.0)  # seconds of the measurement at which another client has a single change
LEAST, LONGEST_WAIT = 0.95, 1.0
PEOPLE = "get-account"


def run(report: Report, arguments: Sequence[str]) -> int:
    """`arguments`: the seconds to measure, 60 unless given. Fails below 95 %, on any 429, or when a person waits."""
    seconds = float(arguments[0]) if arguments else MEASURED
    with sandbox(more=("--agency", "empty")) as note, tempfile.TemporaryDirectory(prefix="rota-bench-") as folder:
        return Bench(report, note, Path(folder)).run(seconds)


class Bench:
    """One measurement, and what it has found."""

    def __init__(self, report: Report, note: dict[str, str], folder: Path) -> None:
        self.report = report
        self.note = note
        self.folder = folder
        settings.HIGHLEVEL_BASE_URL = note["url"]
        settings.HIGHLEVEL_COMPANY_ID = note["company_id"]
        company = {"level": Credential.Level.COMPANY, "company_id": note["company_id"]}
        Credential.objects.create(kind=Credential.Kind.PRIVATE, access_token=note["agency_token"], **company)
        self.busy, self.other = (self.location(name) for name in ("Thousands", "Single"))
        self.waits: list[float] = []
        self.arrivals: list[float] = []

    def run(self, seconds: float) -> int:
        self.record(self.busy, CHANGES)
        environment = {"HIGHLEVEL_COMPANY_ID": self.note["company_id"], "LOG_LEVEL": "WARNING"}
        worker = celery_worker(
            self.note["url"],
            self.folder / "worker.log",
            processes=PROCESSES,
            include="tests.bench.operations",
            **environment,
        )
        self.report.note(f"Sending {CHANGES:,} changes of one client with {PROCESSES} worker processes ...")
        with worker:
            time.sleep(WARM_UP)
            began = self.now()
            self.live(seconds)
            sent = self.answered(began, seconds)
        return self.tell(sent, seconds)

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
        """One change of the other client, followed until it has arrived."""
        began = time.monotonic()
        (change,) = self.record(self.other, 1)
        while Change.objects.get(pk=change.pk).state != State.DONE:
            if time.monotonic() - began > 60:
                raise RuntimeError("The single change did not arrive.")
            time.sleep(0.02)
        self.arrivals.append(time.monotonic() - began)

    def tell(self, entries: list[dict[str, Any]], seconds: float) -> int:
        background = [entry for entry in entries if entry["operation"] != PEOPLE and entry["status"] != 429]
        limited = sum(entry["status"] == 429 for entry in self.log())
        used = len(background) / (seconds / 10 * 100)
        wait = statistics.quantiles(self.waits, n=20)[-1]
        self.report.line("utilisation", used, "of what HighLevel allows")
        self.report.line("rate_limited", limited, "answers of 429")
        self.report.line("interactive_wait_p95_s", wait, "s")
        self.report.line("interactive_wait_max_s", max(self.waits), "s")
        self.report.line("single_change_elsewhere_max_s", max(self.arrivals, default=0.0), "s")
        return 0 if used >= LEAST and not limited and wait < LONGEST_WAIT else 1

    def answered(self, began: datetime, seconds: float) -> list[dict[str, Any]]:
        """Requests about the busy client that the sandbox met in the span."""
        spans = ((entry, (parse_iso(entry["at"]) - began).total_seconds()) for entry in self.log())
        return [e for e, at in spans if 0 <= at < seconds and e["location"] == self.busy.remote_id]

    def log(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.control("GET", "/log?limit=20000")["entries"]
        return entries

    def now(self) -> datetime:
        return parse_iso(self.control("GET", "/clock")["now"])

    def record(self, place: Location, number: int) -> list[Change]:
        now = datetime.now(UTC)
        first = Change.objects.count()
        wishes = [Wish(f"post:{first + at}", {"text": f"Post {first + at}", "user": "u" * 20}) for at in range(number)]
        with transaction.atomic():
            return changes_record(location=place, operation="test.create", wishes=wishes, now=now)

    def location(self, name: str) -> Location:
        remote_id = self.control("POST", "/locations", {"name": name})["locationId"]
        return Location.objects.create(remote_id=remote_id, company_id=self.note["company_id"], name=name)

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = requests.request(
            method,
            f"{self.note['url']}/sandbox{path}",
            json=body,
            headers={CONTROL_HEADER: self.note["control_key"]},
            timeout=30,
        )
        answer.raise_for_status()
        return answer.json()
