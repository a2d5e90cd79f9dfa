"""What each operation puts on the wire where HighLevel's operations differ, and what is read from odd answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from highlevel.api import (
    DateRange,
    HighLevel,
    MediaFile,
    NotFound,
    OutcomeUnknown,
    PostInput,
    QueuedPostInput,
    TimeSlot,
    UploadedCsv,
)
from tests.highlevel.api.scripted_server import Say

START = datetime(2026, 11, 1, tzinfo=UTC)
WINDOW = {"window_start": START, "window_end": START + timedelta(days=29)}
POST = PostInput(account_ids=("a1",), user_id="u1", status="draft")


def listed(name: str) -> Say:
    return Say(201, {"success": True, "statusCode": 201, "results": {name: [], "count": 0, "meta": {"count": "0"}}})


# Skip and limit: text in one place, numbers in another, the query in a third.


def test_posts_are_listed_with_text_for_everything(desk):
    d = desk(listed("posts"))
    d.client.posts.list_page(**WINDOW, skip=20, limit=10, account_ids=["a1", "a2"], include_users=False)
    assert d.server.asked[0].json == {
        "type": "all",
        "skip": "20",
        "limit": "10",
        "fromDate": "2026-11-01T00:00:00.000Z",
        "toDate": "2026-11-30T00:00:00.000Z",
        "includeUsers": "false",
        "accounts": "a1,a2",
    }


def test_queues_are_listed_with_numbers(desk):
    d = desk(listed("queues"))
    d.client.queues.list_page(skip=20, limit=10)
    assert d.server.asked[0].json == {"locationId": "loc1", "skip": 20, "limit": 10}


def test_queue_items_and_slots_take_numbers(desk):
    d = desk(listed("items"), Say(201, {"results": {"slots": [], "total": 0}}))
    d.client.queue_items.list_page(queue_id="q1", session_id="s1", skip=5, limit=2, only_errors=True)
    d.client.queues.slots(queue_id="q1")
    assert d.server.asked[0].json == {
        "locationId": "loc1",
        "sessionId": "s1",
        "skip": 5,
        "limit": 2,
        "errorFilter": True,
    }
    assert d.server.asked[1].json == {"locationId": "loc1", "skip": 0, "limit": 20}


@pytest.mark.parametrize("resource", ["categories", "tags"])
def test_labels_take_the_query(desk, resource):
    d = desk(listed(resource))
    getattr(d.client, resource).list_page(skip=5, limit=2, search_text="a b")
    assert d.server.asked[0].query == {"skip": "5", "limit": "2", "searchText": "a b"}


def test_comments_have_numbers_in_the_body_and_the_location_in_the_query(desk):
    d = desk(listed("comments"))
    d.client.comments.list_page(platform="facebook", origin_ids=["o1"], skip=5, limit=2)
    assert d.server.asked[0].query == {"locationId": "loc1"}
    assert d.server.asked[0].json == {"originIds": ["o1"], "skip": 5, "limit": 2}


# Posts.


@pytest.mark.parametrize("status", [None, ""])
@pytest.mark.parametrize("verb", ["create", "edit"])
def test_a_post_without_a_status_is_never_sent(desk, verb, status):
    d = desk(Say(201, {}))
    post = PostInput(account_ids=("a1",), user_id="u1", status=status)
    where = {"post_id": "p1"} if verb == "edit" else {}
    with pytest.raises(ValueError, match="status"):
        getattr(d.client.posts, verb)(post=post, **where)
    assert d.server.asked == []


def test_an_empty_media_list_is_sent(desk):
    d = desk(Say(201, {"results": {"post": {"_id": "p1"}}}))
    d.client.posts.create(post=POST)
    assert d.server.asked[0].json["media"] == []


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_will_do(desk, status):
    assert desk(Say(status, None)).client.posts.edit(post_id="p1", post=POST) is None


@pytest.mark.parametrize("ids", [[], ["p"] * 51])
def test_bulk_deletion_stays_within_highlevels_bounds(desk, ids):
    d = desk(Say(201, {}))
    with pytest.raises(ValueError, match="1 to 50"):
        d.client.posts.bulk_delete(post_ids=ids)
    assert d.server.asked == []


@pytest.mark.parametrize(
    ("results", "count"),
    [
        ({"message": "Posts deleted successfully", "deletedCount": 2}, 2),
        ({"deletedCount": "2"}, 2),
        ('{ message: "Posts deleted successfully", deletedCount: 2 }', None),
    ],
)
def test_bulk_deletion_copes_with_both_documented_answers(desk, results, count):
    d = desk(Say(201, {"success": True, "results": results}))
    assert d.client.posts.bulk_delete(post_ids=["a", "b"]).deleted_count == count


# Tokens.

APP = {"client_id": "id", "client_secret": "hush"}


@pytest.mark.parametrize(
    ("version", "names"),
    [
        ("v3", {"clientId", "clientSecret", "grantType", "refreshToken", "userType"}),
        ("2021-07-28", {"client_id", "client_secret", "grant_type", "refresh_token", "user_type"}),
    ],
)
def test_tokens_are_asked_for_in_the_spelling_of_the_version(desk, version, names):
    d = desk(Say(200, {"access_token": "a", "refreshToken": "r"}), version=version)
    token = d.client.oauth.refresh(**APP, refresh_token="old", user_type="Company")
    assert (token.access_token, token.refresh_token) == ("a", "r")
    asked = d.server.asked[0]
    assert set(asked.form) == names
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in asked.headers


@pytest.mark.parametrize(("version", "path"), [("v3", "/oauth/location-token"), ("2021-04-15", "/oauth/locationToken")])
def test_a_location_token_is_minted_with_the_companys(desk, version, path):
    d = desk(Say(201, {"accessToken": "a", "expiresIn": 86399, "scope": "x.readonly y.write"}), version=version)
    token = d.client.oauth.location_token(location_id="loc9")
    assert token.scopes == ("x.readonly", "y.write")
    assert d.server.asked[0].path == path
    assert d.server.asked[0].form == {"companyId": "comp1", "locationId": "loc9"}
    assert d.server.asked[0].headers["authorization"] == "Bearer secret-token"


def test_a_lost_answer_to_a_refresh_is_unknown_because_it_works_once(desk):
    d = desk(Say(500, {"message": "oops"}))
    with pytest.raises(OutcomeUnknown):
        d.client.oauth.refresh(**APP, refresh_token="old")
    assert len(d.server.asked) == 1


# The rest.


def test_accounts_without_groups_are_accounts(desk):
    d = desk(Say(200, {"results": {"accounts": [{"id": "a", "expire": None, "isExpired": True}]}}))
    found = d.client.accounts.list()
    assert [(one.id, one.expires_at, one.is_expired) for one in found.accounts] == [("a", None, True)]
    assert found.groups == ()


def test_a_category_that_is_not_there_is_told_in_a_200(desk):
    d = desk(Say(200, {"success": True, "results": {"category": {"message": "Category not found", "deleted": False}}}))
    with pytest.raises(NotFound):
        d.client.categories.get(category_id="c1")


def test_a_location_and_a_user_may_come_with_or_without_a_wrapping(desk):
    d = desk(
        Say(200, {"location": {"id": "loc1", "timezone": "Asia/Kolkata"}}),
        Say(200, {"id": "u1", "name": "Ana"}),
        Say(200, {"user": {"id": "u1", "name": "Ana"}}),
    )
    assert d.client.locations.get().timezone == "Asia/Kolkata"
    assert d.client.users.get(user_id="u1") == d.client.users.get(user_id="u1")


def test_a_company_is_needed_where_it_is_needed():
    with HighLevel("http://127.0.0.1:9") as client:
        with pytest.raises(ValueError, match="company_id"):
            client.users.search_page()
        with pytest.raises(ValueError, match="location_id"):
            client.posts.get(post_id="p1")


def test_uploads_name_the_type_of_every_part(desk):
    d = desk(Say(200, {"fileId": "f1", "url": "https://x/f1"}))
    d.client.medias.upload(file_name="a.png", content=b"PNG", content_type="image/png", parent_id="dir")
    body = d.server.asked[0].body
    assert body.count(b"Content-Disposition") == body.count(b"Content-Type") == 3
    assert b'name="file"; filename="a.png"\r\nContent-Type: image/png' in body


def test_the_media_list_may_hold_objects_or_addresses(desk):
    d = desk(Say(200, {"files": [{"url": "https://x/1", "parentId": None}, "https://x/2"]}))
    assert [one.url for one in d.client.medias.list()] == ["https://x/1", "https://x/2"]
    assert isinstance(d.client.medias.list()[1], MediaFile)
    assert d.server.asked[0].query["altId"] == "loc1"


def test_an_import_may_begin_without_telling_its_id(desk):
    uploaded = UploadedCsv(file_path="p", rows_count=3, file_name="a.csv", csv_file_type="advance")
    d = desk(Say(201, {"success": True, "message": "Set"}), Say(201, {"results": {"csvId": "c1"}}))
    arguments = {"uploaded": uploaded, "account_ids": ["a1"], "user_id": "u1"}
    assert d.client.csv.set_accounts(**arguments) is None
    assert d.client.csv.set_accounts(**arguments) == "c1"
    assert d.server.asked[0].json == {
        "accountIds": ["a1"],
        "filePath": "p",
        "rowsCount": 3,
        "fileName": "a.csv",
        "userId": "u1",
        "csvFileType": "advance",
    }


def test_rows_of_an_import_keep_their_time_as_written(desk):
    row = {"_id": "r1", "scheduleDate": "2026-12-01 10:00:00", "medias": [{"url": "u", "instagramError": "imageSize"}]}
    d = desk(Say(200, {"results": {"csv": {"id": "c1", "status": "importing"}, "count": 1, "posts": [row]}}))
    found = d.client.csv.get(csv_id="c1")
    assert found.csv is not None
    assert found.csv.status == "importing"
    assert found.rows.rows[0].schedule_date == "2026-12-01 10:00:00"
    assert found.rows.rows[0].medias[0].instagram_error == "imageSize"


def test_statistics_read_the_envelope_without_success_and_check_their_arguments(desk):
    d = desk(Say(200, {"results": {"dayRange": ["Mon"], "totals": {"posts": 3}}, "message": "ok", "traceId": "t"}))
    found = d.client.statistics.get(profile_ids=["p1"], current=DateRange(start_date=START, end_date=START))
    assert found.totals is not None
    assert (found.day_range, found.totals.posts) == (("Mon",), 3.0)
    assert d.server.asked[0].json["currentRange"]["startDate"] == "2026-11-01T00:00:00.000Z"
    with pytest.raises(ValueError, match="1 to 100"):
        d.client.statistics.get(profile_ids=[])
    with pytest.raises(ValueError, match="current span"):
        d.client.statistics.get(profile_ids=["p"], previous=DateRange(start_date=START, end_date=START))
    assert len(d.server.asked) == 1


def test_a_window_of_comments_has_two_ends(desk):
    d = desk(listed("comments"))
    with pytest.raises(ValueError, match="two ends"):
        d.client.comments.list_page(platform="facebook", origin_ids=["o"], window_start=START)
    assert d.server.asked == []


def test_a_queue_is_read_with_what_it_may_lack(desk):
    queue = {
        "_id": "q1",
        "status": "frozen",
        "timeSlots": [{"_id": "s", "dayOfWeek": "0", "time": "09:30"}],
        "skipDateTime": ["2026-11-01T09:30:00.000Z"],
        "lastScheduledTime": None,
        "totalPosts": "7",
    }
    found = desk(Say(200, {"results": {"message": "ok", "queue": queue}})).client.queues.get(queue_id="q1")
    assert found.time_slots == (TimeSlot(day_of_week=0, time="09:30"),)
    assert found.skip_date_time == (datetime(2026, 11, 1, 9, 30, tzinfo=UTC),)
    assert (found.status, found.total_posts, found.last_scheduled_time) == ("frozen", 7, None)


def test_a_queue_update_sends_what_is_given_and_no_more(desk):
    d = desk(Say(200, {"results": {"message": "Queue deleted"}}))
    assert d.client.queues.update(queue_id="q1", status="deleted") is None
    assert d.server.asked[0].json == {"locationId": "loc1", "status": "deleted"}
    d.client.queues.update(queue_id="q1", time_slots=[], enable_future_posts=False, skip_date_time=START)
    assert d.server.asked[1].json == {
        "locationId": "loc1",
        "timeSlots": [],
        "enableFuturePosts": False,
        "skipDateTime": "2026-11-01T00:00:00.000Z",
    }


@pytest.mark.parametrize("place", ["top", "bottom", 1500, 1.5])
def test_an_item_goes_where_it_is_told(desk, place):
    d = desk(
        Say(201, {"results": {"message": "ok", "queueItem": {"_id": "i1", "order": place if place == 1.5 else 1}}})
    )
    made = d.client.queue_items.create(
        queue_id="q1", session_id="s1", order=place, post=QueuedPostInput(summary="Hi", media=())
    )
    assert made.item is not None
    assert d.server.asked[0].json == {
        "locationId": "loc1",
        "sessionId": "s1",
        "order": place,
        "modifiedPostPayload": {"summary": "Hi", "media": []},
    }


def test_a_reset_that_removed_the_item_has_no_item(desk):
    d = desk(Say(200, {"results": {"message": "Queue item deleted"}}))
    assert d.client.queue_items.reset(queue_id="q1", item_id="i1").item is None
