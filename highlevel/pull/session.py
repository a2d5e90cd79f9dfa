"""What a step of a pull works with: the location, the client, the run's row, and the transaction of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction

from highlevel.api import Attempt, HighLevel, RemoteError, Unreachable
from highlevel.models import Location, SyncRun
from highlevel.pull.claim import claim_renew
from highlevel.pull.reading import Lists

UNREADABLE = "unreadable_rows"


class OutOfTime(Exception):
    """The pull has had its share of time; the rest is for the next task."""


@dataclass(slots=True)
class Tally:
    """What one step did, in rows. `expected` is HighLevel's own count, None when it names none."""

    seen: int = 0
    written: int = 0
    gone: int = 0
    unreadable: int = 0
    expected: int | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that went wrong: a stable code, the operation, HighLevel's words, its trace id."""

    code: str
    operation: str = ""
    detail: str = ""
    trace_id: str = ""

    @classmethod
    def of(cls, error: RemoteError, step: str = "") -> Trouble:
        """What a person should know of an error; one that never reached an operation names the step."""
        return cls(error.code, error.operation or step, error.message, error.request_id or "")


@dataclass(slots=True)
class Pull:
    """One run over one location. `clock` gives aware instants; `ends_at` is when the run has to pause.

    `client` and `lists` are there once somebody may speak for the location; `observe` counts what they send.
    """

    location: Location
    run: SyncRun
    claim: str
    clock: Callable[[], datetime]
    ends_at: datetime
    trace_id: str = ""
    tally: Tally = field(default_factory=Tally)
    troubles: list[Trouble] = field(default_factory=list)
    _client: HighLevel | None = None
    _lists: Lists | None = None

    def connect(self, client: HighLevel) -> None:
        """Speak through this client from now on."""
        self._client = client
        self._lists = Lists(
            client.transport,
            location_id=client.location_id,
            company_id=client.company_id,
            version=settings.HIGHLEVEL_VERSION,
        )

    @property
    def client(self) -> HighLevel:
        if self._client is None:
            raise LookupError("The pull is not connected yet.")
        return self._client

    @property
    def lists(self) -> Lists:
        if self._lists is None:
            raise LookupError("The pull is not connected yet.")
        return self._lists

    def observe(self, attempt: Attempt) -> None:
        """Count a request that left, and remember its trace id."""
        if not isinstance(attempt.error, Unreachable):
            self.run.requests += 1
        self.trace_id = attempt.request_id or ""

    def begin(self, step: str) -> None:
        """Turn to a step. What it wrote before a pause stays counted; what it saw is counted again from its cursor."""
        counts = self.run.counts.get(step)
        self.tally = Tally(**counts) if counts else Tally()
        if not self.tally.done:
            self.tally.seen, self.tally.expected = 0, None
        self.run.step = step

    @contextmanager
    def page(self) -> Iterator[datetime]:
        """The transaction of one page, giving the instant to store. Raises ClaimLost, and then nothing is written.

        The claim is renewed first and the run's figures are written last, so each page is visible as progress.
        """
        now = self.clock()
        with transaction.atomic():
            claim_renew(location_id=self.location.pk, token=self.claim, now=now)
            yield now
            self.note()

    def note(self) -> None:
        """Write the run's progress."""
        self.run.counts[self.run.step] = asdict(self.tally)
        SyncRun.objects.filter(pk=self.run.pk).update(
            step=self.run.step, counts=self.run.counts, requests=self.run.requests
        )

    def expect(self, count: int | None) -> None:
        """Add a listing's own count to what the step expects to see."""
        if count is not None:
            self.tally.expected = (self.tally.expected or 0) + count

    def unreadable(self, operation: str, detail: str) -> None:
        """Report a row that could not be read; the run ends `partial`."""
        self.tally.unreadable += 1
        if not any(trouble.code == UNREADABLE for trouble in self.troubles):
            self.troubles.append(Trouble(UNREADABLE, operation, detail, self.trace_id))

    def check_time(self) -> None:
        """Raise OutOfTime between two pages when the time is up."""
        if self.clock() >= self.ends_at:
            raise OutOfTime
