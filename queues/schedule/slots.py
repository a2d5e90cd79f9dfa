"""The instants that weekly wall-clock slots name in a zone: any stretch of them, how many, the n-th one."""

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from queues.schedule.zones import SUNDAY, WEEK, ClockChange, changes_between, gaps_between

_SUNDAY_NUMBER = SUNDAY.toordinal()
_NONE = timedelta()
_NEAR = timedelta(days=2)
"""Farther than this from a clock change, the wall clock puts slots in the same order as time does."""


@dataclass(frozen=True, slots=True, order=True)
class WeeklySlot:
    """A wall-clock time of every week; day 0 is Sunday. Raises ValueError for no such day, or seconds in the time."""

    day_of_week: int
    at: time
    into_week: timedelta = field(init=False, repr=False, compare=False)
    """How long after Sunday 00:00 by the wall clock."""

    def __post_init__(self) -> None:
        if self.day_of_week not in range(7):
            raise ValueError(f"day {self.day_of_week} is not one of 0 (Sunday) to 6")
        if self.at.second or self.at.microsecond or self.at.tzinfo:
            raise ValueError(f"{self.at} is not a plain HH:mm")
        into_week = timedelta(days=self.day_of_week, hours=self.at.hour, minutes=self.at.minute)
        object.__setattr__(self, "into_week", into_week)

    @classmethod
    def read(cls, day_of_week: int, at: str) -> Self:
        """A slot as HighLevel writes it, with its time as HH:mm. Raises ValueError."""
        return cls(day_of_week, time.fromisoformat(at))


class Touch(StrEnum):
    """What a clock change does to a slot."""

    MOVED = "moved"
    """The time does not exist that day: the slot comes later by as much as the clocks go forward."""
    MERGED = "merged"
    """As MOVED, onto another slot: both are one."""
    FIRST_OF_TWO = "first of two"
    """The time comes twice that day: the slot is the first one."""


class TouchedSlot(NamedTuple):
    """A slot of one day that a clock change touches: its instant, and the naive wall-clock time that was asked for."""

    at: datetime
    wanted: datetime
    touch: Touch


