"""Slow, obvious versions of what the schedule engine computes, and the random queues to hold it against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from queues.schedule import Cycle, CycleItem, QueueState, Schedule, SkipPolicy, WeeklySlot

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

ODD_ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Caracas",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "America/Recife",
    "America/Santiago",
    "America/Sao_Paulo",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Atlantic/Azores",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kwajalein",
    "UTC",
)
"""Half-hour and quarter-hour offsets, southern and half-hour and two-hour and midnight changes, moved date lines."""

ODD_TIMES = [time(0), time(0, 30), time(1), time(1, 30), time(2), time(2, 15), time(2, 30), time(3), time(3, 30)]
ODD_TIMES += [time(4), time(9), time(12), time(23), time(23, 30), time(23, 59)]


def by_minutes(slots: Iterable[WeeklySlot], zone: str, start: datetime, end: datetime) -> list[datetime]:
    """The slots in [start, end), found by looking at the wall clock every minute.

    A minute that the clock shows for the first time is a slot if it is asked for; one that the clock leaves out is as
    long after the leap as it would have been without it.
    """
    place, wanted = ZoneInfo(zone), {(slot.day_of_week, slot.at) for slot in slots}
    found, shown = set(), set[datetime]()
    moment = start.replace(second=0, microsecond=0) - 2 * DAY
    expected = moment.astimezone(place).replace(tzinfo=None)
    while moment < end:
        wall = moment.astimezone(place).replace(tzinfo=None)
        left_out = expected
        while left_out < wall:
            if (left_out.isoweekday() % 7, left_out.time()) in wanted:
                found.add(moment + (left_out - expected))
            left_out += MINUTE
        if wall not in shown and (wall.isoweekday() % 7, wall.time()) in wanted:
            found.add(moment)
        shown.add(wall)
        moment, expected = moment + MINUTE, wall + MINUTE
    return sorted(at for at in found if start <= at < end)


def by_days(slots: Iterable[WeeklySlot], zone: str, start: datetime, end: datetime) -> list[datetime]:
    """The slots in [start, end), found by looking at every day; the zone's own rules read the wall clock."""
    slots, found = list(slots), set()
    day, last = start.date() - 2 * DAY, end.date() + 2 * DAY
    while day <= last:
        for slot in slots:
            if day.isoweekday() % 7 == slot.day_of_week:
                found.add(datetime.combine(day, slot.at, ZoneInfo(zone)).astimezone(UTC))
        day += DAY
    return sorted(at for at in found if start <= at < end)


@dataclass(frozen=True)
class Row:
    """One turn as the slow walk sees it."""

    at: datetime
    key: str
    turn: int
    variation: int
    skipped: bool


def walk(case: Case, until: datetime) -> Iterator[Row]:
    """Every turn of a queue from its opening on, one after the other."""
    queue, turn = case.queue, 0
    items = sorted(queue.cycle.items, key=lambda item: item.order)
    ahead = [item for item in items if item.order >= (queue.cycle.current_order or 0)]
    items = ahead + items[: len(items) - len(ahead)]
    variations = [item.variation for item in items]
    after = max(moment for moment in (case.now, queue.start, queue.last_scheduled) if moment)
    for at in by_days(queue.slots, queue.zone, after, until):
        skipped = at in queue.skips
        if at == after or not items or (skipped and case.policy is SkipPolicy.SHIFT):
            continue
        place = turn % len(items)
        yield Row(at, items[place].key, turn, variations[place] % max(1, items[place].variations), skipped)
        variations[place] += not skipped
        turn += 1


def rows(outings: Iterable) -> list[Row]:
    """What the engine says, in the shape of the slow walk."""
    return [Row(one.at, one.key, one.turn, one.variation, one.skipped) for one in outings]


@dataclass(frozen=True)
class Case:
    """A queue at an instant, and a window."""

    queue: QueueState
    now: datetime
    policy: SkipPolicy
    start: datetime
    end: datetime

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.queue, now=self.now, policy=self.policy)


