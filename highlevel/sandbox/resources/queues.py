"""Category queues: create, list, read, change, and the calendar of the live ones.

Documents
`queue` (location = locationId, status = its status, ref = categoryId, at = the instant of its next move or None; give a
seeded active queue the present, and the next tick schedules its post). Keys as HighLevel shows them: _id, locationId,
categoryId, timeSlots [{_id, dayOfWeek 0 = Sunday, time "HH:mm" in the location's zone}], enableFuturePosts,
prioritizeNewContent, currentOrder (the `order` of the item that goes next), status (draft, active, paused, deleted),
startDate, skipDateTime [UTC instants], currentPostId (the one scheduled post of an active queue, or None), totalPosts,
lastScheduledTime (the last slot that went out, or None), createdBy, createdAt, updatedAt; private, not to be seeded:
activeItemId and activeMark (what currentPostId was made of), nextAt (the instant of the next move, ISO).
"""

import re
from typing import Any

from highlevel.sandbox.clock import iso, parse_iso
from highlevel.sandbox.fields import Field, Fields, boolean, choice, date, list_of, nested, number, number_string, text
from highlevel.sandbox.operations import PREFIX, Call, Refusal, operation
from highlevel.sandbox.queue_calendar import calendar_rows, window_of
from highlevel.sandbox.queue_content import category_of
from highlevel.sandbox.queue_cycle import STEP
from highlevel.sandbox.queue_desk import Live
from highlevel.sandbox.queue_life import fill_soon, queue_of_category, settle, withdraw
from highlevel.sandbox.resources.ids import check_object_id
from highlevel.sandbox.store import Document
from highlevel.sandbox.zones import zone_name

QUEUES = f"{PREFIX}/category/queues"
READ, WRITE = "socialplanner/category.readonly", "socialplanner/category.write"
ALIVE = ("draft", "active", "paused")
LOCATION = Fields(locationId=text(required=True))

_WALL_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_PRIVATE = ("activeItemId", "activeMark", "nextAt")
_SAID = {"active": "activated", "paused": "paused", "deleted": "deleted"}


def _wall_clock(value: str) -> str | None:
    return None if _WALL_CLOCK.fullmatch(value) else "must be in HH:mm format"


_TIME_SLOTS = list_of(
    nested(
        Fields(
            dayOfWeek=Field(kind="integer", required=True, minimum=0, maximum=6),
            time=text(required=True, check=_wall_clock),
        )
    ),
    not_empty=True,
)


@operation(
    "fetchAvailableCategories",
    "GET",
    f"{QUEUES}/available-categories",
    scope=READ,
    location="query",
    query=LOCATION | Fields(skip=number_string(), limit=number_string(), q=text()),
)
def fetch_available_categories(call: Call) -> dict[str, Any]:
    """Categories with what is known of their queues: available, in_queue or draft."""
    store, wanted = call.world.store, call.query.get("q", "").casefold()
    found = store.find("category", location=call.location_id, order="rowid")
    found = [doc for doc in found if wanted in doc["name"].casefold() and not doc["deleted"]]
    skip, limit = call.page(limit=10)
    shown = [_category_shown(call, doc) for doc in found[skip : skip + limit]]
    message = "Available categories fetched successfully"
    return {"results": {"message": message, "categories": shown, "meta": {"count": str(len(found))}}}


@operation(
    "createQueue",
    "POST",
    QUEUES,
    scope=WRITE,
    status=201,
    location="body",
    body=Fields(
        locationId=text(required=True),
        categoryId=text(required=True),
        timeSlots=Field(kind="array", required=True, items=_TIME_SLOTS.items, not_empty=True),
        enableFuturePosts=boolean(),
        prioritizeNewContent=boolean(),
        userId=text(required=True),
    ),
)
def create_queue(call: Call) -> dict[str, Any]:
    """A draft queue for a category that has none; its published posts follow a moment later."""
    body, world = call.body, call.world
    category = world.store.get("category", check_object_id(body["categoryId"]))
    if category is None or category["locationId"] != call.location_id or category["deleted"]:
        raise Refusal(400, "Category not found")
    if queue_of_category(world, call.location_id, category["_id"]):
        raise Refusal(400, "A queue already exists for this category")
    now = iso(call.now)
    queue = {
        "_id": world.new_id(),
        "locationId": call.location_id,
        "categoryId": category["_id"],
        "timeSlots": _time_slots(call),
        "enableFuturePosts": bool(body.get("enableFuturePosts")),
        "prioritizeNewContent": bool(body.get("prioritizeNewContent")),
        "currentOrder": STEP,
        "status": "draft",
        "startDate": now,
        "skipDateTime": [],
        "currentPostId": None,
        "totalPosts": 0,
        "lastScheduledTime": None,
        "createdBy": body["userId"],
        "createdAt": now,
        "updatedAt": now,
    }
    world.store.insert("queue", queue, location=call.location_id, status="draft", ref=category["_id"])
    fill_soon(world, queue)
    return {"results": {"message": "Queue created successfully", "queue": queue_shown(queue)}}


@operation(
    "fetchQueues",
    "POST",
    f"{QUEUES}/list",
    scope=READ,
    status=201,
    location="body",
    body=Fields(locationId=text(required=True), skip=number(minimum=0), limit=number(minimum=0)),
)
def fetch_queues(call: Call) -> dict[str, Any]:
    """A page of the queues of a location that are not deleted, in the order in which they were made."""
    store, location_id = call.world.store, call.location_id
    skip, limit = call.page(limit=10)
    found = store.find("queue", location=location_id, status=ALIVE, order="rowid", skip=skip, limit=limit)
    queues = [{**queue_shown(queue), "category": category_of(call.world, queue)} for queue in found]
    total = store.count("queue", location=location_id, status=ALIVE)
    message = "Queues fetched successfully"
    return {"results": {"message": message, "queues": queues, "meta": {"count": str(total)}}}


