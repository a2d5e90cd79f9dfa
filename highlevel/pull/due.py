"""Which locations are to be pulled now, spread over the interval, and what dead pulls left behind."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from highlevel.models import Location, SyncRun
from highlevel.pausing import probes_put_off

TICK = timedelta(seconds=30)  # how often beat asks what is due
HEADROOM = 2  # how many times its even share a tick may start, so that a backlog shrinks


def pull_due(*, now: datetime) -> list[int]:
    """The ids of the locations to pull now; each is due again an interval (PULL_EVERY_MINUTES) later.

    A location that was never pulled comes at once, and so does one with a waiting run that no worker has. Of all others
    a tick takes little more than its even share, so that they spread over the interval by themselves. A paused location
    is tried again after longer and longer.
    """
    interval = timedelta(minutes=settings.PULL_EVERY_MINUTES)
    active = Location.objects.active()
    idle = active.filter(Q(pull_claimed_until=None) | Q(pull_claimed_until__lte=now))
    waiting = SyncRun.objects.filter(state=SyncRun.State.WAITING).values("location")
    urgent = list(idle.filter(Q(next_pull_at=None) | Q(pk__in=waiting)).values_list("pk", flat=True))
    share = math.ceil(active.count() * TICK / interval) * HEADROOM
    due = idle.filter(next_pull_at__lte=now).exclude(pk__in=urgent).order_by("next_pull_at", "pk")
    chosen = urgent + list(due.values_list("pk", flat=True)[:share])
    Location.objects.filter(pk__in=chosen).update(next_pull_at=now + interval)
    probes_put_off(chosen, now=now)
    return chosen


def pull_sweep(*, now: datetime) -> int:
    """Close the runs whose pull died: nobody holds their location any more. Returns how many there were."""
    free = Q(pull_claimed_until=None) | Q(pull_claimed_until__lte=now)
    abandoned = SyncRun.objects.filter(
        state=SyncRun.State.RUNNING, location__in=Location.objects.filter(free).values("pk")
    )
    return abandoned.update(state=SyncRun.State.INTERRUPTED, finished_at=now)
