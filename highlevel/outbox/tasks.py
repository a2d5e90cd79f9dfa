"""What workers do about the outbox. Each task may safely run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from highlevel.outbox.sweep import outbox_sweep
from highlevel.outbox.turns import outbox_turn
from highlevel.outbox.waits import HARD_LIMIT, SOFT_LIMIT
from highlevel.outbox.waking import wake


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def outbox_turn_task(location_id: int, token: str) -> None:
    """Send, or look up, the next change of one location."""
    outbox_turn(location_id, token=token)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def outbox_sweep_task() -> None:
    """Beat, every minute: free dead claims, and have every location that has something due take a turn."""
    for location_id in outbox_sweep(now=timezone.now()):
        wake(location_id, anew=True)
