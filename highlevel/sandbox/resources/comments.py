"""Comments under published posts: list, write, like, unlike.

Documents
`comment` (location = locationId, parent = the post id for a comment on a post, else the parent comment's id,
ref = "<platform>/<originId>", at = publishedAt, status = "top" or "reply", with "_unread" behind it while isRead is
false). Keys as HighLevel shows them: _id, platform, platformCommentId, platformParentId, platformPostId, postId (a row
with one account), originId (that of the connected account), isParentThread, isPost, content, attachments, author {id,
name, profilePic}, level (1 comment, 2 reply), likeCount, reactionCount, replyCount, shareCount, repostCount,
quoteCount, previewLink, isRead, isDeleted, isEdited, publishedAt, createdAt, updatedAt; private: locationId, liked
(whether this location likes it).
"""

import heapq
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from highlevel.sandbox.clock import iso, parse_iso
from highlevel.sandbox.fields import Fields, boolean, choice, date, list_of, nested, number, text
from highlevel.sandbox.operations import PREFIX, Call, Refusal, operation
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World

LENGTHS = {
    "facebook": 8000,
    "instagram": 2200,
    "linkedin": 3000,
    "community": 8000,
    "tiktok": 150,
    "bluesky": 300,
    "youtube": 10000,
    "threads": 500,
}
"""Longest comment per platform, in characters."""

LIKABLE = ("facebook", "linkedin", "community", "tiktok", "bluesky")

_HIGHLEVEL_ID = re.compile(r"[0-9a-fA-F]{24}")
_ATTACHMENT = Fields(url=text(required=True), type=choice("image", required=True))
_MENTION = Fields(
    name=text(required=True),
    id=text(required=True),
    offset=number(required=True),
    length=number(required=True),
    slug=text(),
)
_HIDDEN = ("liked", "mentions", "locationId")


def _highlevel_id(value: str) -> str | None:
    return None if _HIGHLEVEL_ID.fullmatch(value) else "must be a mongodb id"


@operation(
    "create-comment",
    "POST",
    f"{PREFIX}/comments/{{platform}}",
    scope="socialplanner/comments.write",
    status=201,
    location="query",
    query=Fields(locationId=text(required=True)),
    body=Fields(
        parentId=text(required=True, check=_highlevel_id),
        isParentThread=boolean(required=True),
        content=text(required=True),
        attachments=list_of(nested(_ATTACHMENT), max_items=1),
        mentions=list_of(nested(_MENTION)),
        notifyAllGroupMembers=boolean(),
    ),
)
def create_comment(call: Call) -> dict[str, Any]:
    """Write a comment on a post or a reply to a comment, as the connected account that published the post."""
    platform = _platform(call)
    if len(call.body["content"]) > LENGTHS[platform]:
        raise Refusal(422, [f"content must be shorter than or equal to {LENGTHS[platform]} characters"])
    parent = _parent_post(call, platform) if call.body["isParentThread"] else _parent_comment(call, platform)
    comment = _written(call, platform, parent)
    _insert(call.world, comment, parent=call.body["parentId"])
    if not call.body["isParentThread"]:
        _keep(call.world, {**parent, "replyCount": parent["replyCount"] + 1, "updatedAt": iso(call.now)})
    return {"message": "Created Comment", "results": _shown(comment)}


@operation(
    "create-like",
    "POST",
    f"{PREFIX}/comments/{{platform}}/{{id}}/like",
    scope="socialplanner/comments.write",
    status=201,
    location="query",
    query=Fields(locationId=text(required=True)),
)
def create_like(call: Call) -> dict[str, Any]:
    """Like a comment; refused when this location already does."""
    comment = _likable(call)
    if comment["liked"]:
        raise Refusal(400, "Comment is already liked")
    _keep(call.world, _with_like(call, comment, liked=True))
    return {"message": "Created Like"}


@operation(
    "delete-like",
    "DELETE",
    f"{PREFIX}/comments/{{platform}}/{{id}}/like",
    scope="socialplanner/comments.write",
    location="query",
    query=Fields(locationId=text(required=True)),
)
def delete_like(call: Call) -> dict[str, Any]:
    """Take a like back; refused when there is none."""
    comment = _likable(call)
    if not comment["liked"]:
        raise Refusal(400, "Comment is not liked")
    _keep(call.world, _with_like(call, comment, liked=False))
    return {"message": "Deleted Like"}


@operation(
    "get-comment-list",
    "POST",
    f"{PREFIX}/comments/{{platform}}/list",
    scope="socialplanner/comments.readonly",
    status=201,
    location="query",
    query=Fields(locationId=text(required=True)),
    body=Fields(
        originIds=list_of(text(), required=True, not_empty=True),
        parentId=text(check=_highlevel_id),
        fromDate=date(),
        toDate=date(),
        sortBy=choice("top", "latest"),
        search=text(),
        skip=number(minimum=0),
        limit=number(minimum=1, maximum=100),
    ),
)
def get_comment_list(call: Call) -> dict[str, Any]:
    """A page of the comments of a post, the replies to a comment, or all top-level comments of the named accounts."""
    _platform(call)
    skip, limit = call.page(limit=10)
    if call.body.get("search") or call.body.get("sortBy") == "top":
        found = [comment for branch in _branches(call) for comment in _search(call, branch)]
        found.sort(key=_standing if call.body.get("sortBy") == "top" else _published, reverse=True)
        total, unread = len(found), sum(not comment["isRead"] for comment in found)
        rows: Iterable[Document] = found[skip : skip + limit]
    else:
        branches = _branches(call)
        total = sum(call.world.store.count("comment", **branch) for branch in branches)
        unread = sum(call.world.store.count("comment", **{**branch, "status": _unread(branch)}) for branch in branches)
        newest = (
            call.world.store.find("comment", **branch, descending=True, limit=skip + limit) for branch in branches
        )
        rows = islice(heapq.merge(*newest, key=_published, reverse=True), skip, skip + limit)
    shown = [_shown(comment) for comment in rows]
    meta = {"total": total, "totalUnread": unread, "skip": skip, "limit": limit, "hasMore": skip + len(shown) < total}
    return {"message": "Fetched Comments", "results": {"comments": shown, "meta": meta}}


