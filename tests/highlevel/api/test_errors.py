"""Which class every kind of bad answer becomes, and what it carries."""

from __future__ import annotations

import pytest

from highlevel.api import (
    AppNotInstalled,
    BadCredentials,
    BadReply,
    Conflict,
    LocationInactive,
    MissingScope,
    NotFound,
    PostInput,
    Rejected,
    RemoteDown,
    RemoteError,
    is_gone,
)
from tests.highlevel.api.scripted_server import Say

POST = PostInput(account_ids=("a1",), user_id="u1", status="draft", summary="Hello")


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, {"statusCode": 400, "message": "scheduleDate must be after current date"}, Rejected, "rejected"),
        (422, {"statusCode": 422, "message": ["property text should not exist"]}, Rejected, "rejected"),
        (418, {"message": "teapot"}, Rejected, "rejected"),
        (401, {"statusCode": 401, "message": "Invalid JWT"}, BadCredentials, "bad_credentials"),
        (401, {"message": "The token is not authorized for this scope."}, MissingScope, "missing_scope"),
        (401, {"message": "Location is not active"}, LocationInactive, "location_inactive"),
        (401, {"message": "version header is invalid."}, Rejected, "bad_version"),
        (400, {"message": "Location is not active"}, LocationInactive, "location_inactive"),
        (400, {"message": "App is not installed on this location"}, AppNotInstalled, "not_installed"),
        (400, {"message": "Invalid grant: refresh token is invalid"}, BadCredentials, "invalid_grant"),
        (403, {"statusCode": 403, "message": "Forbidden"}, BadCredentials, "forbidden"),
        (403, b"error code: 1010", RemoteDown, "blocked_at_edge"),
        (404, {"statusCode": 404, "message": "Post not found"}, NotFound, "not_found"),
        (404, b"", NotFound, "not_found"),
        (404, b"<html>no such page</html>", Rejected, "no_such_route"),
        (403, b"", BadCredentials, "forbidden"),
        (410, {"message": "gone"}, NotFound, "not_found"),
        (400, {"statusCode": 400, "message": "Post not found"}, NotFound, "not_found"),
        (400, {"statusCode": 400, "message": "Account not found"}, Rejected, "rejected"),
        (400, {"statusCode": 400, "message": "Post not found in the feed"}, Rejected, "rejected"),
        (404, {"message": "Cannot GET /social-media-posting/loc1/posts/p1"}, Rejected, "no_such_route"),
        (409, {"message": "busy"}, Conflict, "conflict"),
        (302, b"", BadReply, "bad_reply"),
        (400, {"error": {"code": "INVALID", "message": "bad page token"}}, Rejected, "rejected"),
    ],
)
def test_each_status_has_one_class(desk, status, body, kind, code):
    d = desk(Say(status, body), attempts=1)
    with pytest.raises(RemoteError) as caught:
        d.client.posts.get(post_id="p1")
    assert type(caught.value) is kind
    assert caught.value.code == code
    assert is_gone(caught.value) == (kind is NotFound)


def test_an_envelope_that_says_no_is_a_no_whatever_the_status_says(desk):
    d = desk(Say(200, {"success": False, "statusCode": 404, "message": "Post not found"}))
    with pytest.raises(NotFound):
        d.client.posts.get(post_id="p1")


@pytest.mark.parametrize("body", [b"", b'{"results": ', b"<html>", b"[" * 100_000, b'"text"', b"17"])
def test_a_read_that_cannot_be_understood_is_a_bad_reply(desk, body):
    d = desk(Say(200, body))
    with pytest.raises(BadReply) as caught:
        d.client.posts.get(post_id="p1")
    assert caught.value.operation == "get-post"
    assert len(d.server.asked) == 1


def test_an_endless_answer_is_cut_off(desk):
    d = desk(Say(200, {"results": {"post": {"_id": "p", "summary": "x" * 5000}}}), max_body=1000)
    with pytest.raises(BadReply, match="longer"):
        d.client.posts.get(post_id="p1")


def test_an_answer_that_is_packed_wrongly_is_a_bad_reply(desk):
    d = desk(Say(200, b"not gzip at all", {"Content-Encoding": "gzip"}))
    with pytest.raises(BadReply):
        d.client.posts.get(post_id="p1")


def test_a_refusal_keeps_every_message_the_fields_and_the_trace(desk):
    messages = [
        "property caption should not exist",
        "userId should not be empty",
        "media.0.Invalid media format type",
        "something odd",
    ]
    d = desk(Say(422, {"statusCode": 422, "message": messages, "traceId": "trace-7"}))
    with pytest.raises(Rejected) as caught:
        d.client.posts.create(post=POST)
    error = caught.value
    assert error.messages == tuple(messages)
    assert error.fields == ("caption", "userId", "media.0")
    assert (error.request_id, error.operation, error.status) == ("trace-7", "create-post", 422)
    assert "trace-7" in str(error)


def test_a_csv_refusal_keeps_highlevels_own_code(desk):
    d = desk(
        Say(400, {"code": "CSV_MISSING_HEADERS", "message": "CSV headers are missing", "missingHeaders": "content"})
    )
    with pytest.raises(Rejected) as caught:
        d.client.csv.upload(file_name="a.csv", content=b"a,b\n")
    assert caught.value.remote_code == "CSV_MISSING_HEADERS"


def test_a_trace_cannot_write_lines_of_its_own(desk):
    d = desk(Say(404, {"message": "no", "traceId": "a\nINFO root all is well" + "x" * 500}))
    with pytest.raises(NotFound) as caught:
        d.client.posts.get(post_id="p1")
    assert caught.value.request_id is not None
    assert "\n" not in caught.value.request_id
    assert len(caught.value.request_id) == 100


def test_the_trace_may_come_in_a_header(desk):
    d = desk(Say(404, {"message": "no"}, {"X-Request-Id": "r-9"}))
    with pytest.raises(NotFound) as caught:
        d.client.posts.get(post_id="p1")
    assert caught.value.request_id == "r-9"
