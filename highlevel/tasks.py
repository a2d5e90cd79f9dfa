"""What workers do about HighLevel. Each task takes ids, calls one service, and may safely run twice."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from highlevel.api import RemoteError
from highlevel.models import SyncRun
from highlevel.pull import locations_find, pull_due, pull_location, pull_sweep
from highlevel.pull.ask import nudge
from highlevel.webhooks import webhook_handle, webhooks_waiting

log = logging.getLogger("highlevel.tasks")


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=120, time_limit=150)
def pull_locations_task() -> None:
    """Beat, once an interval: find new locations, then start what is due."""
    try:
        locations_find(now=timezone.now())
    except RemoteError as error:
        # The locations that are known are pulled all the same, and each says on its own run what is wrong.
        log.warning("locations could not be looked up: %s", error)
    pull_due_task()


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def pull_due_task() -> None:
    """Beat, every half minute: close what dead pulls left, and start the pulls that are due."""
    now = timezone.now()
    pull_sweep(now=now)
    expires = settings.PULL_EVERY_MINUTES * 60
    for location_id in pull_due(now=now):
        pull_location_task.apply_async((location_id, SyncRun.Kind.SCHEDULED.value), expires=expires)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=300, time_limit=330)
def pull_location_task(location_id: int, kind: str) -> None:
    """Bring one location up to date; a second task for the same location does nothing while the first is at work."""
    if pull_location(location_id=location_id, kind=SyncRun.Kind(kind)) is None:
        return
    if SyncRun.objects.filter(location=location_id, state=SyncRun.State.WAITING).exists():
        nudge([location_id])


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def webhook_handle_task(event_id: int) -> None:
    """Do what one webhook delivery asks for."""
    webhook_handle(event_id, now=timezone.now())


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def webhook_sweep_task() -> None:
    """Beat, every minute: hand out the deliveries whose message was lost, or that HighLevel kept from being handled."""
    for event_id in webhooks_waiting(now=timezone.now()):
        webhook_handle_task.delay(event_id)
