"""Queue items: list, create, change, reset, clone, delete, and their slots.

Documents
`queue_item` (location = locationId, parent = queue id, status "live" or "deleted"). Keys: _id, locationId, queueId,
order (number, steps of 1000), variations [{_id, content, mentions, ogTags}] (may be empty), primaryImage (may be ""),
postId (the original post, or None for an item that was written in the queue), parentPostId (or None),
modifiedPostPayload (what was changed, or None; a complete payload with accountIds, summary, media, type and userId when
postId is None), errors (of INVALID_USER_ID, PIXABAY_MEDIA), currentVariation, lastScheduledTime (or None), deleted,
createdAt, updatedAt.
`queue_cycle` (one per queue, same id as the queue) lists order and id of its items and decides; the order in an item
is the one it had when it was last written. It is built from the items when it is missing, so whoever inserts items
directly does so before the queue is first used and leaves the cycle alone.
"""

from typing import Any

from highlevel.sandbox.fields import Field, Fields, boolean, list_of, nested, number, text
from highlevel.sandbox.operations import Call, Refusal, operation
from highlevel.sandbox.queue_content import (
    MODIFIED_POST,
    VARIATION,
    item_listed,
    item_record,
    new_item,
    with_changes,
    without_changes,
)
from highlevel.sandbox.queue_cycle import Where
from highlevel.sandbox.queue_desk import Desk, Live, changed_slots, open_desk
from highlevel.sandbox.queue_life import place_of_new, settle
from highlevel.sandbox.queue_walk import Turn
from highlevel.sandbox.resources.queues import QUEUES, READ, WRITE, find_queue
from highlevel.sandbox.store import Document
from highlevel.sandbox.zones import zone_name

_ITEM = f"{QUEUES}/{{queueId}}/items/{{itemId}}"
_CONTENT = Fields(modifiedPostPayload=nested(MODIFIED_POST), variations=list_of(nested(VARIATION)), primaryImage=text())


def _place(value: Any) -> str | None:
    good = value in ("top", "bottom") if isinstance(value, str) else isinstance(value, int | float)
    return None if good and not isinstance(value, bool) else "must be a number, top or bottom"


_WHERE = Field(kind="any", check=_place)


