"""The Changes page: what Rota has to tell HighLevel and has not, why, since when, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import WRITERS, locations_for
from accounts.models import Role
from accounts.scope import Scope
from highlevel.causes import OF_OURS, cause_in_words
from highlevel.models import Change, Location
from highlevel.models.change import OPEN, ChangeQuerySet, ChangeState
from highlevel.outbox import CANCELLABLE, LOOKABLE, RETRYABLE, Difference, handler_of
from planner.selectors.keyset import KeysetPage, Place, keyset_page

PAGE_SIZE = 50
LATE, EVERY = "late", "all"
VIEWS = {
    "": gettext_lazy("Not arrived yet"),
    LATE: gettext_lazy("Overdue"),
    **{state.value: state.label for state in ChangeState},
    EVERY: gettext_lazy("Every state"),
}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change in words. `address` is the page of what it is about; `waits` says that an earlier one is in its way;
    `next_at` is when it is sent or looked up next, None when that is now or never."""

    change: Change
    title: str
    address: str
    cause: str
    waits: bool
    next_at: datetime | None
    differences: list[Difference]
    may_act: bool

    @property
    def elsewhere(self) -> bool:
        """Whether it was refused because HighLevel's version had changed."""
        return self.change.state == ChangeState.REFUSED and self.change.error_code == "changed_elsewhere"

    @property
    def may_retry(self) -> bool:
        return self.may_act and self.change.state in RETRYABLE

    @property
    def may_cancel(self) -> bool:
        return self.may_act and self.change.state in CANCELLABLE

    @property
    def detail(self) -> str:
        """What HighLevel said to the cause."""
        return self.change.error_detail if self.cause and self.change.error_code not in OF_OURS else ""

    @property
    def may_look(self) -> bool:
        return self.may_act and self.change.state in LOOKABLE


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One of the ways to look at the list, and how many changes it shows (None: not counted)."""

    value: str
    label: str
    number: int | None


@dataclass(frozen=True, slots=True)
class ChangeList:
    lines: list[ChangeLine]
    page: KeysetPage
    views: list[ChangeView]


@dataclass(frozen=True, slots=True)
class Stuck:
    """How many changes wait for a person (`refused`), and how many others are overdue."""

    refused: int
    overdue: int

    @property
    def total(self) -> int:
        return self.refused + self.overdue


def change_list(scope: Scope, *, view: str, place: Place, now: datetime) -> ChangeList:
    """A page of changes of the chosen locations, newest first. Four queries: numbers, page, and where the viewer may
    act on all changes or on their own."""
    held = Change.objects.filter(location__in=scope.locations())
    # A list of settled changes is sorted like the others, by when the change was made.
    rows = _light(_viewed(held, view, now)).annotate(display_at=F("created_at"))
    page = keyset_page(cast(Any, rows), place=place, size=PAGE_SIZE, newest_first=True)
    changes = cast("list[Change]", list(page.rows))
    all_of, own_of = _may_act(scope, changes)
    return ChangeList([_line(change, scope, all_of, own_of, now) for change in changes], page, _views(held, now))


def change_line(scope: Scope, change_id: int, *, now: datetime) -> ChangeLine | None:
    """One change that is visible to the viewer, or None. Three queries."""
    held = Change.objects.filter(location__in=scope.user.locations(), pk=change_id)
    change = _light(held).first()
    if change is None:
        return None
    all_of, own_of = _may_act(scope, [change])
    return _line(change, scope, all_of, own_of, now)


def change_lines_of(
    scope: Scope, subject: str, *, before: int | None, size: int, location: Location, now: datetime
) -> tuple[list[ChangeLine], int | None]:
    """The changes of one subject of a location that the viewer may see, newest first and made before the one with the
    key `before`, and the key to go on from (None: that is all). Three queries."""
    held = Change.objects.filter(subject=subject, location=location)
    if before is not None:
        held = held.filter(pk__lt=before)
    found = list(_light(held.order_by("-pk"))[: size + 1])
    shown = found[:size]
    all_of, own_of = _may_act(scope, shown)
    lines = [_line(change, scope, all_of, own_of, now) for change in shown]
    return lines, shown[-1].pk if len(found) > size else None


def changes_stuck(scope: Scope, *, now: datetime) -> Stuck:
    """What has not reached HighLevel and should have, in one query."""
    refused = Q(state=ChangeState.REFUSED)
    late = Change.objects.filter(location__in=scope.locations()).late(now)
    found = late.aggregate(refused=Count("pk", filter=refused), overdue=Count("pk", filter=~refused))
    return Stuck(found["refused"], found["overdue"])


def _viewed(held: ChangeQuerySet, view: str, now: datetime) -> ChangeQuerySet:
    if view == EVERY:
        return held
    if view == LATE:
        return held.late(now)
    return held.filter(state=view) if view else held.open()


def _light(held: ChangeQuerySet) -> ChangeQuerySet:
    older = Change.objects.open().filter(subject=OuterRef("subject"), pk__lt=OuterRef("pk"))
    earlier = Change.after.through.objects.filter(from_change=OuterRef("pk"), to_change__state__in=OPEN)
    return (
        held.select_related("location", "actor")
        .defer("location__remote")
        .annotate(behind=Exists(older), follows=Exists(earlier))
    )


def _views(held: ChangeQuerySet, now: datetime) -> list[ChangeView]:
    late = Q(pk__in=held.late(now).order_by().values("pk"))
    numbers: dict[str, int] = held.open().aggregate(
        open=Count("pk"), **{LATE: Count("pk", filter=late)}, **{s: Count("pk", filter=Q(state=s)) for s in OPEN}
    )
    numbers[""] = numbers.pop("open")
    return [ChangeView(value, str(label), numbers.get(value)) for value, label in VIEWS.items()]


def _may_act(scope: Scope, changes: list[Change]) -> tuple[set[int], set[int]]:
    """The locations of these changes in which the viewer decides over all of them, and over their own."""
    places = {change.location_id for change in changes}
    managed = locations_for(scope.user, Role.MANAGER).filter(pk__in=places)
    written = locations_for(scope.user, *WRITERS).filter(pk__in=places)
    return set(managed.values_list("pk", flat=True)), set(written.values_list("pk", flat=True))


def _line(change: Change, scope: Scope, all_of: set[int], own_of: set[int], now: datetime) -> ChangeLine:
    try:
        dealer = handler_of(change.operation)
        title, address = dealer.title(change), dealer.address(change)
        differences = dealer.differences(change) if change.error_code == "changed_elsewhere" else []
    except LookupError:
        title, address, differences = change.operation, "", []
    own = change.actor_id == scope.user.pk and change.location_id in own_of
    pending = change.state == ChangeState.PENDING
    waits = pending and (change.behind or change.follows)  # type: ignore[attr-defined]
    planned = change.state in (ChangeState.PENDING, ChangeState.UNCONFIRMED) and not waits
    return ChangeLine(
        change=change,
        title=title,
        address=address,
        cause=_cause(change),
        waits=waits,
        next_at=change.not_before if planned and change.not_before > now else None,
        differences=differences,
        may_act=change.location_id in all_of or own,
    )


def _cause(change: Change) -> str:
    """Why it has not arrived, in words; empty when nothing has gone wrong so far."""
    if change.state not in OPEN:
        return ""
    if change.location.paused_at is not None:
        return _("Nothing is sent for this client at the moment: %(cause)s") % {
            "cause": cause_in_words(change.location.paused_code)
        }
    return cause_in_words(change.error_code)
