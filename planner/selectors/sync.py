"""The Sync page: how each location stands, what its last run did, and what is under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.utils.translation import gettext_lazy as _

from accounts.access import WRITERS, locations_for
from accounts.scope import Scope
from accounts.selectors.health import ENDED, TROUBLE
from highlevel.causes import cause_in_words
from highlevel.models import Location, SyncRun
from highlevel.models.location import LocationQuerySet
from highlevel.models.sync_run import RunKind, RunState
from planner.selectors.keyset import KeysetPage, Place, keyset_page

PAGE_SIZE = 50
DAY = timedelta(hours=24)
TROUBLES = 3  # lines on Today
ACTIVE_SHOWN = 8
UNDER_WAY = (RunState.WAITING, RunState.RUNNING)
STEPS = {
    "location": _("Location"),
    "members": _("People"),
    "accounts": _("Accounts"),
    "categories": _("Categories"),
    "tags": _("Tags"),
    "posts": _("Posts"),
    "queues": _("Queues"),
}


@dataclass(frozen=True, slots=True)
class StepFigures:
    """What one step of a run did, in rows; `expected` is HighLevel's own count or None."""

    label: str
    seen: int
    written: int
    gone: int
    unreadable: int
    expected: int | None


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run as a table shows it. `cause` is why it ended badly, in words."""

    run: SyncRun
    steps: tuple[StepFigures, ...]
    cause: str

    @property
    def seen(self) -> int:
        return sum(step.seen for step in self.steps)

    @property
    def written(self) -> int:
        return sum(step.written for step in self.steps)

    @property
    def gone(self) -> int:
        return sum(step.gone for step in self.steps)

    @property
    def step(self) -> str:
        """What the run is at."""
        return step_label(self.run.step)

    @property
    def current(self) -> StepFigures | None:
        """The figures of the step at work."""
        return next((step for step in self.steps if step.label == self.step), None)


@dataclass(frozen=True, slots=True)
class LocationLine:
    """A location: its last run that ended, the one under way, and the requests of the last 24 hours."""

    location: Location
    last: RunLine | None
    current: RunLine | None
    requests: int
    may_check: bool


@dataclass(frozen=True, slots=True)
class SyncPage:
    """One page of locations, those in trouble first. `may_check` says that the viewer may check at least one."""

    lines: list[LocationLine]
    page: Page[Any]
    may_check: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the checks are that were asked for since an instant, over all chosen locations."""

    since: datetime
    lines: list[RunLine]
    waiting: int
    running: int
    done: int
    troubled: int
    idle_since: datetime | None

    @property
    def mark(self) -> str:
        """`since` as seconds since 1970, for an address."""
        return f"{self.since.timestamp():.6f}"

    @property
    def active(self) -> int:
        return self.waiting + self.running

    @property
    def ended(self) -> int:
        return self.done + self.troubled

    @property
    def total(self) -> int:
        return self.active + self.ended


@dataclass(frozen=True, slots=True)
class RunList:
    lines: list[RunLine]
    page: KeysetPage


def run_line(run: SyncRun) -> RunLine:
    """The line of a run whose location was fetched with it."""
    steps = tuple(
        StepFigures(
            step_label(name),
            counts.get("seen", 0),
            counts.get("written", 0),
            counts.get("gone", 0),
            counts.get("unreadable", 0),
            counts.get("expected"),
        )
        for name, counts in run.counts.items()
    )
    return RunLine(run, steps, cause_in_words(run.error_code, unreadable=sum(step.unreadable for step in steps)))


def step_label(name: str) -> str:
    """A step's name for people; a step that is not known here keeps its own."""
    return str(STEPS.get(name, name))


