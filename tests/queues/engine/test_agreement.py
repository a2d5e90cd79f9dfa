"""The engine and the sandbox, each with a walk of its own, say the same about random queues, read over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from highlevel.api import HighLevel
from highlevel.api.post_payloads import QueuedPostInput
from highlevel.api.queue_payloads import RemoteQueueItem, TimeSlot, VariationInput
from highlevel.sandbox import Sandbox
from queues.schedule import Cycle, CycleItem, Place, QueueState, Schedule, SkipPolicy, Status, WeeklySlot

from .reference import DAY, moments, slot_lists, zones

FEWER = settings(max_examples=settings().max_examples // 2, suppress_health_check=[HealthCheck.too_slow])
"""Each example is some fifty requests."""

Slots = list[tuple[str, datetime | None, bool]]
Told = list[tuple[datetime, str, int]]


@dataclass
class Queue:
    """A queue in a sandbox of its own, whose clock stands; items are known by what they say."""

    box: Sandbox
    client: HighLevel
    account_id: str
    zone: str
    policy: SkipPolicy
    id: str

    def add(
        self, text: str, variations: int, session_id: str | None = None, order: Place | None = None
    ) -> RemoteQueueItem | None:
        post = QueuedPostInput(
            account_ids=(self.account_id,), user_id=self.box.company["ownerId"], type="post", summary=text
        )
        return self.client.queue_items.create(
            queue_id=self.id,
            session_id=session_id,
            post=post,
            order=order,
            variations=[VariationInput(content=f"{text} {number}") for number in range(variations)],
        ).item

    def items(self, session_id: str | None = None) -> list[RemoteQueueItem]:
        return list(self.client.queue_items.iter(queue_id=self.id, session_id=session_id))

    def schedule(self, cycle: Cycle | None = None, *, as_if_active: bool = False) -> Schedule:
        """What the engine makes of the queue as HighLevel tells it, with the cycle that it has or another one."""
        queue = self.client.queues.get(queue_id=self.id)
        if cycle is None:
            items = [
                CycleItem(text(item), item.order or 0, len(item.variations), item.scheduled_variation or 0)
                for item in self.items()
            ]
            cycle = Cycle.read(items, queue.current_order)
        state = QueueState(
            zone=self.zone,
            slots=[WeeklySlot.read(slot.day_of_week, slot.time) for slot in queue.time_slots],
            cycle=cycle,
            status=Status(queue.status or ""),
            start=queue.start_date,
            last_scheduled=queue.last_scheduled_time,
            skips=queue.skip_date_time,
        )
        return Schedule(state, now=self.box.clock.now(), policy=self.policy, as_if_active=as_if_active)

    def agrees(self, schedule: Schedule, session_id: str | None = None) -> None:
        """The next slot of every item, and the calendar of some weeks near and far, are the same on both sides."""
        texts = {item.id: text(item) for item in self.items(session_id)}
        slots = self.client.queues.slots(queue_id=self.id, session_id=session_id, limit=100).rows
        told = [(texts[slot.item_id], slot.scheduled_at, bool(slot.is_skipped)) for slot in slots]
        found: Slots = [(one.key, one.at, one.skipped) for one in schedule.next_of_every()]
        if schedule.standstill:
            found = [(item.key, None, False) for item in schedule.cycle.in_turn]
        assert told == found
        for days in (0, 3650):
            start = self.box.clock.now() + days * DAY
            assert self.calendar(start, start + 40 * DAY, texts, session_id) == [
                (one.at, one.key, one.variation)
                for one in schedule.between(start, start + 40 * DAY + timedelta(microseconds=1))
                if not one.skipped
            ]

    def calendar(self, start: datetime, end: datetime, texts: dict[str, str], session_id: str | None) -> Told:
        if session_id:
            planned = self.client.edit_sessions.calendar(
                queue_id=self.id, session_id=session_id, window_start=start, window_end=end
            )
        else:
            planned = self.client.queues.calendar(window_start=start, window_end=end)
        return [
            (row.scheduled_at, texts[row.item_id], row.current_variation or 0)
            for row in planned.rows
            if row.scheduled_at and row.item_id
        ]


def text(item: RemoteQueueItem) -> str:
    assert item.post is not None
    return (item.post.summary or "").partition(" ")[0]  # what follows is the number of a variation


@contextmanager
def a_queue(now: datetime, zone: str, policy: SkipPolicy, slots: Sequence[WeeklySlot]) -> Iterator[Queue]:
    with Sandbox(agency="empty", now=now, rate_limit=None) as box:
        box.clock.stop()
        box.world.settings.update(skip_policy=policy.value, failure_rate=0.0)
        location_id = box.add_location(name="Kiln & Clay", timezone=zone)
        account_id = box.add_account(location_id, platform="facebook")["id"]
        category_id = box.add_category(location_id, name="Evergreen")["_id"]
        with HighLevel(box.url, token=box.private_token(location_id), location_id=location_id) as client:
            queue = client.queues.create(
                category_id=category_id,
                user_id=box.company["ownerId"],
                time_slots=[TimeSlot(day_of_week=slot.day_of_week, time=f"{slot.at:%H:%M}") for slot in slots],
            )
            yield Queue(box, client, account_id, zone, policy, queue.id)


@pytest.mark.parametrize("policy", SkipPolicy)
@FEWER
@given(
    st.data(),
    zones,
    st.lists(st.integers(0, 3), max_size=6),
)
def test_the_live_queue(policy: SkipPolicy, data, zone: str, variations: list[int]):
    now = data.draw(moments(zone, years=(2020, 2045)))
    slots = data.draw(slot_lists(zone, now, max_size=6)) or [WeeklySlot(1, time(9))]
    with a_queue(now, zone, policy, slots) as queue:
        for number, count in enumerate(variations):
            queue.add(f"item-{number}", count)
        queue.agrees(queue.schedule())
        queue.client.queues.update(queue_id=queue.id, status="active")
        queue.agrees(queue.schedule())
        ahead = queue.schedule().times.between(now, now + 30 * DAY)
        for moment in data.draw(st.sets(st.sampled_from(ahead), max_size=4)):
            queue.client.queues.update(queue_id=queue.id, skip_date_time=moment)
        queue.agrees(queue.schedule())
        queue.box.clock.advance(timedelta(hours=data.draw(st.integers(1, 24 * 20))))
        queue.agrees(queue.schedule())
        queue.client.queues.update(queue_id=queue.id, status="paused")
        queue.agrees(queue.schedule())


@pytest.mark.parametrize("policy", SkipPolicy)
@FEWER
@given(st.data(), zones, st.integers(1, 6))
def test_a_draft_that_is_edited_and_saved(policy: SkipPolicy, data, zone: str, size: int):
    now = data.draw(moments(zone, years=(2020, 2045)))
    slots = data.draw(slot_lists(zone, now, max_size=6)) or [WeeklySlot(1, time(9))]
    with a_queue(now, zone, policy, slots) as queue:
        for number in range(size):
            queue.add(f"item-{number}", 0)
        if data.draw(st.booleans()):
            queue.client.queues.update(queue_id=queue.id, status="active")
            queue.box.clock.advance(data.draw(st.integers(0, 10)) * DAY)
        live = queue.schedule()
        session_id = queue.client.edit_sessions.start(queue_id=queue.id).session_id
        cycle = live.cycle
        for number in range(data.draw(st.integers(0, 5))):
            cycle = edited(data, queue, session_id, cycle, f"new-{number}")
            queue.agrees(queue.schedule(cycle, as_if_active=True), session_id)
        queue.client.edit_sessions.save(queue_id=queue.id, session_id=session_id)
        queue.agrees(queue.schedule(cycle))


def edited(data, queue: Queue, session_id: str, cycle: Cycle, new: str) -> Cycle:
    """One random change, made on both sides; the sandbox is told the number that the engine chose, or the word."""
    ids = {text(item): item.id for item in queue.items(session_id)}
    what = data.draw(st.sampled_from(["add", "move", "remove"]))
    if what == "add" or not ids:
        where: Place = data.draw(st.sampled_from(["top", "bottom"]) | st.integers(0, len(cycle)))
        cycle = cycle.with_items([CycleItem(new, 0)], where)
        return as_told(cycle, new, queue.add(new, 0, session_id, said(cycle, new)))
    key = data.draw(st.sampled_from(sorted(ids)))
    if what == "remove":
        queue.client.queue_items.delete(queue_id=queue.id, item_id=ids[key], session_id=session_id)
        return cycle.without({key})
    before, cycle = cycle, cycle.moved({key}, data.draw(st.integers(0, len(cycle) - 1)))
    if cycle is before:
        return cycle  # telling HighLevel to leave an item where it is could give it another number there
    changed = queue.client.queue_items.update(
        queue_id=queue.id, item_id=ids[key], session_id=session_id, new_order=said(cycle, key)
    )
    return as_told(cycle, key, changed.item)


def as_told(cycle: Cycle, key: str, item: RemoteQueueItem | None) -> Cycle:
    """The cycle with the number that the sandbox answered."""
    assert item is not None
    assert item.order is not None
    return cycle.with_orders({key: item.order})


def said(cycle: Cycle, key: str) -> Place:
    """How HighLevel is told where an item goes."""
    place = cycle.places[key]
    if place == 0:
        return "top"
    if place == len(cycle) - 1:
        return "bottom"
    return int(cycle.in_turn[place].order)
