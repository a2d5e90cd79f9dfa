"""Walking through lists: every row once, no request more than needed, no endless loop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from highlevel.api import BadReply, RemotePost
from tests.highlevel.api.scripted_server import Asked, Say

WINDOW = {"window_start": datetime(2026, 11, 1, tzinfo=UTC), "window_end": datetime(2026, 11, 30, tzinfo=UTC)}


def posts_of(total: int, *, cap: int = 1000, count: bool = True) -> Callable[[Asked], Say]:
    """A server of so many posts that gives at most `cap` a page."""

    def answer(asked: Asked) -> Say:
        skip, limit = int(asked.json["skip"]), min(int(asked.json["limit"]), cap)
        rows = [{"_id": f"p{at}"} for at in range(skip, min(skip + limit, total))]
        return Say(201, {"success": True, "results": {"posts": rows, **({"count": total} if count else {})}})

    return answer


@pytest.mark.parametrize(
    ("total", "cap", "count", "requests"),
    [
        (0, 1000, True, 1),
        (5, 1000, True, 1),
        (10, 1000, True, 1),
        (11, 1000, True, 2),
        (20, 1000, True, 2),
        (25, 1000, True, 3),
        (25, 1000, False, 3),
        (20, 1000, False, 3),
        (9, 4, True, 3),
    ],
)
def test_every_row_once_with_the_fewest_requests(desk, total, cap, count, requests):
    d = desk(Say())
    d.server.on_ask = posts_of(total, cap=cap, count=count)
    rows = list(d.client.posts.iter(**WINDOW, page_size=10))
    assert [row.id for row in rows] == [f"p{at}" for at in range(total)]
    assert len(d.server.asked) == requests


def test_pages_say_where_they_start_and_a_run_can_resume(desk):
    d = desk(Say())
    d.server.on_ask = posts_of(25)
    assert [page.skip for page in d.client.posts.iter_pages(**WINDOW, page_size=10)] == [0, 10, 20]
    resumed = list(d.client.posts.iter_pages(**WINDOW, page_size=10, start_skip=10))
    assert [row.id for page in resumed for row in page.rows] == [f"p{at}" for at in range(10, 25)]
    assert resumed[-1].next_skip == resumed[-1].count == 25


@pytest.mark.parametrize("from_request", [2, 3])
def test_a_page_that_comes_again_is_a_bad_reply(desk, from_request):
    d = desk(Say())
    honest = posts_of(100)

    def answer(asked: Asked) -> Say:
        first = Asked(
            asked.method,
            asked.path,
            {},
            {},
            asked.body.replace(b'"skip":"%d0"' % (len(d.server.asked) - 1), b'"skip":"0"'),
        )
        return honest(first if len(d.server.asked) >= from_request else asked)

    d.server.on_ask = answer
    with pytest.raises(BadReply, match="came twice"):
        list(d.client.posts.iter(**WINDOW, page_size=10))
    assert len(d.server.asked) == from_request


def test_a_count_that_promises_too_much_costs_one_request(desk):
    d = desk(
        Say(201, {"results": {"posts": [{"_id": "a"}, {"_id": "b"}], "count": 5}}),
        Say(201, {"results": {"posts": [], "count": 5}}),
    )
    assert [row.id for row in d.client.posts.iter(**WINDOW, page_size=2)] == ["a", "b"]
    assert len(d.server.asked) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"success": True, "results": {"posts": [{"_id": "a"}], "count": 1}},
        {"results": {"message": "Fetched", "posts": [{"_id": "a"}], "meta": {"count": "1"}}},
        {"posts": [{"id": "a"}], "count": "1"},
        {"results": {"results": {"posts": [{"_id": "a"}]}, "count": 1}},
        {"results": [{"_id": "a"}], "count": 1},
    ],
)
def test_a_list_is_found_wherever_it_sits(desk, body):
    page = desk(Say(201, body)).client.posts.list_page(**WINDOW)
    assert [row.id for row in page.rows] == ["a"]
    assert page.count == 1


@pytest.mark.parametrize("body", [{"results": {}}, {}, {"results": {"posts": {}}}, {"results": {"posts": None}}])
def test_a_list_that_is_nowhere_is_a_bad_reply_and_not_an_empty_one(desk, body):
    with pytest.raises(BadReply, match="posts is missing"):
        desk(Say(201, body)).client.posts.list_page(**WINDOW)


def test_a_row_without_an_id_is_named(desk):
    d = desk(Say(201, {"results": {"posts": [{"_id": "a"}, {"summary": "?"}], "count": 2}}))
    with pytest.raises(BadReply, match=r"posts\[1\]\._id is missing"):
        d.client.posts.list_page(**WINDOW)


def test_ten_thousand_posts_come_whole(desk):
    d = desk(Say())
    d.server.on_ask = posts_of(10_000)
    rows: list[RemotePost] = list(d.client.posts.iter(**WINDOW))
    assert len({row.id for row in rows}) == 10_000
    assert len(d.server.asked) == 100


def test_locations_have_no_count_and_end_with_a_short_page(desk):
    d = desk(
        Say(200, {"locations": [{"id": "a"}, {"id": "b"}]}),
        Say(200, {"locations": [{"id": "c"}]}),
    )
    assert [row.id for row in d.client.locations.iter(page_size=2)] == ["a", "b", "c"]
    assert [ask.query["skip"] for ask in d.server.asked] == ["0", "2"]


def test_installed_locations_follow_tokens_with_v3(desk):
    d = desk(
        Say(
            200,
            {"items": [{"_id": "a"}], "pagination": {"hasNextPage": True, "nextPageToken": "two", "totalRecords": 2}},
        ),
        Say(200, {"items": [{"_id": "b"}], "pagination": {"hasNextPage": False, "nextPageToken": "no"}}),
    )
    assert [row.id for row in d.client.oauth.iter_installed_locations(app_id="app")] == ["a", "b"]
    assert d.server.asked[0].path == "/oauth/installed-locations"
    assert "pageToken" not in d.server.asked[0].query
    assert d.server.asked[1].query["pageToken"] == "two"


def test_installed_locations_follow_skip_with_a_dated_version(desk):
    d = desk(
        Say(200, {"locations": [{"_id": "a"}], "count": 2}),
        Say(200, {"locations": [{"_id": "b"}], "count": 2}),
        version="2021-07-28",
    )
    assert [row.id for row in d.client.oauth.iter_installed_locations(app_id="app", page_size=1)] == ["a", "b"]
    assert [(ask.path, ask.query["skip"]) for ask in d.server.asked] == [
        ("/oauth/installedLocations", "0"),
        ("/oauth/installedLocations", "1"),
    ]


def test_installed_locations_that_repeat_stop(desk):
    d = desk(Say(200, {"items": [{"_id": "a"}], "pagination": {"hasNextPage": True, "nextPageToken": "again"}}))
    with pytest.raises(BadReply, match="came twice"):
        list(d.client.oauth.iter_installed_locations(app_id="app"))
