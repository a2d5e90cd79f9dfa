"""Edit sessions of category queues: start or resume, preview, save, discard.

Documents
`edit_session` (location = locationId, parent = queue id, status open, saved or discarded). Keys: _id, locationId,
queueId, currentOrder (the cursor of the draft), startNext (the live item that was next when it began), status,
createdAt.
`draft_item` (parent = session id) holds an item only once the draft differs from the live one: a `queue_item` document
plus originalItemId (or None). The order of the draft is a `queue_cycle` document with the session's id.
Sessions are best created through the operation, not by inserting documents.
"""

from typing import Any

from highlevel.sandbox import queue_cycle
from highlevel.sandbox.clock import iso
from highlevel.sandbox.fields import Fields, boolean, date, list_of, text
from highlevel.sandbox.operations import Call, operation
from highlevel.sandbox.queue_calendar import calendar_rows, window_of
from highlevel.sandbox.queue_desk import Draft, Live, changed_slots, open_session
from highlevel.sandbox.queue_life import settle
from highlevel.sandbox.queue_merge import apply_draft
from highlevel.sandbox.resources.queues import QUEUES, READ, WRITE, find_queue
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World
from highlevel.sandbox.zones import zone_name

_EDIT = f"{QUEUES}/{{queueId}}/edit"
_SESSION = Fields(locationId=text(required=True), sessionId=text(required=True))


@operation(
    "startEditSession",
    "POST",
    f"{_EDIT}/start",
    scope=WRITE,
    status=201,
    location="body",
    body=Fields(locationId=text(required=True)),
)
def start_edit_session(call: Call) -> dict[str, Any]:
    """A draft of the queue's items: the one that is open already, whoever opened it, else a new copy."""
    world, queue = call.world, find_queue(call)
    held = next(iter(world.store.find("edit_session", parent=queue["_id"], status="open")), None)
    draft = Draft(world, queue, held or _new_session(call, queue))
    message = "Edit session started successfully"
    return {"results": {"message": message, "sessionId": draft.session["_id"], "itemCount": len(draft.cycle)}}


@operation(
    "saveEditSession",
    "POST",
    f"{_EDIT}/save",
    scope=WRITE,
    location="body",
    body=_SESSION | Fields(keepInDraft=boolean()),
)
def save_edit_session(call: Call) -> dict[str, Any]:
    """Make the draft the live queue and close the session. A draft queue becomes active unless told to stay."""
    world, queue = call.world, find_queue(call)
    session = open_session(world, queue, call.body["sessionId"])
    live = Live(world, queue)
    before = live.slots()
    apply_draft(live, Draft(world, queue, session))
    if queue["status"] == "draft" and not call.body.get("keepInDraft"):
        queue["status"] = "active"
    queue["updatedAt"] = iso(call.now)
    settle(live)
    _close(world, session, "saved")
    slots = changed_slots(before, live.slots())
    results = {
        "message": "Edit session saved successfully",
        "updatedSlots": slots,
        "totalPostsChanged": len(slots),
    }
    return {"results": results}


@operation(
    "discardEditSession",
    "POST",
    f"{_EDIT}/discard",
    scope=WRITE,
    location="body",
    body=_SESSION | Fields(keepInDraft=boolean()),
)
def discard_edit_session(call: Call) -> dict[str, Any]:
    """Drop the draft; the live queue stays as it is."""
    _close(call.world, open_session(call.world, find_queue(call), call.body["sessionId"]), "discarded")
    return {"results": {"message": "Edit session discarded successfully"}}


@operation(
    "fetchEditSessionCalendar",
    "POST",
    f"{_EDIT}/calendar",
    scope=READ,
    status=201,
    location="body",
    body=_SESSION | Fields(startDate=date(required=True), endDate=date(required=True), accountIds=list_of(text())),
)
def fetch_edit_session_calendar(call: Call) -> dict[str, Any]:
    """What the queue would publish in a window if the draft were saved now."""
    queue = find_queue(call)
    draft = Draft(call.world, queue, open_session(call.world, queue, call.body["sessionId"]))
    rows = calendar_rows(draft, window_of(call), call.body.get("accountIds"))
    marks = {"isDraft": True}
    rows = [{**row, **marks, "originalItemId": draft.original_id(row["queueItemId"])} for row in rows]
    results = {
        "message": "Edit session calendar fetched successfully",
        "scheduledPosts": rows,
        "total": len(rows),
        "timezone": zone_name(call.world, call.location_id),
    }
    return {"results": results}


def _new_session(call: Call, queue: Document) -> Document:
    world, live = call.world, Live(call.world, queue)
    session = {
        "_id": world.new_id(),
        "locationId": call.location_id,
        "queueId": queue["_id"],
        "currentOrder": live.cycle.current,
        "startNext": live.cycle.next_id,
        "status": "open",
        "createdAt": iso(call.now),
    }
    world.store.insert("edit_session", session, location=call.location_id, parent=queue["_id"], status="open")
    copy = queue_cycle.Cycle(live.cycle.current, list(live.cycle.orders))
    draft_ids = Draft(world, queue, session)
    copy.ids = [draft_ids.draft_id(item_id) for item_id in live.cycle.ids]
    queue_cycle.save(world.store, session["_id"], copy)
    return session


def _close(world: World, session: Document, status: str) -> None:
    for item in world.store.find("draft_item", parent=session["_id"]):
        world.store.delete("draft_item", item["_id"])
    queue_cycle.forget(world.store, session["_id"])
    world.store.update("edit_session", session["_id"], {**session, "status": status}, status=status)
