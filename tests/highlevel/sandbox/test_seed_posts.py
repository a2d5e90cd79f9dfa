"""The posts of the example agency: enough of each kind, in their window, acceptable to the networks, pleasant to read."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from highlevel.sandbox import World
from highlevel.sandbox.clock import parse_iso
from highlevel.sandbox.resources.post_rules import complaints
from highlevel.sandbox.seed.audience import TEXT_LIMITS
from highlevel.sandbox.seed.corpus import clients
from highlevel.sandbox.seed.hostile import CAPTIONS, NAMES
from highlevel.sandbox.store import Document
from tests.highlevel.sandbox.test_seed import NOW, by_location, everything, make_world, whole_posts

STATUSES = {
    "draft",
    "scheduled",
    "in_review",
    "published",
    "in_progress",
    "pending",
    "failed",
    "notification_sent",
    "deleted",
}


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


def test_posts_of_each_location(world: World) -> None:
    for posts in by_location(world, "post").values():
        assert 150 <= len(whole_posts(posts)) <= len(posts) <= 400
        assert {post["status"] for post in posts} == STATUSES
        assert {"post", "story", "reel"} == {post["type"] for post in posts}


def test_posts_lie_in_the_window_at_sensible_hours(world: World) -> None:
    zones = {doc["id"]: ZoneInfo(doc["timezone"]) for doc in everything(world, "location")}
    for post in everything(world, "post"):
        shown = parse_iso(post["displayDate"])
        assert NOW - timedelta(days=60) <= shown <= NOW + timedelta(days=45)
        assert parse_iso(post["createdAt"]) <= min(NOW, shown)
        assert parse_iso(post["updatedAt"]) <= NOW
        if post["scheduleDate"]:
            local = shown.astimezone(zones[post["locationId"]])
            assert post["displayDate"] == post["scheduleDate"]
            assert local.minute in (0, 15, 30, 45)
            assert 5 <= local.hour <= 21


def test_status_agrees_with_time(world: World) -> None:
    for post in everything(world, "post"):
        shown = parse_iso(post["displayDate"])
        if post["status"] == "scheduled":
            assert shown > NOW
        if post["status"] in ("published", "notification_sent"):
            assert shown <= parse_iso(post["publishedAt"]) <= NOW
            assert post["error"] == ""
        if post["status"] in ("in_progress", "pending", "failed"):
            assert shown <= NOW
            assert post["publishedAt"] is None
        assert bool(post["error"]) == (post["status"] == "failed")
        assert post["deleted"] == (post["status"] == "deleted")


def test_posts_on_several_accounts(world: World) -> None:
    posts = everything(world, "post")
    children: dict[str, list[Document]] = {}
    for post in posts:
        if post["parentPostId"]:
            children.setdefault(post["parentPostId"], []).append(post)
    joint = [post for post in posts if len(post["accountIds"]) > 1]
    assert len(joint) > 300
    mixed = 0
    for post in joint:
        rows = children.get(post["_id"], [])
        assert post["platform"] == ""
        assert post["accountId"] is None
        if post["status"] in ("draft", "in_review"):
            assert not rows
            continue
        assert [row["accountId"] for row in rows] == post["accountIds"]
        assert all(row["summary"] == post["summary"] for row in rows)
        statuses = {row["status"] for row in rows}
        assert post["status"] in statuses
        mixed += {"published", "failed"} <= statuses
    assert mixed >= 12
    assert len(children) == sum(post["status"] not in ("draft", "in_review") for post in joint)


def test_planned_posts_would_be_accepted_if_sent(world: World) -> None:
    accounts = {doc["id"]: doc for doc in everything(world, "account")}
    planned = [post for post in everything(world, "post") if post["status"] in ("scheduled", "in_review")]
    for post in planned:
        if parse_iso(post["displayDate"]) > NOW:
            assert complaints(post, post["status"], accounts, NOW) == []
        platforms = {accounts[id]["platform"] for id in post["accountIds"]}
        if post["type"] != "story" and post["summary"] not in CAPTIONS:
            assert len(post["summary"]) <= min(TEXT_LIMITS[platform] for platform in platforms)
    assert len(planned) > 500


def test_variety_of_content(world: World) -> None:
    posts = everything(world, "post")
    details = [name for post in posts for name in post if name.endswith("PostDetails")]
    assert {
        "facebookPostDetails",
        "instagramPostDetails",
        "linkedinPostDetails",
        "gmbPostDetails",
        "tiktokPostDetails",
        "youtubePostDetails",
        "pinterestPostDetails",
    } <= set(details)
    assert {post["gmbPostDetails"]["gmbEventType"] for post in posts if "gmbPostDetails" in post} == {
        "STANDARD",
        "EVENT",
        "OFFER",
    }
    assert any("poll" in post.get("linkedinPostDetails", {}) for post in posts)
    assert any(post.get("ogTagsDetails") for post in posts)
    assert any(len(post["media"]) > 2 for post in posts)
    assert {media["type"] for post in posts for media in post["media"]} == {"image/jpeg", "image/png", "video/mp4"}
    assert sum(bool(post["followUpComment"]) for post in posts) > 50
    assert {"composer", "csv", "category-queue"} <= {post["source"] for post in posts}
    approvals = Counter(
        post["postApprovalDetails"]["approvalStatus"] for post in posts if "postApprovalDetails" in post
    )
    assert {"pending", "approved", "rejected"} == set(approvals)
    assert len({post["error"] for post in posts if post["error"]}) >= 10


def test_captions_do_not_repeat_themselves(world: World) -> None:
    for posts in by_location(world, "post").values():
        texts = [post["summary"] for post in whole_posts(posts) if post["summary"]]
        assert len(set(texts)) > 0.95 * len(texts)
        assert len({text[:60] for text in texts}) > 0.8 * len(texts)
        assert not any("{" in text and text not in CAPTIONS for text in texts)


def test_each_business_has_its_own_corpus() -> None:
    assert len(clients()) == 12
    seen: set[object] = set()
    for client in clients():
        bodies = [body for topic in client.topics for body in topic.posts]
        assert len(set(bodies)) >= 25
        assert seen.isdisjoint(bodies)
        seen.update(bodies)
        for body in bodies:
            assert {name for _, name in body if name} <= {*client.words, "weekday", "month"}
    assert {client.language for client in clients()} == {"en", "de", "es", "pt", "ja"}


def test_texts_that_are_hard_to_show(world: World) -> None:
    summaries = [post["summary"] for post in everything(world, "post")]
    assert len(set(CAPTIONS) & set(summaries)) >= 10
    assert sum(len(text) > 2000 for text in summaries) >= 12
    names = {doc["tag"] for doc in everything(world, "tag")}
    names |= {doc["name"] for doc in everything(world, "account_group")}
    names |= {doc["author"]["name"] for doc in everything(world, "comment")}
    assert len(names & set(NAMES)) >= 3
    joined = "".join(summaries)
    assert any("\u0900" <= sign <= "\u097f" for sign in joined)
    assert any("\u0600" <= sign <= "\u06ff" for sign in joined)
    assert any("\u3040" <= sign <= "\u30ff" for sign in joined)


def test_media_are_served_by_the_sandbox(world: World) -> None:
    for post in everything(world, "post"):
        for media in post["media"]:
            assert media["url"].startswith("sandbox://origin/")
            assert media["altText"]
