"""What a queue item says: its post, its variations, and the shapes in which HighLevel shows them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from highlevel.sandbox.clock import iso
from highlevel.sandbox.fields import Field, Fields, list_of, nested, text
from highlevel.sandbox.operations import Refusal
from highlevel.sandbox.queue_walk import Turn
from highlevel.sandbox.resources.post_fields import DETAILS, POST
from highlevel.sandbox.resources.post_shape import post_show
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World

MODIFIED_POST = Fields(
    {name: Field(kind=field.kind, fields=field.fields, items=field.items) for name, field in POST.fields.items()},
    locationId=text(),
)
"""`modifiedPostPayload` of a request: what a post may carry, nothing of it required."""

VARIATION = Fields(
    content=text(),
    mentions=list_of(nested()),
    ogTags=nested(Fields(metaLink=Field(kind="any"), metaImage=Field(kind="any"), ogTitle=Field(kind="any"))),
)
"""A variation of a request."""

_COPIED = (
    "accountIds",
    "summary",
    "media",
    "type",
    "tags",
    "categoryId",
    "followUpComment",
    "applyWatermark",
    "ogTagsDetails",
    *DETAILS,
)
_NOT_CONTENT = (
    "status",
    "scheduleDate",
    "scheduleTimeUpdated",
    "selectedBestTime",
    "locationId",
    "postApprovalDetails",
)


def new_item(
    world: World,
    queue: Document,
    *,
    now: datetime,
    original: Document | None = None,
    body: Mapping[str, Any] | None = None,
) -> Document:
    """An item for a queue, of a published post or of what a request says; it has no place in the cycle yet."""
    stamp = iso(now)
    item = {
        "_id": world.new_id(),
        "locationId": queue["locationId"],
        "queueId": queue["_id"],
        "order": 0,
        "variations": [],
        "primaryImage": "",
        "postId": original["_id"] if original else None,
        "parentPostId": original["parentPostId"] if original else None,
        "modifiedPostPayload": None,
        "errors": [],
        "currentVariation": 0,
        "lastScheduledTime": None,
        "deleted": False,
        "createdAt": stamp,
        "updatedAt": stamp,
    }
    return with_changes(world, item, body or {}, now)


def with_changes(world: World, item: Document, body: Mapping[str, Any], now: datetime) -> Document:
    """The item with what a request says about its content; what the request leaves out stays. Raises Refusal."""
    changed = {**item, "updatedAt": iso(now)}
    if body.get("modifiedPostPayload") is not None:
        given = {key: value for key, value in body["modifiedPostPayload"].items() if key not in _NOT_CONTENT}
        _check_accounts(world, item["locationId"], given.get("accountIds") or [])
        changed["modifiedPostPayload"] = {**(item["modifiedPostPayload"] or {}), **given}
    if body.get("variations") is not None:
        changed["variations"] = [
            {
                "_id": world.new_id(),
                "content": entry.get("content") or "",
                "mentions": entry.get("mentions") or [],
                "ogTags": entry.get("ogTags") or {},
            }
            for entry in body["variations"]
        ]
        changed["currentVariation"] = item["currentVariation"] % max(1, len(changed["variations"]))
    if body.get("primaryImage") is not None:
        changed["primaryImage"] = body["primaryImage"]
    return {**changed, "errors": _errors(world, changed)}


def without_changes(item: Document, now: datetime) -> Document:
    """The item as its original post has it."""
    plain: dict[str, Any] = {
        "modifiedPostPayload": None,
        "variations": [],
        "primaryImage": "",
        "currentVariation": 0,
        "errors": [],
    }
    return {**item, **plain, "updatedAt": iso(now)}


def item_payload(world: World, item: Document, variation: int) -> dict[str, Any]:
    """What a create request would say to publish the item with that variation, without status and date."""
    original = world.store.get("post", item["postId"]) if item["postId"] else None
    payload: dict[str, Any] = {"accountIds": [], "summary": "", "media": [], "type": "post"}
    if original:
        payload |= {name: original[name] for name in _COPIED if original.get(name)}
        payload["userId"] = original["createdBy"]
    payload |= item["modifiedPostPayload"] or {}
    if item["variations"]:
        chosen = item["variations"][variation % len(item["variations"])]
        payload["summary"] = chosen.get("content") or payload["summary"]
        if tags := {name: value for name, value in (chosen.get("ogTags") or {}).items() if value}:
            payload["ogTagsDetails"] = {**(payload.get("ogTagsDetails") or {}), **tags}
    if item["primaryImage"] and not payload["media"]:
        payload["media"] = [{"url": item["primaryImage"], "type": "image/jpeg"}]
    return payload


def item_post(world: World, item: Document, variation: int, now: datetime) -> dict[str, Any]:
    """The post of an item, formatted as posts are."""
    original = world.store.get("post", item["postId"]) if item["postId"] else None
    payload = item_payload(world, item, variation)
    account = world.store.get("account", payload["accountIds"][0]) if payload["accountIds"] else None
    made_here = {
        "_id": item["_id"],
        "source": "composer",
        "locationId": item["locationId"],
        "platform": account["platform"] if account else "",
        "displayDate": item["createdAt"],
        "createdAt": item["createdAt"],
        "updatedAt": item["updatedAt"],
        "error": "",
        "status": "draft",
        "createdBy": payload.get("userId") or "",
        "tags": [],
        "deleted": False,
    }
    return post_show(world, {**(original or made_here), **payload}, now)


def variation_at(item: Document, turn: Turn | None) -> int:
    """The index of the variation with which an item goes out at a turn."""
    return int(item["currentVariation"] + (turn.outing if turn else 0)) % max(1, len(item["variations"]))


def item_listed(world: World, item: Document, turn: Turn | None, now: datetime) -> dict[str, Any]:
    """An item with its post and its next slot, as lists show it."""
    variation = variation_at(item, turn)
    return {
        **_face(item),
        "post": item_post(world, item, variation, now),
        "scheduledDateTime": iso(turn.at) if turn else None,
        "scheduledVariationIndex": variation,
        "isSkipped": bool(turn and turn.skipped),
    }


def item_record(world: World, item: Document) -> dict[str, Any]:
    """An item as it is kept, as changes answer it."""
    names = ("lastScheduledTime", "queueId", "currentVariation", "createdAt", "updatedAt", "deleted", "locationId")
    shown = {**_face(item), **{name: item[name] for name in names}}
    if item["parentPostId"]:
        shown["parentPostId"] = item["parentPostId"]
    if item["modifiedPostPayload"] is not None:
        fixed = {"source": "category-queue", "locationId": item["locationId"], "error": ""}
        shown["modifiedPostPayload"] = {"type": "post", **item["modifiedPostPayload"], **fixed}
    return shown


def calendar_row(world: World, queue: Document, item: Document, turn: Turn, now: datetime, zone: str) -> dict[str, Any]:
    """One planned outing of an item, as the calendars show it."""
    variation = variation_at(item, turn)
    row = {key: value for key, value in _face(item).items() if key not in ("_id", "postId")}
    return {
        **row,
        "scheduledDateTime": iso(turn.at),
        "post": item_post(world, item, variation, now),
        "queueItemId": item["_id"],
        "queueId": queue["_id"],
        "category": category_of(world, queue),
        "currentVariation": variation,
        "timezone": zone,
    }


def category_of(world: World, queue: Document) -> dict[str, Any]:
    """The category of a queue, as queues and calendars show it."""
    return world.store.get("category", queue["categoryId"]) or {"_id": queue["categoryId"], "deleted": True}


def _face(item: Document) -> dict[str, Any]:
    shown = {name: item[name] for name in ("_id", "order", "variations", "errors")}
    shown |= {name: item[name] for name in ("primaryImage", "postId") if item[name]}
    return shown


def _check_accounts(world: World, location_id: str, account_ids: list[str]) -> None:
    for account_id in account_ids:
        account = world.store.get("account", account_id)
        if account is None or account["locationId"] != location_id:
            raise Refusal(422, ["Invalid account id in accountIds list"])


def _errors(world: World, item: Document) -> list[str]:
    payload = item_payload(world, item, 0)
    found = []
    if payload.get("userId") and world.store.get("user", payload["userId"]) is None:
        found.append("INVALID_USER_ID")
    if any("pixabay.com" in medium["url"] for medium in payload["media"]):
        found.append("PIXABAY_MEDIA")
    return found
