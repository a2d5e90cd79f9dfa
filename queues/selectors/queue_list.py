"""The Queues page: category queues over one or all locations, the ones that need somebody first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, IntegerField, Min, OuterRef, Q, Value, When
from django.db.models.functions import Left, Lower
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.scope import ALL, PARAMETER, Scope
from highlevel.models import Change, MirroredQuerySet
from highlevel.models.change import OPEN
from queues.drafts import schedule_of
from queues.mirror import KIND
from queues.models import CategoryQueue, EditSession, QueueItem, QueueStatus
from queues.schedule import Cycle

PAGE_SIZE = 25
EXCERPT = 120  # characters of the post that goes out next
URGENCY = "urgency"
SORTS = {
    URGENCY: gettext_lazy("Needs attention first"),
    "name": gettext_lazy("Category"),
    "client": gettext_lazy("Client"),
    "slots": gettext_lazy("Slots a week"),
    "next": gettext_lazy("Next post"),
}
ERRORS, DRY, REPEATS, DISAGREES = "errors", "dry", "repeats", "disagrees"
PROBLEMS = {
    ERRORS: gettext_lazy("Posts with errors"),
    DRY: gettext_lazy("Nothing to publish"),
    REPEATS: gettext_lazy("Repeats too soon"),
    DISAGREES: gettext_lazy("HighLevel's dates differ"),
}
PREVIEW_DAYS = 30
Queues = MirroredQuerySet[CategoryQueue]


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """Values of one filter widen the list, filters narrow it; each word must occur in the category or the client."""

    scope: Scope
    words: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    sort: str = URGENCY
    backwards: bool = False

    @property
    def narrow(self) -> bool:
        return self != self.cleared()

    def cleared(self) -> QueueFilters:
        """The same list with no filter on."""
        return QueueFilters(scope=self.scope, sort=self.sort, backwards=self.backwards)

    def values(self) -> list[tuple[str, str]]:
        """The filters that are on, as parameters of an address."""
        found = [("q", " ".join(self.words))] if self.words else []
        found += [("state", state) for state in self.states]
        found += [("problem", problem) for problem in self.problems]
        return found if self.sort == URGENCY else [*found, ("sort", f"-{self.sort}" if self.backwards else self.sort)]

    def address(self, **more: str) -> str:
        """The query of the page with these filters, beginning with `?`; `more` adds parameters that are not empty."""
        query = QueryDict(mutable=True)
        query[PARAMETER] = str(self.scope.location.pk) if self.scope.location else ALL
        for name, value in self.values():
            query.appendlist(name, value)
        for name, value in more.items():
            if value:
                query[name] = value
        return f"?{query.urlencode()}"

    def chips(self) -> list[tuple[str, str, str]]:
        """What is on: kind, label, and the address of the page without it."""
        found = [(_("Text"), word, replace(self, words=_less(self.words, word))) for word in self.words]
        found += [
            (_("State"), str(QueueStatus(state).label), replace(self, states=_less(self.states, state)))
            for state in self.states
        ]
        found += [
            (_("Needs attention"), str(PROBLEMS[name]), replace(self, problems=_less(self.problems, name)))
            for name in self.problems
        ]
        return [(kind, label, without.address()) for kind, label, without in found]


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One queue as a row.

    `cycle_days` is how long one round of all items takes, None at a standstill. `next_at` is when HighLevel publishes
    next (aware), with the beginning of that post. `problems` are keys of PROBLEMS. `waiting` is the change that is on
    its way or was refused, `session` the draft that somebody has open.
    """

    queue: CategoryQueue
    items: int
    errors: int
    cycle_days: float | None
    next_at: datetime | None
    next_text: str
    problems: tuple[str, ...]
    waiting: Change | None
    session: EditSession | None


@dataclass(frozen=True, slots=True)
class QueueList:
    """A page of the list, and how many queues of the scope are in each state, whatever the filters."""

    lines: list[QueueLine]
    page: Page[CategoryQueue]
    tally: dict[str, int]
    total: int


def queue_list_page(filters: QueueFilters, *, number: str, now: datetime) -> QueueList:
    """The page asked for, or the nearest one there is.

    Queries: the tally, the count, the page with categories and locations, figures of its items, the posts that go out
    next, changes on their way, and open drafts.
    """
    scope = CategoryQueue.objects.present().filter(location__in=filters.scope.locations())
    tally = dict(scope.values_list("status").annotate(number=Count("pk")).order_by())
    page = Paginator(_ordered(_filtered(scope, filters), filters, now), PAGE_SIZE).get_page(number)
    queues = list(page.object_list)
    return QueueList(_lines(queues, now), page, tally, sum(tally.values()))


@dataclass(frozen=True, slots=True)
class PausePreview:
    """What pausing a queue stops: its next post, and how many slots pass in the coming 30 days."""

    queue: CategoryQueue
    next_at: datetime | None
    next_text: str
    slots: int


def pause_preview(queues: Sequence[CategoryQueue], *, now: datetime) -> list[PausePreview]:
    """What pausing these queues would stop; queues that do not run are left out. Four queries."""
    running = [line for line in _lines(list(queues), now) if line.queue.status == QueueStatus.ACTIVE]
    found = []
    for line in running:
        times = schedule_of(line.queue, Cycle(), now=now).times
        slots = len(times.between(now, now + timedelta(days=PREVIEW_DAYS))) if line.items else 0
        found.append(PausePreview(line.queue, line.next_at, line.next_text, slots))
    return found


