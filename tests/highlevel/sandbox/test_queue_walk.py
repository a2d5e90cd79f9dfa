"""The slot walk against a slow, obvious one."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from highlevel.sandbox.queue_walk import Projection, Slot, SlotTimes, Turn

ZONES = [
    "UTC", "America/New_York", "Europe/Madrid", "Asia/Kolkata", "Australia/Lord_Howe", "America/Nuuk",
    "Asia/Beirut", "Africa/Casablanca", "Pacific/Chatham", "America/Santiago",
]  # fmt: skip
QUARTERS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
NIGHT_TIMES = st.builds(time, st.sampled_from([0, 1, 2, 3, 23]), st.sampled_from([0, 15, 30, 45]))
SLOTS = st.sets(st.builds(Slot, st.integers(0, 6), QUARTERS | NIGHT_TIMES), min_size=1, max_size=12)
MOMENTS = st.integers(0, 7 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def plain_series(slots: set[Slot], zone: str, after: datetime, upto: datetime) -> list[datetime]:
    """Every instant in (after, upto], day by day."""
    place, found = ZoneInfo(zone), set()
    day = after.date() - timedelta(days=3)
    while day <= upto.date() + timedelta(days=3):
        for slot in slots:
            if slot.day == day.isoweekday() % 7:
                found.add(datetime.combine(day, slot.time, place).astimezone(UTC))
        day += timedelta(days=1)
    return sorted(moment for moment in found if after < moment <= upto)


def plain_turns(series: list[datetime], size: int, cursor: int, skips: set[datetime], policy: str) -> list[Turn]:
    place, outings, turns = cursor, [0] * size, []
    for moment in series:
        skipped = moment in skips
        if skipped and policy == "shift":
            continue
        turns.append(Turn(moment, place, outings[place], skipped))
        outings[place] += not skipped
        place = (place + 1) % size
    return turns


@settings(max_examples=150, deadline=None)
@given(SLOTS, st.sampled_from(ZONES), MOMENTS, st.integers(0, 900))
def test_series_is_counted_and_listed_like_the_plain_one(slots, zone, after, days):
    upto = after + timedelta(days=days, hours=7)
    times = SlotTimes(slots, zone)
    plain = plain_series(slots, zone, after, upto)
    assert list(times.between(after, upto)) == plain
    assert times.count(after, upto) == len(plain)
    for number in {0, len(plain) // 2, len(plain) - 1} & set(range(len(plain))):
        assert times.nth(after, number) == plain[number]


@settings(max_examples=150, deadline=None)
@given(SLOTS, st.sampled_from(ZONES), MOMENTS, st.integers(1, 9), st.data())
def test_turns_follow_the_cycle_under_both_policies(slots, zone, anchor, size, data):
    upto = anchor + timedelta(days=120)
    series = plain_series(slots, zone, anchor, upto)
    cursor = data.draw(st.integers(0, size - 1))
    skips = data.draw(st.sets(st.sampled_from(series), max_size=6)) | {anchor + timedelta(seconds=1)}
    start = data.draw(st.sampled_from(series))
    for policy in ("consume", "shift"):
        plan = Projection(SlotTimes(slots, zone), anchor=anchor, size=size, cursor=cursor, skips=skips, policy=policy)
        plain = plain_turns(series, size, cursor, skips, policy)
        assert list(plan.turns(start, upto)) == [turn for turn in plain if turn.at >= start]
        number = data.draw(st.integers(0, len(plain)))
        assert list(islice(plan.run(number), len(plain) - number)) == plain[number:]


@pytest.mark.parametrize(
    ("zone", "day", "wall", "expected"),
    [
        ("America/New_York", date(2026, 3, 8), "02:30", "2026-03-08T07:30:00+00:00"),  # missing: 03:30 EDT
        ("America/New_York", date(2026, 11, 1), "01:30", "2026-11-01T05:30:00+00:00"),  # twice: the EDT one
        ("Australia/Lord_Howe", date(2026, 10, 4), "02:15", "2026-10-03T15:45:00+00:00"),  # missing: 02:45
        ("Asia/Kolkata", date(2026, 3, 8), "09:00", "2026-03-08T03:30:00+00:00"),
    ],
)
def test_clock_changes(zone, day, wall, expected):
    times = SlotTimes([Slot(0, time.fromisoformat(wall))], zone)
    midnight = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    assert times.nth(midnight - timedelta(seconds=1), 0).isoformat() == expected


def test_two_slots_on_one_instant_are_one():
    times = SlotTimes([Slot(0, time(2, 30)), Slot(0, time(3, 30))], "America/New_York")
    before, behind = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 15, 12, tzinfo=UTC)
    assert times.count(before, behind) == len(list(times.between(before, behind))) == 3


def test_a_queue_without_slots_or_items_has_no_turns():
    now = datetime(2026, 3, 1, tzinfo=UTC)
    for slots, size in ([], 3), ([Slot(1, time(9))], 0):
        plan = Projection(SlotTimes(slots, "UTC"), anchor=now, size=size, cursor=0, skips=(), policy="consume")
        assert plan.empty
        assert list(plan.run()) == []
        assert list(plan.turns(now, now + timedelta(days=30))) == []
