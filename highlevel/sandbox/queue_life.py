"""What a queue does by itself: it keeps one real post scheduled, moves on when a slot comes, and takes new posts in."""

import json
from datetime import datetime
from typing import Any

from highlevel.sandbox.clock import iso, parse_iso
from highlevel.sandbox.made_posts import delete_made_post, make_post
from highlevel.sandbox.queue_content import item_payload, new_item
from highlevel.sandbox.queue_cycle import Where
from highlevel.sandbox.queue_desk import Live
from highlevel.sandbox.resources.publishing import on_published
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World, hash_of, on_tick

SOURCE = "category-queue"
"""What the posts of queues have as their source."""


def settle(desk: Live) -> None:
    """Keep the queue of a desk after a change: its cycle, its counters, and the one post that it has scheduled."""
    desk.save()
    queue = desk.queue
    plan = desk.projection()
    first = next(plan.run(), None) if plan else None
    going_out = next((turn for turn in plan.run() if not turn.skipped), None) if plan else None
    if going_out is None:
        withdraw(desk)
    else:
        _schedule(desk, desk.item(desk.cycle.ids[going_out.place]), going_out.at, going_out.outing)
    queue["nextAt"] = iso(first.at) if first else None
    keep_queue(desk.world, queue)


def withdraw(desk: Live) -> None:
    """Delete the scheduled post of a queue, if it has one; `settle` is left to do."""
    if desk.queue["currentPostId"]:
        delete_made_post(desk.world, desk.queue["currentPostId"], desk.now)
    desk.queue.update(currentPostId=None, activeItemId=None, activeMark="")


def keep_queue(world: World, queue: Document) -> None:
    """Keep a changed queue under its status and the instant of its next move."""
    at = parse_iso(queue["nextAt"]) if queue.get("nextAt") else None
    world.store.update("queue", queue["_id"], queue, status=queue["status"], at=at)


def add_post(desk: Live, post: Document) -> None:
    """Take a published post into a queue, where its preference for new content puts it; `settle` is left to do."""
    item = new_item(desk.world, desk.queue, now=desk.now, original=post)
    desk.add(item, place_of_new(desk.queue))


def place_of_new(queue: Document) -> Where:
    """Where new content goes in a queue."""
    return "top" if queue["prioritizeNewContent"] else "bottom"


def queue_of_category(world: World, location_id: str, category_id: str) -> Document | None:
    """The queue of a category, unless it has none or a deleted one."""
    alive = ("draft", "active", "paused")
    return next(iter(world.store.find("queue", ref=category_id, location=location_id, status=alive)), None)


def fill_soon(world: World, queue: Document) -> None:
    """Have the posts that are published in the queue's category added at the next tick."""
    world.store.insert("queue_fill", {"_id": queue["_id"]}, at=world.clock.now())


def _due(world: World) -> float | None:
    times = [world.store.first_at("queue_fill", status=""), world.store.first_at("queue", status="active")]
    return min((at for at in times if at is not None), default=None)


@on_tick(due=_due)
def move_queues(world: World, now: datetime) -> None:
    """Fill new queues; move each active one on whose slot has come."""
    for task in world.store.find("queue_fill", status="", at_to=now):
        world.store.delete("queue_fill", task["_id"])
        queue = world.store.get("queue", task["_id"])
        if queue is not None and queue["status"] != "deleted":
            _fill(world, queue, now)
    for queue in world.store.find("queue", status="active", at_to=now):
        desk = Live(world, queue, now)
        if queue.get("nextAt") and parse_iso(queue["nextAt"]) <= now and desk.cycle.next_id:
            _take_turn(desk, parse_iso(queue["nextAt"]))
        settle(desk)


@on_published
def take_in(world: World, post: Document, now: datetime) -> None:
    """Add a post that was just published to the queue of its category, if that wants future posts."""
    if post["status"] != "published" or not post["categoryId"] or post["source"] == SOURCE:
        return
    queue = queue_of_category(world, post["locationId"], post["categoryId"])
    if queue is not None and queue["enableFuturePosts"]:
        desk = Live(world, queue, now)
        add_post(desk, post)
        settle(desk)


def _fill(world: World, queue: Document, now: datetime) -> None:
    desk = Live(world, queue, now)
    for post in world.store.find("post", ref=queue["categoryId"], status="published", parent="", at_to=now):
        if post["source"] != SOURCE:
            add_post(desk, post)
    settle(desk)


def _take_turn(desk: Live, slot: datetime) -> None:
    """The slot of the next item has come: count the outing, unless it was skipped, and pass on to the item behind."""
    queue, item = desk.queue, desk.item(str(desk.cycle.next_id))
    if slot not in {parse_iso(text) for text in queue["skipDateTime"]}:
        variation = (item["currentVariation"] + 1) % max(1, len(item["variations"]))
        desk.put({**item, "currentVariation": variation, "lastScheduledTime": iso(slot)})
        # The post is on its way out; it is the queue's no longer.
        queue.update(lastScheduledTime=iso(slot), currentPostId=None, activeItemId=None, activeMark="")
    desk.cycle.advance()


def _schedule(desk: Live, item: Document, at: datetime, outing: int) -> None:
    queue, world = desk.queue, desk.world
    variation = (item["currentVariation"] + outing) % max(1, len(item["variations"]))
    payload: dict[str, Any] = {**item_payload(world, item, variation), "scheduleDate": iso(at)}
    mark = hash_of(json.dumps(payload, sort_keys=True))[:12].hex()
    if queue["currentPostId"] and queue.get("activeMark") == mark and queue.get("activeItemId") == item["_id"]:
        return
    withdraw(desk)
    user_id = payload.get("userId") or queue["createdBy"]
    post_id = make_post(
        world, queue["locationId"], payload, source=SOURCE, status="scheduled", user_id=user_id, now=desk.now
    )
    queue.update(currentPostId=post_id, activeItemId=item["_id"], activeMark=mark)
