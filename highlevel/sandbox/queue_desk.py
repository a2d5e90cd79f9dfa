"""Two desks on which queue items are worked, with the same verbs: the live queue, and the draft of an edit session.

A draft is a copy on write: it starts as a list of orders and ids, and holds an item of its own only once that differs.
The id of a copied item is derived from the session, so that it leads back to its original.
"""

from abc import ABC, abstractmethod
from datetime import datetime, time
from typing import Any, cast

from highlevel.sandbox import queue_cycle
from highlevel.sandbox.clock import iso, parse_iso
from highlevel.sandbox.operations import Refusal
from highlevel.sandbox.queue_cycle import Where
from highlevel.sandbox.queue_walk import Projection, SkipPolicy, Slot, SlotTimes, Turn
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World, hash_of
from highlevel.sandbox.zones import zone_name

SlotInfo = dict[str, Any]
"""What HighLevel says of an item's next slot: itemId, scheduledDateTime (UTC or None), isSkipped."""


class Desk(ABC):
    """The items of a queue, live or staged, in their cycle, at an instant (the sandbox's present unless told)."""

    def __init__(
        self, world: World, queue: Document, owner_id: str, current: float, now: datetime | None = None
    ) -> None:
        self.world = world
        self.now = now or world.clock.now()
        self.queue = queue
        self.owner_id = owner_id
        self.cycle = queue_cycle.load(world.store, owner_id, current)

    @property
    @abstractmethod
    def projected_states(self) -> tuple[str, ...]:
        """States of the queue in which its items have slots."""

    @abstractmethod
    def find(self, item_id: str) -> Document | None:
        """An item of this desk with its present order, or None."""

    @abstractmethod
    def put(self, item: Document) -> None:
        """Keep a new or changed item; its place in the cycle is not touched."""

    @abstractmethod
    def save(self) -> None:
        """Keep the cycle and the cursor."""

    @abstractmethod
    def drop(self, item_id: str) -> None:
        """Forget an item that is no longer in the cycle."""

    def item(self, item_id: str) -> Document:
        """An item of this desk. Raises Refusal when it has none with that id."""
        found = self.find(item_id)
        if found is None:
            raise Refusal(400, "Queue item not found")
        return found

    def add(self, item: Document, where: Where) -> None:
        """Put a new item into the cycle and keep it."""
        self.cycle.add(item["_id"], where)
        self.put(self._numbered(item))

    def remove(self, item: Document) -> None:
        """Take an item out."""
        self.cycle.remove(item["_id"])
        self.drop(item["_id"])

    def projection(self) -> Projection | None:
        """The walk of this desk from now on; None when the state of the queue hides it."""
        if self.queue["status"] not in self.projected_states:
            return None
        return project(self.world, self.queue, now=self.now, size=len(self.cycle), cursor=self.cycle.cursor)

    def slots(self) -> dict[str, SlotInfo]:
        """The next slot of every item, by item id, in the order in which they go out."""
        return {slot["itemId"]: slot for slot in self.slots_of(0, len(self.cycle))}

    def slots_of(self, skip: int, limit: int) -> list[SlotInfo]:
        """The next slots of `limit` items after `skip`, in the order in which they go out."""
        ids, plan = self.cycle.in_turn(skip, limit), self.projection()
        if plan is None or plan.empty or not ids:
            return [slot_info(item_id, None) for item_id in ids]
        return [slot_info(item_id, turn) for item_id, turn in zip(ids, plan.run(skip), strict=False)]

    def _numbered(self, item: Document) -> Document:
        return {**item, "order": self.cycle.order_of(item["_id"])}


class Live(Desk):
    """The queue itself."""

    projected_states = ("active",)

    def __init__(self, world: World, queue: Document, now: datetime | None = None) -> None:
        super().__init__(world, queue, queue["_id"], queue["currentOrder"], now)

    def find(self, item_id: str) -> Document | None:
        item = self.world.store.get("queue_item", item_id)
        if item is None or item["queueId"] != self.queue["_id"] or item["deleted"]:
            return None
        return self._numbered(item)

    def put(self, item: Document) -> None:
        if self.world.store.get("queue_item", item["_id"]) is None:
            self.world.store.insert(
                "queue_item", item, location=item["locationId"], parent=item["queueId"], status="live"
            )
        else:
            self.world.store.update("queue_item", item["_id"], item, status="live")

    def save(self) -> None:
        queue_cycle.save(self.world.store, self.owner_id, self.cycle)
        self.queue.update(currentOrder=self.cycle.current, totalPosts=len(self.cycle))

    def drop(self, item_id: str) -> None:
        if item := self.world.store.get("queue_item", item_id):
            self.world.store.update("queue_item", item_id, {**item, "deleted": True}, status="deleted")