def sync_page(scope: Scope, *, number: str, now: datetime) -> SyncPage:
    """A page of locations in five queries: number, page, its runs, requests of 24 hours, which may be checked."""
    runs = SyncRun.objects.filter(location=OuterRef("pk")).order_by("-started_at", "-pk")
    locations = (
        scope.locations()
        .defer("remote")
        .annotate(
            last_run=Subquery(runs.filter(state__in=ENDED).values("pk")[:1]),
            last_state=Subquery(runs.filter(state__in=ENDED).values("state")[:1]),
            current_run=Subquery(runs.filter(state__in=UNDER_WAY).order_by("state", "-pk").values("pk")[:1]),
            turn=Case(When(last_state__in=TROUBLE, then=0), When(pulled_at=None, then=1), default=2),
        )
        .order_by("turn", "name", "pk")
    )
    page = Paginator(locations, PAGE_SIZE).get_page(number)
    shown: list[Any] = list(page.object_list)
    wanted = [pk for row in shown for pk in (row.last_run, row.current_run) if pk]
    held = {run.pk: run_line(run) for run in SyncRun.objects.filter(pk__in=wanted)}
    spent = dict(
        SyncRun.objects.filter(location__in=[row.pk for row in shown], started_at__gte=now - DAY)
        .order_by()
        .values_list("location")
        .annotate(total=Sum("requests"))
    )
    may = set(checkable(scope).values_list("pk", flat=True))
    lines = [
        LocationLine(row, held.get(row.last_run), held.get(row.current_run), spent.get(row.pk, 0), row.pk in may)
        for row in shown
    ]
    return SyncPage(lines, page, bool(may))


def checkable(scope: Scope) -> LocationQuerySet:
    """The chosen locations that the viewer may have checked."""
    found = locations_for(scope.user, *WRITERS)
    return found if scope.location is None else found.filter(pk=scope.location.pk)


def sync_progress(scope: Scope, *, since: datetime | None) -> Progress | None:
    """The checks under way, in two queries; None when nothing was asked for that still runs and `since` is None.

    `since` is the aware instant of the first question; without it the oldest that is still open counts.
    """
    of_scope = SyncRun.objects.filter(location__in=scope.locations())
    active = list(
        of_scope.filter(state__in=UNDER_WAY, kind=RunKind.ASKED)
        .select_related("location")
        .defer("location__remote")
        .order_by("state", "started_at", "pk")
    )
    if since is None:
        if not active:
            return None
        since = min(run.started_at for run in active)
    ended = of_scope.filter(kind=RunKind.ASKED, finished_at__gte=since).aggregate(
        done=Count("pk", filter=Q(state=RunState.DONE)), troubled=Count("pk", filter=Q(state__in=TROUBLE))
    )
    waiting = [run.started_at for run in active if run.state == RunState.WAITING]
    running = len(active) - len(waiting)
    return Progress(
        since=since,
        lines=[run_line(run) for run in active[:ACTIVE_SHOWN]],
        waiting=len(waiting),
        running=running,
        done=ended["done"],
        troubled=ended["troubled"],
        idle_since=min(waiting) if waiting and not running else None,
    )


def run_list(scope: Scope, *, state: str, place: Place) -> RunList:
    """A page of runs of the chosen locations, newest first, in one query. An empty `state` is every state."""
    runs = SyncRun.objects.filter(location__in=scope.locations())
    if state:
        runs = runs.filter(state=state)
    rows = runs.select_related("location").defer("location__remote").annotate(display_at=F("started_at"))
    page = keyset_page(cast(Any, rows), place=place, size=PAGE_SIZE, newest_first=True)
    return RunList([run_line(cast(SyncRun, run)) for run in page.rows], page)


def latest_troubles(scope: Scope) -> list[RunLine]:
    """The last runs of locations in trouble, the newest first, up to `TROUBLES`; one query."""
    newer: QuerySet[SyncRun] = SyncRun.objects.filter(
        location=OuterRef("location"), state__in=ENDED, started_at__gt=OuterRef("started_at")
    )
    found = SyncRun.objects.filter(~Exists(newer), location__in=scope.locations(), state__in=TROUBLE)
    return [run_line(run) for run in found.select_related("location").defer("location__remote")[:TROUBLES]]
