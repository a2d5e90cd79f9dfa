"""What the clock does to posts: due ones go out, and a network says yes or no.

`publishing` (at = when the networks will have answered): id (of the post). The post is in_progress meanwhile.
"""

from collections.abc import Callable
from datetime import datetime

from highlevel.sandbox.clock import iso
from highlevel.sandbox.resources.accounts import is_expired
from highlevel.sandbox.resources.post_rows import OUT, children_of, post_save, post_spread
from highlevel.sandbox.resources.post_rules import post_type
from highlevel.sandbox.resources.refusals import objection
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World, hash_of, on_tick

PublishedHook = Callable[[World, Document, datetime], None]

FAILURES: dict[str, tuple[str, ...]] = {
    "": (
        "The network is temporarily unavailable. Please try again later.",
        "The media could not be fetched from its address.",
        "The daily publishing limit of this account has been reached.",
    ),
    "facebook": (
        "(#200) The user has not granted the app permission to publish to this page.",
        "(#506) Duplicate status message: the same text was posted in the last 12 hours.",
        "(#368) The action was blocked because it may violate community standards.",
    ),
    "instagram": (
        "The aspect ratio of the image is not supported (must be between 4:5 and 1.91:1).",
        "Media upload has failed: the container expired before it was published.",
    ),
    "google": (
        "Creating local posts is disabled for this location because it belongs to a chain.",
        "The business location is not verified.",
    ),
    "linkedin": (
        "Content is a duplicate of a recent post.",
        "The member does not have permission to publish for this organization.",
    ),
    "tiktok": ("The video could not be processed: frame rate is out of range.",),
    "youtube": ("The upload quota of this channel has been exceeded.",),
    "pinterest": ("The board does not exist or is not accessible.",),
}
"""What networks answer when they refuse; the empty name is for all of them."""

EXPIRED = "The access token has expired or was revoked. Please reconnect the account."
DISCONNECTED = "The account is no longer connected."

_hooks: list[PublishedHook] = []


def on_published(hook: PublishedHook) -> PublishedHook:
    """Have `hook(world, post, now)` called when a post (not the row of one account) was published or failed."""
    _hooks.append(hook)
    return hook


def publish_begin(world: World, doc: Document, now: datetime) -> None:
    """Hand a post to its networks; they answer within a minute of the sandbox's time."""
    started = {**doc, "status": "in_progress", "updatedAt": iso(now)}
    post_save(world, started)
    post_spread(world, started)
    world.store.delete("publishing", doc["_id"])
    world.store.insert("publishing", {"id": doc["_id"]}, at=now.timestamp() + 3 + 40 * world.chance("wait", doc["_id"]))


def _due(world: World) -> float | None:
    times = [world.store.first_at("post", status="scheduled"), world.store.first_at("publishing")]
    return min((at for at in times if at is not None), default=None)


@on_tick(due=_due)
def publish_due(world: World, now: datetime) -> None:
    """Begin what is scheduled for now, end what the networks have answered."""
    due = world.store.find("post", status="scheduled", at_to=now)
    ids = {doc["_id"] for doc in due}
    for doc in due:
        if doc["parentPostId"] not in ids:
            publish_begin(world, doc, now)
    for task in world.store.find("publishing", at_to=now):
        world.store.delete("publishing", task["id"])
        post = world.store.get("post", task["id"])
        if post and post["status"] in ("in_progress", "pending"):
            _finish(world, post, now)


def _finish(world: World, doc: Document, now: datetime) -> None:
    rows = children_of(world, doc)
    settled = [row if row["status"] in OUT else _settle(world, row, now) for row in rows] or [_settle(world, doc, now)]
    if rows:
        good = [row for row in settled if row["status"] != "failed"]
        result = good[0] if good else settled[0]
        doc = {
            **doc,
            "status": result["status"],
            "publishedAt": result["publishedAt"],
            "error": "" if good else result["error"],
            "updatedAt": iso(now),
        }
        post_save(world, doc)
    else:
        doc = settled[0]
    for hook in _hooks:
        hook(world, doc, now)


def _settle(world: World, doc: Document, now: datetime) -> Document:
    error = _refusal(world, doc, now)
    stamp = iso(now)
    if error:
        changed = {"status": "failed", "error": error}
    elif _by_notification(doc):
        changed = {"status": "notification_sent", "publishedAt": stamp}
    else:
        network_id = str(int.from_bytes(hash_of(world.seed, "network", doc["_id"])[:7], "big"))
        changed = {"status": "published", "publishedAt": stamp, "postId": network_id, "error": ""}
    settled = {**doc, **changed, "updatedAt": stamp}
    post_save(world, settled)
    return settled


def _refusal(world: World, doc: Document, now: datetime) -> str:
    account = world.store.get("account", doc["accountId"]) if doc["accountId"] else None
    if account is None:
        return DISCONNECTED
    if is_expired(account, now):
        return EXPIRED
    if objected := objection(world, doc, account["platform"]):
        return objected
    if world.chance("publish", doc["_id"]) >= world.settings["failure_rate"]:
        return ""
    texts = FAILURES[""] + FAILURES.get(account["platform"].removesuffix("-business"), ())
    return texts[int(world.chance("reason", doc["_id"]) * len(texts))]


def _by_notification(doc: Document) -> bool:
    details = doc.get("instagramPostDetails") or {}
    is_story = doc["platform"] == "instagram" and post_type(doc, "instagram") == "story"
    return is_story and bool(details.get("publishViaPushNotification"))
