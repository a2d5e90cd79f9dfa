"""Each kind of trouble, over real connections, and what it leaves behind."""

import threading
from typing import Any

import pytest
import requests

from highlevel.sandbox.faults import KINDS

from .conftest import SOCIAL, Desk


def outcome(desk: Desk, fault: str, **detail: Any) -> tuple[requests.Response | str, int]:
    """Create a post under a fault: the answer (or the name of the client's exception), and how many posts there are."""
    desk.box.faults.add(operation="create-post", kind=fault, **detail)
    try:
        answer: requests.Response | str = desk.create(desk.plan(desk.account("facebook")))
    except requests.RequestException as error:
        answer = type(error).__name__
    return answer, desk.box.store.count("post")


@pytest.mark.parametrize(
    ("kind", "detail", "status", "posts"),
    [
        ("refuse", {}, 400, 0),
        ("refuse", {"status": 422, "message": "summary is odd"}, 422, 0),
        ("rate_limit", {"retry_after": 7}, 429, 0),
        ("server_error", {}, 500, 0),
        ("unavailable", {}, 503, 0),
        ("server_error_after", {}, 500, 1),
        ("delay", {"seconds": 0.05}, 201, 1),
    ],
)
def test_kinds_that_answer(desk: Desk, kind: str, detail: dict[str, Any], status: int, posts: int) -> None:
    answer, count = outcome(desk, kind, **detail)
    assert isinstance(answer, requests.Response)
    assert (answer.status_code, count) == (status, posts)
    assert answer.json()["traceId"] == desk.box.log.entries("create-post")[-1].trace_id
    if kind == "rate_limit":
        assert answer.headers["Retry-After"] == "7"
        assert answer.headers["X-RateLimit-Remaining"] == "0"
    if status == 422:
        assert answer.json()["message"] == ["summary is odd"]


@pytest.mark.parametrize(("kind", "posts"), [("drop_before", 0), ("drop_after", 1), ("truncated", 1)])
def test_kinds_that_break_the_connection(desk: Desk, kind: str, posts: int) -> None:
    answer, count = outcome(desk, kind)
    assert answer in ("ConnectionError", "ChunkedEncodingError")
    assert count == posts
    entry = desk.box.log.entries("create-post")[-1]
    assert (entry.fault, entry.carried_out) == (kind, bool(posts))
    assert entry.status == (201 if kind == "truncated" else 0)
    assert len(desk.posts()) == posts


def test_timeout_after_writes_and_hangs(desk: Desk) -> None:
    desk.box.faults.add(operation="create-post", kind="timeout_after", seconds=30)
    with pytest.raises(requests.ReadTimeout):
        desk.http.post(
            f"{desk.box.url}{SOCIAL}/{desk.location_id}/posts", json=desk.plan(desk.account("facebook")), timeout=2
        )
    assert desk.box.store.count("post") == 1


def test_answers_that_cannot_be_read(desk: Desk) -> None:
    for kind in ("malformed", "html"):
        answer, _ = outcome(desk, kind)
        assert isinstance(answer, requests.Response)
        with pytest.raises(requests.JSONDecodeError):
            answer.json()
    assert desk.box.store.count("post") == 2
    answer, _ = outcome(desk, "html", status=502)
    assert isinstance(answer, requests.Response)
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=UTF-8")


def test_repeat_page_waits_for_a_later_page(desk: Desk) -> None:
    ids = [desk.box.add_post(desk.location_id)["_id"] for _ in range(4)]
    desk.box.faults.add(operation="get-posts", kind="repeat_page")
    pages = [[row["_id"] for row in desk.posts(skip=str(skip), limit="2")] for skip in (0, 2, 2)]
    assert pages[0] == pages[1] != pages[2]
    assert sorted(pages[1] + pages[2]) == sorted(ids)


def test_spoilt_bodies(desk: Desk) -> None:
    desk.box.add_post(desk.location_id)
    add = desk.box.faults.add
    add(operation="get-posts", kind="missing_field")
    add(operation="get-posts", kind="missing_field", field="results.posts")
    add(operation="get-posts", kind="extra_field", name="news", value=1)
    add(operation="get-posts", kind="unknown_enum")
    add(operation="get-posts", kind="unknown_enum", field="source", value="moon")

    assert "_id" not in desk.page().json()["results"]["posts"][0]
    assert "posts" not in desk.page().json()["results"]
    extra = desk.page().json()
    assert (extra["news"], extra["results"]["posts"][0]["news"]) == (1, 1)
    unknown = desk.posts()[0]
    assert (unknown["status"], unknown["type"]) == ("sandbox_unknown", "sandbox_unknown")
    assert desk.posts()[0]["source"] == "moon"
    assert desk.posts()[0]["source"] == "composer"


def test_after_times_location_and_star(desk: Desk) -> None:
    other = desk.box.add_location(name="Elsewhere")
    desk.box.faults.add(operation="*", kind="unavailable", after=1, times=2)
    desk.box.faults.add(operation="get-posts", kind="server_error", location=other, times=None)
    assert [desk.page().status_code for _ in range(5)] == [201, 503, 503, 201, 201]
    assert [fault["struck"] for fault in desk.box.faults.all()] == [2, 0]
    elsewhere = Desk(desk.box, other)
    with elsewhere.http:
        assert [elsewhere.page().status_code for _ in range(3)] == [500, 500, 500]
        desk.box.faults.clear()
        assert elsewhere.page().status_code == 201


def test_probability_is_the_same_for_the_same_seed(desk: Desk) -> None:
    desk.box.faults.add(operation="get-posts", kind="unavailable", times=None, probability=0.3)
    statuses = [desk.page().status_code for _ in range(60)]
    assert 5 < statuses.count(503) < 35


def test_an_unknown_kind_is_refused(desk: Desk) -> None:
    with pytest.raises(ValueError, match="Unknown fault 'explode'"):
        desk.box.faults.add(operation="*", kind="explode")
    with pytest.raises(ValueError, match="A refusal is one of"):
        desk.box.faults.add(operation="*", kind="refuse", status=418)


def test_stopping_ends_whoever_hangs(desk: Desk) -> None:
    """A hanging answer must not keep the sandbox from stopping."""
    desk.box.faults.add(operation="get-posts", kind="timeout_after", seconds=3600)
    seen: list[str] = []

    def hang() -> None:
        try:
            desk.page()
        except requests.RequestException as error:
            seen.append(type(error).__name__)

    thread = threading.Thread(target=hang)
    thread.start()
    while not desk.box.log.entries("get-posts"):
        thread.join(0.01)
    desk.box.stop()
    thread.join(5)
    assert seen == ["ConnectionError"]


def test_every_kind_is_met_here() -> None:
    assert len(KINDS) == 16
