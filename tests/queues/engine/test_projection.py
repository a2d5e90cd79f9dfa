"""Which item goes out when, against a walk that takes one slot after the other."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.schedule import Cycle, CycleItem, QueueState, Schedule, SkipPolicy, Standstill, Status, WeeklySlot

from .reference import DAY, Case, cases, rows, walk

NOW = datetime(2026, 6, 1, tzinfo=UTC)
"""A Monday."""


def daily(*keys: str, **fields: Any) -> QueueState:
    """A queue that publishes at nine UTC every day."""
    items = [CycleItem(key, 1000 * number) for number, key in enumerate(keys, 1)]
    slots = [WeeklySlot.read(day, "09:00") for day in range(7)]
    return QueueState(**{"zone": "UTC", "slots": slots, "cycle": Cycle.read(items, None), **fields})


def nine(day: int) -> datetime:
    """Nine o'clock, `day` days after NOW."""
    return NOW + timedelta(days=day, hours=9)


def plan(schedule: Schedule, days: int = 6) -> list[tuple[int, str, bool]]:
    """(day, key, skipped) of what goes out."""
    return [((one.at - NOW).days, one.key, one.skipped) for one in schedule.between(NOW, NOW + days * DAY)]


def first_at(schedule: Schedule) -> datetime | None:
    one = schedule.turn(0)
    return one.at if one else None


@given(cases())
def test_a_window_is_what_the_slow_walk_finds_in_it(case: Case):
    outings = case.schedule.between(case.start, case.end)
    expected = [row for row in walk(case, case.end) if row.at >= case.start]
    assert rows(outings) == expected
    assert outings.pairs() == [(one.at, one.item) for one in outings]
    assert [outings[index] for index in range(len(outings))] == list(outings)


@given(cases(), st.integers(0, 40), st.integers(0, 60))
def test_turns_are_found_by_their_number(case: Case, first: int, length: int):
    found = rows(case.schedule.upcoming(first, length))
    if case.schedule.standstill:
        assert found == []
        assert case.schedule.turn(first) is None
    else:
        until = found[-1].at + timedelta(minutes=1) if found else case.now
        assert found == [row for row in walk(case, until) if first <= row.turn < first + length]
        assert len(found) == length


@given(cases())
def test_every_item_has_its_next_turn(case: Case):
    found = rows(case.schedule.next_of_every())
    until = found[-1].at + timedelta(minutes=1) if found else case.now + 30 * DAY
    first = {row.key: row for row in reversed(list(walk(case, until)))}
    assert {row.key: row for row in found} == first
    running = not case.schedule.standstill
    assert [row.key for row in found] == [item.key for item in case.queue.cycle.in_turn if running]
    for item in case.queue.cycle.items:
        one = case.schedule.next_of(item.key)
        assert rows([one] if one else []) == ([first[item.key]] if running else [])


@given(cases())
def test_the_turns_of_an_item_are_its_share_of_the_window(case: Case):
    expected = [row for row in walk(case, case.end) if row.at >= case.start]
    for item in case.queue.cycle.items:
        found = case.schedule.turns_of(item.key, case.start, case.end)
        assert rows(found) == [row for row in expected if row.key == item.key]


@given(cases(reach=12 * 366, length=20))
def test_a_window_years_ahead_is_what_the_slow_walk_finds_in_it(case: Case):
    expected = [row for row in walk(case, case.end) if row.at >= case.start]
    assert rows(case.schedule.between(case.start, case.end)) == expected


def test_a_skipped_slot_consumes_the_turn_of_its_item():
    schedule = Schedule(daily("A", "B", "C", skips={nine(1)}), now=NOW, policy=SkipPolicy.CONSUME)
    expected = [(0, "A", False), (1, "B", True), (2, "C", False), (3, "A", False), (4, "B", False), (5, "C", False)]
    assert plan(schedule) == expected
    assert schedule.skipped_between(NOW, NOW + DAY * 6) == [nine(1)]


