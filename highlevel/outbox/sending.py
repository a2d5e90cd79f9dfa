"""Claim, send, record: three short steps, and no transaction is open during the call."""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from highlevel import tokens
from highlevel.api import Lane, OutcomeUnknown, PermanentError, RateLimited, RemoteError
from highlevel.client import client_for
from highlevel.models import Change
from highlevel.models.change import MOVES
from highlevel.models.change import ChangeState as State
from highlevel.outbox.errors import ChangedElsewhere
from highlevel.outbox.registry import Handler, Outcome, handler_of
from highlevel.outbox.waits import FIRST_WAIT, LONGEST_WAIT, LOOK_AFTER, PATIENCE
from highlevel.outbox.waking import wake, wake_followers
from highlevel.pausing import location_pause, pauses

log = logging.getLogger("highlevel.outbox")

# While one of these fails, what was to be sent has not left: a new token was wanted first.
TOKEN_OPERATIONS = frozenset({"get-access-token", "get-location-access-token", "get-location-access-token-v2"})


def change_send(
    change_id: int,
    *,
    clock: Callable[[], datetime] = timezone.now,
    chance: Callable[[], float] = random.random,
) -> str | None:
    """Send one change if it is this one's turn; return the state it ended in, None when there was nothing to do.

    A second call for a change that is being sent, or is settled, does nothing. Errors of HighLevel are recorded on the
    change and not raised; anything else is recorded as `unconfirmed`, because something may have left, and raised. If
    not even that can be written the claim stays, and the sweep does the same. Never call it inside a transaction.
    """
    claim = _claim(change_id, clock())
    if claim is None:
        return None
    change = Change.objects.select_related("location", "actor").get(pk=change_id, claim=claim)
    try:
        dealer = handler_of(change.operation)
        try:
            with client_for(change.location, lane=Lane.BACKGROUND, now=clock(), patience=PATIENCE) as client:
                outcome = dealer.send(change, client, clock())
        except RemoteError as error:
            log.warning("change not sent: change=%s operation=%s %s", change.pk, change.operation, error)
            return _failed(change, dealer, error, now=clock(), chance=chance)
        return settle_done(change, dealer, outcome, now=clock())
    except Exception as error:
        # Asked of the row: the object may speak of a transaction that was rolled back.
        Change.objects.filter(pk=change_id, state=State.SENDING, claim=claim).update(
            state=State.UNCONFIRMED,
            claim="",
            not_before=clock() + wait_for(change.attempts, None, chance),
            **fault_words(error),
        )
        raise


def settle_done(change: Change, dealer: Handler, outcome: Outcome, *, now: datetime) -> str:
    """Record that HighLevel has it, and let the handler update its rows, in one transaction."""
    with transaction.atomic():
        fields = {"outcome": outcome.kept, "error_code": "", "error_detail": "", "settled_at": now}
        if move(change, State.DONE, **fields):
            dealer.done(change, outcome, now)
            wake_followers([change], now)
    return change.state


def settle_refused(change: Change, dealer: Handler, error: RemoteError, *, now: datetime) -> str:
    """Record HighLevel's no, and let the handler update its rows, in one transaction."""
    seen = {"seen": error.seen} if isinstance(error, ChangedElsewhere) else {}
    with transaction.atomic():
        if move(change, State.REFUSED, settled_at=now, outcome=seen, **words_of(error)):
            dealer.refused(change, error, now)
    return change.state


def move(change: Change, to: State, **fields: Any) -> bool:
    """Move a change that is still in the state, claim and attempt we know; False if somebody else moved it.

    The object follows the row either way.
    """
    if to not in MOVES[change.state]:
        raise ValueError(f"A change cannot go from {change.state} to {to}")
    held = Change.objects.filter(pk=change.pk, state=change.state, claim=change.claim, attempts=change.attempts)
    if not held.update(state=to, claim="", **fields):
        change.refresh_from_db(fields=["state", "claim", "attempts"])
        return False
    for name, value in {"state": to, "claim": "", **fields}.items():
        setattr(change, name, value)
    return True


def words_of(error: RemoteError) -> dict[str, str]:
    """What a change keeps of an error."""
    return {"error_code": error.code[:64], "error_detail": error.message, "trace_id": (error.request_id or "")[:128]}


def fault_words(error: Exception) -> dict[str, str]:
    """What a change keeps of a fault of our own."""
    return {"error_code": "internal", "error_detail": f"{type(error).__name__}: {error}"[:500], "trace_id": ""}


def wait_for(attempts: int, retry_after: float | None, chance: Callable[[], float]) -> timedelta:
    """How long to wait before the next attempt: doubling, with jitter, at least what HighLevel asked for (s)."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts, 12)))
    return max(longest * (0.5 + chance() / 2), timedelta(seconds=retry_after or 0))


def _failed(change: Change, dealer: Handler, error: RemoteError, *, now: datetime, chance: Callable[[], float]) -> str:
    if pauses(error):
        tokens.refuse(change.location, error)
        location_pause(change.location, error, now=now)
        move(change, State.PENDING, not_before=now, **words_of(error))
    elif isinstance(error, OutcomeUnknown) and error.operation not in TOKEN_OPERATIONS and not dealer.repeatable:
        if move(change, State.UNCONFIRMED, not_before=now + LOOK_AFTER, **words_of(error)):
            transaction.on_commit(lambda: wake(change.location_id, wait=LOOK_AFTER), robust=True)
    elif isinstance(error, PermanentError):
        settle_refused(change, dealer, error, now=now)
    else:
        wait = wait_for(0 if _was_our_budget(error) else change.attempts, error.retry_after, chance)
        if move(change, State.PENDING, not_before=now + wait, **words_of(error)):
            transaction.on_commit(lambda: wake(change.location_id, wait=wait), robust=True)
    return change.state


def _was_our_budget(error: RemoteError) -> bool:
    """Whether it was not HighLevel that asked to wait: then nothing has failed, and the waits do not grow."""
    return isinstance(error, RateLimited) and error.status is None


def _claim(change_id: int, now: datetime) -> str | None:
    """Take the change if its turn has come; of two workers one gets it."""
    claim = str(uuid.uuid4())
    turn = Change.objects.ready(now).filter(pk=change_id).order_by()
    taken = Change.objects.filter(pk__in=turn.values("pk"), state=State.PENDING, not_before__lte=now).update(
        state=State.SENDING, claim=claim, claimed_at=now, attempts=F("attempts") + 1
    )
    return claim if taken else None
