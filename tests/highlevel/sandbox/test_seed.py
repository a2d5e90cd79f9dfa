"""The example agency: the same every time, complete, and consistent in itself."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from highlevel.sandbox import World
from highlevel.sandbox.arrange import add_account, add_location, found_company
from highlevel.sandbox.clock import parse_iso
from highlevel.sandbox.queue_walk import Slot, SlotTimes
from highlevel.sandbox.resources.accounts import is_expired
from highlevel.sandbox.seed import plant, plant_posts
from highlevel.sandbox.store import Document, Store

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 22, 9, 37, 12, tzinfo=UTC)
NETWORKS = {
    "facebook",
    "instagram",
    "linkedin",
    "google",
    "tiktok",
    "tiktok-business",
    "youtube",
    "pinterest",
    "threads",
    "bluesky",
}


def make_world(*, seed: int = 1, now: datetime = NOW, scale: float | None = 1) -> World:
    world = World(Store(), seed=seed)
    world.clock.stop()
    world.clock.set(now)
    found_company(world)
    if scale is not None:
        plant(world, scale=scale)
    return world


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


def everything(world: World, kind: str, **filters: Any) -> list[Document]:
    return world.store.find(kind, order="rowid", **filters)


def by_location(world: World, kind: str) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {doc["id"]: [] for doc in everything(world, "location")}
    for doc in everything(world, kind):
        found[doc["locationId"]].append(doc)
    return found


def whole_posts(posts: list[Document]) -> list[Document]:
    return [post for post in posts if post["parentPostId"] is None]


def digest(world: World) -> str:
    kinds = sorted(set(world.store.kinds()) - {"setting"})
    documents = {kind: everything(world, kind) for kind in kinds}
    return hashlib.sha256(repr(documents).encode()).hexdigest()


def test_same_seed_and_clock_make_the_same_bytes(world: World) -> None:
    assert digest(make_world()) == digest(world)


def test_another_process_makes_the_same_bytes(world: World) -> None:
    code = "from tests.highlevel.sandbox.test_seed import digest, make_world; print(digest(make_world()))"
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == digest(world)


def test_another_seed_makes_another_agency(world: World) -> None:
    other = make_world(seed=2)
    assert digest(other) != digest(world)
    assert {doc["_id"] for doc in everything(other, "post")}.isdisjoint(doc["_id"] for doc in everything(world, "post"))


def test_what_is_planned_is_the_same_at_any_hour_of_the_day(world: World) -> None:
    def plan(one: World) -> dict[str, tuple[str, str, list[str]]]:
        posts = whole_posts(everything(one, "post"))
        return {
            post["_id"]: (post["summary"], post["type"], post["accountIds"]) for post in posts if post["scheduleDate"]
        }

    morning, evening = plan(world), plan(make_world(now=NOW.replace(hour=22)))
    same = sum(morning[post_id] == evening.get(post_id) for post_id in morning)
    # Only the posts that the hours between have sent out may differ.
    assert same > 0.97 * len(morning)


def test_locations_and_zones(world: World) -> None:
    locations = everything(world, "location", parent=found_company(world)["id"])
    assert len(locations) == 12
    zones = {doc["timezone"] for doc in locations}
    offsets = [NOW.astimezone(ZoneInfo(zone)).utcoffset() or timedelta() for zone in zones]
    assert any(offset % timedelta(hours=1) for offset in offsets)
    assert {"Asia/Kolkata", "Australia/Adelaide", "Pacific/Auckland", "America/Sao_Paulo", "Europe/London"} <= zones
    assert len({doc["name"] for doc in locations}) == 12
    assert all(doc["country"] and doc["email"] and doc["installed"] for doc in locations)


def test_people(world: World) -> None:
    users = everything(world, "user")
    location_ids = {doc["id"] for doc in everything(world, "location")}
    assert all(set(user["locationIds"]) <= location_ids for user in users)
    assert all(user["roles"]["locationIds"] == user["locationIds"] for user in users)
    kinds = Counter(user["roles"]["type"] for user in users)
    assert kinds["agency"] >= 4
    assert kinds["account"] == 24
    wide = [len(user["locationIds"]) for user in users if user["roles"]["type"] == "agency"]
    assert 12 in wide
    assert any(1 < count < 12 for count in wide)
    assert len({user["email"] for user in users}) == len(users)
    for location_id in location_ids:
        assert sum(location_id in user["locationIds"] for user in users) >= 4


def test_accounts_over_all_networks_in_every_health(world: World) -> None:
    accounts = everything(world, "account")
    assert {doc["platform"] for doc in accounts} == NETWORKS
    for of_location in by_location(world, "account").values():
        assert 3 <= len(of_location) <= 8
    expired = [doc for doc in accounts if is_expired(doc, NOW)]
    soon = [
        doc
        for doc in accounts
        if doc["expire"] and NOW < parse_iso(doc["expire"]) <= NOW + timedelta(days=7) and doc not in expired
    ]
    limited = [doc for doc in accounts if doc["meta"].get("missingScopes")]
    assert len(expired) >= 3
    assert len(soon) >= 3
    assert len(limited) >= 3
    assert len(accounts) > 3 * (len(expired) + len(soon)) / 2
    assert all(doc["id"].startswith(f"{doc['oauthId']}_{doc['locationId']}_{doc['originId']}") for doc in accounts)


def test_references_resolve(world: World) -> None:
    posts = {post["_id"]: post for post in everything(world, "post")}
    accounts = {doc["id"]: doc for doc in everything(world, "account")}
    users = {doc["id"]: doc for doc in everything(world, "user")}
    categories = {doc["_id"]: doc for doc in everything(world, "category")}
    tags = {doc["_id"]: doc for doc in everything(world, "tag")}
    for post in posts.values():
        here = post["locationId"]
        assert all(accounts[id]["locationId"] == here for id in post["accountIds"])
        assert here in users[post["createdBy"]]["locationIds"]
        assert post["categoryId"] is None or categories[post["categoryId"]]["locationId"] == here
        assert all(tags[tag]["locationId"] == here for tag in post["tags"])
        approver = post.get("postApprovalDetails", {}).get("approver")
        assert approver is None or here in users[approver]["locationIds"]
    for group in everything(world, "account_group"):
        assert group["accountIds"]
        assert all(accounts[id]["locationId"] == group["locationId"] for id in group["accountIds"])
    for item in everything(world, "queue_item"):
        assert world.store.get("queue", item["queueId"])
        assert item["postId"] is None or posts[item["postId"]]["locationId"] == item["locationId"]
    for comment in everything(world, "comment"):
        post = posts[comment["postId"]]
        assert accounts[post["accountId"]]["originId"] == comment["originId"]
        assert parse_iso(post["publishedAt"]) < parse_iso(comment["publishedAt"]) <= NOW
    for row in everything(world, "csv_row"):
        assert row["postId"] is None or row["postId"] in posts


def test_queues_in_every_state(world: World) -> None:
    queues = everything(world, "queue")
    assert {"draft", "active", "paused"} <= {queue["status"] for queue in queues}
    items = everything(world, "queue_item")
    for queue in queues:
        mine = [item for item in items if item["queueId"] == queue["_id"]]
        assert queue["totalPosts"] == len(mine) > 1
        assert queue["currentOrder"] in [item["order"] for item in mine]
        zone = world.store.get("location", queue["locationId"])
        assert zone is not None
        slots = [Slot(slot["dayOfWeek"], time.fromisoformat(slot["time"])) for slot in queue["timeSlots"]]
        times = SlotTimes(slots, zone["timezone"])
        for skipped in queue["skipDateTime"]:
            assert parse_iso(skipped) > NOW
            assert times.includes(parse_iso(skipped))
        if queue["lastScheduledTime"]:
            assert times.includes(parse_iso(queue["lastScheduledTime"]))
            assert parse_iso(queue["lastScheduledTime"]) <= NOW
    assert any(queue["skipDateTime"] for queue in queues)
    assert sum(len(item["variations"]) > 1 for item in items) > 20
    assert any(item["errors"] for item in items)
    assert any(item["postId"] is None and item["modifiedPostPayload"] for item in items)
    assert len({(queue["locationId"], queue["categoryId"]) for queue in queues}) == len(queues)


def test_comments_have_threads_and_unread_ones(world: World) -> None:
    comments = everything(world, "comment")
    replies = [comment for comment in comments if comment["level"] == 2]
    assert len(replies) > 100
    for reply in replies:
        (parent,) = world.store.get_many("comment", [_parent_of(world, reply)])
        assert parent["replyCount"] == 1
        assert parent["publishedAt"] < reply["publishedAt"]
    assert 10 < sum(not comment["isRead"] for comment in comments) < len(comments) / 3
    assert len({comment["platform"] for comment in comments}) >= 6


def _parent_of(world: World, reply: Document) -> str:
    return next(
        str(comment["_id"])
        for comment in everything(world, "comment", ref=f"{reply['platform']}/{reply['originId']}")
        if comment["platformCommentId"] == reply["platformParentId"]
    )


def test_imports_in_several_states(world: World) -> None:
    imports = everything(world, "csv_import")
    assert {doc["status"] for doc in imports} == {
        "pending",
        "importing",
        "in_progress",
        "in_review",
        "completed",
        "failed",
        "deleted",
    }
    for doc in imports:
        rows = everything(world, "csv_row", parent=doc["_id"])
        if doc["status"] in ("pending", "importing"):
            assert not rows
        else:
            assert len(rows) == doc["count"] > 0
        if doc["status"] == "failed":
            assert all(row["errorMessage"] for row in rows)
        assert all(
            (row["status"] == "rejected") == bool(row["errorMessage"])
            for row in rows
            if row["status"] != "pending" and doc["status"] != "deleted"
        )
    assert any(row["errorMessage"] for row in everything(world, "csv_row", status="pending"))


def test_scale_multiplies_locations() -> None:
    small = make_world(scale=0.25)
    assert len(everything(small, "location")) == 3
    large = make_world(scale=3)
    locations = everything(large, "location")
    assert len(locations) == 36
    assert len({doc["name"] for doc in locations}) == 36
    assert min(len(posts) for posts in by_location(large, "post").values()) >= 150
    first = {doc["id"] for doc in locations[:3]}
    assert first == {doc["id"] for doc in everything(small, "location")}


def test_a_world_without_a_company_is_not_planted() -> None:
    with pytest.raises(LookupError):
        plant(World(Store()))


def test_plant_posts_adds_exactly_that_many_in_the_window() -> None:
    world = make_world(scale=None)
    location_id = add_location(world, name="Kiln & Clay", timezone="Asia/Kolkata")["id"]
    start, end = NOW - timedelta(days=3), NOW + timedelta(days=2)
    plant_posts(world, location_id, 501, start=start, end=end)
    posts = everything(world, "post", location=location_id)
    assert len(posts) == 501
    times = [parse_iso(post["displayDate"]) for post in posts]
    assert start <= min(times) < start + timedelta(hours=2)
    assert end - timedelta(hours=2) < max(times) <= end
    assert everything(world, "account", location=location_id)
    plant_posts(world, location_id, 20)
    assert world.store.count("post", location=location_id) == 521


def test_plant_posts_uses_the_accounts_that_are_there() -> None:
    world = make_world(scale=None)
    location_id = add_location(world, name="Kiln & Clay")["id"]
    account = add_account(world, location_id, platform="instagram")
    plant_posts(world, location_id, 40)
    posts = everything(world, "post", location=location_id)
    assert len(posts) == 40
    assert {tuple(post["accountIds"]) for post in posts} == {(account["id"],)}
    assert all(post["media"] for post in posts)


def test_plant_posts_wants_a_location() -> None:
    with pytest.raises(KeyError):
        plant_posts(make_world(scale=None), "nowhere", 1)