class Draft(Desk):
    """The staged items of an open edit session."""

    projected_states = ("active", "draft")

    def __init__(self, world: World, queue: Document, session: Document) -> None:
        super().__init__(world, queue, session["_id"], session["currentOrder"])
        self.session = session

    def draft_id(self, original_id: str) -> str:
        """The id that a live item has in this draft; applied twice it leads back."""
        mask = int.from_bytes(hash_of("draft", self.session["_id"])[:12], "big")
        return f"{int(original_id, 16) ^ mask:024x}"

    def original_id(self, item_id: str) -> str | None:
        """The live item that an item of this draft was copied from, or None for one that was made in the draft."""
        changed = self.world.store.get("draft_item", item_id)
        return changed["originalItemId"] if changed else self.draft_id(item_id)

    def find(self, item_id: str) -> Document | None:
        # A caller may still name an item by the id that it has in the live queue.
        held = next((id for id in (item_id, self._other_id(item_id)) if id in self.cycle), None)
        if held is None:
            return None
        item = self.world.store.get("draft_item", held)
        if item is None:
            original_id = self.draft_id(held)
            original = self.world.store.get("queue_item", original_id)
            if original is None:
                return None
            item = {**original, "_id": held, "originalItemId": original_id, "deleted": False}
        return self._numbered(item)

    def put(self, item: Document) -> None:
        self.world.store.delete("draft_item", item["_id"])
        draft = {"originalItemId": None, **item}
        self.world.store.insert("draft_item", draft, location=item["locationId"], parent=self.session["_id"])

    def save(self) -> None:
        queue_cycle.save(self.world.store, self.owner_id, self.cycle)
        self.session["currentOrder"] = self.cycle.current
        self.world.store.update("edit_session", self.session["_id"], self.session)

    def _other_id(self, item_id: str) -> str:
        try:
            return self.draft_id(item_id)
        except ValueError:
            return ""

    def drop(self, item_id: str) -> None:
        self.world.store.delete("draft_item", item_id)


def open_desk(world: World, queue: Document, session_id: str | None) -> Desk:
    """The draft of a session if one is named, else the live queue. Raises Refusal when the session is not open."""
    if not session_id:
        return Live(world, queue)
    return Draft(world, queue, open_session(world, queue, session_id))


def open_session(world: World, queue: Document, session_id: str) -> Document:
    """The open edit session of a queue. Raises Refusal when there is none with that id."""
    session = world.store.get("edit_session", session_id)
    if session is None or session["queueId"] != queue["_id"] or session["status"] != "open":
        raise Refusal(400, "Edit session not found or expired")
    return session


def project(world: World, queue: Document, *, now: datetime, size: int, cursor: int) -> Projection:
    """The walk of a queue of that many items: from now, its start or its last slot, whichever is latest."""
    anchor = max(now, *(parse_iso(text) for text in (queue["startDate"], queue["lastScheduledTime"]) if text))
    skips = {parse_iso(text) for text in queue["skipDateTime"]}
    policy = cast(SkipPolicy, world.settings["skip_policy"])
    return Projection(slot_times(world, queue), anchor=anchor, size=size, cursor=cursor, skips=skips, policy=policy)


def slot_times(world: World, queue: Document) -> SlotTimes:
    """The instants of a queue's slots, in the zone of its location."""
    slots = [Slot(int(slot["dayOfWeek"]), time.fromisoformat(slot["time"])) for slot in queue["timeSlots"]]
    return SlotTimes(slots, zone_name(world, queue["locationId"]))


def slot_info(item_id: str, turn: Turn | None) -> SlotInfo:
    """An item's next slot as HighLevel writes it."""
    return {
        "itemId": item_id,
        "scheduledDateTime": iso(turn.at) if turn else None,
        "isSkipped": bool(turn and turn.skipped),
    }


def changed_slots(before: dict[str, SlotInfo], after: dict[str, SlotInfo]) -> list[SlotInfo]:
    """The slots that are not what they were, items that are new among them."""
    return [slot for item_id, slot in after.items() if before.get(item_id) != slot]
