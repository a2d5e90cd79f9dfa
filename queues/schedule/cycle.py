"""The cycle of a queue: its items by order, the one that goes next, and what adding, moving and removing do to both.

Places are counted in turn: 0 is the item that goes next, the last place the one that waits longest. A cycle never
changes; every operation gives a new one, so an earlier one can always be taken up again.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from math import floor
from typing import Literal, NamedTuple, Self

STEP = 1000
"""The distance between the orders of a cycle that is numbered anew."""

Place = int | Literal["top", "bottom"]
"""`top` is place 0; `bottom` is behind all others, just before the item that goes next."""


class CycleItem(NamedTuple):
    """An item: its key (the same in the live queue and in a draft of it), its order, and how its variations stand.

    `variations` is their number, 0 for a plain item; `variation` the index of the one that goes out next; `last_out`
    the instant at which it went out last.
    """

    key: str
    order: float
    variations: int = 0
    variation: int = 0
    last_out: datetime | None = None


@dataclass(frozen=True)
class Cycle:
    """Items by rising order, and the index among them of the one that goes next (0 when there is none)."""

    items: tuple[CycleItem, ...] = ()
    cursor: int = 0

    @classmethod
    def read(cls, items: Iterable[CycleItem], current_order: float | None) -> Self:
        """The cycle of items in any order: next is the first whose order is not below `current_order`, else the first.

        Items of one order keep the sequence in which they are given. Raises ValueError when a key comes twice.
        """
        ordered = tuple(sorted(items, key=lambda item: item.order))
        if len({item.key for item in ordered}) != len(ordered):
            raise ValueError("a key comes twice")
        cursor = 0 if current_order is None else bisect_left(ordered, current_order, key=lambda item: item.order)
        return cls(ordered, cursor if cursor < len(ordered) else 0)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def current_order(self) -> float | None:
        """The order of the item that goes next, which HighLevel keeps as the cursor; None without items."""
        return self.items[self.cursor].order if self.items else None

    @cached_property
    def in_turn(self) -> tuple[CycleItem, ...]:
        """The items as they go out, the next one first."""
        return self.items[self.cursor :] + self.items[: self.cursor]

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of every item, by key, in turn."""
        return {item.key: place for place, item in enumerate(self.in_turn)}

    def with_items(self, items: Sequence[CycleItem], place: Place) -> Self:
        """New items, the first at a place, numbered to fit. Raises ValueError for a held key or no such place."""
        keys = [item.key for item in items]
        if len({*keys, *self.places}) != len(keys) + len(self):
            raise ValueError("a key comes twice")
        return self._inserted(items, self._place(place)) if items else self

    def without(self, keys: Collection[str]) -> Self:
        """The cycle without some items; its cursor passes to the next that stays. Raises KeyError for a strange key."""
        gone = self._known(keys)
        kept = tuple(item for item in self.items if item.key not in gone)
        following = next((item for item in self.in_turn if item.key not in gone), None)
        return type(self)(kept, kept.index(following) if following else 0)

    def moved(self, keys: Collection[str], place: Place) -> Self:
        """Some items as one block, in the sequence in which they stand, with the first of them at a place.

        Only they get new orders, unless there is no room and all do. The same cycle when nothing moves. Raises KeyError
        for a strange key, ValueError when the block does not fit at that place.
        """
        chosen = self._known(keys)
        block = [item for item in self.in_turn if item.key in chosen]
        rest = self.without(chosen)
        result = rest._inserted(block, rest._place(place)) if block else self
        same = all(one.key == other.key for one, other in zip(self.in_turn, result.in_turn, strict=True))
        return self if same else result

    def with_orders(self, orders: Mapping[str, float]) -> Self:
        """The cycle with orders that HighLevel gave to some items, by key; the same item goes next.

        HighLevel picks the number itself where it is told `top` or `bottom`. Raises KeyError for a strange key.
        """
        self._known(orders)
        items = [item._replace(order=orders.get(item.key, item.order)) for item in self.items]
        return type(self).read(items, None).led_by(item.key for item in self.in_turn)

    def led_by(self, keys: Iterable[str]) -> Self:
        """The cycle with its cursor on the first of `keys` that it holds; the same cycle when it holds none of them."""
        key = next((key for key in keys if key in self.places), None)
        if key is None:
            return self
        return type(self)(self.items, (self.cursor + self.places[key]) % len(self))

    def _known(self, keys: Collection[str]) -> frozenset[str]:
        for key in keys:
            if key not in self.places:
                raise KeyError(key)
        return frozenset(keys)

    def _place(self, place: Place) -> int:
        if isinstance(place, str):
            return 0 if place == "top" else len(self)
        if not 0 <= place <= len(self):
            raise ValueError(f"no place {place} among {len(self)} items")
        return place

    def _inserted(self, block: Sequence[CycleItem], place: int) -> Self:
        size = len(self)
        index = (self.cursor + place - 1) % size + 1 if place and size else self.cursor
        cursor = self.cursor + len(block) if place and index <= self.cursor else self.cursor
        orders = self._room(index, len(block))
        if not orders:
            return type(self)(_renumbered([*self.items[:index], *block, *self.items[index:]]), cursor)
        numbered = [item._replace(order=order) for item, order in zip(block, orders, strict=True)]
        return type(self)((*self.items[:index], *numbered, *self.items[index:]), cursor)

    def _room(self, index: int, count: int) -> list[int]:
        """Whole numbers between an item's order and that of the one before it; none when they do not fit."""
        if index == len(self.items):
            last = floor(self.items[-1].order) if self.items else 0
            return [last + STEP * number for number in range(1, count + 1)]
        behind = self.items[index].order
        before = self.items[index - 1].order if index else min(0, behind - STEP)
        orders = [floor(before + (behind - before) * number / (count + 1)) for number in range(1, count + 1)]
        fits = all(one < other for one, other in pairwise([before, *orders, behind]))
        return orders if fits else []


def _renumbered(items: Sequence[CycleItem]) -> tuple[CycleItem, ...]:
    return tuple(item._replace(order=STEP * number) for number, item in enumerate(items, 1))


class Move(NamedTuple):
    """An item that was taken elsewhere: its places before and after, and by how many of the others it comes sooner."""

    key: str
    was: int
    now: int
    sooner: int


def moves(before: Cycle, after: Cycle) -> list[Move]:
    """The fewest items whose moving turns one sequence into the other, as they stand in `after`.

    Items that only one of them holds are not moves, and neither are the shifts that the moves of others cause.
    """
    kept = [item.key for item in after.in_turn if item.key in before.places]
    olds = [before.places[key] for key in kept]
    rank = {old: number for number, old in enumerate(sorted(olds))}
    still = _longest_rising(olds)
    return [
        Move(key, old, after.places[key], rank[old] - number)
        for number, (key, old) in enumerate(zip(kept, olds, strict=True))
        if old not in still
    ]


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The members of a longest rising subsequence of distinct numbers."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(tails, number)
        before[number] = tails[length - 1] if length else None
        if length == len(tails):
            tails.append(number)
        else:
            tails[length] = number
    found: set[int] = set()
    member = tails[-1] if tails else None
    while member is not None:
        found.add(member)
        member = before[member]
    return found
