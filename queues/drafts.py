"""Drafts as they are stored: the cycle of a queue in few words, the part of it that a step changed, and what became of
the queue since.

An item is an entry: its key, its order, the number of its variations and the next one. The key of an item that
HighLevel has is the primary key of its row; one made in a draft has a key that begins with `n`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise, starmap
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime

from queues.models import CategoryQueue, EditSession, QueueItem
from queues.schedule import STEP, Cycle, CycleItem, QueueState, Schedule, SkipPolicy, Status, WeeklySlot, moves

Stored = dict[str, Any]
Entry = list[Any]
MADE_HERE = "n"
STATES = frozenset(status.value for status in Status)


@dataclass(frozen=True, slots=True)
class Base:
    """The live queue at one instant: its cycle, and the digest of what each item says."""

    cycle: Cycle
    digests: Mapping[str, str]


def cycle_read(stored: Stored) -> Cycle:
    """The cycle that `cycle_store` has written."""
    return Cycle(tuple(starmap(CycleItem, stored.get("items", ()))), stored.get("next", 0))


def cycle_store(cycle: Cycle, edited: Iterable[str] = ()) -> Stored:
    """A draft's cycle as JSON holds it, with the keys of the items of HighLevel that the draft edits."""
    return {"items": [_entry(item) for item in cycle.items], "next": cycle.cursor, "edited": list(edited)}


def edited_keys(stored: Stored) -> list[str]:
    """The keys of the items of HighLevel that a stored draft edits."""
    return list(stored.get("edited", ()))


def base_read(stored: Stored) -> Base:
    """The base that `base_store` has written."""
    entries = stored.get("items", ())
    items = tuple(CycleItem(key, order, number, index) for key, order, number, index, _digest in entries)
    return Base(Cycle(items, stored.get("next", 0)), {entry[0]: entry[4] for entry in entries})


def base_store(base: Base) -> Stored:
    """A base as JSON holds it."""
    entries = [[*_entry(item), base.digests[item.key]] for item in base.cycle.items]
    return {"items": entries, "next": base.cycle.cursor}


def live_base(queue: CategoryQueue) -> Base:
    """The queue as it is mirrored now. One query."""
    rows = list(
        QueueItem.objects.present()
        .filter(queue=queue)
        .order_by("order", "scheduled_at", "pk")
        .values_list("pk", "order", "variations", "variation", "content_hash", "last_out_at")
    )
    items = [CycleItem(str(pk), order, number, index, last_out) for pk, order, number, index, _hash, last_out in rows]
    return Base(Cycle.read(items, queue.current_order), {str(row[0]): row[4] for row in rows})


def draft_of(base: Base) -> Cycle:
    """The cycle with which a draft begins. Orders that collide are told apart, so that every step can be undone."""
    items = base.cycle.items
    if all(one.order < other.order for one, other in pairwise(items)):
        return base.cycle
    return Cycle(tuple(item._replace(order=STEP * number) for number, item in enumerate(items, 1)), base.cycle.cursor)


def part_changed(before: Cycle, after: Cycle) -> tuple[Stored, Stored]:
    """What of a cycle a step changed, as it was and as it is: entries by key (None for no item), and who is next."""
    olds = {item.key: item for item in before.items}
    news = {item.key: item for item in after.items}
    keys = [key for key in {**olds, **news} if olds.get(key) != news.get(key)]
    return _part(olds, keys, before), _part(news, keys, after)


def part_applied(cycle: Cycle, part: Stored) -> Cycle:
    """The cycle with a part as one of the two that `part_changed` gave."""
    held = {item.key: item for item in cycle.items}
    for key, entry in part["items"].items():
        if entry is None:
            held.pop(key, None)
        else:
            held[key] = CycleItem(key, *entry)
    result = Cycle.read(held.values(), None)
    return result.led_by([part["next"]]) if part["next"] else result


def same_base(one: Base, other: Base) -> bool:
    """Whether two readings of a queue tell the same items, saying the same, in the same turn."""
    return one.digests == other.digests and _turn(one.cycle) == _turn(other.cycle)


def advanced(one: Base, other: Base) -> bool:
    """Whether the only difference is that the queue went on: the same circle, and another item is next."""
    if one.digests != other.digests:
        return False
    turn, there = _turn(one.cycle), _turn(other.cycle)
    return bool(turn) and turn == _rotated(there, turn[0])


