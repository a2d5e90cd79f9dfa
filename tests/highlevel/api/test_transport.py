"""The wire: which request leaves, what is repeated, and which class every kind of bad answer becomes."""

from __future__ import annotations

import logging
import socket
import threading
from datetime import UTC, datetime

import pytest

from highlevel.api import (
    Attempt,
    BadCredentials,
    HighLevel,
    OutcomeUnknown,
    PostInput,
    RateLimited,
    RemoteDown,
    RemoteError,
    Unreachable,
)
from tests.highlevel.api.scripted_server import Cut, Hang, Say

EMPTY_PAGE = Say(201, {"success": True, "statusCode": 201, "results": {"posts": [], "count": 0}})
MADE = Say(201, {"success": True, "statusCode": 201, "results": {"post": {"_id": "p1"}}})
POST = PostInput(account_ids=("a1",), user_id="u1", status="draft", summary="Hello")
HTML = Say(200, b"<html><body>Please wait</body></html>", {"Content-Type": "text/html"})
WINDOW = {"window_start": datetime(2026, 11, 1, tzinfo=UTC), "window_end": datetime(2026, 11, 30, tzinfo=UTC)}


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_every_request_carries_the_token_the_version_and_a_name_of_its_own(desk):
    d = desk(EMPTY_PAGE)
    d.client.posts.list_page(**WINDOW)
    headers = d.server.asked[0].headers
    assert headers["authorization"] == "Bearer secret-token"
    assert headers["version"] == "v3"
    assert headers["user-agent"].startswith("Rota/")
    assert headers["content-type"] == "application/json"
    assert "cookie" not in headers


def test_the_version_can_be_a_date(desk):
    d = desk(EMPTY_PAGE, version="2021-07-28")
    d.client.posts.list_page(**WINDOW)
    assert d.server.asked[0].headers["version"] == "2021-07-28"


