"""The order of a queue's items: numbers, places, and what `top`, `bottom` and a number between two items mean.

The cursor is a number too (`currentOrder`): the item that goes next is the first one whose order is not below it, else
the first of all. After every change it is set to that item's order.
- `top`: into the gap before the next item, and the new item becomes the next one.
- `bottom`: into the same gap, the cursor stays, so the new item goes last.
- a number that is taken: into the gap behind the item that has it (where a floored midpoint of neighbours points when
  there is no integer between them). When a gap holds no integer, the whole cycle is numbered anew in steps of 1000.
"""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Literal

from highlevel.sandbox.store import Store

STEP = 1000

Where = float | Literal["top", "bottom"]


@dataclass
class Cycle:
    """Items of a queue or of an edit session, sorted by order, and the cursor."""

    current: float = STEP
    orders: list[float] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def cursor(self) -> int:
        """The place of the item that goes next; 0 when there is none."""
        place = bisect_left(self.orders, self.current)
        return place if place < len(self.orders) else 0

    @property
    def next_id(self) -> str | None:
        """The item that goes next."""
        return self.ids[self.cursor] if self.ids else None

    def place(self, item_id: str) -> int:
        """Where an item stands, from 0. Raises ValueError when it is not in the cycle."""
        if len(self._places) != len(self.ids):
            self._places = {held: place for place, held in enumerate(self.ids)}
        if item_id not in self._places:
            raise ValueError(f"no item {item_id}")
        return self._places[item_id]

    def __contains__(self, item_id: object) -> bool:
        return item_id in self.ids

    def order_of(self, item_id: str) -> float:
        """The order of an item of the cycle."""
        return self.orders[self.place(item_id)]

    def in_turn(self, skip: int, limit: int) -> list[str]:
        """Item ids in the order in which they go out, `limit` of them after `skip`."""
        size = len(self.ids)
        return [self.ids[(self.cursor + number) % size] for number in range(skip, min(skip + limit, size))]

    def add(self, item_id: str, where: Where) -> None:
        """Put a new item at the top, at the bottom or at an order."""
        if not self.ids:
            self.orders, self.ids = [STEP if isinstance(where, str) else where], [item_id]
            self.current = self.orders[0]
            return
        if where == "top":
            order = self._room_before(self.cursor)
        elif where == "bottom":
            order = self._room_before(self.cursor) if self.cursor else self.orders[-1] + STEP
        else:
            order = self._free(float(where))
        self._places = {}
        place = bisect_right(self.orders, order)
        self.orders.insert(place, order)
        self.ids.insert(place, item_id)
        if where == "top":
            self.current = order
        self._settle()

    def move(self, item_id: str, where: Where) -> None:
        """Put an item of the cycle elsewhere. Its own order, or `top` for the next item, changes nothing."""
        place = self.place(item_id)
        is_next = place == self.cursor
        if where == self.orders[place] or (where == "top" and is_next) or len(self.ids) == 1:
            return
        del self.ids[place], self.orders[place]
        self._places = {}
        if is_next and where == "bottom":
            self._settle()
        self.add(item_id, where)

    def remove(self, item_id: str) -> None:
        """Take an item out; the cursor goes on to the one behind it."""
        place = self.place(item_id)
        del self.ids[place], self.orders[place]
        self._places = {}
        self._settle()

    def advance(self) -> None:
        """Move the cursor to the item behind the next one."""
        if self.ids:
            self.current = self.orders[(self.cursor + 1) % len(self.ids)]

    def _settle(self) -> None:
        if self.ids:
            self.current = self.orders[self.cursor]

    def _free(self, order: float) -> float:
        place = bisect_left(self.orders, order)
        if place == len(self.orders) or self.orders[place] != order:
            return order
        if place + 1 == len(self.orders):
            return order + STEP
        return self._room_before(place + 1)

    def _room_before(self, place: int) -> float:
        """A free order just before the item at `place`; numbers the cycle anew when there is no integer."""
        behind = self.orders[place]
        before = self.orders[place - 1] if place else min(0, behind - STEP)
        order = math.floor((before + behind) / 2)
        if before < order < behind:
            return order
        self._renumber()
        return self._room_before(place)

    def _renumber(self) -> None:
        cursor = self.cursor
        self.orders = [STEP * number for number in range(1, len(self.ids) + 1)]
        self.current = self.orders[cursor]


def load(store: Store, owner_id: str, current: float) -> Cycle:
    """The cycle of a queue or of an edit session; a queue's is built from its items when it is not kept yet."""
    kept = store.get("queue_cycle", owner_id)
    if kept is not None:
        return Cycle(current, kept["orders"], kept["ids"])
    items = store.find("queue_item", parent=owner_id, status="live", order="rowid")
    items.sort(key=lambda item: item["order"])
    cycle = Cycle(current, [item["order"] for item in items], [item["_id"] for item in items])
    _insert(store, owner_id, cycle)
    return cycle


def save(store: Store, owner_id: str, cycle: Cycle) -> None:
    """Keep a cycle; the cursor belongs in the document of its owner."""
    forget(store, owner_id)
    _insert(store, owner_id, cycle)


def forget(store: Store, owner_id: str) -> None:
    """Drop the kept cycle of an owner."""
    store.delete("queue_cycle", owner_id)


def _insert(store: Store, owner_id: str, cycle: Cycle) -> None:
    store.insert("queue_cycle", {"_id": owner_id, "orders": cycle.orders, "ids": cycle.ids})
