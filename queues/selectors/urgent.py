"""What a person should do about queues today: a few lines over any number of queues, at one cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Min, OuterRef, Q

from highlevel.models import MirroredQuerySet
from highlevel.models.location import LocationQuerySet
from queues.models import CategoryQueue, EditSession, QueueItem, QueueStatus, SessionState

SOON = timedelta(days=7)
MOST = 50
Queues = MirroredQuerySet[CategoryQueue]

DRY, ERRORS, EXPIRY, GONE, INTERRUPTED = "dry", "errors", "expiry", "gone", "interrupted"


@dataclass(frozen=True, slots=True)
class Urgent:
    """One thing about one queue. `kind`: it runs and has nothing to publish (dry), items have errors, accounts are
    broken or expire before a slot within a week (expiry), a save was stopped (interrupted), or it was deleted under a
    draft (gone). `count` is of items, for the last two of steps; `at` the aware instant from which it hurts, None for
    at once."""

    queue: CategoryQueue
    kind: str
    count: int
    at: datetime | None


def urgent_queues(locations: LocationQuerySet, *, now: datetime) -> list[Urgent]:
    """The most pressing first, at most 50. Five queries."""
    running = (
        CategoryQueue.objects.present()
        .filter(location__in=locations, status=QueueStatus.ACTIVE)
        .select_related("location", "category")
        .defer("remote", "location__remote", "category__remote")
    )
    found = [*_drafts_in_trouble(locations), *_dry(running), *_errors(running), *_expiries(running, now)]
    return sorted(found, key=lambda one: (one.at is not None, one.at or now))[:MOST]


def _drafts_in_trouble(locations: LocationQuerySet) -> list[Urgent]:
    bereft = Q(state=SessionState.OPEN, steps__gt=0, queue__gone_at__isnull=False)
    held = EditSession.objects.filter(bereft | Q(state=SessionState.INTERRUPTED), queue__location__in=locations)
    rows = held.select_related("queue__location", "queue__category").defer("base", "cycle", "queue__remote")[:MOST]
    kinds = ((session, GONE if session.queue.gone_at else INTERRUPTED) for session in rows)
    return [Urgent(session.queue, kind, session.steps, None) for session, kind in kinds]


def _dry(running: Queues) -> list[Urgent]:
    items = QueueItem.objects.present().filter(queue=OuterRef("pk"))
    rows = running.filter(Q(slots_a_week=0) | ~Q(Exists(items)))[:MOST]
    return [Urgent(queue, DRY, 0, None) for queue in rows]


def _errors(running: Queues) -> list[Urgent]:
    bad = Q(items__gone_at=None, items__has_errors=True)
    rows = running.filter(bad).annotate(bad=Count("items"), at=Min("items__scheduled_at"))[:MOST]
    return [Urgent(queue, ERRORS, queue.bad, queue.at) for queue in rows]


def _expiries(running: Queues, now: datetime) -> list[Urgent]:
    """Items that go out within a week, on an account that does not work or will not by then."""
    broken = Q(accounts__is_expired=True) | Q(accounts__missing_permission=True)
    broken |= Q(accounts__expires_at__lte=F("scheduled_at"))
    coming = QueueItem.objects.present().filter(
        broken, is_skipped=False, scheduled_at__gte=now, scheduled_at__lt=now + SOON, accounts__gone_at=None
    )
    rows = (
        coming.filter(queue__in=running).values_list("queue").annotate(Count("pk", distinct=True), Min("scheduled_at"))
    )
    figures = {pk: (count, at) for pk, count, at in rows.order_by()[:MOST]}
    return [Urgent(queue, EXPIRY, *figures[queue.pk]) for queue in running.filter(pk__in=figures)]