def _platform(call: Call) -> str:
    platform = call.path["platform"]
    if platform not in LENGTHS:
        raise Refusal(422, [f"platform must be one of the following values: {', '.join(LENGTHS)}"])
    return platform


def _branches(call: Call) -> list[dict[str, Any]]:
    """The filters that together select what a list request asks for, one an account."""
    body, window = call.body, {}
    if bool(body.get("fromDate")) != bool(body.get("toDate")):
        raise Refusal(400, "fromDate and toDate must be provided together")
    if body.get("fromDate"):
        window = {"at_from": parse_iso(body["fromDate"]), "at_to": parse_iso(body["toDate"])}
        if window["at_from"] > window["at_to"]:
            raise Refusal(400, "fromDate must be before or equal to toDate")
    place = {"parent": body["parentId"]} if body.get("parentId") else {"status": ["top", "top_unread"]}
    platform = call.path["platform"]
    refs = dict.fromkeys(f"{platform}/{origin_id}" for origin_id in body["originIds"])
    return [{"location": call.location_id, "ref": ref, **place, **window} for ref in refs]


def _unread(branch: dict[str, Any]) -> list[str]:
    return ["top_unread", "reply_unread"] if "parent" in branch else ["top_unread"]


def _search(call: Call, branch: dict[str, Any]) -> list[Document]:
    wanted = (call.body.get("search") or "").casefold()
    found = call.world.store.find("comment", **branch)
    return [comment for comment in found if wanted in (comment.get("content") or "").casefold()]


def _published(comment: Document) -> str:
    return str(comment.get("publishedAt") or comment["createdAt"])


def _standing(comment: Document) -> tuple[int, str]:
    return comment["likeCount"] + comment["reactionCount"] + comment["replyCount"], _published(comment)


def _parent_post(call: Call, platform: str) -> Document:
    post = call.world.store.get("post", call.body["parentId"])
    if post is None or post["locationId"] != call.location_id or post["deleted"]:
        raise Refusal(400, "Post not found")
    account = call.world.store.get("account", post["accountId"]) if post["accountId"] else None
    if account is None or account["platform"].removesuffix("-business") != platform:
        raise Refusal(400, f"Post was not published on {platform}")
    if post["status"] != "published":
        raise Refusal(400, "Comments are only possible on published posts")
    return {"postId": post["_id"], "originId": account["originId"], "networkId": post["postId"], "level": 0}


def _parent_comment(call: Call, platform: str) -> Document:
    return _comment(call, call.body["parentId"], platform)


def _comment(call: Call, comment_id: str, platform: str) -> Document:
    comment = call.world.store.get("comment", comment_id)
    if comment is None or comment["locationId"] != call.location_id or comment["platform"] != platform:
        raise Refusal(400, "Comment not found")
    return comment


def _likable(call: Call) -> Document:
    if _platform(call) not in LIKABLE:
        raise Refusal(400, f"Liking comments is not supported on {call.path['platform']}")
    if _highlevel_id(call.path["id"]):
        raise Refusal(422, ["id must be a mongodb id"])
    return _comment(call, call.path["id"], call.path["platform"])


def _with_like(call: Call, comment: Document, *, liked: bool) -> Document:
    count = max(0, comment["likeCount"] + (1 if liked else -1))
    return {**comment, "liked": liked, "likeCount": count, "updatedAt": iso(call.now)}


def _written(call: Call, platform: str, parent: Document) -> Document:
    body, now, number_of_comment = call.body, iso(call.now), call.world.new_id()
    account = next(iter(call.world.store.find("account", location=call.location_id, ref=parent["originId"])), {})
    network_post = parent.get("networkId") or parent.get("platformPostId") or ""
    return {
        "_id": number_of_comment,
        "locationId": call.location_id,
        "platform": platform,
        "platformCommentId": f"{network_post}_{int(number_of_comment[-12:], 16)}",
        "platformParentId": parent.get("platformCommentId") or network_post,
        "platformPostId": network_post,
        "postId": parent["postId"],
        "originId": parent["originId"],
        "isParentThread": body["isParentThread"],
        "isPost": False,
        "content": body["content"],
        "attachments": (body.get("attachments") or []) if platform == "facebook" else [],
        "author": {
            "id": parent["originId"],
            "name": account.get("name", ""),
            "profilePic": account.get("avatar") or "",
        },
        "level": min(parent["level"] + 1, 2),
        **dict.fromkeys(("likeCount", "reactionCount", "replyCount", "shareCount", "repostCount", "quoteCount"), 0),
        "previewLink": "",
        "isRead": True,
        "isDeleted": False,
        "isEdited": False,
        "publishedAt": now,
        "createdAt": now,
        "updatedAt": now,
        "liked": False,
    }


def _shown(comment: Document) -> Document:
    return {key: value for key, value in comment.items() if key not in _HIDDEN}


def _insert(world: World, comment: Document, *, parent: str) -> None:
    world.store.insert(
        "comment",
        comment,
        location=comment["locationId"],
        at=parse_iso(comment["publishedAt"]),
        status="top" if comment["isParentThread"] else "reply",
        parent=parent,
        ref=f"{comment['platform']}/{comment['originId']}",
    )


def _keep(world: World, comment: Document) -> None:
    world.store.update("comment", comment["_id"], comment)
