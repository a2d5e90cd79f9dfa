"""Finding out what became of a change that was sent and not answered."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from highlevel import tokens
from highlevel.api import Lane, RemoteError
from highlevel.client import client_for
from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox.registry import Denied, Finding, Found, Handler, NotThere, handler_of
from highlevel.outbox.sending import fault_words, move, settle_done, settle_refused, wait_for, words_of
from highlevel.outbox.waits import LOOK_LEASE, PATIENCE
from highlevel.outbox.waking import AT_ONCE, wake
from highlevel.pausing import location_pause, pauses

log = logging.getLogger("highlevel.outbox")


def change_settle(
    change_id: int,
    *,
    clock: Callable[[], datetime] = timezone.now,
    chance: Callable[[], float] = random.random,
) -> str | None:
    """Look up one unconfirmed change and return the state it is in afterwards; None when there was nothing to do.

    Found: done. Surely absent, and the look began long enough after the attempt: pending again. Surely not to be had:
    refused. Else it stays unconfirmed, says why, and is looked up again later. Errors of HighLevel are recorded and not
    raised; anything else is recorded and raised. Never call it inside a transaction.
    """
    began = clock()
    due = Change.objects.lost(began).filter(pk=change_id)
    if not Change.objects.filter(pk__in=due.values("pk"), state=State.UNCONFIRMED, not_before__lte=began).update(
        not_before=began + LOOK_LEASE, looks=F("looks") + 1
    ):
        return None
    change = Change.objects.select_related("location", "actor").get(pk=change_id)
    if change.state != State.UNCONFIRMED:
        return change.state
    try:
        dealer = handler_of(change.operation)
        try:
            with client_for(change.location, lane=Lane.BACKGROUND, now=began, patience=PATIENCE) as client:
                finding = dealer.look(change, client, began)
        except RemoteError as error:
            log.warning("change not looked up: change=%s operation=%s %s", change.pk, change.operation, error)
            return _unanswered(change, error, clock(), chance)
        return _conclude(change, dealer, finding, began, clock(), chance)
    except Exception as error:
        _later(change, clock(), chance, fault_words(error))
        raise


def _conclude(
    change: Change,
    dealer: Handler,
    finding: Finding,
    began: datetime,
    now: datetime,
    chance: Callable[[], float],
) -> str:
    if isinstance(finding, Found):
        return settle_done(change, dealer, finding.outcome, now=now)
    if isinstance(finding, Denied):
        return settle_refused(change, dealer, finding.error, now=now)
    if not isinstance(finding, NotThere):
        return _later(change, now, chance, {"error_detail": finding.why})
    sure_at = (change.claimed_at or change.created_at) + dealer.settling
    if began < sure_at:
        return _look_again(change, sure_at, now)
    wait = wait_for(change.attempts, None, chance)
    if move(change, State.PENDING, not_before=now + wait):
        transaction.on_commit(lambda: wake(change.location_id, wait=wait), robust=True)
    return change.state


def _unanswered(change: Change, error: RemoteError, now: datetime, chance: Callable[[], float]) -> str:
    if pauses(error):
        tokens.refuse(change.location, error)
        location_pause(change.location, error, now=now)
    return _later(change, now, chance, words_of(error), retry_after=error.retry_after)


def _later(
    change: Change,
    now: datetime,
    chance: Callable[[], float],
    words: dict[str, str],
    *,
    retry_after: float | None = None,
) -> str:
    return _look_again(change, now + wait_for(change.looks, retry_after, chance), now, words)


def _look_again(change: Change, at: datetime, now: datetime, words: dict[str, str] | None = None) -> str:
    """Put the next look off until `at`, unless the change has moved on, and have a worker woken for it."""
    held = Change.objects.filter(pk=change.pk, state=State.UNCONFIRMED, attempts=change.attempts)
    if held.update(not_before=at, **(words or {})):
        transaction.on_commit(lambda: wake(change.location_id, wait=max(at - now, AT_ONCE)), robust=True)
    return State.UNCONFIRMED