def test_a_netrc_file_does_not_replace_the_token(desk, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    d = desk(EMPTY_PAGE)
    d.client.posts.list_page(**WINDOW)
    assert d.server.asked[0].headers["authorization"] == "Bearer secret-token"


def test_cookies_are_not_kept(desk):
    d = desk(Say(201, EMPTY_PAGE.body, {"Set-Cookie": "edge=1; Path=/"}))
    d.client.posts.list_page(**WINDOW)
    d.client.posts.list_page(**WINDOW)
    assert "cookie" not in d.server.asked[1].headers


@pytest.mark.parametrize("address", ["services.example.com", "ftp://example.com", "https://", ""])
def test_an_address_that_cannot_work_stops_at_once(address):
    with pytest.raises(ValueError, match="must start with"):
        HighLevel(address)


def test_ids_cannot_leave_their_place_in_the_path(desk):
    d = desk(Say(200, {"results": {"post": {"_id": "x"}}}))
    d.client.posts.get(post_id="../accounts?x=1")
    assert d.server.asked[0].path == "/social-media-posting/loc1/posts/..%2Faccounts%3Fx%3D1"


@pytest.mark.parametrize("id", ["", ".", ".."])
def test_an_id_that_would_lead_elsewhere_is_not_sent(desk, id):
    d = desk(EMPTY_PAGE)
    with pytest.raises(ValueError, match="cannot be an id"):
        d.client.posts.delete(post_id=id)
    assert d.server.asked == []


def test_a_location_operation_needs_a_location(desk):
    d = desk(EMPTY_PAGE, location_id=None)
    with pytest.raises(ValueError, match="location_id"):
        d.client.accounts.list()
    assert d.server.asked == []


# What is repeated.


@pytest.mark.parametrize(
    "first",
    [
        Say(500, {"message": "oops"}),
        Say(503, b"busy"),
        Cut(),
        Cut(b"nonsense\r\n\r\n"),
        Cut(b"HTTP/1.1 201 OK\r\nContent-Length: 900\r\n\r\n{"),
        Hang(),
    ],
    ids=["500", "503", "dropped", "garbage", "cut in the middle", "silent"],
)
def test_a_read_that_fails_in_passing_is_repeated_with_jitter(desk, first):
    d = desk(first, EMPTY_PAGE)
    assert d.client.posts.list_page(**WINDOW).rows == ()
    assert len(d.server.asked) == 2
    assert d.watch.slept == [0.25]
    assert d.client.requests_sent == 2


def test_a_read_is_given_up_after_three_attempts_with_growing_pauses(desk):
    d = desk(Say(502, b"<html>bad gateway</html>"))
    with pytest.raises(RemoteDown) as caught:
        d.client.posts.list_page(**WINDOW)
    assert (caught.value.status, caught.value.operation) == (502, "get-posts")
    assert len(d.server.asked) == 3
    assert d.watch.slept == [0.25, 0.5]


def test_repeating_ends_with_patience(desk):
    d = desk(Say(503, None, {"Retry-After": "9"}), patience=10.0)
    with pytest.raises(RemoteDown) as caught:
        d.client.posts.list_page(**WINDOW)
    assert len(d.server.asked) == 2
    assert caught.value.retry_after == 9.0


@pytest.mark.parametrize(
    "step",
    [
        Say(500, {"message": "oops"}),
        Say(503),
        Cut(),
        Cut(b"HTTP/1.1 201 OK\r\nContent-Length: 9\r\n\r\n{"),
        Hang(),
        HTML,
    ],
    ids=["500", "503", "dropped", "cut in the middle", "silent", "html"],
)
def test_a_create_without_a_trustworthy_answer_is_sent_once_and_unknown(desk, step):
    d = desk(step, MADE)
    with pytest.raises(OutcomeUnknown) as caught:
        d.client.posts.create(post=POST)
    assert caught.value.transient
    assert len(d.server.asked) == 1


@pytest.mark.parametrize("body", [{}, {"results": {}}, {"results": {"post": {}}}, {"results": {"post": None}}])
def test_a_created_post_may_stay_unshown(desk, body):
    assert desk(Say(201, body)).client.posts.create(post=POST) is None


def test_a_write_answer_that_lacks_what_we_need_is_unknown(desk):
    d = desk(Say(201, {"success": True, "results": {"message": "started"}}))
    with pytest.raises(OutcomeUnknown, match="sessionId is missing"):
        d.client.edit_sessions.start(queue_id="q1")


def test_a_deletion_is_harmless_to_repeat_but_not_repeated_here(desk):
    d = desk(Say(500, {"message": "oops"}))
    with pytest.raises(RemoteDown):
        d.client.posts.delete(post_id="p1")
    assert len(d.server.asked) == 1


def test_a_closed_port_is_unreachable_and_tried_again_even_for_a_create(desk):
    d = desk(MADE)
    slept: list[float] = []
    with (
        HighLevel(f"http://127.0.0.1:{closed_port()}", token="t", location_id="l", sleep=slept.append) as client,
        pytest.raises(Unreachable) as caught,
    ):
        client.posts.create(post=POST)
    assert caught.value.status is None
    assert len(slept) == 2
    assert client.requests_sent == 0
    assert d.server.asked == []


def test_a_name_that_nobody_knows_is_unreachable():
    with (
        HighLevel("http://no-such-host.invalid", token="t", location_id="l", attempts=1) as client,
        pytest.raises(Unreachable),
    ):
        client.accounts.list()


def test_a_proxy_that_is_away_is_unreachable(desk, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("no_proxy", "")
    with (
        HighLevel("http://services.example.com", token="t", location_id="l", attempts=1) as client,
        pytest.raises(Unreachable),
    ):
        client.posts.create(post=POST)


@pytest.mark.parametrize("call", ["read", "write"])
def test_429_is_waited_out_as_asked_because_nothing_was_done(desk, call):
    d = desk(Say(429, {"message": "slow down"}, {"Retry-After": "3"}), EMPTY_PAGE if call == "read" else MADE)
    if call == "read":
        d.client.posts.list_page(**WINDOW)
    else:
        d.client.posts.create(post=POST)
    assert d.watch.slept == [3.25]


def test_429_without_a_time_waits_a_whole_interval(desk):
    d = desk(Say(429, b"Too Many Requests"), EMPTY_PAGE)
    d.client.posts.list_page(**WINDOW)
    assert d.watch.slept == [10.25]


def test_429_with_a_date_counts_from_the_servers_own_clock(desk):
    moments = {"Date": "Sun, 22 Nov 2026 02:00:00 GMT", "Retry-After": "Sun, 22 Nov 2026 02:00:07 GMT"}
    d = desk(Cut(_raw(429, moments)), EMPTY_PAGE)
    d.client.posts.list_page(**WINDOW)
    assert d.watch.slept == [7.25]


def _raw(status: int, headers: dict[str, str]) -> bytes:
    lines = [
        f"HTTP/1.1 {status} Told",
        *(f"{name}: {value}" for name, value in headers.items()),
        "Content-Length: 0",
        "Connection: close",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def test_a_long_wait_is_left_to_the_caller(desk):
    d = desk(Say(429, {"message": "slow down"}, {"Retry-After": "120"}))
    with pytest.raises(RateLimited) as caught:
        d.client.posts.list_page(**WINDOW)
    assert (caught.value.retry_after, caught.value.code) == (120.0, "rate_limited")
    assert d.watch.slept == []


def test_a_spent_day_is_told_apart(desk):
    d = desk(Say(429, {"message": "slow down"}, {"X-RateLimit-Daily-Remaining": "0"}))
    with pytest.raises(RateLimited) as caught:
        d.client.posts.list_page(**WINDOW)
    assert caught.value.code == "daily_limit"
    assert len(d.server.asked) == 1


# Tokens.


def test_a_refused_token_is_renewed_once_and_the_call_repeated(desk):
    asked: list[str] = []

    def refresh(refused: str) -> str:
        asked.append(refused)
        return "fresh-token"

    d = desk(Say(401, {"message": "Invalid JWT"}), MADE, EMPTY_PAGE, refresh=refresh)
    created = d.client.posts.create(post=POST)
    assert created is not None
    assert asked == ["secret-token"]
    d.client.posts.list_page(**WINDOW)
    assert [ask.headers["authorization"] for ask in d.server.asked] == [
        "Bearer secret-token",
        "Bearer fresh-token",
        "Bearer fresh-token",
    ]


def test_a_token_that_stays_refused_is_renewed_only_once(desk):
    d = desk(Say(401, {"message": "Invalid JWT"}), refresh=lambda refused: "other")
    with pytest.raises(BadCredentials):
        d.client.accounts.list()
    assert len(d.server.asked) == 2


@pytest.mark.parametrize("message", ["The token is not authorized for this scope.", "Location is not active"])
def test_a_new_token_is_not_asked_for_where_it_cannot_help(desk, message):
    def refresh(refused: str) -> str:
        raise AssertionError("nobody should ask")

    d = desk(Say(401, {"message": message}), refresh=refresh)
    with pytest.raises(BadCredentials):
        d.client.accounts.list()
    assert len(d.server.asked) == 1


def test_a_token_function_is_asked_for_each_request(desk):
    tokens = iter(["one", "two"])
    d = desk(EMPTY_PAGE, token=lambda: next(tokens))
    d.client.posts.list_page(**WINDOW)
    d.client.posts.list_page(**WINDOW)
    assert [ask.headers["authorization"] for ask in d.server.asked] == ["Bearer one", "Bearer two"]


# What is written down.


def test_one_log_line_for_each_attempt_and_no_secret_in_it(desk, caplog):
    caplog.set_level(logging.DEBUG, logger="highlevel.api")
    d = desk(Say(500, {"message": "private words", "traceId": "t-1"}), EMPTY_PAGE)
    d.client.posts.list_page(**WINDOW)
    lines = [record.getMessage() for record in caplog.records if record.name == "highlevel.api"]
    assert [("operation=get-posts" in line, f"attempt={n}" in line) for n, line in enumerate(lines, 1)] == [
        (True, True),
        (True, True),
    ]
    assert "status=500" in lines[0]
    assert "request_id=t-1" in lines[0]
    assert "status=201" in lines[1]
    assert not any(word in line for line in lines for word in ("secret-token", "private words", "2026-11-01"))


def test_on_response_hears_of_every_request(desk):
    heard: list[Attempt] = []
    d = desk(Say(500, {}), EMPTY_PAGE, on_response=heard.append)
    d.client.posts.list_page(**WINDOW)
    assert [(one.operation, one.number, one.status) for one in heard] == [("get-posts", 1, 500), ("get-posts", 2, 201)]
    assert isinstance(heard[0].error, RemoteDown)


def test_one_client_serves_many_threads(desk):
    d = desk(EMPTY_PAGE)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(5):
                d.client.posts.list_page(**WINDOW)
        except RemoteError as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(d.server.asked) == d.client.requests_sent == 40
