"""Category queues of a location: one that runs, one that pauses, drafts; with items, variations and skipped dates."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from highlevel.sandbox.clock import iso
from highlevel.sandbox.queue_walk import Slot, SlotTimes
from highlevel.sandbox.resources.medias import picture_url
from highlevel.sandbox.seed.captions import Writer
from highlevel.sandbox.seed.corpus import Topic
from highlevel.sandbox.seed.place import Place
from highlevel.sandbox.store import Document

_STEP = 1000
_SPAN = timedelta(days=40)


@dataclass
class Cupboard:
    """The queues of a location and their items."""

    queues: list[Document] = field(default_factory=list)
    items: list[Document] = field(default_factory=list)


def category_queues(place: Place, posts: list[Document]) -> Cupboard:
    """Queues for some of the categories, filled with what was published in them.

    The first category's queue is active, the second's paused; the third has a draft or none, the last one of some
    locations had a queue that was deleted.
    """
    rng, cupboard = place.random("queues"), Cupboard()
    states = ["active", "paused", "draft" if rng.random() < 0.6 else "", "deleted" if rng.random() < 0.3 else ""]
    for topic, status in zip(place.client.topics, states, strict=False):
        if status:
            _add(cupboard, place, topic, status, [post for post in posts if _evergreen(place, post, topic)])
    return cupboard


def _evergreen(place: Place, post: Document, topic: Topic) -> bool:
    return (
        post["status"] == "published"
        and post["parentPostId"] is None
        and post["type"] != "story"
        and post["categoryId"] == place.categories[topic.name]
    )


def _add(cupboard: Cupboard, place: Place, topic: Topic, status: str, posts: list[Document]) -> None:
    rng = place.random("queue", topic.name)
    queue_id = place.object_id("queue", topic.name)
    slots = _weekly_slots(place, topic, rng)
    times = SlotTimes([Slot(slot["dayOfWeek"], time.fromisoformat(slot["time"])) for slot in slots], place.zone.key)
    chosen = rng.sample(posts, min(len(posts), rng.randint(4, 6) if status == "draft" else rng.randint(8, 14)))
    items = [_item(place, topic, queue_id, number, post, rng) for number, post in enumerate(chosen, 1)]
    items.append(_written_item(place, topic, queue_id, len(items) + 1, rng))
    if status in ("paused", "draft"):
        rng.choice(items)["errors"] = [rng.choice(("PIXABAY_MEDIA", "INVALID_USER_ID"))]
    started = place.today - _SPAN
    cursor, last = 0, None
    if status != "draft":
        cursor = rng.randrange(len(items))
        paused_on = place.today - timedelta(days=6 if status == "paused" else 0)
        last = _play_back(items, cursor, list(times.between(started, paused_on)))
    ahead = list(times.between(place.now, place.now + timedelta(days=30)))
    skipped = [iso(moment) for moment in ahead[2:6:3]] if status == "active" else []
    cupboard.queues.append(
        {
            "_id": queue_id,
            "locationId": place.id,
            "categoryId": place.categories[topic.name],
            "timeSlots": slots,
            "enableFuturePosts": rng.random() < 0.5,
            "prioritizeNewContent": rng.random() < 0.3,
            "currentOrder": items[cursor]["order"],
            "status": status,
            "startDate": iso(started),
            "skipDateTime": skipped,
            "currentPostId": None,
            "totalPosts": len(items),
            "lastScheduledTime": last,
            "createdBy": rng.choice(place.writers),
            "createdAt": iso(started),
            "updatedAt": iso(started),
        }
    )
    cupboard.items += items


def _weekly_slots(place: Place, topic: Topic, rng: Random) -> list[Document]:
    days = sorted(rng.sample(range(7), rng.randint(2, 4)))
    hours = sorted(rng.sample(place.client.hours, rng.choice((1, 1, 2))))
    return [
        {"_id": place.object_id("slot", topic.name, day, hour), "dayOfWeek": day, "time": hour}
        for day in days
        for hour in hours
    ]


def _item(place: Place, topic: Topic, queue_id: str, number: int, post: Document, rng: Random) -> Document:
    writer = Writer(place.client, place.random("variations", post["_id"]))
    count = rng.choice((0, 0, 0, 2, 3))
    variations = [
        {"_id": place.object_id("variation", post["_id"], turn), "content": content, "mentions": [], "ogTags": {}}
        for turn in range(count)
        if (content := writer.draft(rng, place.today.date()).text(280))
    ]
    changed = rng.random() < 0.2
    return {
        **_blank_item(place, topic, queue_id, number),
        "variations": variations,
        "primaryImage": post["media"][0]["url"] if post["media"] else "",
        "postId": post["_id"],
        "modifiedPostPayload": {"summary": f"{post['summary']}\n\n{place.client.address['website']}"}
        if changed
        else None,
        "currentVariation": rng.randrange(count) if count else 0,
    }


def _written_item(place: Place, topic: Topic, queue_id: str, number: int, rng: Random) -> Document:
    """An item that was written in the queue, without a post behind it."""
    draft = Writer(place.client, place.random("written", topic.name)).draft(rng, place.today.date())
    account = next(iter(place.of("facebook", "linkedin")), place.accounts[0])
    slug, alt = rng.choice(place.client.photos)
    url = picture_url(f"{place.client.key}-{slug}", "wide")
    return {
        **_blank_item(place, topic, queue_id, number),
        "primaryImage": url,
        "modifiedPostPayload": {
            "accountIds": [account.id],
            "summary": draft.text(500),
            "media": [{"url": url, "type": "image/png", "altText": alt}],
            "type": "post",
            "userId": place.writers[0],
        },
    }


def _blank_item(place: Place, topic: Topic, queue_id: str, number: int) -> Document:
    stamp = iso(place.today - _SPAN + timedelta(hours=number))
    return {
        "_id": place.object_id("queue item", topic.name, number),
        "locationId": place.id,
        "queueId": queue_id,
        "order": number * _STEP,
        "variations": [],
        "primaryImage": "",
        "postId": None,
        "parentPostId": None,
        "modifiedPostPayload": None,
        "errors": [],
        "currentVariation": 0,
        "lastScheduledTime": None,
        "deleted": False,
        "createdAt": stamp,
        "updatedAt": stamp,
    }


def _play_back(items: list[Document], cursor: int, moments: list[datetime]) -> str | None:
    """Date the items before the cursor with the slots that they took, and return the last of these slots."""
    for back, moment in enumerate(reversed(moments[-len(items) :])):
        items[(cursor - 1 - back) % len(items)]["lastScheduledTime"] = iso(moment)
    return iso(moments[-1]) if moments else None
