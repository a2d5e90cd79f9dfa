"""How a post looks on its way out."""

import math
from datetime import datetime
from typing import Any

from highlevel.sandbox.clock import parse_iso
from highlevel.sandbox.resources.post_fields import DETAILS
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World

_ALWAYS = (
    "_id",
    "source",
    "locationId",
    "displayDate",
    "createdAt",
    "updatedAt",
    "error",
    "accountIds",
    "summary",
    "status",
    "createdBy",
    "type",
    "tags",
    "deleted",
    "parentPostId",
    "scheduleDate",
    "categoryId",
)
_IF_SET = (
    "accountId",
    "postId",
    "publishedAt",
    "followUpComment",
    "ogTagsDetails",
    "approvalActionAt",
    "applyWatermark",
    "blueskyPostDetails",
    *DETAILS,
)
_WITH_INSIGHTS = ("facebook", "instagram", "linkedin", "youtube")


def post_show(world: World, doc: Document, now: datetime, *, user: bool = False) -> dict[str, Any]:
    """A post as list and get answer it; with `user`, also the person who made it."""
    shown = {name: doc.get(name) for name in _ALWAYS}
    shown |= {name: doc[name] for name in _IF_SET if doc.get(name) not in (None, "")}
    shown["media"] = [_media(item) for item in doc.get("media") or []]
    shown["mediaOptimization"] = bool(doc.get("mediaOptimization"))
    platform = "google" if world.settings["platform_quirk"] and doc["status"] == "scheduled" else doc["platform"]
    if platform:
        shown["platform"] = platform
    thumbnails = (item.get("thumbnail") or item["url"] for item in doc.get("media") or [])
    if thumbnail := next(thumbnails, None):
        shown["thumbnail"] = thumbnail
    if approval := doc.get("postApprovalDetails"):
        approver = _person(world, approval.get("approver"))
        shown["postApprovalDetails"] = {**approval, **({"approverUser": approver} if approver else {})}
    if doc["status"] == "published" and doc["platform"] in _WITH_INSIGHTS and doc.get("publishedAt"):
        shown["insights"] = insights(world, doc, now)
    if user and (person := _person(world, doc.get("createdBy"))):
        shown["user"] = person
    return shown


def insights(world: World, doc: Document, now: datetime) -> dict[str, int]:
    """Likes, shares and comments so far: they grow for about ten days and then stand, the same for the same instant."""
    age_hours = max(0.0, (now - parse_iso(doc["publishedAt"])).total_seconds() / 3600)
    grown = 1.0 if age_hours > 240 else 1 - math.exp(-age_hours / 36)
    peak = 5 + 400 * world.chance("reach", doc["_id"]) ** 4
    return {"like": int(peak * grown), "share": int(peak * grown / 9), "comment": int(peak * grown / 6)}


def _media(item: dict[str, Any]) -> dict[str, Any]:
    # The live service gives back the kind of a file, not the MIME type that it was sent.
    return {**item, "type": item["type"].split("/")[0], "thumbnail": item.get("thumbnail") or item["url"]}


def _person(world: World, user_id: str | None) -> dict[str, Any] | None:
    doc = world.store.get("user", user_id) if user_id else None
    names = ("id", "title", "firstName", "lastName", "profilePhoto", "phone", "email")
    return {name: doc.get(name, "") for name in names} if doc else None
