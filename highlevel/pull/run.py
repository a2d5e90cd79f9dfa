"""A pull from its claim to its last word."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from highlevel import tokens
from highlevel.api import (
    BadCredentials,
    Lane,
    LimiterUnavailable,
    MissingScope,
    RateLimited,
    RemoteDown,
    RemoteError,
    Unreachable,
)
from highlevel.client import client_for
from highlevel.models import Location, PullState, SyncRun
from highlevel.models.sync_run import RunKind, RunState
from highlevel.pausing import location_pause, location_resume
from highlevel.pull.claim import ClaimLost, claim_release, claim_renew, claim_take
from highlevel.pull.registry import Step, steps
from highlevel.pull.rows import fit, mended_text
from highlevel.pull.session import UNREADABLE, OutOfTime, Pull, Trouble

log = logging.getLogger("highlevel.pull")

SHARE = timedelta(seconds=200)  # what one task may take before it hands on; below the task's own limits
MOST_SILENCES = 2  # steps that may meet a HighLevel that is down before the rest is left to the next run


def pull_location(
    *,
    location_id: int,
    kind: RunKind,
    clock: Callable[[], datetime] = timezone.now,
    share: timedelta = SHARE,
) -> SyncRun | None:
    """Bring one location up to date and return the finished run; None when another pull has the location.

    A run that needs more than its `share` of time is put back to `waiting`, and the next call goes on with it. Errors
    of HighLevel end the run as `partial` or `failed`; they are never raised. Never call it inside a transaction.
    """
    begun = _begin(location_id, kind, clock())
    if begun is None:
        return None
    run, claim = begun
    pull = Pull(run.location, run, claim, clock, ends_at=clock() + share)
    try:
        paused = _work(pull)
        _end(pull, paused=paused)
    except ClaimLost:
        # The successor has closed this run already, and owns the location.
        log.warning("pull taken over: location=%s run=%s", location_id, run.pk)
        return SyncRun.objects.get(pk=run.pk)
    except Exception:
        _close(pull, SyncRun.State.FAILED, Trouble("internal"))
        raise
    return SyncRun.objects.get(pk=run.pk)


def _begin(location_id: int, kind: RunKind, now: datetime) -> tuple[SyncRun, str] | None:
    """Claim the location, close what a dead pull left, and open the run: the one that waits, else a new one."""
    with transaction.atomic():
        claim = claim_take(location_id=location_id, now=now)
        if claim is None:
            return None
        runs = SyncRun.objects.filter(location=location_id)
        runs.filter(state=SyncRun.State.RUNNING).update(state=SyncRun.State.INTERRUPTED, finished_at=now)
        run = runs.filter(state=SyncRun.State.WAITING).select_related("location").first()
        if run is None:
            location = Location.objects.get(pk=location_id)
            run = SyncRun.objects.create(location=location, kind=kind, state=SyncRun.State.RUNNING, started_at=now)
        else:
            run.state = SyncRun.State.RUNNING
            run.started_at = run.started_at if run.counts else now
            run.save(update_fields=["state", "started_at"])
    return run, claim


def _work(pull: Pull) -> bool:
    """Do the steps that this run has not done yet; True if time ran out before the end."""
    asked = pull.run.kind == SyncRun.Kind.ASKED
    try:
        client = client_for(
            pull.location, lane=Lane.BACKGROUND, now=pull.clock(), insist=asked, on_response=pull.observe
        )
    except RemoteError as error:
        pull.troubles.append(Trouble.of(error))
        location_pause(pull.location, error, now=pull.clock())
        return False
    with client:
        pull.connect(client)
        silences = 0
        for step in steps():
            try:
                _step(pull, step)
            except OutOfTime:
                return True
            except RemoteError as error:
                log.warning("pull step failed: location=%s step=%s %s", pull.location.pk, step.name, error)
                pull.troubles.append(Trouble.of(error, step.name))
                tokens.refuse(pull.location, error)
                location_pause(pull.location, error, now=pull.clock())
                silences += isinstance(error, RemoteDown)
                if _is_hopeless(error) or silences >= MOST_SILENCES:
                    return False
    if pull.location.paused_at is not None:
        location_resume(pull.location, now=pull.clock())
    return False


def _step(pull: Pull, step: Step) -> None:
    pull.begin(step.name)
    if pull.tally.done:
        return
    pull.check_time()
    step.work(pull)
    pull.tally.done = True
    with pull.page() as now:
        PullState.objects.bulk_create(
            [PullState(location=pull.location, step=step.name, pulled_at=now)],
            update_conflicts=True,
            unique_fields=["location", "step"],
            update_fields=["pulled_at"],
        )


def _is_hopeless(error: RemoteError) -> bool:
    """Whether the other steps of this run would meet the same error."""
    if isinstance(error, BadCredentials):
        return not isinstance(error, MissingScope)
    return isinstance(error, (Unreachable, LimiterUnavailable, RateLimited))


def _end(pull: Pull, *, paused: bool) -> None:
    run, trouble = pull.run, _first(pull)
    if paused:
        waiting = SyncRun.objects.filter(location=pull.location, state=SyncRun.State.WAITING).exists()
        _close(pull, SyncRun.State.INTERRUPTED if waiting else SyncRun.State.WAITING, trouble)
    elif trouble is None:
        _close(pull, SyncRun.State.DONE, None)
    else:
        saved = any(counts.get("done") or counts.get("written") for counts in run.counts.values())
        _close(pull, SyncRun.State.PARTIAL if saved else SyncRun.State.FAILED, trouble)


def _first(pull: Pull) -> Trouble | None:
    """The trouble to show: a failed step rather than a row, this share of the run rather than an earlier one."""
    run = pull.run
    if run.error_code and run.error_code != UNREADABLE:
        return Trouble(run.error_code, run.error_operation, run.error_detail, run.trace_id)
    if pull.troubles:
        return next((trouble for trouble in pull.troubles if trouble.code != UNREADABLE), pull.troubles[0])
    return Trouble(run.error_code, run.error_operation, run.error_detail, run.trace_id) if run.error_code else None


def _close(pull: Pull, state: RunState, trouble: Trouble | None) -> None:
    """Write the run's end and give the location back, in one transaction. Raises ClaimLost."""
    run, now = pull.run, pull.clock()
    shown = trouble or Trouble("")
    finished = state in (SyncRun.State.DONE, SyncRun.State.PARTIAL)
    with transaction.atomic():
        claim_renew(location_id=run.location_id, token=pull.claim, now=now)
        SyncRun.objects.filter(pk=run.pk).update(
            state=state,
            finished_at=None if state == SyncRun.State.WAITING else now,
            step=run.step,
            counts=run.counts,
            requests=run.requests,
            error_code=fit(shown.code, 64),
            error_operation=fit(shown.operation, 64),
            error_detail=mended_text(shown.detail),
            trace_id=fit(mended_text(shown.trace_id), 128),
        )
        if finished and shown.code in ("", UNREADABLE):
            Location.objects.filter(pk=run.location_id).update(pulled_at=run.started_at)
        claim_release(location_id=run.location_id, token=pull.claim)
