"""What each kind of bulk action makes of one post: from what is stored to what is planned, and back. No queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.translation import gettext as _

from highlevel.models import Location
from planner.composing import Composition
from planner.models import Category, PostStatus, SetKind, Tag


class Blocked(Exception):
    """The action cannot be done to this post. The text is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Categories and tags that a plan needs, by location and name in lower case."""

    categories: Mapping[tuple[int, str], Category] = field(default_factory=dict)
    tags: Mapping[tuple[int, str], Tag] = field(default_factory=dict)


def snapshot(composition: Composition) -> dict[str, Any]:
    """What bulk actions may change of a post, as JSON holds it."""
    return {
        "status": composition.status,
        "scheduled_at": composition.scheduled_at.isoformat() if composition.scheduled_at else None,
        "approver": composition.approver,
        "requester_note": composition.requester_note,
        "category": composition.category.pk if composition.category else None,
        "tags": sorted(tag.pk for tag in composition.tags),
        "accounts": sorted(account.pk for account in composition.accounts),
    }


def with_snapshot(
    composition: Composition,
    wanted: Mapping[str, Any],
    *,
    categories: Mapping[int, Category],
    tags: Mapping[int, Tag],
) -> Composition:
    """The composition as the snapshot has it; categories and tags (by primary key) that are missing are left out."""
    at = parse_datetime(wanted["scheduled_at"]) if wanted["scheduled_at"] else None
    held = {tag.pk: tag for tag in composition.tags}
    order = held if held.keys() == set(wanted["tags"]) else wanted["tags"]  # another order would be told as an edit
    known = {**tags, **held}
    return replace(
        composition,
        status=wanted["status"],
        scheduled_at=at,
        approver=wanted["approver"],
        requester_note=wanted["requester_note"],
        category=categories.get(wanted["category"]),
        tags=tuple(known[pk] for pk in order if pk in known),
    )


def planned(
    kind: str, parameters: Mapping[str, Any], composition: Composition, *, rank: int, labels: Labels
) -> Composition:
    """What the action makes of a post; `rank` is how many posts of its location come before it. Raises Blocked."""
    return ACTIONS[kind](parameters, composition, rank, labels)


def _shift(parameters: Mapping[str, Any], composition: Composition, rank: int, labels: Labels) -> Composition:
    if composition.scheduled_at is None:
        raise Blocked(_("It has no date to move."))
    at, location = composition.scheduled_at, composition.location
    if parameters["days"]:
        # A day later is the same time on the client's clock, also over a night in which clocks change.
        local = location.local(at)
        at = _instant(location, local.date() + timedelta(days=parameters["days"]), local.time())
    return replace(composition, scheduled_at=at + timedelta(minutes=parameters["minutes"]))


def _date(parameters: Mapping[str, Any], composition: Composition, rank: int, labels: Labels) -> Composition:
    day, at = parse_date(parameters["date"]), parse_time(parameters["time"])
    if day is None or at is None:
        raise Blocked(_("The date cannot be read."))
    start = _instant(composition.location, day, at)
    return replace(composition, scheduled_at=start + rank * timedelta(minutes=parameters["spacing"]))


def _tags_add(parameters: Mapping[str, Any], composition: Composition, rank: int, labels: Labels) -> Composition:
    place = composition.location.pk
    missing = [name for name in parameters["tags"] if (place, name.lower()) not in labels.tags]
    if missing:
        words = _("%(client)s has no tag “%(tag)s”.")
        raise Blocked(words % {"client": composition.location.name, "tag": ", ".join(missing)})
    wanted = {tag.pk: tag for tag in composition.tags}
    wanted |= {tag.pk: tag for tag in (labels.tags[place, name.lower()] for name in parameters["tags"])}
    return replace(composition, tags=tuple(wanted.values()))


def _tags_remove(parameters: Mapping[str, Any], composition: Composition, rank: int, labels: Labels) -> Composition:
    gone = {name.lower() for name in parameters["tags"]}
    return replace(composition, tags=tuple(tag for tag in composition.tags if tag.name.lower() not in gone))


def _category(parameters: Mapping[str, Any], composition: Composition, rank: int, labels: Labels) -> Composition:
    name = parameters["category"]
    if not name:
        return replace(composition, category=None)
    found = labels.categories.get((composition.location.pk, name.lower()))
    if found is None:
        words = _("%(client)s has no category “%(category)s”.")
        raise Blocked(words % {"client": composition.location.name, "category": name})
    return replace(composition, category=found)


def _draft(parameters: Mapping[str, Any], composition: Composition, rank: int, labels: Labels) -> Composition:
    if composition.status != PostStatus.IN_REVIEW:
        return replace(composition, status=PostStatus.DRAFT.value)
    return replace(composition, status=PostStatus.DRAFT.value, approver="", requester_note="")


def _instant(location: Location, day: date, at: time) -> datetime:
    """That time on the client's clock. One that a night skips is later by what it skips; of two, it is the first."""
    return datetime.combine(day, at.replace(fold=0), tzinfo=location.zone).astimezone(UTC)


Action = Callable[[Mapping[str, Any], Composition, int, Labels], Composition]
ACTIONS: dict[str, Action] = {
    SetKind.SHIFT: _shift,
    SetKind.DATE: _date,
    SetKind.TAGS_ADD: _tags_add,
    SetKind.TAGS_REMOVE: _tags_remove,
    SetKind.CATEGORY: _category,
    SetKind.DRAFT: _draft,
}
