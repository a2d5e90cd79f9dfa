"""Nudges to workers. They are only that: when the broker is away the sweep finds the rows within a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from highlevel.models import Change

AT_ONCE = timedelta()
SOON = timedelta(seconds=60)  # longer waits are left to the sweep


def wake(change_id: int, *, wait: timedelta = AT_ONCE) -> None:
    """Ask a worker to send this change after `wait`; longer than a minute is left to the sweep."""
    from highlevel.outbox.tasks import change_send_task

    if wait <= SOON:
        change_send_task.apply_async((change_id,), countdown=wait.total_seconds() or None, retry=False)


def wake_to_look(change_id: int, *, wait: timedelta = AT_ONCE) -> None:
    """Ask a worker to look this change up after `wait`; longer than a minute is left to the sweep."""
    from highlevel.outbox.tasks import change_settle_task

    if wait <= SOON:
        change_settle_task.apply_async((change_id,), countdown=wait.total_seconds() or None, retry=False)


def wake_followers(change: Change, now: datetime) -> None:
    """After the commit, ask workers to send what only waited for this change."""

    def nudge() -> None:
        follows = Q(subject=change.subject) | Q(after=change.pk)
        for pk in Change.objects.ready(now).filter(follows).values_list("pk", flat=True).distinct():
            wake(pk)

    transaction.on_commit(nudge, robust=True)
