"""The instants of weekly slots, against a wall clock that is looked at every minute, and against every day of years."""

from bisect import bisect_left
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.schedule import SlotTimes, Touch, WeeklySlot
from queues.schedule.zones import changes_between

from .reference import DAY, MINUTE, ODD_ZONES, by_days, by_minutes, clock_changes, moments, slot_lists, zones


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slots(*texts: str) -> list[WeeklySlot]:
    """`0 02:30` is half past two on Sunday."""
    return [WeeklySlot.read(int(text[0]), text[2:]) for text in texts]


@given(st.data(), zones)
def test_a_stretch_is_what_a_look_at_the_clock_every_minute_finds(data, zone):
    start = data.draw(moments(zone))
    some = data.draw(slot_lists(zone, start))
    end = start + data.draw(st.integers(0, 600) | st.integers(0, 8 * 1440)) * MINUTE
    expected = by_minutes(some, zone, start, end)
    times = SlotTimes(some, zone, start)
    assert times.between(start, end) == expected == by_days(some, zone, start, end)
    assert times.number(end) == len(expected)


@given(st.data(), zones)
def test_stretches_counts_and_numbers_of_years_agree_with_every_day_of_them(data, zone):
    start = data.draw(moments(zone))
    some = data.draw(slot_lists(zone, start))
    end = start + data.draw(st.integers(0, 10) | st.integers(0, 1500)) * DAY + data.draw(st.integers(0, 1440)) * MINUTE
    expected = by_days(some, zone, start, end)
    times = SlotTimes(some, zone, start)
    found = times.between(start, end)
    assert found == expected
    assert all(one < other for one, other in pairwise(found))
    number = data.draw(st.integers(0, len(expected)))
    length = data.draw(st.integers(0, len(expected) - number))
    assert times.from_number(number, length) == expected[number : number + length]
    middle = start + data.draw(st.integers(0, (end - start) // MINUTE)) * MINUTE
    before = sum(at < middle for at in expected)
    assert times.number(middle) == before
    assert times.numbered(middle, end) == (before, expected[before:])


@given(st.data(), zones)
def test_a_stretch_is_the_same_however_it_is_cut(data, zone):
    start = data.draw(moments(zone))
    some = data.draw(slot_lists(zone, start))
    times = SlotTimes(some, zone, start)
    cuts = [start, *sorted(start + data.draw(st.integers(0, 400 * 1440)) * MINUTE for _ in range(3))]
    parts = [times.numbered(one, other) for one, other in pairwise(cuts)]
    whole = times.between(cuts[0], cuts[-1])
    assert [at for _, found in parts for at in found] == whole
    assert [number for number, _ in parts] == [whole.index(found[0]) if found else number for number, found in parts]


@given(st.data(), zones)
def test_slots_that_a_clock_change_touches_are_those_that_read_otherwise_or_twice(data, zone):
    start = data.draw(moments(zone))
    some = data.draw(slot_lists(zone, start))
    end, times = start + 30 * DAY, SlotTimes(some, zone, start)
    touched = times.touched(start, end)
    assert touched == sorted(touched)
    found = times.between(start, end)
    assert {slot.at for slot in touched} <= set(found)
    place = ZoneInfo(zone)
    odd = set()
    for at in found:
        wall = at.astimezone(place)
        asked = WeeklySlot(wall.isoweekday() % 7, wall.time()) in some
        if not asked or (at + DAY).astimezone(place).utcoffset() != (at - DAY).astimezone(place).utcoffset():
            twice = wall.replace(fold=1).astimezone(UTC) != at
            if twice or not asked:
                odd.add((at, Touch.FIRST_OF_TWO if twice else Touch.MOVED))
    assert odd == {(slot.at, slot.touch) for slot in touched if slot.touch is not Touch.MERGED}


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_no_clock_change_is_missed(zone):
    found = changes_between(zone, datetime(1990, 6, 1, tzinfo=UTC), datetime(2059, 6, 1, tzinfo=UTC))
    assert [(one.at, one.before) for one in found] == [
        change for year in range(1990, 2060) for change in clock_changes(zone, year)
    ]


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_every_quarter_of_an_hour_around_clock_changes(zone):
    for year in (1993, 1994, 2000, 2007, 2011, 2015, 2018, 2024, 2026, 2040):
        for change, before in clock_changes(zone, year):
            quarters = [change + before + number * 15 * MINUTE for number in (*range(-8, 12), *range(80, 110))]
            dense = [WeeklySlot(wall.isoweekday() % 7, wall.time().replace(second=0)) for wall in quarters]
            for some in (dense, dense[1::3], dense[2::5]):
                origin = change - 3 * DAY
                expected = by_days(some, zone, origin, change + 10 * DAY)
                times = SlotTimes(some, zone, origin)
                for start in (origin, *(change + number * 20 * MINUTE for number in range(-6, 7))):
                    number = bisect_left(expected, start)
                    assert times.number(start) == number
                    assert times.numbered(start, start + DAY) == (number, by_days(some, zone, start, start + DAY))


@pytest.mark.parametrize(
    ("zone", "slot", "expected"),
    [
        ("America/New_York", "0 02:30", "2026-03-08T07:30"),  # does not exist: an hour later, 03:30
        ("America/New_York", "0 01:30", "2026-11-01T05:30"),  # twice: the first one
        ("Australia/Lord_Howe", "0 02:10", "2026-10-03T15:40"),  # half an hour later, 02:40
        ("Australia/Lord_Howe", "0 01:45", "2026-04-04T14:45"),
        ("America/Santiago", "0 00:30", "2026-09-06T04:30"),  # midnight does not exist
        ("Asia/Kolkata", "0 09:00", "2026-03-08T03:30"),
        ("Pacific/Apia", "5 10:00", "2011-12-30T20:00"),  # the day does not exist: the next one
    ],
)
def test_nights_on_which_the_clocks_change(zone, slot, expected):
    at = utc(expected)
    times = SlotTimes(slots(slot), zone, at)
    assert times.between(at - timedelta(hours=20), at + timedelta(hours=20)) == [at]


def test_slots_that_meet_on_one_instant_are_one():
    start, end = utc("2026-03-01T12:00"), utc("2026-03-15T12:00")
    times = SlotTimes(slots("0 02:30", "0 03:30"), "America/New_York", start)
    assert times.between(start, end) == [utc("2026-03-08T07:30"), utc("2026-03-15T06:30"), utc("2026-03-15T07:30")]
    assert times.number(end) == 3
    ((at, wanted, touch),) = times.touched(start, end)
    assert (at, wanted.isoformat(), touch) == (utc("2026-03-08T07:30"), "2026-03-08T02:30:00", Touch.MERGED)


def test_a_slot_that_is_given_twice_is_one():
    times = SlotTimes(slots("1 09:00", "1 09:00"), "UTC", utc("2026-01-01"))
    assert times.number(utc("2026-01-15")) == 2


def test_ten_years_of_nights_on_which_two_slots_meet_are_counted():
    some, start, end = slots("0 02:30", "0 03:30", "0 12:00"), utc("2026-01-01"), utc("2036-07-01")
    times = SlotTimes(some, "America/New_York", start)
    expected = by_days(some, "America/New_York", start, end)
    assert times.number(end) == len(expected)
    assert times.from_number(len(expected) - 1, 2)[0] == expected[-1]


def test_no_slots_have_no_instants():
    start = utc("2026-01-01")
    times = SlotTimes([], "America/New_York", start)
    assert (
        times.between(start, start + 400 * DAY)
        == times.from_number(3, 4)
        == times.touched(start, start + 400 * DAY)
        == []
    )
    assert times.numbered(start + DAY, start + 400 * DAY) == (0, [])


@pytest.mark.parametrize(("day", "at"), [(7, "09:00"), (-1, "09:00"), (0, "24:00"), (0, "09:00:30"), (0, "nine")])
def test_a_slot_that_is_none_is_refused(day, at):
    with pytest.raises(ValueError, match=r"day|HH:mm|isoformat|hour"):
        WeeklySlot.read(day, at)


def test_the_time_of_a_slot_has_no_zone_of_its_own():
    with pytest.raises(ValueError, match="HH:mm"):
        WeeklySlot(0, time(9, tzinfo=UTC))
