"""What workers do about the outbox. Each task takes an id, calls one service, and may safely run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from highlevel.outbox.sending import change_send
from highlevel.outbox.settling import change_settle
from highlevel.outbox.sweep import outbox_sweep
from highlevel.outbox.waking import wake, wake_to_look


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def change_send_task(change_id: int) -> None:
    """Send one change, if it is its turn."""
    change_send(change_id)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def change_settle_task(change_id: int) -> None:
    """Find out what became of one unconfirmed change."""
    change_settle(change_id)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def outbox_sweep_task() -> None:
    """Beat, every minute: free dead claims, and hand out whatever is due and was not handed out."""
    to_send, to_look_up = outbox_sweep(now=timezone.now())
    for change_id in to_send:
        wake(change_id)
    for change_id in to_look_up:
        wake_to_look(change_id)
