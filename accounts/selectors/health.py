"""How far the mirror of a set of locations can be trusted right now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Count, Min, OuterRef, Q, Subquery

from highlevel.models import SyncRun
from highlevel.models.location import LocationQuerySet
from highlevel.models.sync_run import RunState

TROUBLE = (RunState.PARTIAL, RunState.FAILED)
ENDED = (RunState.DONE, *TROUBLE)  # an interrupted run says nothing: the next one goes on with it
MISSED_PULLS = 3


class Verdict(StrEnum):
    NOTHING = "nothing"  # there is no location
    WAITING = "waiting"  # at least one location was never pulled
    TROUBLE = "trouble"  # the latest run of at least one location failed or was cut short
    BEHIND = "behind"  # at least one location missed several pulls
    IN_STEP = "in_step"


@dataclass(frozen=True, slots=True)
class SyncHealth:
    """`oldest` is the aware instant that every location is at least as new as; None when one was never pulled."""

    verdict: Verdict
    locations: int
    troubled: int
    waiting: int
    running: int
    oldest: datetime | None


def sync_health(locations: LocationQuerySet, *, now: datetime) -> SyncHealth:
    """The health of the locations at the aware instant `now`, in one query."""
    finished = SyncRun.objects.filter(location=OuterRef("pk"), state__in=ENDED)
    found = locations.annotate(
        latest_state=Subquery(finished.order_by("-started_at", "-pk").values("state")[:1])
    ).aggregate(
        locations=Count("pk"),
        troubled=Count("pk", filter=Q(latest_state__in=TROUBLE)),
        waiting=Count("pk", filter=Q(pulled_at=None)),
        running=Count("pk", filter=Q(pull_claimed_until__gt=now)),
        oldest=Min("pulled_at"),
    )
    late = now - timedelta(minutes=MISSED_PULLS * settings.PULL_EVERY_MINUTES)
    if not found["locations"]:
        verdict = Verdict.NOTHING
    elif found["troubled"]:
        verdict = Verdict.TROUBLE
    elif found["waiting"]:
        verdict = Verdict.WAITING
    elif found["oldest"] < late:
        verdict = Verdict.BEHIND
    else:
        verdict = Verdict.IN_STEP
    oldest = None if found["waiting"] else found["oldest"]
    return SyncHealth(verdict, found["locations"], found["troubled"], found["waiting"], found["running"], oldest)
