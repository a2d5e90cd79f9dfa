"""What becomes of posts as the sandbox's clock goes on."""

from datetime import timedelta

from highlevel.sandbox.clock import iso
from highlevel.sandbox.resources import publishing, refusals

from .conftest import SOCIAL, Desk

PICTURE = {"url": "https://media.example/bread.jpg", "type": "image/jpeg"}


def test_a_due_post_is_worked_on_and_then_published(desk: Desk) -> None:
    desk.box.clock.stop()
    post = desk.created(desk.plan(desk.account("facebook"), desk.account("linkedin"), hours=1))
    desk.box.clock.advance(timedelta(minutes=59))
    assert desk.post(post["_id"])["status"] == "scheduled"
    desk.box.clock.advance(timedelta(minutes=1))
    assert {row["status"] for row in desk.posts()} == {"in_progress"}
    desk.box.clock.advance(timedelta(minutes=1))

    rows = desk.posts()
    assert {row["status"] for row in rows} == {"published"}
    children = [row for row in rows if row["parentPostId"]]
    assert {row["platform"] for row in children} == {"facebook", "linkedin"}
    assert all(row["postId"] and row["publishedAt"] > post["scheduleDate"] for row in children)


def test_a_child_can_fail_while_its_post_goes_out(desk: Desk) -> None:
    expired = desk.account("linkedin", expire=desk.box.clock.now() + timedelta(minutes=30))
    post = desk.created(desk.plan(desk.account("facebook"), expired))
    desk.box.clock.advance(timedelta(hours=3))

    by_account = {row.get("accountId"): row for row in desk.posts()}
    assert by_account[expired["id"]]["status"] == "failed"
    assert by_account[expired["id"]]["error"] == publishing.EXPIRED
    assert desk.post(post["_id"])["status"] == "published"


def test_a_disconnected_account_fails_its_posts_and_leaves_its_groups(desk: Desk) -> None:
    account, other = desk.account("facebook"), desk.account("google")
    desk.box.add_group(desk.location_id, name="All", account_ids=[account["id"], other["id"]])
    post = desk.created(desk.plan(account))
    answer = desk.ask("DELETE", SOCIAL + f"/{{loc}}/accounts/{account['id']}")
    assert answer.json()["results"] == {"locationId": desk.location_id, "id": account["id"]}

    held = desk.ask("GET", SOCIAL + "/{loc}/accounts").json()["results"]
    assert [row["id"] for row in held["accounts"]] == [other["id"]]
    assert held["groups"][0]["accountIds"] == [other["id"]]
    desk.box.clock.advance(timedelta(hours=3))
    assert desk.post(post["_id"])["error"] == publishing.DISCONNECTED


def test_the_same_seed_fails_the_same_posts(desk: Desk) -> None:
    desk.box.world.settings["failure_rate"] = 0.5
    account = desk.account("facebook")
    due = desk.box.clock.now() + timedelta(hours=1)
    ids = [
        desk.box.add_post(desk.location_id, accountIds=[account["id"]], status="scheduled", scheduleDate=due)["_id"]
        for _ in range(40)
    ]
    desk.box.clock.advance(timedelta(hours=2))
    rows = {row["_id"]: row for row in desk.posts()}

    failed = [id for id in ids if rows[id]["status"] == "failed"]
    assert 0 < len(failed) < 40
    assert failed == [id for id in ids if desk.box.world.chance("publish", id) < 0.5]
    known = publishing.FAILURES[""] + publishing.FAILURES["facebook"]
    assert all(rows[id]["error"] in known for id in failed)


def test_hashtags_fail_only_on_instagram(desk: Desk) -> None:
    text = " ".join(f"#tag{number}" for number in range(31))
    post = desk.created(desk.plan(desk.account("instagram"), desk.account("facebook"), summary=text, media=[PICTURE]))
    desk.box.clock.advance(timedelta(hours=3))
    errors = {row["platform"]: row["error"] for row in desk.posts() if row["parentPostId"] == post["_id"]}
    assert errors == {"instagram": refusals.TOO_MANY_HASHTAGS, "facebook": ""}


def test_a_network_refuses_a_file_whose_size_the_library_knows(desk: Desk) -> None:
    names = {"light": 1_000_000, "heavy": 1_000_001}
    posts = {}
    for name, size in names.items():
        files = {"file": (f"{name}.jpg", b"x" * size, "image/jpeg")}
        url = desk.ask("POST", "/medias/upload-file", files=files).json()["url"]
        media = [{"url": url, "type": "image/jpeg"}]
        posts[name] = desk.created(desk.plan(desk.account("bluesky"), media=media))["_id"]
    desk.box.clock.advance(timedelta(hours=3))
    told = {name: (desk.post(id)["status"], desk.post(id)["error"]) for name, id in posts.items()}
    assert told == {"light": ("published", ""), "heavy": ("failed", "The file is too large.")}


def test_a_story_by_notification_is_not_published(desk: Desk) -> None:
    details = {"type": "story", "publishViaPushNotification": True}
    post = desk.created(desk.plan(desk.account("instagram"), media=[PICTURE], instagramPostDetails=details))
    desk.box.clock.advance(timedelta(hours=3))
    assert desk.post(post["_id"])["status"] == "notification_sent"


def test_a_post_deleted_meanwhile_does_not_go_out(desk: Desk) -> None:
    post = desk.created(
        desk.plan(desk.account("facebook"), status="published", scheduleDate=None) | {"status": "draft"}
    )
    planned = desk.created(desk.plan(desk.account("facebook")))
    desk.ask("DELETE", SOCIAL + f"/{{loc}}/posts/{planned['_id']}")
    desk.box.clock.advance(timedelta(hours=3))
    assert desk.post(planned["_id"])["status"] == "deleted"
    assert desk.post(post["_id"])["status"] == "draft"


def test_insights_grow_and_then_stand(desk: Desk) -> None:
    desk.speak_with(desk.box.private_token(desk.location_id))
    desk.box.clock.stop()
    posts = [desk.created(desk.plan(desk.account("facebook"), hours=1)) for _ in range(5)]
    likes = []
    for days in (0, 1, 9, 30, 30):
        desk.box.clock.advance(timedelta(days=days, hours=2))
        likes.append(sum(desk.post(post["_id"])["insights"]["like"] for post in posts))
    assert likes[0] < likes[1] < likes[2]
    assert likes[3] == likes[4] >= likes[2]


def test_a_clock_that_jumps_years_keeps_the_order(desk: Desk) -> None:
    desk.speak_with(desk.box.private_token(desk.location_id))
    account = desk.account("facebook")
    now = desk.box.clock.now()
    for days in (30, 10, 20):
        desk.box.add_post(
            desk.location_id,
            accountIds=[account["id"]],
            status="scheduled",
            scheduleDate=now + timedelta(days=days),
            summary=str(days),
        )
    desk.box.clock.advance(timedelta(days=3650))
    rows = sorted(desk.posts(), key=lambda row: str(row["publishedAt"]))
    assert [row["summary"] for row in rows] == ["10", "20", "30"]
    assert rows[0]["publishedAt"] < iso(now + timedelta(days=10, minutes=1))
