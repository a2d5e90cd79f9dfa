"""Nudges to workers: that a location has something to send or to look up.

There is one message a location in the queue, not one a change: thousands of changes of one client are no queue that
the single change of another has to stand in. A nudge is only that. When the broker loses it, the sweep finds the rows
within a minute.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from highlevel.models import Change
from highlevel.outbox.waits import SOON

AT_ONCE = timedelta()
REMEMBERED = 600  # seconds for which a message is believed to be in the queue; the sweep believes nothing


def wake(location_id: int, *, wait: timedelta = AT_ONCE, anew: bool = False) -> None:
    """Ask a worker for a turn of this location after `wait`; longer than a minute is left to the sweep.

    Does nothing while one is asked for already, for that second; `anew` asks all the same.
    """
    from highlevel.outbox.tasks import outbox_turn_task

    if wait > SOON:
        return
    token = uuid.uuid4().hex
    if wait > AT_ONCE:
        due = timezone.now() + wait
        if cache.add(f"{_key(location_id)}:{due:%H%M%S}", token, wait.total_seconds() + 1):
            outbox_turn_task.apply_async((location_id, ""), countdown=wait.total_seconds(), retry=False)
    elif anew:
        cache.set(_key(location_id), token, REMEMBERED)
        outbox_turn_task.apply_async((location_id, token), retry=False)
    elif cache.add(_key(location_id), token, REMEMBERED):
        outbox_turn_task.apply_async((location_id, token), retry=False)


def awake(location_id: int, token: str) -> None:
    """The message with this token has left the queue: whoever has news from now on must send another."""
    if token and cache.get(_key(location_id)) == token:
        cache.delete(_key(location_id))


def wake_followers(changes: Sequence[Change], now: datetime) -> None:
    """After the commit, ask workers to send what only waited for these changes."""
    subjects, keys = [change.subject for change in changes], [change.pk for change in changes]

    def nudge() -> None:
        follows = Q(subject__in=subjects) | Q(after__in=keys)
        waiting = Change.objects.ready(now).filter(follows).order_by()
        for location_id in waiting.values_list("location", flat=True).distinct():
            wake(location_id)

    transaction.on_commit(nudge, robust=True)


def _key(location_id: int) -> str:
    return f"outbox:woken:{location_id}"
