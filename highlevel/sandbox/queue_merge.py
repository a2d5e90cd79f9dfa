"""Saving an edit session: the draft becomes the live queue, also when that has moved on meanwhile."""

from highlevel.sandbox.queue_cycle import Cycle
from highlevel.sandbox.queue_desk import Draft, Live
from highlevel.sandbox.store import Document


def apply_draft(live: Live, draft: Draft) -> None:
    """Give the live desk the items, the order and (unless the live queue has moved on) the cursor of the draft.

    Untouched items are not rewritten. New ones keep the id that they have in the draft. `settle` is left to do.
    """
    store = live.world.store
    changed = {item["_id"]: item for item in store.find("draft_item", parent=draft.owner_id)}
    ids = [_live_id(draft, changed, draft_id) for draft_id in draft.cycle.ids]
    held, kept = live.cycle, set(ids)
    moved_on = held.next_id != draft.session["startNext"]
    next_id = next((item_id for item_id in held.in_turn(0, len(held)) if item_id in kept), None) if moved_on else None
    live.cycle = Cycle(draft.cycle.current, list(draft.cycle.orders), ids)
    if next_id is not None:
        live.cycle.current = live.cycle.order_of(next_id)
    for item_id in set(held.ids) - kept:
        live.drop(item_id)
    for item_id in kept - set(held.ids):
        # Deleted in the live queue meanwhile; the draft still has it.
        if original := store.get("queue_item", item_id):
            live.put({**original, "deleted": False})
    for draft_id, item in changed.items():
        if draft_id in draft.cycle:
            _carry_over(live, item)


def _live_id(draft: Draft, changed: dict[str, Document], draft_id: str) -> str:
    item = changed.get(draft_id)
    return draft.draft_id(draft_id) if item is None else str(item["originalItemId"] or draft_id)


def _carry_over(live: Live, draft_item: Document) -> None:
    item = {key: value for key, value in draft_item.items() if key != "originalItemId"}
    item["_id"] = draft_item["originalItemId"] or draft_item["_id"]
    item["order"] = live.cycle.order_of(item["_id"])
    held = live.world.store.get("queue_item", item["_id"])
    if held is not None:
        # What happened in the live queue meanwhile stays.
        item["currentVariation"] = held["currentVariation"] % max(1, len(item["variations"]))
        item["lastScheduledTime"] = held["lastScheduledTime"]
    live.put(item)
