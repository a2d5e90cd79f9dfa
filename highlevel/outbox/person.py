"""What a person may decide about a change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db import transaction

from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox.errors import NotPossible
from highlevel.outbox.registry import handler_of
from highlevel.outbox.sending import move
from highlevel.outbox.waking import wake, wake_followers

RETRYABLE = frozenset({State.REFUSED})
CANCELLABLE = frozenset({State.PENDING, State.REFUSED, State.UNCONFIRMED})
LOOKABLE = frozenset({State.UNCONFIRMED})
UNSENT = frozenset({State.PENDING, State.REFUSED})  # HighLevel surely has nothing of them


def change_retry(*, change: Change, now: datetime) -> None:
    """Send a refused change again, now. Raises NotPossible when it is not refused any more.

    One that was refused because HighLevel's version had changed takes that version as its base: whoever tries again
    has seen it.
    """
    with transaction.atomic():
        base = change.outcome.get("seen") or change.base
        fields = {"not_before": now, "settled_at": None, "base": base, "outcome": {}}
        if change.state not in RETRYABLE or not move(change, State.PENDING, **fields):
            raise NotPossible
        transaction.on_commit(lambda: wake(change.location_id), robust=True)


def change_cancel(*, change: Change, now: datetime) -> None:
    """Give a change up: it will not be sent. Raises NotPossible while it is being sent, or once it is settled.

    Giving up an unconfirmed one only ends the search: it may have arrived.
    """
    with transaction.atomic():
        if change.state not in CANCELLABLE or not move(change, State.CANCELLED, settled_at=now):
            raise NotPossible
        handler_of(change.operation).cancelled(change, now)
        wake_followers([change], now)


def changes_drop(*, changes: Iterable[Change], now: datetime) -> set[int]:
    """Give up, in the caller's transaction, those of the changes of which HighLevel surely has nothing; returns their
    keys. The others are left as they are. Two queries, one after the commit, and those of their handlers."""
    wanted = Change.objects.filter(pk__in=[change.pk for change in changes], state__in=UNSENT)
    held = list(wanted.select_for_update().order_by("operation", "pk"))
    dropped = {change.pk for change in held}
    Change.objects.filter(pk__in=dropped).update(state=State.CANCELLED, claim="", settled_at=now)
    for operation, some in groupby(held, key=attrgetter("operation")):
        handler_of(operation).all_cancelled(list(some), now)
    if held:
        wake_followers(held, now)
    return dropped


def change_look_again(*, change: Change, now: datetime) -> None:
    """Look an unconfirmed change up now. Raises NotPossible when it is not unconfirmed any more."""
    with transaction.atomic():
        if not Change.objects.filter(pk=change.pk, state__in=LOOKABLE).update(not_before=now):
            raise NotPossible
        transaction.on_commit(lambda: wake(change.location_id), robust=True)
