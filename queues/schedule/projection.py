"""Which item of a queue goes out when. One vocabulary for the live queue and for a draft of it.

The k-th slot from the opening takes the k-th item from the cursor, round and round. A turn is the number of an outing
in that walk, from 0; so a turn says which item it is, and finding a turn or a window of them is arithmetic.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from queues.schedule.cycle import Cycle, CycleItem
from queues.schedule.slots import SlotTimes, WeeklySlot


class SkipPolicy(StrEnum):
    """What a skipped slot does to the walk; HighLevel does not say."""

    CONSUME = "consume"
    """Its item has had its turn: it is shown at the slot, marked skipped, and waits for the next round."""
    SHIFT = "shift"
    """The slot is left out: its item and all behind it go one slot later."""


class Status(StrEnum):
    """The states of a queue that is not deleted."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"


class Standstill(StrEnum):
    """Why a queue publishes nothing."""

    DRAFT = "draft"
    PAUSED = "paused"
    NO_SLOTS = "no slots"
    NO_ITEMS = "no items"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """All that decides what a queue does; instants are aware.

    `start` is the instant from which it may publish, `last_scheduled` the slot that went out last, `skips` the instants
    of skipped slots (those that no slot has do nothing), `zone` the IANA zone of the location.
    """

    zone: str
    slots: Collection[WeeklySlot]
    cycle: Cycle
    status: Status = Status.ACTIVE
    start: datetime | None = None
    last_scheduled: datetime | None = None
    skips: Collection[datetime] = ()


class Outing(NamedTuple):
    """One turn of an item: its instant (UTC), the item, its number, whether the slot is skipped.

    `times_out` is how often the item goes out between the opening and this turn.
    """

    at: datetime
    item: CycleItem
    turn: int
    skipped: bool
    times_out: int

    @property
    def key(self) -> str:
        """The item's key."""
        return self.item.key

    @property
    def variation(self) -> int:
        """The index of the variation that goes out; each outing takes the next one, and after the last the first."""
        return (self.item.variation + self.times_out) % max(1, self.item.variations)


