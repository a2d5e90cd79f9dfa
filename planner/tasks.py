"""What workers do about posts. Each task takes an id, calls one service, and may safely run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from planner.services.change_set_working import change_set_work, change_sets_waiting


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=80, time_limit=90)
def change_set_task(change_set_id: int) -> None:
    """Go on with one bulk action, and ask for another turn when there is more to do."""
    if change_set_work(change_set_id, clock=timezone.now):
        change_set_task.delay(change_set_id)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def change_set_sweep_task() -> None:
    """Beat, every minute: go on with bulk actions whose worker died or whose message was lost."""
    for change_set_id in change_sets_waiting(timezone.now()):
        change_set_task.delay(change_set_id)
