"""Creating, reading, listing, editing and deleting posts over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from highlevel.sandbox.clock import iso

from .conftest import SOCIAL, Desk

PICTURE = {"url": "https://media.example/bread.jpg", "type": "image/jpeg"}
VIDEO = {"url": "https://media.example/oven.mp4", "type": "video/mp4"}


def messages(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    found: list[str] = answer.json()["message"]
    return found


def test_a_scheduled_post_comes_back_as_it_was_sent(desk: Desk) -> None:
    tag = desk.box.add_tag(desk.location_id, tag="bread")
    category = desk.box.add_category(desk.location_id, name="News")
    text = "Brot \U0001f956 \u202bخبز\u202c e\u0301 <b>&amp;</b>\n\nline"
    body = desk.plan(
        desk.account("facebook"),
        summary=text,
        media=[{**PICTURE, "altText": "A loaf"}],
        tags=[tag["_id"]],
        categoryId=category["_id"],
        followUpComment="  More in the shop  ",
        facebookPostDetails={"type": "post"},
    )
    answer = desk.create(body)

    assert answer.status_code == 201
    assert (answer.json()["success"], answer.json()["statusCode"]) == (True, 201)
    post = desk.post(answer.json()["results"]["post"]["_id"])
    assert post["summary"] == text
    assert post["scheduleDate"] == post["displayDate"] == body["scheduleDate"]
    assert post["media"] == [{**PICTURE, "altText": "A loaf", "type": "image", "thumbnail": PICTURE["url"]}]
    assert (post["tags"], post["categoryId"]) == ([tag["_id"]], category["_id"])
    assert post["followUpComment"] == "More in the shop"
    assert post["facebookPostDetails"] == {"type": "post"}
    assert post["user"]["email"] == "ana@harbour-pine.example"
    assert post["parentPostId"] is None


def test_several_accounts_make_a_parent_and_a_row_each(desk: Desk) -> None:
    accounts = [desk.account("facebook"), desk.account("linkedin"), desk.account("google")]
    parent = desk.created(desk.plan(*accounts))
    rows = desk.posts()

    assert len(rows) == 4
    children = [row for row in rows if row["parentPostId"] == parent["_id"]]
    assert {row["accountId"] for row in children} == {account["id"] for account in accounts}
    assert all(row["accountIds"] == [row["accountId"]] for row in children)
    assert "accountId" not in parent


def test_a_draft_over_several_accounts_has_one_row(desk: Desk) -> None:
    desk.created(desk.plan(desk.account("facebook"), desk.account("google"), status="draft", scheduleDate=None))
    assert len(desk.posts()) == 1


def test_each_chosen_board_gets_a_row(desk: Desk) -> None:
    pinner = desk.account("pinterest")
    boards = {"pinterestBoards": [{"accountId": pinner["id"], "boards": ["11", "22"]}]}
    parent = desk.created(desk.plan(pinner, media=[PICTURE], pinterestPostDetails=boards))

    children = [row for row in desk.posts() if row["parentPostId"] == parent["_id"]]
    chosen = [row["pinterestPostDetails"]["pinterestBoards"][0]["boards"] for row in children]
    assert sorted(chosen) == [["11"], ["22"]]


def test_the_platform_of_a_scheduled_post_lies_unless_told_not_to(desk: Desk) -> None:
    post = desk.created(desk.plan(desk.account("linkedin")))
    assert post["platform"] == "google"
    desk.box.world.settings["platform_quirk"] = False
    assert desk.post(post["_id"])["platform"] == "linkedin"


def test_without_a_status_it_is_published_at_once(desk: Desk) -> None:
    answer = desk.create(desk.plan(desk.account("facebook"), status=None))
    assert answer.status_code == 201
    assert answer.json()["results"] == {}
    assert [row["status"] for row in desk.posts()] == ["in_progress"]
    desk.box.clock.advance(timedelta(minutes=2))
    assert [row["status"] for row in desk.posts()] == ["published"]


def test_unknown_properties_are_refused_at_any_depth(desk: Desk) -> None:
    body = desk.plan(desk.account("facebook"), caption="x", ogTagsDetails={"type": "y"}, media=[{**PICTURE, "z": 1}])
    assert messages(desk.create(body)) == [
        "property caption should not exist",
        "media.0.property z should not exist",
        "ogTagsDetails.property type should not exist",
    ]
    assert desk.posts() == []


@pytest.mark.parametrize(
    ("platform", "fields", "complaint"),
    [
        ("facebook", {"scheduleDate": "2020-01-01T00:00:00Z"}, "scheduleDate must be after current date"),
        ("facebook", {"scheduleDate": None}, "scheduleDate should not be empty"),
        ("facebook", {"scheduleDate": "tomorrow"}, "scheduleDate must be a valid ISO 8601 date string"),
        ("facebook", {"media": [{**PICTURE, "type": "image"}]}, "media.0.Invalid media format type"),
        ("facebook", {"media": "x"}, "media must be an array"),
        ("facebook", {"summary": ""}, "Facebook Account, would require content or media"),
        ("facebook", {"type": "page"}, "type must be one of the following values: post, story, reel"),
        ("facebook", {"type": "reel", "media": [PICTURE]}, "Facebook Reel, would require exactly one video"),
        (
            "facebook",
            {"media": [PICTURE, VIDEO]},
            "Facebook Account, does not support images and videos in one post",
        ),
        ("facebook", {"accountIds": []}, "accountIds should not be empty"),
        ("facebook", {"accountIds": ["nobody"]}, "Invalid account id in accountIds list"),
        ("facebook", {"userId": None}, "userId should not be empty"),
        ("facebook", {"userId": "a b"}, "userId must be a valid user id"),
        ("facebook", {"status": "failed"}, "status must be one of the following values: draft, scheduled, in_review, published"),
        ("facebook", {"status": "in_review"}, "postApprovalDetails.approver should not be empty"),
        (
            "facebook",
            {"facebookPostDetails": {"type": "post", "textFormatPresetId": "1"}, "summary": "a" * 131},
            "summary must be shorter than or equal to 130 characters with textFormatPresetId",
        ),
        ("instagram", {}, "Instagram Account, would require image or video"),
        ("instagram", {"media": [PICTURE] * 11}, "Instagram Account, supports at most 10 images"),
        (
            "instagram",
            {"type": "story", "media": [PICTURE]},
            "Instagram Story will not support caption for publishing post directly",
        ),
        ("youtube", {"media": [PICTURE]}, "Youtube Account, would require video"),
        ("google", {"media": [VIDEO]}, "Google Account, supports at most 0 videos"),
        ("google", {"gmbPostDetails": {"gmbEventType": "EVENT"}}, "gmbPostDetails.title should not be empty"),
        (
            "tiktok",
            {"media": [VIDEO], "tiktokPostDetails": {"privacyLevel": "SELF_ONLY", "videoDisclosure": True}},
            "tiktokPostDetails.videoDisclosure is not allowed with privacyLevel SELF_ONLY",
        ),
        (
            "linkedin",
            {"linkedinPostDetails": {"postAsPdf": False, "poll": {"question": "?", "options": [{"text": "a"}]}}},
            "linkedinPostDetails.poll.options must contain at least 2 elements",
        ),
    ],
)  # fmt: skip
def test_what_is_refused(desk: Desk, platform: str, fields: dict[str, Any], complaint: str) -> None:
    assert complaint in messages(desk.create(desk.plan(desk.account(platform), **fields)))
    assert desk.posts() == []


def test_a_draft_is_spared_the_rules(desk: Desk) -> None:
    body = desk.plan(status="draft", scheduleDate="2020-01-01T00:00:00Z", media=[{"url": "x", "type": "image"}])
    assert desk.created(body)["status"] == "draft"


def test_an_edit_replaces_the_whole_post(desk: Desk) -> None:
    body = desk.plan(desk.account("facebook"), followUpComment="Come in", media=[PICTURE])
    post = desk.created(body)
    answer = desk.ask("PUT", SOCIAL + f"/{{loc}}/posts/{post['_id']}", json={**body, "summary": "New", "media": []})

    assert answer.status_code == 200
    assert "results" not in answer.json()
    edited = desk.post(post["_id"])
    assert (edited["summary"], edited["media"], edited["status"]) == ("New", [], "scheduled")
    assert edited["followUpComment"] == "Come in"
    assert edited["createdAt"] == post["createdAt"]

    without = {name: value for name, value in body.items() if name not in ("status", "scheduleDate", "followUpComment")}
    desk.ask("PUT", SOCIAL + f"/{{loc}}/posts/{post['_id']}", json=without)
    dropped = desk.post(post["_id"])
    assert (dropped["status"], dropped["scheduleDate"]) == ("draft", None)
    assert "followUpComment" not in dropped


def test_a_new_date_counts_only_when_it_is_said_to_be_new(desk: Desk) -> None:
    body = desk.plan(desk.account("facebook"))
    post = desk.created(body)
    later = iso(desk.box.clock.now() + timedelta(days=3))
    path = SOCIAL + f"/{{loc}}/posts/{post['_id']}"

    desk.ask("PUT", path, json={**body, "scheduleDate": later})
    assert desk.post(post["_id"])["scheduleDate"] == body["scheduleDate"]
    desk.ask("PUT", path, json={**body, "scheduleDate": later, "scheduleTimeUpdated": True})
    assert desk.post(post["_id"])["scheduleDate"] == later


def test_an_edit_keeps_the_rows_of_accounts_that_stay(desk: Desk) -> None:
    stays, goes, comes = desk.account("facebook"), desk.account("google"), desk.account("linkedin")
    post = desk.created(desk.plan(stays, goes))
    before = {row.get("accountId"): row["_id"] for row in desk.posts()}
    desk.ask("PUT", SOCIAL + f"/{{loc}}/posts/{post['_id']}", json=desk.plan(stays, comes, summary="Both"))
    after = {row.get("accountId"): row["_id"] for row in desk.posts()}

    assert set(after) == {None, stays["id"], comes["id"]}
    assert after[stays["id"]] == before[stays["id"]]
    assert {row["summary"] for row in desk.posts()} == {"Both"}


def test_a_published_post_cannot_be_edited(desk: Desk) -> None:
    body = desk.plan(desk.account("facebook"))
    post = desk.created(body)
    desk.box.clock.advance(timedelta(hours=3))
    answer = desk.ask("PUT", SOCIAL + f"/{{loc}}/posts/{post['_id']}", json=body)
    assert (answer.status_code, answer.json()["message"]) == (400, "Published post can not be edited")


@pytest.mark.parametrize(("decision", "status"), [("approved", "scheduled"), ("rejected", "in_review")])
def test_approval(desk: Desk, decision: str, status: str) -> None:
    approver = desk.box.add_user(firstName="Bo", lastName="Tan", location_ids=[desk.location_id])
    body = desk.plan(desk.account("facebook"), status="in_review", postApprovalDetails={"approver": approver["id"]})
    post = desk.created(body)
    assert post["postApprovalDetails"]["approvalStatus"] == "pending"
    assert post["postApprovalDetails"]["approverUser"]["firstName"] == "Bo"
    assert "approvalActionAt" not in post

    answer = {"approver": approver["id"], "approvalStatus": decision, "approverNote": "Seen"}
    desk.ask("PUT", SOCIAL + f"/{{loc}}/posts/{post['_id']}", json={**body, "postApprovalDetails": answer})
    decided = desk.post(post["_id"])
    assert decided["status"] == status
    assert decided["postApprovalDetails"]["approvalStatus"] == decision
    assert "approvalActionAt" in decided


def test_editing_while_in_review_keeps_it_pending(desk: Desk) -> None:
    approval = {"approver": desk.box.company["ownerId"]}
    body = desk.plan(desk.account("facebook"), status="in_review", postApprovalDetails=approval)
    post = desk.created(body)
    desk.ask("PUT", SOCIAL + f"/{{loc}}/posts/{post['_id']}", json={**body, "summary": "Shorter"})
    edited = desk.post(post["_id"])
    assert (edited["status"], edited["postApprovalDetails"]["approvalStatus"]) == ("in_review", "pending")


def test_deleting_a_post_takes_its_rows_along(desk: Desk) -> None:
    post = desk.created(desk.plan(desk.account("facebook"), desk.account("google")))
    answer = desk.ask("DELETE", SOCIAL + f"/{{loc}}/posts/{post['_id']}")

    assert (answer.status_code, answer.json()["results"]) == (200, {"postId": post["_id"]})
    assert desk.posts() == []
    assert {row["deleted"] for row in desk.posts(type="deleted")} == {True}
    again = desk.ask("DELETE", SOCIAL + f"/{{loc}}/posts/{post['_id']}")
    assert (again.status_code, again.json()["message"]) == (400, "Post not found")


def test_a_row_deleted_alone_comes_back_with_its_post(desk: Desk) -> None:
    post = desk.created(desk.plan(desk.account("facebook"), desk.account("google")))
    child = next(row for row in desk.posts() if row["parentPostId"])
    desk.ask("DELETE", SOCIAL + f"/{{loc}}/posts/{child['_id']}")
    assert len(desk.posts()) == 2
    desk.box.clock.advance(timedelta(hours=3))
    rows = [row for row in desk.posts() if row["parentPostId"] == post["_id"]]
    assert [row["status"] for row in rows] == ["published", "published"]
    assert child["_id"] not in {row["_id"] for row in rows}


def test_the_row_of_one_account_is_edited_alone(desk: Desk) -> None:
    facebook, google = desk.account("facebook"), desk.account("google")
    parent = desk.created(desk.plan(facebook, google))
    child = next(row for row in desk.posts() if row.get("accountId") == google["id"])
    path = SOCIAL + f"/{{loc}}/posts/{child['_id']}"
    assert desk.ask("PUT", path, json=desk.plan(facebook)).status_code == 400
    assert desk.ask("PUT", path, json=desk.plan(google, summary="Only here")).status_code == 200
    assert (desk.post(child["_id"])["summary"], desk.post(child["_id"])["parentPostId"]) == ("Only here", parent["_id"])
    assert desk.post(parent["_id"])["summary"] == parent["summary"]


def test_bulk_delete(desk: Desk) -> None:
    account = desk.account("facebook")
    ids = [desk.box.add_post(desk.location_id, accountIds=[account["id"]])["_id"] for _ in range(51)]
    path = SOCIAL + "/{loc}/posts/bulk-delete"

    many = desk.ask("POST", path, json={"postIds": ids})
    assert (many.status_code, many.json()["message"]) == (400, "Cannot delete more than 50 posts at a time.")
    some = desk.ask("POST", path, json={"postIds": ids[:50]})
    assert (some.status_code, some.json()["results"]["deletedCount"]) == (201, 50)
    assert desk.ask("POST", path, json={"postIds": ids[:50]}).status_code == 404
    assert [row["_id"] for row in desk.posts()] == ids[50:]


def test_the_list_wants_strings(desk: Desk) -> None:
    assert messages(desk.page(skip=0, limit=10)) == ["skip must be a number string", "limit must be a number string"]
    assert messages(desk.page(limit="101")) == ["limit must not be greater than 100"]
    assert messages(desk.page(fromDate="yesterday")) == ["fromDate must be a valid ISO 8601 date string"]


def test_the_list_filters_and_pages(desk: Desk) -> None:
    facebook, google = desk.account("facebook"), desk.account("google")
    now = desk.box.clock.now()
    for day in range(7):
        desk.box.add_post(
            desk.location_id,
            accountIds=[(facebook if day % 2 else google)["id"]],
            summary=str(day),
            status="published" if day < 4 else "draft",
            type="story" if day == 6 else "post",
            publishedAt=now - timedelta(days=day),
            displayDate=now - timedelta(days=day),
        )
    other = desk.box.add_location(name="Elsewhere")
    desk.box.add_post(other, summary="foreign")

    def texts(**fields: Any) -> list[str]:
        return [row["summary"] for row in desk.posts(**fields)]

    assert texts() == list("0123456")
    assert texts(type="draft") == list("456")
    assert texts(accounts=facebook["id"]) == list("135")
    assert texts(accounts=f"{facebook['id']},{google['id']}", postType="story") == ["6"]
    assert texts(fromDate=iso(now - timedelta(days=3)), toDate=iso(now - timedelta(days=2))) == ["2", "3"]
    assert texts(skip="2", limit="2") == ["2", "3"]
    assert desk.page(skip="2", limit="2").json()["results"]["count"] == 7
    assert "user" not in desk.posts()[0]
    assert desk.posts(includeUsers="true")[0]["user"]["firstName"] == "Ana"


def test_a_post_of_another_location_is_not_found(desk: Desk) -> None:
    foreign = desk.box.add_post(desk.box.add_location(name="Elsewhere"))
    for method in ("GET", "DELETE"):
        answer = desk.ask(method, SOCIAL + f"/{{loc}}/posts/{foreign['_id']}")
        assert (answer.status_code, answer.json()["message"]) == (400, "Post not found")
    raw = desk.ask("GET", SOCIAL + "/{loc}/posts/nonsense")
    assert raw.json()["message"].startswith("Argument passed in must be a single String of 12 bytes")
