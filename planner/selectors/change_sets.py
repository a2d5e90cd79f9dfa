"""Bulk actions for pages: the list, one with its posts, and what was chosen for a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.templatetags.look import local
from highlevel.models import Location
from planner.models import ChangeSet, ChangeSetItem, ItemState, Post, PostStatus, SetKind, SetState
from planner.models.change_set import AT_WORK
from planner.selectors.post_filters import PostFilters, matching
from planner.services.change_set_deleting import WAIT
from planner.services.change_set_making import MOST
from planner.services.change_set_rewriting import Parts

A_PAGE = 50
SETS_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Difference:
    """One field from what it is to what it shall be, in words; an empty text stands for nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ItemLine:
    item: ChangeSetItem
    location: Location | None
    differences: list[Difference]


@dataclass(frozen=True, slots=True)
class StateChip:
    """The items of one state; `value` is empty for all of them."""

    value: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class SetProgress:
    """How far the present phase is: `ended` of `total` posts."""

    ended: int
    total: int


@dataclass(frozen=True, slots=True)
class SetPage:
    """One bulk action. `free_until` is the aware instant up to which undoing a deletion is free, if ahead."""

    change_set: ChangeSet
    lines: list[ItemLine]
    page: Page[ChangeSetItem]
    chips: list[StateChip]
    show: str
    progress: SetProgress
    free_until: datetime | None

    @property
    def at_work(self) -> bool:
        return self.change_set.state in AT_WORK

    @property
    def ready(self) -> int:
        return int(self.change_set.counts.get(ItemState.READY, 0))

    @property
    def may_undo(self) -> bool:
        done = self.change_set.counts.get(ItemState.DONE, 0)
        return self.change_set.state in (SetState.DONE, SetState.PARTLY) and done > 0


def change_set_list(user: User, *, number: str) -> Page[ChangeSet]:
    """A page of bulk actions, the newest first. Two queries."""
    held = ChangeSet.objects.visible_to(user).select_related("actor").order_by("-pk")
    return Paginator(held, SETS_A_PAGE).get_page(number)


def change_set_page(user: User, pk: int, *, show: str, number: str, now: datetime) -> SetPage | None:
    """One bulk action that the person may see, or None. Queries: it, the number of its posts, a page of them, the
    categories and the tags that they name."""
    held = ChangeSet.objects.visible_to(user).select_related("actor").filter(pk=pk).first()
    if held is None:
        return None
    shown = show if show in ItemState.values else ""
    items = held.items.select_related("post__location").defer("post__remote", "post__details", "post__location__remote")
    page = Paginator(items.filter(state=shown) if shown else items, A_PAGE).get_page(number)
    rows = list(page.object_list)
    parts = Parts.of(part for item in rows for part in (item.before, item.after) if part)
    return SetPage(
        change_set=held,
        lines=[_line(item, held.kind, parts) for item in rows],
        page=page,
        chips=_chips(held),
        show=shown,
        progress=_progress(held),
        free_until=_free_until(held, now),
    )


def posts_chosen(user: User, *, keys: list[int], filters: PostFilters | None) -> list[int]:
    """The chosen posts, or with filters those that pass, one more than may be at most; by date. One query."""
    rows = Post.objects.present().visible_to(user).filter(pk__in=keys) if filters is None else matching(filters)
    return list(rows.order_by("display_at", "pk").values_list("pk", flat=True)[: MOST + 1])


def _chips(held: ChangeSet) -> list[StateChip]:
    chips = [StateChip("", _("All posts"), held.total)]
    counts: Mapping[str, int] = held.counts
    return chips + [
        StateChip(state.value, str(state.label), counts[state.value]) for state in ItemState if counts.get(state.value)
    ]


def _progress(held: ChangeSet) -> SetProgress:
    counts: Mapping[str, int] = held.counts
    if held.state == SetState.PLANNING:
        return SetProgress(held.total - counts.get(ItemState.NEW, 0), held.total)
    carried = sum(counts.get(state, 0) for state in (ItemState.DONE, ItemState.MOVED, ItemState.FAILED))
    if held.state == SetState.RUNNING:
        return SetProgress(carried, carried + counts.get(ItemState.READY, 0))
    back = counts.get(ItemState.UNDONE, 0) + counts.get(ItemState.KEPT, 0)
    return SetProgress(back, back + counts.get(ItemState.DONE, 0))


def _free_until(held: ChangeSet, now: datetime) -> datetime | None:
    if held.kind != SetKind.DELETE or held.confirmed_at is None or held.state not in (SetState.DONE, SetState.PARTLY):
        return None
    ends = held.confirmed_at + WAIT
    return ends if ends > now else None


def _line(item: ChangeSetItem, kind: str, parts: Parts) -> ItemLine:
    location = item.post.location if item.post else None
    if location is None or not item.before:
        return ItemLine(item, location, [])
    if kind == SetKind.DELETE:
        status = str(PostStatus(item.before["status"]).label)
        when = _instant(item.before["scheduled_at"], location)
        before = f"{status}, {when}" if when else status
        return ItemLine(item, location, [Difference("", before, str(PostStatus.DELETED.label))])
    say: dict[str, Callable[[Any], str]] = {
        "status": lambda one: str(PostStatus(one).label),
        "scheduled_at": lambda one: _instant(one, location),
        "category": lambda one: parts.categories[one].name if one in parts.categories else "",
        "tags": lambda one: ", ".join(sorted(parts.tags[pk].name for pk in one if pk in parts.tags)),
    }
    labels = {"status": _("Status"), "scheduled_at": _("Date"), "category": _("Category"), "tags": _("Tags")}
    return ItemLine(
        item,
        location,
        [
            Difference(labels[name], words(item.before[name]), words(item.after[name]))
            for name, words in say.items()
            if item.after and item.before[name] != item.after[name]
        ],
    )


def _instant(text: Any, location: Location) -> str:
    at = parse_datetime(text) if text else None
    return date_format(local(at, location), _("D j M Y, H:i")) if at else ""