class SlotTimes:
    """The endless, strictly increasing series of instants (aware, UTC) of some weekly slots in an IANA zone.

    A time that does not exist on the day moves forward by the gap, a time that comes twice is the first one, and slots
    that meet on one instant are one. The instants are numbered from 0 at or after `origin`. Every answer costs what it
    returns, however far from the origin it lies. Raises zoneinfo.ZoneInfoNotFoundError.
    """

    def __init__(self, slots: Collection[WeeklySlot], zone: str, origin: datetime) -> None:
        self.zone = zone
        self.origin = origin
        self._place = ZoneInfo(zone)
        self._into_week = sorted({slot.into_week for slot in slots})
        self._doubles: dict[tuple[timedelta, timedelta], set[timedelta]] = {}
        self._before_origin = self._count(origin)

    def between(self, start: datetime, end: datetime) -> list[datetime]:
        """The instants in [start, end)."""
        return self._window(start, end)[1]

    def numbered(self, start: datetime, end: datetime) -> tuple[int, list[datetime]]:
        """The instants in [start, end) and the number of the first; `start` is not before the origin."""
        count, found = self._window(start, end)
        return count - self._before_origin - self._merged_between(self.origin, start), found

    def number(self, moment: datetime) -> int:
        """The number of the first instant at or after a moment that is not before the origin; 0 without slots."""
        return self._count(moment) - self._before_origin - self._merged_between(self.origin, moment)

    def from_number(self, number: int, length: int) -> list[datetime]:
        """`length` instants from a number on; none without slots."""
        if not self._into_week:
            return []
        near = self.origin + max(0, number // len(self._into_week) - 1) * WEEK
        first = number - self.number(near)
        weeks = (first + length) // len(self._into_week) + 2
        found = self.between(near, near + weeks * WEEK)
        while len(found) < first + length:
            weeks += 1
            found = self.between(near, near + weeks * WEEK)
        return found[first : first + length]

    def touched(self, start: datetime, end: datetime) -> list[TouchedSlot]:
        """The slots in [start, end) that a clock change touches, in order."""
        changes = changes_between(self.zone, start, end)
        found = [slot for change in changes for slot in self._touched_by(change) if start <= slot.at < end]
        return sorted(found)

    def _week(self, moment: datetime) -> int:
        """The number of the week in which a moment falls by the wall clock."""
        return (moment.astimezone(self._place).toordinal() - _SUNDAY_NUMBER) // 7

    def _window(self, start: datetime, end: datetime) -> tuple[int, list[datetime]]:
        """What `_count` says of the start, and the instants in [start, end)."""
        if not self._into_week or end <= start:
            return self._count(start), []
        week = self._week(start) - 1
        found, moved = self._of_weeks(week, self._week(end) + 2)
        first = bisect_left(found, start)
        window = found[first : bisect_left(found, end)]
        return week * len(self._into_week) + first, list(dict.fromkeys(window)) if moved else window

    def _count(self, moment: datetime) -> int:
        """How many slots come before a moment, from a fixed week on; slots that meet count each."""
        if all(abs(change.at - moment) > _NEAR for change in changes_between(self.zone, moment, moment)):
            wall = moment.astimezone(self._place).replace(tzinfo=UTC) - SUNDAY
            return wall // WEEK * len(self._into_week) + bisect_left(self._into_week, wall % WEEK)
        week = self._week(moment) - 1
        return week * len(self._into_week) + bisect_left(self._of_weeks(week, week + 3)[0], moment)

    def _of_weeks(self, first: int, last: int) -> tuple[list[datetime], bool]:
        """The instants of every slot of the weeks [first, last), in order; and whether some moved (two may meet)."""
        wall, end = SUNDAY + first * WEEK, SUNDAY + last * WEEK
        offset = wall.replace(tzinfo=self._place).utcoffset() or _NONE
        found: list[datetime] = []
        moved = False
        for change in changes_between(self.zone, wall, end):
            if wall < change.settled < end:
                found += self._steady(wall, change.settled, offset)
                moved = moved or bool(self._lost(change))
                wall, offset = change.settled, change.after
        found += self._steady(wall, end, offset)
        if moved:
            found.sort()
        return found, moved

    def _steady(self, start: datetime, end: datetime, offset: timedelta) -> list[datetime]:
        """The instants of the slots between two wall-clock times with one offset from UTC."""
        start, end = start - offset, end - offset
        sunday = SUNDAY - offset
        first, last = (start - sunday) // WEEK, -((sunday - end) // WEEK)
        sundays = [sunday + number * WEEK for number in range(first, last)]
        found = [sunday + into for sunday in sundays for into in self._into_week]
        return found[bisect_left(found, start) : bisect_left(found, end)]

    def _lost(self, change: ClockChange) -> list[datetime]:
        """The wall-clock times of slots that a change leaves out."""
        return self._steady(change.reached, change.settled, _NONE) if change.jump > _NONE else []

    def _doubled(self, into_week: timedelta, jump: timedelta) -> set[timedelta]:
        """The slots of the week that would meet another one if the clocks went forward at that time of the week."""
        if (into_week, jump) not in self._doubles:
            slots, end = self._into_week, into_week + jump
            lost = slots[bisect_left(slots, into_week) : bisect_left(slots, end)]
            lost += slots[: bisect_left(slots, end - WEEK)]
            self._doubles[into_week, jump] = {slot for slot in lost if (slot + jump) % WEEK in slots}
        return self._doubles[into_week, jump]

    def _merged_between(self, start: datetime, end: datetime) -> int:
        """How many slots in [start, end) fall on the instant of another one."""
        if not any(self._doubled(*gap) for gap in gaps_between(self.zone, start, end)):
            return 0
        changes = changes_between(self.zone, start, end)
        return sum(start <= moment < end for change in changes for moment in self._merged(change))

    def _merged(self, change: ClockChange) -> list[datetime]:
        """The instants on which a change lets two slots fall."""
        double = self._doubled((change.reached - SUNDAY) % WEEK, change.jump)
        return [wall - change.before for wall in self._lost(change) if (wall - SUNDAY) % WEEK in double]

    def _touched_by(self, change: ClockChange) -> Iterator[TouchedSlot]:
        merged = self._merged(change)
        for wall in self._lost(change):
            moment = wall - change.before
            yield TouchedSlot(moment, wall.replace(tzinfo=None), Touch.MERGED if moment in merged else Touch.MOVED)
        if change.jump < _NONE:
            for wall in self._steady(change.settled + change.jump, change.settled, _NONE):
                yield TouchedSlot(wall - change.before, wall.replace(tzinfo=None), Touch.FIRST_OF_TWO)