class Outings:
    """A run of turns in order: an Outing each, or cheaper their instants, their items, or pairs of both.

    `first` is the number of the first turn, `in_turn` the cycle, and `skipped` the skipped turns by place.
    """

    def __init__(
        self,
        instants: list[datetime],
        first: int,
        in_turn: tuple[CycleItem, ...],
        skipped: Mapping[int, Sequence[int]],
    ) -> None:
        self.instants = instants
        self.first = first
        self._in_turn = in_turn
        self._skipped = skipped

    def __len__(self) -> int:
        return len(self.instants)

    def __getitem__(self, index: int) -> Outing:
        return self._outing(self.first + range(len(self))[index], self.instants[index])

    def __iter__(self) -> Iterator[Outing]:
        if self._skipped:
            return (self._outing(turn, at) for turn, at in enumerate(self.instants, self.first))
        size, turns = len(self._in_turn), range(self.first, self.first + len(self))
        columns = zip(self.instants, self.items, turns, strict=True)
        return (Outing(at, item, turn, False, turn // size) for at, item, turn in columns)

    @property
    def items(self) -> list[CycleItem]:
        """The item of each turn."""
        if not self.instants:
            return []
        place = self.first % len(self._in_turn)
        head = self._in_turn[place : place + len(self)]
        rounds, rest = divmod(len(self) - len(head), len(self._in_turn))
        return [*head, *self._in_turn * rounds, *self._in_turn[:rest]] if rounds or rest else list(head)

    def pairs(self) -> list[tuple[datetime, CycleItem]]:
        """The instant and the item of each turn."""
        return list(zip(self.instants, self.items, strict=True))

    def _outing(self, turn: int, at: datetime) -> Outing:
        round_number, place = divmod(turn, len(self._in_turn))
        skipped = self._skipped.get(place, ())
        lost = bisect_left(skipped, turn)
        return Outing(at, self._in_turn[place], turn, turn in skipped[lost : lost + 1], round_number - lost)


class Schedule:
    """What a queue does from an instant on.

    It opens just after `now`, its start or its last slot, whichever is latest. `as_if_active` shows what a draft or a
    paused queue would do if it ran. Raises zoneinfo.ZoneInfoNotFoundError for a zone that is none.
    """

    def __init__(
        self,
        queue: QueueState,
        *,
        now: datetime,
        policy: SkipPolicy = SkipPolicy.CONSUME,
        as_if_active: bool = False,
    ) -> None:
        self.queue = queue
        self.cycle = queue.cycle
        self.policy = policy
        self.standstill = _standstill(queue, as_if_active)
        known = (moment for moment in (now, queue.start, queue.last_scheduled) if moment is not None)
        self.opens = max(known) + timedelta(microseconds=1)
        self.times = SlotTimes(queue.slots, queue.zone, self.opens)
        self._skips = frozenset(moment for moment in queue.skips if self._is_slot(moment))
        self._skipped_slots = sorted(self.times.number(moment) for moment in self._skips)
        self._skipped_turns: dict[int, list[int]] = {}
        if policy is SkipPolicy.CONSUME and self.cycle:
            for turn in self._skipped_slots:
                self._skipped_turns.setdefault(turn % len(self.cycle), []).append(turn)

    def between(self, start: datetime, end: datetime) -> Outings:
        """The turns in [start, end)."""
        start = max(start, self.opens)
        if self.standstill or end <= start:
            return self._outings([], 0)
        slot, instants = self.times.numbered(start, end)
        return self._outings(self._taken(instants), self._turn_of(slot))

    def upcoming(self, first: int = 0, length: int = 1) -> Outings:
        """`length` turns from the `first` on; none at a standstill. Raises ValueError for negative numbers."""
        if first < 0 or length < 0:
            raise ValueError("turns are counted from 0")
        if self.standstill or not length:
            return self._outings([], first)
        spare = 0 if self.policy is SkipPolicy.CONSUME else len(self._skipped_slots)
        found = self.times.from_number(self._slot_of(first), length + spare)
        return self._outings(self._taken(found)[:length], first)

    def next_of_every(self) -> Outings:
        """The next turn of every item, as they stand in turn."""
        return self.upcoming(0, len(self.cycle))

    def next_of(self, key: str) -> Outing | None:
        """The next turn of an item, None at a standstill. Raises KeyError for a strange key."""
        return self.turn(self.cycle.places[key])

    def turn(self, number: int) -> Outing | None:
        """One turn; None at a standstill."""
        return next(iter(self.upcoming(number)), None)

    def turns_of(self, key: str, start: datetime, end: datetime) -> list[Outing]:
        """The turns of an item in [start, end). Raises KeyError for a strange key."""
        place, outings = self.cycle.places[key], self.between(start, end)
        size = len(self.cycle)
        return [outings[index] for index in range((place - outings.first) % size, len(outings), size)]

    def skipped_between(self, start: datetime, end: datetime) -> list[datetime]:
        """The skipped slots in [start, end), under either policy, running or not."""
        return sorted(moment for moment in self._skips if start <= moment < end)

    def _outings(self, instants: list[datetime], first: int) -> Outings:
        return Outings(instants, first, self.cycle.in_turn, self._skipped_turns)

    def _is_slot(self, moment: datetime) -> bool:
        return moment >= self.opens and moment in self.times.between(moment, moment + timedelta(microseconds=1))

    def _taken(self, instants: list[datetime]) -> list[datetime]:
        if self.policy is SkipPolicy.CONSUME or not self._skips:
            return instants
        return [moment for moment in instants if moment not in self._skips]

    def _turn_of(self, slot: int) -> int:
        """The turn that the `slot`-th slot from the opening takes, or the next turn where it takes none."""
        return slot if self.policy is SkipPolicy.CONSUME else slot - bisect_left(self._skipped_slots, slot)

    def _slot_of(self, turn: int) -> int:
        slot = turn
        if self.policy is SkipPolicy.SHIFT:
            for skipped in self._skipped_slots:
                slot += skipped <= slot
        return slot


def _standstill(queue: QueueState, as_if_active: bool) -> Standstill | None:
    if queue.status is not Status.ACTIVE and not as_if_active:
        return Standstill.PAUSED if queue.status is Status.PAUSED else Standstill.DRAFT
    if not queue.slots:
        return Standstill.NO_SLOTS
    return None if queue.cycle else Standstill.NO_ITEMS