def _less(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(one for one in values if one != value)


def _filtered(scope: Queues, filters: QueueFilters) -> Queues:
    found = scope
    if filters.words:
        words = (Q(category__name__icontains=word) | Q(location__name__icontains=word) for word in filters.words)
        found = found.filter(reduce(and_, words))
    if filters.states:
        found = found.filter(status__in=filters.states)
    if filters.problems:
        wanted = Q(pk__in=[])
        for problem in filters.problems:
            wanted |= _problem(problem)
        found = found.filter(wanted)
    return found


def _problem(problem: str) -> Q:
    items = QueueItem.objects.present().filter(queue=OuterRef("pk"))
    if problem == ERRORS:
        return Q(Exists(items.filter(has_errors=True)))
    if problem == DRY:
        return Q(slots_a_week=0) | ~Q(Exists(items))
    if problem == DISAGREES:
        return ~Q(disagreement={})
    # items / slots a week * 7 < days, without a division
    return Q(slots_a_week__gt=0, total_posts__gt=0) & Q(
        total_posts__lt=F("slots_a_week") * F("returns_within_days") / Value(7.0)
    )


def _ordered(found: Queues, filters: QueueFilters, now: datetime) -> Queues:
    by_name = (Lower("category__name"), Lower("location__name"), "pk")
    keys = {
        "name": by_name,
        "client": (Lower("location__name"), Lower("category__name"), "pk"),
        "slots": ("slots_a_week", *by_name),
        "next": (F("next_slot").asc(nulls_last=True), *by_name),
        URGENCY: ("severity", *by_name),
    }[filters.sort]
    coming = Q(items__gone_at=None, items__is_skipped=False, items__scheduled_at__gte=now)
    columns: dict[str, Any] = {
        "next": {"next_slot": Min("items__scheduled_at", filter=coming)},
        URGENCY: {"severity": _severity()},
    }
    rows = found.select_related("location", "category").defer("remote", "location__remote", "category__remote")
    ordered = rows.annotate(**columns.get(filters.sort, {})).order_by(*keys)
    return ordered.reverse() if filters.backwards else ordered


def _severity() -> Case:
    return Case(
        When(_problem(ERRORS), then=Value(0)),
        When(_problem(DRY), then=Value(1)),
        When(_problem(REPEATS) | _problem(DISAGREES), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )


def _lines(queues: Sequence[CategoryQueue], now: datetime) -> list[QueueLine]:
    keys = [queue.pk for queue in queues]
    present = QueueItem.objects.present().filter(queue__in=keys)
    errors = Count("pk", filter=Q(has_errors=True))
    coming = Q(is_skipped=False, scheduled_at__gte=now)
    rows = present.values("queue").annotate(total=Count("pk"), bad=errors, at=Min("scheduled_at", filter=coming))
    figures = {
        pk: (total, bad, at) for pk, total, bad, at in rows.order_by().values_list("queue", "total", "bad", "at")
    }
    nexts = _next_texts({pk: at for pk, (_total, _bad, at) in figures.items()}, present)
    changes = _changes(keys)
    living = EditSession.objects.living().filter(queue__in=keys).defer("base", "cycle")
    sessions = {session.queue_id: session for session in living}
    lines = []
    for queue in queues:
        total, bad, at = figures.get(queue.pk, (0, 0, None))
        at = at if queue.status == QueueStatus.ACTIVE else None
        lines.append(
            QueueLine(
                queue=queue,
                items=total,
                errors=bad,
                cycle_days=_cycle_days(queue, total),
                next_at=at,
                next_text=nexts.get(queue.pk, "") if at else "",
                problems=_problems(queue, total, bad),
                waiting=changes.get(queue.pk),
                session=sessions.get(queue.pk),
            )
        )
    return lines


def _next_texts(slots: dict[int, datetime | None], present: MirroredQuerySet[QueueItem]) -> dict[int, str]:
    """The beginnings of the posts that go out at these slots, by queue. One query."""
    wanted = [Q(queue=pk, scheduled_at=at) for pk, at in slots.items() if at is not None]
    if not wanted:
        return {}
    rows = present.filter(reduce(or_, wanted), is_skipped=False).annotate(beginning=Left("text", EXCERPT))
    return dict(rows.order_by("-pk").values_list("queue", "beginning"))


def _changes(keys: Sequence[int]) -> dict[int, Change]:
    """The newest open change of each queue."""
    subjects = {f"{KIND}:{key}": key for key in keys}
    found = Change.objects.filter(subject__in=list(subjects), state__in=OPEN).order_by("pk")
    return {subjects[change.subject]: change for change in found}


def _cycle_days(queue: CategoryQueue, items: int) -> float | None:
    return items * 7 / queue.slots_a_week if items and queue.slots_a_week else None


def _problems(queue: CategoryQueue, items: int, errors: int) -> tuple[str, ...]:
    days = _cycle_days(queue, items)
    found = {
        ERRORS: errors > 0,
        DRY: not items or not queue.slots_a_week,
        REPEATS: days is not None and days < queue.returns_within_days,
        DISAGREES: bool(queue.disagreement),
    }
    return tuple(name for name, holds in found.items() if holds)