def test_a_skipped_slot_shifts_what_comes_behind_it():
    schedule = Schedule(daily("A", "B", "C", skips={nine(1)}), now=NOW, policy=SkipPolicy.SHIFT)
    assert [(day, key) for day, key, _ in plan(schedule)] == [(0, "A"), (2, "B"), (3, "C"), (4, "A"), (5, "B")]
    assert schedule.skipped_between(NOW, NOW + DAY * 6) == [nine(1)]
    assert schedule.skipped_between(NOW, nine(1)) == []


def test_a_skip_that_no_slot_has_or_that_is_past_does_nothing():
    skips = {nine(1) + timedelta(minutes=1), nine(-1)}
    for policy in SkipPolicy:
        assert plan(Schedule(daily("A", "B", skips=skips), now=NOW, policy=policy), 2) == [
            (0, "A", False),
            (1, "B", False),
        ]


def test_variations_advance_with_each_outing_and_wrap_but_not_with_a_skip():
    cycle = Cycle.read([CycleItem("A", 1, variations=3, variation=2), CycleItem("B", 2)], None)
    schedule = Schedule(daily(cycle=cycle, skips={nine(2)}), now=NOW)
    found = [one.variation for one in schedule.turns_of("A", NOW, NOW + 9 * DAY)]
    assert found == [2, 0, 0, 1, 2]


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ({}, 0),
        ({"start": nine(2)}, 3),
        ({"last_scheduled": nine(0)}, 1),
        ({"start": nine(-5), "last_scheduled": nine(-1)}, 0),
        ({"start": nine(4), "last_scheduled": nine(1)}, 5),
    ],
)
def test_it_opens_after_the_latest_of_now_start_and_last_slot(fields, first):
    assert plan(Schedule(daily("A", **fields), now=NOW), 10)[0] == (first, "A", False)
    assert first_at(Schedule(daily("A", **fields), now=NOW)) == nine(first)


def test_a_slot_at_the_very_instant_of_now_is_past():
    assert first_at(Schedule(daily("A"), now=nine(0))) == nine(1)
    assert first_at(Schedule(daily("A"), now=nine(0) - timedelta(microseconds=1))) == nine(0)


@pytest.mark.parametrize(
    ("fields", "reason", "running"),
    [
        ({"status": Status.PAUSED}, Standstill.PAUSED, None),
        ({"status": Status.DRAFT}, Standstill.DRAFT, None),
        ({"slots": ()}, Standstill.NO_SLOTS, Standstill.NO_SLOTS),
        ({"cycle": Cycle()}, Standstill.NO_ITEMS, Standstill.NO_ITEMS),
        ({"cycle": Cycle(), "skips": {nine(1)}}, Standstill.NO_ITEMS, Standstill.NO_ITEMS),
    ],
)
def test_a_queue_that_stands_still_says_why_and_publishes_nothing(fields, reason, running):
    schedule = Schedule(daily("A", **fields), now=NOW)
    assert schedule.standstill is reason
    assert plan(schedule) == []
    assert list(schedule.next_of_every()) == []
    assert len(schedule.between(NOW, NOW + DAY)) == 0
    assert schedule.between(NOW, NOW + DAY).pairs() == []
    assert Schedule(daily("A", **fields), now=NOW, as_if_active=True).standstill is running


def test_what_there_is_not():
    schedule = Schedule(daily("A"), now=NOW)
    for ask in (schedule.next_of, lambda key: schedule.turns_of(key, NOW, NOW)):
        with pytest.raises(KeyError):
            ask("B")
    with pytest.raises(ValueError, match="0"):
        schedule.upcoming(-1)
    with pytest.raises(ValueError, match="0"):
        schedule.upcoming(0, -1)
    assert len(schedule.between(NOW + DAY, NOW)) == 0


def test_the_engine_needs_no_django():
    code = (
        "import sys, queues.schedule, queues.forecast; sys.exit(any(name.startswith('django') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
