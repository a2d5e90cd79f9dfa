"""Comments over HTTP: writing, replying, liking, listing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from highlevel.sandbox.store import Document

from .conftest import SOCIAL, Desk

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def thread(desk: Desk) -> Desk:
    desk.box.clock.set(NOW)
    desk.box.clock.stop()
    desk.speak_with(desk.box.private_token(desk.location_id))
    desk.box.limits.enabled = False
    return desk


def published(desk: Desk, account: Document) -> Document:
    return desk.box.add_post(
        desk.location_id, accountId=account["id"], status="published", publishedAt=NOW, postId="778899"
    )


def ask(desk: Desk, method: str, path: str, body: dict[str, Any] | None = None) -> requests.Response:
    return desk.ask(method, f"{SOCIAL}/comments/{path}", params={"locationId": desk.location_id}, json=body)


def write(desk: Desk, platform: str, parent: str, content: str = "Nice", *, reply: bool = False, **more: Any) -> Any:
    body = {"parentId": parent, "isParentThread": not reply, "content": content, **more}
    return ask(desk, "POST", platform, body)


def listed(desk: Desk, platform: str, *origins: str, **fields: Any) -> dict[str, Any]:
    answer = ask(desk, "POST", f"{platform}/list", {"originIds": list(origins), **fields})
    assert answer.status_code == 201, answer.text
    results: dict[str, Any] = answer.json()["results"]
    return results


def test_a_comment_and_its_reply(thread: Desk) -> None:
    page = thread.account("facebook", name="Kiln & Clay")
    post = published(thread, page)
    image = {"url": "https://m.example/a.jpg", "type": "image"}
    answer = write(thread, "facebook", post["_id"], attachments=[image], notifyAllGroupMembers=True)
    assert (answer.status_code, answer.json()["message"]) == (201, "Created Comment")
    comment = answer.json()["results"]
    assert (comment["postId"], comment["originId"], comment["level"]) == (post["_id"], page["originId"], 1)
    assert (comment["author"]["name"], comment["attachments"]) == ("Kiln & Clay", [image])
    assert comment["platformPostId"] == "778899"
    assert not {"liked", "locationId"} & set(comment)

    reply = write(thread, "facebook", comment["_id"], "Thanks", reply=True).json()["results"]
    assert (reply["level"], reply["isParentThread"]) == (2, False)
    assert reply["platformParentId"] == comment["platformCommentId"]
    top = listed(thread, "facebook", page["originId"])
    assert [(one["content"], one["replyCount"]) for one in top["comments"]] == [("Nice", 1)]
    replies = listed(thread, "facebook", page["originId"], parentId=comment["_id"])
    assert [one["content"] for one in replies["comments"]] == ["Thanks"]


def test_attachments_are_for_facebook_only(thread: Desk) -> None:
    post = published(thread, thread.account("linkedin"))
    image = {"url": "https://m.example/a.jpg", "type": "image"}
    assert write(thread, "linkedin", post["_id"], attachments=[image]).json()["results"]["attachments"] == []
    assert write(thread, "linkedin", post["_id"], attachments=[image, image]).status_code == 422


@pytest.mark.parametrize(("platform", "length"), [("tiktok", 150), ("bluesky", 300), ("threads", 500)])
def test_length_is_bounded_per_platform(thread: Desk, platform: str, length: int) -> None:
    post = published(thread, thread.account(platform))
    assert write(thread, platform, post["_id"], "é" * length).status_code == 201
    refused = write(thread, platform, post["_id"], "é" * (length + 1))
    assert refused.status_code == 422
    assert refused.json()["message"] == [f"content must be shorter than or equal to {length} characters"]


def test_what_cannot_be_commented_on(thread: Desk) -> None:
    page = thread.account("facebook")
    planned = thread.created(thread.plan(page))
    post = published(thread, page)
    assert write(thread, "facebook", planned["_id"]).status_code == 400
    assert write(thread, "linkedin", post["_id"]).status_code == 400
    assert write(thread, "facebook", "0" * 24).status_code == 400
    assert write(thread, "facebook", "778899_1").json()["message"] == ["parentId must be a mongodb id"]
    assert write(thread, "google", post["_id"]).status_code == 422
    assert write(thread, "facebook", post["_id"], "").status_code == 422


def test_likes_go_on_once_and_off_once(thread: Desk) -> None:
    page = thread.account("facebook")
    comment = write(thread, "facebook", published(thread, page)["_id"]).json()["results"]["_id"]
    path = f"facebook/{comment}/like"
    assert ask(thread, "DELETE", path).status_code == 400
    liked = ask(thread, "POST", path)
    assert (liked.status_code, liked.json()["message"], "results" in liked.json()) == (201, "Created Like", False)
    assert ask(thread, "POST", path).status_code == 400
    assert listed(thread, "facebook", page["originId"])["comments"][0]["likeCount"] == 1
    unliked = ask(thread, "DELETE", path)
    assert (unliked.status_code, unliked.json()["message"]) == (200, "Deleted Like")
    assert listed(thread, "facebook", page["originId"])["comments"][0]["likeCount"] == 0
    for platform in ("instagram", "youtube", "threads"):
        assert ask(thread, "POST", f"{platform}/{comment}/like").status_code == 400


def test_pages_are_complete_and_in_order(thread: Desk) -> None:
    first, second = thread.account("facebook"), thread.account("facebook")
    posts = [published(thread, first), published(thread, second)]
    for number in range(25):
        thread.box.clock.advance(timedelta(minutes=1))
        assert write(thread, "facebook", posts[number % 2]["_id"], f"no {number}").status_code == 201
    origins = (first["originId"], second["originId"])
    seen: list[str] = []
    for skip in range(0, 30, 10):
        page = listed(thread, "facebook", *origins, skip=skip, limit=10)
        assert page["meta"]["total"] == 25
        assert page["meta"]["hasMore"] == (skip < 20)
        seen += [one["content"] for one in page["comments"]]
    assert seen == [f"no {number}" for number in range(24, -1, -1)]
    assert listed(thread, "facebook", origins[0])["meta"]["total"] == 13
    assert listed(thread, "linkedin", *origins)["meta"]["total"] == 0

    middle = {"fromDate": "2026-06-01T00:05:00Z", "toDate": "2026-06-01T00:07:00Z"}
    found = listed(thread, "facebook", *origins, **middle)
    assert [one["content"] for one in found["comments"]] == ["no 6", "no 5", "no 4"]
    search = listed(thread, "facebook", *origins, search="NO 2", limit=100)
    assert (search["meta"]["total"], search["meta"]["hasMore"]) == (6, False)

    oldest = listed(thread, "facebook", *origins, skip=24)["comments"][0]
    ask(thread, "POST", f"facebook/{oldest['_id']}/like")
    assert listed(thread, "facebook", *origins, sortBy="top")["comments"][0]["_id"] == oldest["_id"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"originIds": []}, 422),
        ({"limit": 101}, 422),
        ({"limit": 0}, 422),
        ({"skip": -1}, 422),
        ({"sortBy": "oldest"}, 422),
        ({"parentId": "x"}, 422),
        ({"fromDate": "2026-06-01T00:00:00Z"}, 400),
        ({"fromDate": "2026-06-02T00:00:00Z", "toDate": "2026-06-01T00:00:00Z"}, 400),
    ],
)
def test_list_requests_are_validated(thread: Desk, fields: dict[str, Any], status: int) -> None:
    assert ask(thread, "POST", "facebook/list", {"originIds": ["1"], **fields}).status_code == status


def test_unread_comments_are_counted(thread: Desk) -> None:
    page = thread.account("facebook")
    post = published(thread, page)
    own = write(thread, "facebook", post["_id"]).json()["results"]
    foreign = {**own, "_id": "f" * 24, "isRead": False, "locationId": thread.location_id, "liked": False}
    thread.box.store.insert(
        "comment",
        foreign,
        location=thread.location_id,
        at=NOW,
        status="top_unread",
        parent=post["_id"],
        ref=f"facebook/{page['originId']}",
    )
    assert listed(thread, "facebook", page["originId"])["meta"]["totalUnread"] == 1
    assert listed(thread, "facebook", page["originId"], parentId=post["_id"])["meta"]["totalUnread"] == 1
