"""What people write under published posts, and what the client answers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from highlevel.sandbox.clock import iso, parse_iso
from highlevel.sandbox.resources.medias import avatar_url
from highlevel.sandbox.seed.corpus import Agency
from highlevel.sandbox.seed.hostile import CAPTIONS, NAMES
from highlevel.sandbox.seed.place import Account, Place
from highlevel.sandbox.store import Document, Row

_PLATFORMS = ("facebook", "instagram", "linkedin", "tiktok", "tiktok-business", "bluesky", "youtube", "threads")
_LENGTHS = {"tiktok": 150, "bluesky": 300}
_SINCE = timedelta(days=35)
_FRESH = timedelta(days=5)
_SHARE = 0.4


def comment_rows(place: Place, agency: Agency, posts: list[Document]) -> Iterator[Row]:
    """Threads under some of the posts of the last weeks, as rows for the store. The newest are partly unread."""
    accounts = {account.id: account for account in place.of(*_PLATFORMS)}
    for post in posts:
        account = accounts.get(post["accountId"])
        if account is None or post["status"] != "published" or post["type"] == "story":
            continue
        published = parse_iso(post["publishedAt"])
        rng = place.random("comments", post["_id"])
        if place.now - published < _SINCE and rng.random() < _SHARE:
            for number in range(rng.choice((1, 1, 2, 3, 5))):
                yield from _thread(place, agency, account, post, number, published, rng)


def _thread(
    place: Place, agency: Agency, account: Account, post: Document, number: int, published: datetime, rng: Random
) -> Iterator[Row]:
    at = published + timedelta(minutes=rng.randint(3, 2400))
    answered = at + timedelta(minutes=rng.randint(10, 900))
    if at > place.now:
        return
    comment = _comment(place, account, post, f"comment {number}", at)
    odd = rng.random() < 0.02
    name = rng.choice(NAMES) if odd else rng.choice(agency.commenters)
    text = rng.choice(CAPTIONS) if odd else rng.choice(place.client.questions)
    comment["author"] = {"id": place.digits("author", name), "name": name, "profilePic": avatar_url(name)}
    comment["content"] = text[: _LENGTHS.get(comment["platform"], 500)]
    comment["likeCount"] = comment["reactionCount"] = rng.choice((0, 0, 0, 1, 2, 5, 14))
    comment["isRead"] = place.now - at > _FRESH or rng.random() < 0.4
    reply = None
    if answered <= place.now and rng.random() < 0.45:
        reply = _comment(place, account, post, f"reply {number}", answered)
        reply["author"] = {"id": account.origin_id, "name": account.name, "profilePic": avatar_url(account.name)}
        reply["content"] = rng.choice(place.client.replies)[: _LENGTHS.get(comment["platform"], 500)]
        reply |= {"isParentThread": False, "level": 2, "platformParentId": comment["platformCommentId"]}
        comment |= {"replyCount": 1, "isRead": True}
    yield _row(comment, post["_id"], at)
    if reply is not None:
        yield _row(reply, comment["_id"], answered)


def _comment(place: Place, account: Account, post: Document, what: str, at: datetime) -> Document:
    platform = account.platform.removesuffix("-business")
    stamp = iso(at)
    return {
        "_id": place.object_id(what, post["_id"]),
        "locationId": place.id,
        "platform": platform,
        "platformCommentId": f"{post['postId']}_{place.digits(what, post['_id'])}",
        "platformParentId": post["postId"],
        "platformPostId": post["postId"],
        "postId": post["_id"],
        "originId": account.origin_id,
        "isParentThread": True,
        "isPost": False,
        "content": "",
        "attachments": [],
        "author": {},
        "level": 1,
        **dict.fromkeys(("likeCount", "reactionCount", "replyCount", "shareCount", "repostCount", "quoteCount"), 0),
        "previewLink": f"https://{platform}.example/{post['postId']}",
        "isRead": True,
        "isDeleted": False,
        "isEdited": False,
        "publishedAt": stamp,
        "createdAt": stamp,
        "updatedAt": stamp,
        "liked": False,
    }


def _row(comment: Document, parent: str, at: datetime) -> Row:
    kind = "top" if comment["isParentThread"] else "reply"
    return {
        "doc": comment,
        "location": comment["locationId"],
        "at": at,
        "status": kind if comment["isRead"] else f"{kind}_unread",
        "parent": parent,
        "ref": f"{comment['platform']}/{comment['originId']}",
    }