@cache
def clock_changes(zone: str, year: int) -> list[tuple[datetime, timedelta]]:
    """When the offset of a zone changes in a year, and what it was before; found by looking every day, then every minute."""
    place, found = ZoneInfo(zone), []
    moment = datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        before = moment.astimezone(place).utcoffset() or timedelta()
        if (moment + DAY).astimezone(place).utcoffset() != before:
            at = moment
            while at.astimezone(place).utcoffset() == before:
                at += MINUTE
            found.append((at, before))
        moment += DAY
    return found


zones = st.sampled_from(ODD_ZONES) | st.sampled_from(sorted(available_timezones()))
weekly_slots = st.builds(
    WeeklySlot, st.integers(0, 6), st.sampled_from(ODD_TIMES) | st.builds(time, st.integers(0, 23), st.integers(0, 59))
)


@st.composite
def moments(draw: st.DrawFn, zone: str, years: tuple[int, int] = (1975, 2060)) -> datetime:
    """An instant hours from a clock change or days from one, at a turn of the year, on a leap day, or anywhere."""
    year = draw(st.integers(*years))
    changes = [at for at, _ in clock_changes(zone, year)]
    close = draw(st.booleans())
    if close and changes:
        return draw(st.sampled_from(changes)) + draw(st.integers(-240, 240)) * MINUTE
    starts = [*changes, *(datetime(year, month, day, tzinfo=UTC) for month, day in ((1, 1), (2, 28), (12, 31)))]
    starts.append(datetime(year, 1, 1, tzinfo=UTC) + draw(st.integers(0, 364)) * DAY)
    return draw(st.sampled_from(starts)) + draw(st.integers(-2 * 1440, 3 * 1440)) * MINUTE


@st.composite
def slot_lists(draw: st.DrawFn, zone: str, near: datetime, max_size: int = 8) -> list[WeeklySlot]:
    """Slots of any kind, many of them where the clocks of the year of an instant change, half an hour apart."""
    walls = [(at + before).replace(tzinfo=None) for at, before in clock_changes(zone, near.year)]
    steps = [wall + number * 30 * MINUTE for wall in walls for number in (*range(-3, 7), 47, 48, 49)]
    touched = [WeeklySlot(wall.isoweekday() % 7, wall.time().replace(second=0)) for wall in steps]
    one = st.sampled_from(touched) | weekly_slots if touched else weekly_slots
    return draw(st.lists(one, max_size=max_size))


@st.composite
def cycles(draw: st.DrawFn, max_size: int = 8) -> Cycle:
    """Items with gaps of all widths between their orders, some with variations, and a cursor anywhere."""
    orders = sorted(draw(st.sets(st.integers(-5, 40) | st.integers(-5, 40).map(lambda n: n * 250), max_size=max_size)))
    items = []
    for number, order in enumerate(orders):
        variations = draw(st.integers(0, 3))
        items.append(CycleItem(f"item {number}", order, variations, draw(st.integers(0, max(0, variations - 1)))))
    cursor = draw(st.none() | st.integers(-10, 50) | st.sampled_from(orders or [0]))
    return Cycle.read(draw(st.permutations(items)), cursor)


@st.composite
def cases(draw: st.DrawFn, reach: int = 400, length: int = 60) -> Case:
    """A queue with a window that begins at most `reach` days after (or some before) now, and lasts `length` at most."""
    zone = draw(zones)
    now = draw(moments(zone))
    day = st.integers(0, 30 * 1440).map(lambda minutes: minutes * MINUTE)
    slots = draw(slot_lists(zone, now))
    start = now + draw(st.integers(-30, reach)) * DAY + draw(day) / 30
    end = start + draw(st.integers(0, length)) * DAY + draw(day) / 30
    near = by_days(slots, zone, now - 10 * DAY, now + 40 * DAY)
    skips = draw(st.sets(st.sampled_from(near), max_size=6)) if near else set()
    queue = QueueState(
        zone=zone,
        slots=slots,
        cycle=draw(cycles()),
        start=draw(st.none() | day.map(lambda span: now - 10 * DAY + span)),
        last_scheduled=draw(st.none() | st.sampled_from(near or [now])),
        skips=skips | draw(st.sets(st.just(now + 3 * DAY))),
    )
    return Case(queue, now, draw(st.sampled_from(SkipPolicy)), start, end)
