"""From what a request says to the rows that are kept: a post, and one row an account where there are several."""

from datetime import datetime
from typing import Any

from highlevel.sandbox.arrange import post_columns
from highlevel.sandbox.clock import iso, parse_iso
from highlevel.sandbox.resources.post_fields import DETAILS
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World

_SPREAD = ("scheduled", "in_progress", "published")
"""Statuses in which a post over several accounts has a row for each of them."""

OUT = ("published", "notification_sent")
"""Statuses of a row that has reached its network: it is never touched again."""


def post_build(world: World, location_id: str, body: dict[str, Any], status: str, now: datetime) -> Document:
    """A new row out of a whole request body; what the body leaves out is empty."""
    ids = list(body["accountIds"])
    account = world.store.get("account", ids[0]) if len(ids) == 1 else None
    planned = None if status == "in_progress" else body.get("scheduleDate")
    stamp = iso(now)
    doc = {
        "_id": world.new_id(),
        "locationId": location_id,
        "source": "composer",
        "platform": account["platform"] if account else "",
        "accountId": ids[0] if len(ids) == 1 else None,
        "accountIds": ids,
        "parentPostId": None,
        "summary": body.get("summary") or "",
        "media": body.get("media") or [],
        "status": status,
        "type": body["type"],
        "scheduleDate": iso(parse_iso(planned)) if planned else None,
        "publishedAt": None,
        "postId": "",
        "error": "",
        "createdBy": body.get("createdBy") or body["userId"],
        "userId": body["userId"],
        "tags": body.get("tags") or [],
        "categoryId": body.get("categoryId") or None,
        "followUpComment": (body.get("followUpComment") or "").strip(),
        "applyWatermark": bool(body.get("applyWatermark")),
        "deleted": False,
        "createdAt": stamp,
        "updatedAt": stamp,
    }
    doc |= {name: body[name] for name in ("ogTagsDetails", "postApprovalDetails", *DETAILS) if body.get(name)}
    doc["displayDate"] = doc["scheduleDate"] or stamp
    return doc


def post_insert(world: World, doc: Document) -> None:
    """Keep a new row and the rows of its accounts."""
    world.store.insert("post", doc, **post_columns(doc))
    post_spread(world, doc)


def post_save(world: World, doc: Document) -> None:
    """Keep a changed row."""
    world.store.update("post", doc["_id"], doc, **post_columns(doc))


def children_of(world: World, doc: Document) -> list[Document]:
    """The rows of a post's accounts that have not been deleted."""
    return [row for row in world.store.find("post", parent=doc["_id"], order="rowid") if not row["deleted"]]


def post_spread(world: World, doc: Document) -> list[Document]:
    """Bring the rows of a post's accounts in line with it and return them; a row that is missing is made (again).

    A post on one account has none. On Pinterest there is a row for each chosen board.
    """
    held = {(row["accountId"], _board(row)): row for row in children_of(world, doc)}
    wanted = _targets(world, doc) if doc["status"] in _SPREAD else []
    rows = []
    for account_id, board in wanted:
        old = held.pop((account_id, board), None)
        if old and old["status"] in OUT:
            rows.append(old)
            continue
        account = world.store.get("account", account_id)
        row = {
            **doc,
            "_id": old["_id"] if old else world.new_id(),
            "parentPostId": doc["_id"],
            "accountId": account_id,
            "accountIds": [account_id],
            "platform": account["platform"] if account else "",
            "createdAt": old["createdAt"] if old else doc["createdAt"],
        }
        if board:
            chosen = [{"accountId": account_id, "boards": [board]}]
            row["pinterestPostDetails"] = {**doc["pinterestPostDetails"], "pinterestBoards": chosen}
        if old:
            post_save(world, row)
        else:
            world.store.insert("post", row, **post_columns(row))
        rows.append(row)
    for row in held.values():
        world.store.delete("post", row["_id"])
    return rows


def post_delete(world: World, doc: Document, now: datetime) -> None:
    """Mark a row, and the rows of its accounts, as deleted. What is on the networks stays there."""
    for row in (doc, *children_of(world, doc)):
        post_save(world, {**row, "deleted": True, "status": "deleted", "updatedAt": iso(now)})


def _targets(world: World, doc: Document) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for account_id in doc["accountIds"]:
        boards = _boards(doc, account_id)
        found += [(account_id, board) for board in boards] if len(boards) > 1 else [(account_id, "")]
    return found if len(found) > 1 else []


def _boards(doc: Document, account_id: str) -> list[str]:
    details = doc.get("pinterestPostDetails") or {}
    for chosen in details.get("pinterestBoards") or []:
        if account_id == chosen["accountId"] or account_id.startswith(chosen["accountId"] + "_"):
            return list(chosen["boards"])
    return []


def _board(row: Document) -> str:
    chosen = (row.get("pinterestPostDetails") or {}).get("pinterestBoards") or []
    boards = chosen[0]["boards"] if len(chosen) == 1 and chosen[0]["accountId"] == row["accountId"] else []
    return str(boards[0]) if len(boards) == 1 else ""