def is_changed(session: EditSession) -> bool:
    """Whether a session's draft is anything but the queue it began from."""
    if edited_keys(session.cycle):
        return True
    return _turn(base_read(session.base).cycle) != _turn(cycle_read(session.cycle))


def merged(base: Base, draft: Cycle, live: Base) -> Cycle:
    """The draft carried over to what the queue is now.

    What is new in the queue comes in where it stands there, what is gone there goes, and what the draft moved is moved
    again, behind the item that it was put behind. The queue's next item stays next, unless the draft put others first.
    """
    wanted = [item for item in draft.in_turn if item.key in live.digests or item.key not in base.digests]
    kept = {item.key for item in draft.items}
    deleted = [key for key in base.digests if key not in kept]
    result = live.cycle.without([key for key in deleted if key in live.digests])
    first = next((item.key for item in base.cycle.in_turn if item.key in kept), None)
    ahead: list[CycleItem] = []
    for item in wanted:
        if item.key == first:
            break
        ahead.append(item)
    else:
        ahead = []
    for item in moved_items(base.cycle, draft, wanted):
        result = _put(result, item, wanted)
    for item in reversed(ahead):
        result = result.moved([item.key], "top")
    return draft_of(Base(result, {}))


def moved_items(base: Cycle, draft: Cycle, wanted: Sequence[CycleItem]) -> list[CycleItem]:
    """The items that the draft moved or made, in its turn."""
    away = {move.key for move in moves(base, draft)}
    return [item for item in wanted if item.key in away or item.key not in base.places]


def schedule_of(
    queue: CategoryQueue,
    cycle: Cycle,
    *,
    now: datetime,
    as_if_active: bool = False,
    policy: SkipPolicy | None = None,
) -> Schedule:
    """What a queue does with these items from an instant on; `policy` is that of the settings unless given."""
    known = policy or (SkipPolicy.SHIFT if settings.HIGHLEVEL_SKIPS_SHIFT else SkipPolicy.CONSUME)
    return Schedule(queue_state(queue, cycle), now=now, policy=known, as_if_active=as_if_active)


def queue_state(queue: CategoryQueue, cycle: Cycle) -> QueueState:
    """All that decides what a queue does with the items of `cycle`, which may be a draft's."""
    skips = [moment for moment in map(parse_datetime, queue.skipped_at) if moment is not None]
    return QueueState(
        zone=queue.location.zone.key,
        slots=slots_read(queue.time_slots),
        cycle=cycle,
        status=Status(queue.status) if queue.status in STATES else Status.PAUSED,
        start=queue.starts_at,
        last_scheduled=queue.last_scheduled_at,
        skips=skips,
    )


def slots_read(stored: Iterable[Mapping[str, Any]]) -> list[WeeklySlot]:
    """The weekly slots of a mirrored queue, without those that make no sense."""
    slots = []
    for entry in stored:
        try:
            slots.append(WeeklySlot(int(entry["dayOfWeek"]), time.fromisoformat(str(entry["time"]))))
        except (KeyError, TypeError, ValueError):
            continue
    return slots


def instants(stored: Iterable[str]) -> list[datetime]:
    """Stored instants as such, in order."""
    return sorted(moment for moment in map(parse_datetime, stored) if moment is not None)


def _entry(item: CycleItem) -> Entry:
    return [item.key, item.order, item.variations, item.variation]


def _part(items: Mapping[str, CycleItem], keys: Iterable[str], cycle: Cycle) -> Stored:
    entries = {key: _entry(items[key])[1:] if key in items else None for key in keys}
    return {"items": entries, "next": cycle.in_turn[0].key if cycle else ""}


def _turn(cycle: Cycle) -> list[str]:
    return [item.key for item in cycle.in_turn]


def _rotated(keys: list[str], first: str) -> list[str]:
    place = keys.index(first) if first in keys else 0
    return keys[place:] + keys[:place]


def _put(cycle: Cycle, item: CycleItem, wanted: Sequence[CycleItem]) -> Cycle:
    """The item behind the one that it follows in `wanted`, or last."""
    rest = cycle.without([item.key]) if item.key in cycle.places else cycle
    place = [one.key for one in wanted].index(item.key)
    before = next((one.key for one in reversed(wanted[:place]) if one.key in rest.places), None)
    at = len(rest) if before is None else rest.places[before] + 1
    known = next((one for one in cycle.items if one.key == item.key), item)
    return rest.with_items([known], at)
