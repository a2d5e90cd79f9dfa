"""Asking for a pull: the row first, so that the page shows it at once; the message to a worker is only a nudge."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from highlevel.models import Location, SyncRun


def pull_ask(*, locations: Iterable[Location], now: datetime) -> list[SyncRun]:
    """Have each location brought up to date as soon as a worker is free ("check now").

    Returns one run a location, in the given order, in state `waiting`. A location that waits already keeps the run it
    has, so asking again changes nothing; one that is being pulled right now is pulled once more afterwards, because
    what changed since that pull began may be what the person is looking for. Reload the rows to follow them. A broker
    that is away costs nothing but time: the regular sweep finds waiting runs.
    """
    wanted = list(locations)
    ids = [location.pk for location in wanted]
    with transaction.atomic():
        SyncRun.objects.bulk_create(
            [
                SyncRun(location=location, kind=SyncRun.Kind.ASKED, state=SyncRun.State.WAITING, started_at=now)
                for location in wanted
            ],
            ignore_conflicts=True,
        )
        waiting = SyncRun.objects.filter(location__in=ids, state=SyncRun.State.WAITING).select_related("location")
        runs = {run.location_id: run for run in waiting}
        transaction.on_commit(lambda: nudge(list(runs)), robust=True)
    return [runs[pk] for pk in ids if pk in runs]


def nudge(location_ids: Iterable[int]) -> None:
    """Tell a worker that these locations have a waiting run."""
    from highlevel.tasks import pull_location_task

    for location_id in location_ids:
        pull_location_task.apply_async((location_id, SyncRun.Kind.ASKED.value), retry=False)
