"""The runner: moves an import on from wherever it stands, for as long as a task may take."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from highlevel.garbage import collector_paused
from planner.models.csv_import import RUNNING, CsvImport, ImportEngine, ImportState
from planner.services.import_checking import import_check
from planner.services.import_claims import LEASE_TO_READ, Run, import_claim, import_release
from planner.services.import_committing import import_carry_out
from planner.services.import_errors import ClaimLost
from planner.services.import_highlevel import parts_follow, parts_prepare, parts_take_back
from planner.services.import_reading import import_read
from planner.services.import_settling import import_settle
from planner.services.import_undoing import import_leave_rest, import_take_back

log = logging.getLogger("planner.imports")

SHARE = timedelta(seconds=60)  # of work in one task
LOOK_AGAIN = timedelta(seconds=5)  # for what HighLevel has settled, while rows settle
LOOK_LATER = timedelta(seconds=45)  # while none does, and all that wait were looked at


def import_run(
    import_id: int, *, clock: Callable[[], datetime] = timezone.now, share: timedelta = SHARE
) -> timedelta | None:
    """Move one import on; how long to wait before the next call, None when there is nothing to do for a runner.

    A second call while one is at work, or before the next look is due, does nothing: however many calls there are, one
    of them asks for a next one. Killed anywhere, a later call goes on.
    """
    run = import_claim(import_id, clock=clock, ends_at=clock() + share)
    if run is None:
        return None
    wait = None
    try:
        with collector_paused():
            wait = _work(run)
    except ClaimLost:
        log.info("import %s was taken over or stopped", import_id)
    finally:
        import_release(run, wait)
    return wait


def imports_to_run(*, now: datetime) -> list[int]:
    """The imports that no runner is at work on and that have to be moved on now."""
    return list(CsvImport.objects.to_run(now).values_list("pk", flat=True))


def _work(run: Run) -> timedelta | None:
    csv_import = run.csv_import
    while csv_import.state in RUNNING:
        before = csv_import.state
        if not _step(run):
            waits = csv_import.state == ImportState.SENDING or csv_import.engine == ImportEngine.HIGHLEVEL
            return _until_next_look(run) if waits else timedelta()
        if csv_import.state == before:
            return None
    return None


def _step(run: Run) -> bool:
    """One state's work; whether it is done with."""
    csv_import = run.csv_import
    by_highlevel = csv_import.engine == ImportEngine.HIGHLEVEL
    if csv_import.state == ImportState.UPLOADED:
        run.write(claimed_until=run.clock() + LEASE_TO_READ)
        import_read(csv_import, now=run.clock(), claim=run.claim)
        return True
    if csv_import.state == ImportState.CHECKING:
        return import_check(run)
    if csv_import.state == ImportState.COMMITTING:
        return parts_prepare(run) if by_highlevel else import_carry_out(run)
    if not import_leave_rest(run):
        return False
    if csv_import.state == ImportState.UNDOING:
        return parts_take_back(run) if by_highlevel else import_take_back(run)
    return parts_follow(run) if by_highlevel else import_settle(run)


def _until_next_look(run: Run) -> timedelta:
    csv_import = run.csv_import
    moved = run.clock() - csv_import.updated_at < LOOK_AGAIN
    unseen = csv_import.cursor and not csv_import.rate_limit_reset_at
    return LOOK_AGAIN if moved or unseen else LOOK_LATER
