"""How an import moves on by itself: rows are looked at, posts are made of them, their approval ends it."""

from datetime import datetime, timedelta

from highlevel.sandbox.arrange import add_category, add_tag
from highlevel.sandbox.clock import iso
from highlevel.sandbox.csv_rows import Setting, post_payload, row_document
from highlevel.sandbox.made_posts import delete_made_post, make_post
from highlevel.sandbox.operations import Refusal
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World, on_tick
from highlevel.sandbox.zones import zone_of

STEP = timedelta(seconds=2)
"""How long an import stays in a status that it leaves by itself."""


def start(world: World, doc: Document) -> None:
    """Let an import take its next move after a moment."""
    _schedule(world, doc, world.clock.now())


def find_import(world: World, location_id: str, import_id: str) -> Document:
    """An import of a location, with its status as it is now. Raises Refusal when there is none."""
    doc = world.store.get("csv_import", import_id)
    if doc is None or doc["locationId"] != location_id or doc["status"] == "deleted":
        raise Refusal(400, "CSV not found")
    if doc["status"] == "in_review" and not _in_review(world, doc):
        return set_status(world, doc, "completed", world.clock.now())
    return doc


def set_status(world: World, doc: Document, status: str, now: datetime) -> Document:
    """Keep an import with a new status."""
    doc = {**doc, "status": status, "updatedAt": iso(now)}
    return world.store.update("csv_import", doc["_id"], doc, status=status)


def delete_row(world: World, row: Document, now: datetime) -> None:
    """Delete a row, and the post that was made of it unless that has gone out."""
    if row["postId"]:
        delete_made_post(world, row["postId"], now)
    row = {**row, "status": "deleted", "updatedAt": iso(now)}
    world.store.update("csv_row", row["_id"], row, status="deleted")


def _due(world: World) -> float | None:
    return world.store.first_at("csv_step", status="")


@on_tick(due=_due)
def move_imports(world: World, now: datetime) -> None:
    """Take the next move of each import whose time has come."""
    for step in world.store.find("csv_step", at_to=now):
        world.store.delete("csv_step", step["_id"])
        doc = world.store.get("csv_import", step["_id"])
        if doc is not None:
            _move(world, doc, now)


def _move(world: World, doc: Document, now: datetime) -> None:
    if doc["status"] == "pending":
        _schedule(world, set_status(world, doc, "importing", now), now)
    elif doc["status"] == "importing":
        set_status(world, doc, "in_progress" if _look_at_rows(world, doc, now) else "failed", now)
    elif doc["status"] == "in_progress" and doc["finalisedBy"]:
        _make_posts(world, doc, now)
        set_status(world, doc, "in_review" if doc["approver"] else "completed", now)


def _schedule(world: World, doc: Document, now: datetime) -> None:
    world.store.delete("csv_step", doc["_id"])
    world.store.insert("csv_step", {"_id": doc["_id"]}, at=now + STEP)


def _look_at_rows(world: World, doc: Document, now: datetime) -> bool:
    """Judge every row of the file; True when at least one can become a post."""
    upload = world.store.get("csv_upload", doc["file"])
    cells = upload["rows"][: doc["count"]] if upload else []
    accounts = world.store.get_many("account", doc["accountIds"])
    setting = Setting(now, zone_of(world, doc["locationId"]), accounts, doc["csvFileType"])
    rows = [row_document(world.new_id(), row, setting) for row in cells]
    world.store.insert_many(
        "csv_row",
        ({"doc": row, "location": doc["locationId"], "parent": doc["_id"], "status": row["status"]} for row in rows),
    )
    return any(not row["errorMessage"] for row in rows)


def _make_posts(world: World, doc: Document, now: datetime) -> None:
    for row in world.store.find("csv_row", parent=doc["_id"], status="pending", order="rowid"):
        status = "rejected" if row["errorMessage"] else "accepted"
        post_id = None if row["errorMessage"] else _make_post(world, doc, row, now)
        row = {**row, "status": status, "postId": post_id, "updatedAt": iso(now)}
        world.store.update("csv_row", row["_id"], row, status=status)


def _make_post(world: World, doc: Document, row: Document, now: datetime) -> str:
    payload = post_payload(row)
    payload["tags"] = [_tag_id(world, doc["locationId"], name) for name in row["tags"]]
    payload["categoryId"] = _category_id(world, doc["locationId"], row["category"]) if row["category"] else None
    if not row["scheduleDate"]:
        status = "draft"
    elif doc["approver"]:
        status = "in_review"
        payload["postApprovalDetails"] = {"approver": doc["approver"], "approvalStatus": "pending"}
    else:
        status = "scheduled"
    location_id, user_id = doc["locationId"], doc["finalisedBy"]
    return make_post(world, location_id, payload, source="csv", status=status, user_id=user_id, now=now)


def _tag_id(world: World, location_id: str, name: str) -> str:
    held = (doc for doc in world.store.find("tag", location=location_id) if not doc["deleted"])
    found = next((doc for doc in held if doc["tag"].casefold() == name.casefold()), None)
    return str((found or add_tag(world, location_id, tag=name))["_id"])


def _category_id(world: World, location_id: str, name: str) -> str:
    held = (doc for doc in world.store.find("category", location=location_id) if not doc["deleted"])
    found = next((doc for doc in held if doc["name"].casefold() == name.casefold()), None)
    return str((found or add_category(world, location_id, name=name))["_id"])


def _in_review(world: World, doc: Document) -> bool:
    rows = world.store.find("csv_row", parent=doc["_id"], status="accepted")
    posts = world.store.get_many("post", (row["postId"] for row in rows if row["postId"]))
    # A seeded import need not have rows or posts; it then stays as it was made.
    return not posts or any(post["status"] == "in_review" and not post["deleted"] for post in posts)
