"""The walk of a category queue: which item goes out when. Pure arithmetic; costs the window asked for, not the items.

The model (the parts that HighLevel leaves open are its own):
- Weekly slots are wall-clock times of the location's zone. A time that does not exist moves forward by the gap; a time
  that happens twice is the first one. Two slots that fall on one instant are one slot.
- The first slot after the anchor takes the item at the cursor, the next one the item after it, round and round.
- A skipped slot publishes nothing. Under "consume" its item has had its turn; under "shift" it takes the next slot.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

SkipPolicy = Literal["consume", "shift"]

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_FIRST_SUNDAY = date(1970, 1, 4)
_STRETCH = timedelta(weeks=8)


class Slot(NamedTuple):
    """A weekly wall-clock time; day 0 is Sunday."""

    day: int
    time: time


class Gap(NamedTuple):
    """A stretch of wall-clock time that a zone leaves out: its first missing local time and its length."""

    start: datetime
    length: timedelta


class SlotTimes:
    """The endless series of instants (aware, UTC, strictly increasing) that weekly slots name in a zone."""

    def __init__(self, slots: Collection[Slot], zone: str) -> None:
        self.slots = sorted(set(slots))
        self.zone = zone
        self._zone = ZoneInfo(zone)
        self._in_week = [
            timedelta(days=slot.day, hours=slot.time.hour, minutes=slot.time.minute) for slot in self.slots
        ]

    def between(self, after: datetime, upto: datetime) -> Iterator[datetime]:
        """The instants in (after, upto], in order."""
        while self.slots and after < upto:
            end = min(upto, after + _STRETCH)
            yield from self._stretch(after, end)
            after = end

    def since(self, start: datetime) -> Iterator[datetime]:
        """The instants from `start` on, without end."""
        after = start - timedelta(microseconds=1)
        while self.slots:
            yield from self._stretch(after, after + _STRETCH)
            after += _STRETCH

    def count(self, after: datetime, upto: datetime) -> int:
        """How many instants lie in (after, upto]; a far `upto` costs little more than a near one."""
        if upto <= after or not self.slots:
            return 0
        first, last = self._week(after) + 2, self._week(upto) - 2
        if last < first:
            return len(self._stretch(after, upto))
        near = (moment for week in range(first - 3, first) for moment in self._of_week(week))
        far = (moment for week in range(last + 1, last + 4) for moment in self._of_week(week))
        edges = sum(moment > after for moment in near) + sum(moment <= upto for moment in far)
        return edges + (last - first + 1) * len(self.slots) - self._merged(after, upto)

    def nth(self, after: datetime, number: int) -> datetime:
        """The instant that is `number`-th after `after`, counted from 0. There must be slots."""
        start = after + (number // len(self.slots)) * _WEEK - _WEEK
        missing = number
        if start > after:
            missing -= self.count(after, start)
        else:
            start = after
        while True:
            moments = self._stretch(start, start + 2 * _WEEK)
            if missing < len(moments):
                return moments[missing]
            missing -= len(moments)
            start += 2 * _WEEK

    def includes(self, moment: datetime) -> bool:
        """Whether a slot falls on that instant."""
        return bool(self.slots) and moment in self._stretch(moment - timedelta(seconds=1), moment)

    def _stretch(self, after: datetime, upto: datetime) -> list[datetime]:
        weeks = range(self._week(after) - 1, self._week(upto) + 2)
        return sorted({moment for week in weeks for moment in self._of_week(week) if after < moment <= upto})

    def _week(self, moment: datetime) -> int:
        return (moment.astimezone(self._zone).date() - _FIRST_SUNDAY).days // 7

    def _of_week(self, week: int) -> Iterator[datetime]:
        sunday = datetime.combine(_FIRST_SUNDAY, time()) + week * _WEEK
        for offset in self._in_week:
            # fold=0 takes the first of two times, and reads a missing one with the offset before the gap.
            yield (sunday + offset).replace(tzinfo=self._zone, fold=0).astimezone(UTC)

    def _merged(self, after: datetime, upto: datetime) -> int:
        found = 0
        for gap in gaps(self.zone, after - _DAY, upto + _DAY):
            week = (gap.start.date() - _FIRST_SUNDAY).days // 7
            sunday = datetime.combine(_FIRST_SUNDAY, time()) + week * _WEEK
            for offset in (*self._in_week, *(offset + _WEEK for offset in self._in_week)):
                moved = offset + gap.length
                if gap.start <= sunday + offset < gap.start + gap.length and moved % _WEEK in self._in_week:
                    moment = (sunday + moved).replace(tzinfo=self._zone).astimezone(UTC)
                    found += after < moment <= upto
        return found


def gaps(zone: str, after: datetime, upto: datetime) -> list[Gap]:
    """The gaps of a zone between two instants, to the year."""
    return [gap for year in range(after.year, upto.year + 1) for gap in _gaps_of_year(zone, year)]


@lru_cache(maxsize=4096)
def _gaps_of_year(zone: str, year: int) -> tuple[Gap, ...]:
    place = ZoneInfo(zone)

    def offset(seconds: int) -> timedelta:
        return datetime.fromtimestamp(seconds, place).utcoffset() or timedelta()

    start = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    end = int(datetime(year + 1, 1, 1, tzinfo=UTC).timestamp())
    probes = [*range(start, end, 7 * 86400), end]
    found = []
    for left, right in pairwise(probes):
        before, behind = offset(left), offset(right)
        if behind > before:
            moment = left + bisect_left(range(left, right), True, key=lambda at: offset(at) != before)
            local = datetime.fromtimestamp(moment, UTC).replace(tzinfo=None) + before
            found.append(Gap(local, behind - before))
    return tuple(found)


@dataclass(frozen=True)
class Turn:
    """One slot of a queue: which place of the cycle it takes, and how often that item went out since the anchor."""

    at: datetime
    place: int
    outing: int
    skipped: bool


class Projection:
    """What a queue does after its anchor. `size` items in a cycle, the one at place `cursor` goes next."""

    def __init__(
        self,
        times: SlotTimes,
        *,
        anchor: datetime,
        size: int,
        cursor: int,
        skips: Collection[datetime],
        policy: SkipPolicy,
    ) -> None:
        self.times = times
        self.anchor = anchor
        self.size = size
        self.cursor = cursor
        self.policy = policy
        self.skips = {moment for moment in skips if moment > anchor and times.includes(moment)}
        # The places that the skipped slots have in the series of slots after the anchor.
        self._skipped_slots = sorted(times.count(anchor, moment) - 1 for moment in self.skips)

    @property
    def empty(self) -> bool:
        """Whether nothing will ever happen."""
        return not self.size or not self.times.slots

    def turns(self, start: datetime, end: datetime) -> Iterator[Turn]:
        """The turns in [start, end], in order; skipped slots are among them only where they take a turn."""
        if self.empty:
            return
        after = max(self.anchor, start - timedelta(microseconds=1))
        slot = self.times.count(self.anchor, after)
        for moment in self.times.between(after, end):
            if self.policy == "consume" or moment not in self.skips:
                yield self._turn(moment, slot)
            slot += 1

    def run(self, number: int = 0) -> Iterator[Turn]:
        """The turns from the `number`-th after the anchor on, counted from 0; without end unless it is empty."""
        if self.empty:
            return
        slot = number
        if self.policy == "shift":
            for skipped in self._skipped_slots:
                slot += skipped <= slot
        for moment in self.times.since(self.times.nth(self.anchor, slot)):
            if self.policy == "consume" or moment not in self.skips:
                yield self._turn(moment, slot)
            slot += 1

    def _turn(self, moment: datetime, slot: int) -> Turn:
        if self.policy == "shift":
            number = slot - bisect_left(self._skipped_slots, slot)
            return Turn(moment, (self.cursor + number) % self.size, number // self.size, False)
        lost = sum(1 for skipped in self._skipped_slots if skipped < slot and skipped % self.size == slot % self.size)
        return Turn(moment, (self.cursor + slot) % self.size, slot // self.size - lost, moment in self.skips)