@operation(
    "fetchQueueItems",
    "POST",
    f"{QUEUES}/{{queueId}}/items",
    scope=READ,
    status=201,
    location="body",
    body=Fields(
        locationId=text(required=True),
        sessionId=text(),
        skip=number(minimum=0),
        limit=number(minimum=0),
        errorFilter=boolean(),
        itemId=text(),
    ),
)
def fetch_queue_items(call: Call) -> dict[str, Any]:
    """A page of items in the order in which they go out, or the page in whose middle a given item stands."""
    desk = _desk(call)
    skip, limit = call.page(limit=10)
    ids = desk.cycle.in_turn(0, len(desk.cycle))
    if call.body.get("errorFilter"):
        ids = [item_id for item_id in ids if desk.item(item_id)["errors"]]
    if call.body.get("itemId"):
        wanted = desk.item(call.body["itemId"])["_id"]
        place = ids.index(wanted) if wanted in ids else 0
        skip = max(0, min(place - limit // 2, len(ids) - limit))
    page = ids[skip : skip + limit]
    turns = _turns(desk, page)
    items = [item_listed(call.world, desk.item(item_id), turns.get(item_id), desk.now) for item_id in page]
    meta = {"count": str(len(ids)), "skip": skip, "limit": limit}
    return {"results": {"message": "Queue items fetched successfully", "items": items, "meta": meta}}


@operation(
    "fetchSlots",
    "POST",
    f"{QUEUES}/{{queueId}}/slots",
    scope=READ,
    status=201,
    location="body",
    body=Fields(locationId=text(required=True), sessionId=text(), skip=number(minimum=0), limit=number(minimum=0)),
)
def fetch_slots(call: Call) -> dict[str, Any]:
    """The next slot of each item of a page, in the order in which they go out."""
    desk = _desk(call)
    skip, limit = call.page(limit=20)
    results = {
        "message": "Slots fetched successfully",
        "slots": desk.slots_of(skip, limit),
        "total": len(desk.cycle),
        "skip": skip,
        "limit": limit,
        "timezone": zone_name(call.world, call.location_id),
    }
    return {"results": results}


@operation(
    "createQueueItem",
    "POST",
    f"{QUEUES}/{{queueId}}/create/item",
    scope=WRITE,
    status=201,
    location="body",
    body=Fields(locationId=text(required=True), sessionId=text(), order=_WHERE, directToQueue=boolean()) | _CONTENT,
)
def create_queue_item(call: Call) -> dict[str, Any]:
    """A new item: in a session's draft, or (into a draft queue, or with directToQueue) at once in the live queue."""
    body, direct = call.body, bool(call.body.get("directToQueue"))
    if not (body.get("modifiedPostPayload") or {}).get("accountIds"):
        raise Refusal(422, ["modifiedPostPayload.accountIds should not be empty"])
    queue = find_queue(call)
    if not direct and not body.get("sessionId") and queue["status"] != "draft":
        raise Refusal(400, "An active edit session is required")
    desk = Live(call.world, queue) if direct else _desk(call)
    item = new_item(call.world, queue, now=desk.now, body=body)
    where: Where = place_of_new(queue) if direct else body.get("order", "bottom")
    desk.add(item, where)
    _keep(desk)
    record = item_record(call.world, desk.item(item["_id"]))
    return {"results": {"message": "Queue item created successfully", "queueItem": record}}


@operation(
    "updateQueueItem",
    "PUT",
    _ITEM,
    scope=WRITE,
    location="body",
    body=Fields(locationId=text(required=True), sessionId=text(), newOrder=_WHERE) | _CONTENT,
)
def update_queue_item(call: Call) -> dict[str, Any]:
    """Change what an item says or where it stands, in a draft or in the live queue."""
    desk = _desk(call)
    item = desk.item(call.path["itemId"])
    reordered = call.body.get("newOrder") is not None
    before = desk.slots() if reordered else {}
    desk.put(with_changes(call.world, item, call.body, desk.now))
    if reordered:
        desk.cycle.move(item["_id"], call.body["newOrder"])
    _keep(desk)
    record = item_record(call.world, desk.item(item["_id"]))
    message = "Queue item updated successfully"
    moved = _moved(before, desk) if reordered else {"updatedSlots": [], "totalPostsChanged": 0}
    return {"results": {"message": message, "queueItem": record, **moved}}


@operation(
    "deleteQueueItem",
    "DELETE",
    _ITEM,
    scope=WRITE,
    location="query",
    query=Fields(locationId=text(required=True), sessionId=text()),
)
def delete_queue_item(call: Call) -> dict[str, Any]:
    """Take an item out of a draft or out of the live queue."""
    desk = _desk(call)
    before = desk.slots()
    desk.remove(desk.item(call.path["itemId"]))
    _keep(desk)
    message = "The queue item has been successfully deleted."
    return {"results": {"message": message, **_moved(before, desk)}}


@operation(
    "resetQueueItem",
    "PUT",
    f"{_ITEM}/reset",
    scope=WRITE,
    location="body",
    body=Fields(locationId=text(required=True), sessionId=text()),
)
def reset_queue_item(call: Call) -> dict[str, Any]:
    """Give an item its original content back; one that has no original is deleted."""
    desk = _desk(call)
    item = desk.item(call.path["itemId"])
    if item["postId"] is None:
        desk.remove(item)
        _keep(desk)
        return {"results": {"message": "Dummy queue item deleted successfully"}}
    item = without_changes(item, desk.now)
    desk.put(item)
    _keep(desk)
    turn = _turns(desk, [item["_id"]]).get(item["_id"])
    shown = {**item_listed(call.world, item, turn, desk.now), "currentVariation": item["currentVariation"]}
    return {"results": {"message": "Queue item reset successfully", "queueItem": shown}}


@operation(
    "cloneQueueItem",
    "POST",
    f"{_ITEM}/clone",
    scope=WRITE,
    status=201,
    location="body",
    body=Fields(locationId=text(required=True), sessionId=text(required=True), order=number(required=True)),
)
def clone_queue_item(call: Call) -> dict[str, Any]:
    """A second item with the same content, in the draft of a session."""
    desk = _desk(call)
    item = desk.item(call.path["itemId"])
    fresh = new_item(call.world, desk.queue, now=desk.now)
    kept = ("_id", "lastScheduledTime", "currentVariation", "createdAt", "updatedAt")
    copy = {**item, **{name: fresh[name] for name in kept}, "originalItemId": None}
    desk.add(copy, call.body["order"])
    _keep(desk)
    record = item_record(call.world, desk.item(copy["_id"]))
    return {"results": {"message": "Queue item cloned successfully", "queueItem": record}}


def _desk(call: Call) -> Desk:
    session_id = call.body.get("sessionId") or call.query.get("sessionId")
    return open_desk(call.world, find_queue(call), session_id)


def _keep(desk: Desk) -> None:
    if isinstance(desk, Live):
        settle(desk)
    else:
        desk.save()


def _moved(before: dict[str, Document], desk: Desk) -> dict[str, Any]:
    slots = changed_slots(before, desk.slots())
    return {"updatedSlots": slots, "totalPostsChanged": len(slots)}


def _turns(desk: Desk, ids: list[str]) -> dict[str, Turn]:
    """The next turns of some items, by id; none when the state of the queue hides them."""
    plan = desk.projection()
    if plan is None or plan.empty:
        return {}
    numbers = [(desk.cycle.place(item_id) - plan.cursor) % plan.size for item_id in ids]
    if numbers and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return dict(zip(ids, plan.run(numbers[0]), strict=False))
    return {item_id: next(plan.run(number)) for item_id, number in zip(ids, numbers, strict=True)}
