"""The runner's lock on an import, and moving it from state to state."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from planner.models.csv_import import IMPORT_MOVES, CsvImport
from planner.services.import_errors import ClaimLost, NotNow

LEASE = timedelta(seconds=90)  # a page of rows takes a second or two; a claim this old belongs to a dead worker
LEASE_TO_READ = timedelta(seconds=330)  # the first reading of a file is one piece: as long as the task may take


@dataclass(slots=True)
class Run:
    """One runner's hold on an import. `ends_at` is when it has to leave the rest to the next task."""

    csv_import: CsvImport
    claim: str
    clock: Callable[[], datetime]
    ends_at: datetime

    def out_of_time(self) -> bool:
        return self.clock() >= self.ends_at

    @contextmanager
    def page(self) -> Iterator[datetime]:
        """The transaction of one page of rows, giving the instant to store. Raises ClaimLost, and then nothing is
        written. The import's figures are written with it, so that each page is visible as progress."""
        now, held = self.clock(), self.csv_import
        before = held.cursor, held.updated_at, dict(held.counts)
        try:
            with transaction.atomic():
                self.write(claimed_until=now + LEASE)
                yield now
                held.updated_at = now
                self.write(cursor=held.cursor, counts=held.counts, updated_at=now)
        except BaseException:
            held.cursor, held.updated_at, held.counts = before
            raise

    def write(self, **fields: Any) -> None:
        """Write columns of the import. Raises ClaimLost."""
        held = CsvImport.objects.filter(pk=self.csv_import.pk, claim=self.claim, state=self.csv_import.state)
        if not held.update(**fields):
            raise ClaimLost

    def count(self, into: str, number: int, *, out_of: str = "") -> None:
        """Note that so many rows have come into a state, out of another or new."""
        counts = self.csv_import.counts
        moved = {into: number, **({out_of: -number} if out_of else {})}
        kept = {state: counts.get(state, 0) + moved.get(state, 0) for state in {*counts, *moved}}
        self.csv_import.counts = {state: left for state, left in kept.items() if left}

    def move(self, to: str, **fields: Any) -> None:
        """Move the import on, in the caller's transaction or one of its own. Raises ClaimLost."""
        if not import_move(self.csv_import, to, now=self.clock(), claim=self.claim, **fields):
            raise ClaimLost


def import_claim(import_id: int, *, clock: Callable[[], datetime], ends_at: datetime) -> Run | None:
    """Take an import that has to be moved on; of two runners one gets it."""
    now, claim = clock(), str(uuid.uuid4())
    taken = CsvImport.objects.to_run(now).filter(pk=import_id).order_by()
    if not taken.update(claim=claim, claimed_until=now + LEASE):
        return None
    found = CsvImport.objects.select_related("person", "location", "undone_by").get(pk=import_id)
    return Run(found, claim, clock, ends_at) if found.claim == claim else None


def import_release(run: Run, wait: timedelta | None) -> None:
    """Let the next runner in, after `wait` where there is nothing to do before."""
    until = run.clock() + wait if wait else None
    CsvImport.objects.filter(pk=run.csv_import.pk, claim=run.claim).update(claim="", claimed_until=until)


def import_move(csv_import: CsvImport, to: str, *, now: datetime, claim: str | None = None, **fields: Any) -> bool:
    """Move an import that is still in the state we know; False if somebody else moved it. The object follows the row
    either way.

    Without `claim` a runner that is at work loses its hold. Raises NotNow for a move that there is not.
    """
    if to not in IMPORT_MOVES[csv_import.state]:
        raise NotNow
    held = CsvImport.objects.filter(pk=csv_import.pk, state=csv_import.state)
    values = {"state": to, "updated_at": now, **fields}
    if claim is None:
        values |= {"claim": "", "claimed_until": None}
    else:
        held = held.filter(claim=claim)
    if not held.update(**values):
        csv_import.refresh_from_db()
        return False
    for name, value in values.items():
        setattr(csv_import, name, value)
    return True