@operation("fetchQueueById", "GET", f"{QUEUES}/{{queueId}}", scope=READ, location="query", query=LOCATION)
def fetch_queue(call: Call) -> dict[str, Any]:
    """One queue with its category."""
    queue = find_queue(call)
    shown = {**queue_shown(queue), "category": category_of(call.world, queue)}
    return {"results": {"message": "Queue fetched successfully", "queue": shown}}


@operation(
    "updateQueue",
    "PUT",
    f"{QUEUES}/{{queueId}}",
    scope=WRITE,
    location="body",
    body=Fields(
        locationId=text(required=True),
        skipLegacyWatermark=boolean(),
        status=choice(*_SAID),
        skipDateTime=date(),
        timeSlots=_TIME_SLOTS,
        enableFuturePosts=boolean(),
        prioritizeNewContent=boolean(),
    ),
)
def update_queue(call: Call) -> dict[str, Any]:
    """Change status, slots or preferences; `skipDateTime` is added to those skipped already."""
    body, queue = call.body, find_queue(call)
    status = body.get("status") or queue["status"]
    if status == "paused" and queue["status"] == "draft":
        raise Refusal(400, "A draft queue cannot be paused")
    changes: dict[str, Any] = {"status": status, "updatedAt": iso(call.now)}
    if body.get("timeSlots") is not None:
        changes["timeSlots"] = _time_slots(call)
    if body.get("skipDateTime"):
        skipped = iso(parse_iso(body["skipDateTime"]))
        changes["skipDateTime"] = [*(text for text in queue["skipDateTime"] if text != skipped), skipped]
    names = ("enableFuturePosts", "prioritizeNewContent")
    changes |= {name: body[name] for name in names if body.get(name) is not None}
    queue.update(changes)
    settle(Live(call.world, queue))
    message = f"Queue {_SAID[body['status']] if body.get('status') else 'updated'} successfully."
    # The documents know no deleted queue, so there is none to show.
    return {"results": {"message": message, **({} if status == "deleted" else {"queue": queue_shown(queue)})}}


@operation(
    "fetchCalendarList",
    "POST",
    f"{QUEUES}/list/calendar",
    scope=READ,
    status=201,
    location="body",
    body=Fields(
        locationId=text(required=True),
        startDate=date(required=True),
        endDate=date(required=True),
        categoryIds=list_of(text()),
        accountIds=list_of(text()),
    ),
)
def fetch_calendar_list(call: Call) -> dict[str, Any]:
    """What the active queues of a location are going to publish in a window, both ends included."""
    window, wanted = window_of(call), call.body.get("categoryIds")
    rows = []
    for queue in call.world.store.find("queue", location=call.location_id, status="active", order="rowid"):
        if not wanted or queue["categoryId"] in wanted:
            rows += calendar_rows(Live(call.world, queue), window, call.body.get("accountIds"))
    rows.sort(key=lambda row: row["scheduledDateTime"])
    results = {
        "message": "Calendar list fetched successfully",
        "scheduledPosts": rows,
        "total": len(rows),
        "timezone": zone_name(call.world, call.location_id),
    }
    return {"results": results}


@operation(
    "deleteCurrentActivePostAndScheduleNext",
    "DELETE",
    f"{QUEUES}/{{postId}}/active-post",
    scope=WRITE,
    location="query",
    query=LOCATION,
)
def delete_active_post(call: Call) -> dict[str, Any]:
    """Drop the scheduled post of a queue; the item behind it takes the slot that is thereby free."""
    post = call.world.store.get("post", check_object_id(call.path["postId"]))
    # The row of one account stands for the whole post.
    post_id = (post["parentPostId"] or post["_id"]) if post else ""
    active = call.world.store.find("queue", location=call.location_id, status="active")
    queue = next((queue for queue in active if post_id and queue["currentPostId"] == post_id), None)
    if queue is None:
        raise Refusal(400, "Active post not found")
    desk = Live(call.world, queue)
    withdraw(desk)
    desk.cycle.advance()
    settle(desk)
    return {"results": {"message": "Current post deleted and next post scheduled successfully"}}


def find_queue(call: Call) -> Document:
    """The queue that a path names. Raises Refusal when the location has none with that id."""
    queue = call.world.store.get("queue", check_object_id(call.path["queueId"]))
    if queue is None or queue["locationId"] != call.location_id or queue["status"] == "deleted":
        raise Refusal(400, "Queue not found")
    return queue


def queue_shown(queue: Document) -> dict[str, Any]:
    """A queue as HighLevel shows it."""
    return {key: value for key, value in queue.items() if key not in _PRIVATE}


def _time_slots(call: Call) -> list[dict[str, Any]]:
    """The slots of a request, each once, with ids."""
    wanted = dict.fromkeys((int(slot["dayOfWeek"]), slot["time"]) for slot in call.body["timeSlots"])
    return [{"_id": call.world.new_id(), "dayOfWeek": day, "time": time} for day, time in wanted]


def _category_shown(call: Call, category: Document) -> dict[str, Any]:
    store = call.world.store
    published = store.count("post", ref=category["_id"], status="published", parent="")
    queue = queue_of_category(call.world, call.location_id, category["_id"])
    shown = {**category, "publishedPostsCount": published, "status": "available"}
    if queue is None:
        return shown
    details = {name: queue[name] for name in ("prioritizeNewContent", "enableFuturePosts")}
    status = "draft" if queue["status"] == "draft" else "in_queue"
    return {**shown, "status": status, "queueDetails": {"queueId": queue["_id"], **details}}
