"""The client and the sandbox's troubles: each ends in the class that tells the caller what to do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis

from highlevel.api import (
    BadReply,
    Budget,
    HighLevel,
    Lane,
    Limiter,
    MissingScope,
    OutcomeUnknown,
    PostInput,
    RateLimited,
    Rejected,
    RemoteDown,
    RemoteError,
    RemotePost,
)
from highlevel.sandbox import Sandbox

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WINDOW: dict[str, Any] = {"window_start": NOW - timedelta(days=30), "window_end": NOW + timedelta(days=30)}


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(agency="empty", now=NOW, rate_limit=None) as box:
        location_id = box.add_location(name="Here")
        account_id = box.add_account(location_id, platform="facebook")["id"]
        for day in range(5):
            box.add_post(location_id, accountIds=[account_id], displayDate=NOW + timedelta(days=day))
        yield box


@pytest.fixture
def client(box: Sandbox) -> Iterator[HighLevel]:
    location_id = box.location_ids[0]
    with HighLevel(
        box.url,
        token=box.location_token(location_id),
        location_id=location_id,
        company_id=box.company_id,
        read_timeout=2.0,
        attempts=1,
    ) as client:
        yield client


def posts(client: HighLevel) -> list[RemotePost]:
    return list(client.posts.iter(**WINDOW, page_size=2))


@pytest.mark.parametrize(
    ("kind", "detail", "error"),
    [
        ("refuse", {}, Rejected),
        ("rate_limit", {"retry_after": 30}, RateLimited),
        ("server_error", {}, RemoteDown),
        ("server_error_after", {}, RemoteDown),
        ("unavailable", {}, RemoteDown),
        ("drop_before", {}, RemoteDown),
        ("drop_after", {}, RemoteDown),
        ("timeout_after", {"seconds": 3}, RemoteDown),
        ("malformed", {}, BadReply),
        ("html", {}, (BadReply, RemoteDown)),
        ("truncated", {}, (BadReply, RemoteDown)),
    ],
)
def test_a_read_in_trouble(box, client, kind, detail, error):
    box.faults.add(operation="get-posts", kind=kind, times=1, **detail)
    with pytest.raises(error):
        posts(client)
    assert len(posts(client)) == 5


@pytest.mark.parametrize("kind", ["delay", "extra_field", "unknown_enum"])
def test_a_read_with_something_odd_that_does_no_harm(box, client, kind):
    box.faults.add(operation="get-posts", kind=kind, **({"seconds": 0.05} if kind == "delay" else {}))
    assert len(posts(client)) == 5


@pytest.mark.parametrize("field", ["results", "results.posts", "results.posts.*._id"])
def test_a_list_without_its_rows_is_not_an_empty_list(box, client, field):
    box.faults.add(operation="get-posts", kind="missing_field", times=1, field=field)
    with pytest.raises(BadReply):
        posts(client)


def test_a_page_that_repeats_is_noticed(box, client):
    box.faults.add(operation="get-posts", kind="repeat_page", after=1)
    with pytest.raises(BadReply, match="came twice"):
        posts(client)


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("server_error", {}),
        ("server_error_after", {}),
        ("unavailable", {}),
        ("drop_before", {}),
        ("drop_after", {}),
        ("timeout_after", {"seconds": 3}),
        ("malformed", {}),
        ("html", {}),
        ("truncated", {}),
    ],
)
def test_a_create_in_trouble_is_sent_once_and_unknown(box, client, kind, detail):
    account = client.accounts.list().accounts[0]
    box.faults.add(operation="create-post", kind=kind, **detail)
    user_id = box.company["ownerId"]
    post = PostInput(account_ids=(account.id,), user_id=user_id, status="draft", summary="Once")
    with pytest.raises(OutcomeUnknown) as caught:
        client.posts.create(post=post)
    assert caught.value.operation == "create-post"
    assert len(box.log.entries("create-post")) == 1


def test_a_missing_scope_is_told_from_a_bad_token(box):
    location_id = box.location_ids[0]
    token = box.location_token(location_id, scopes=["socialplanner/account.readonly"])
    with HighLevel(box.url, token=token, location_id=location_id) as client:
        assert client.accounts.list().accounts
        with pytest.raises(MissingScope):
            posts(client)


def test_with_the_limiter_highlevel_never_has_to_say_429(box, redis_url):
    box.limits.enabled = True
    box.limits.interval_max, box.limits.interval_seconds = 20, 1.0
    location_id = box.location_ids[0]
    token = box.location_token(location_id)
    failures: list[RemoteError] = []
    with redis.Redis.from_url(redis_url) as store:

        def work(lane: Lane) -> None:
            limiter = Limiter(store, budget=Budget(limit=20, window=1.0))
            with HighLevel(
                box.url, token=token, location_id=location_id, limiter=limiter, lane=lane, attempts=1
            ) as client:
                try:
                    for _ in range(12):
                        client.accounts.list()
                except RemoteError as error:
                    failures.append(error)

        threads = [threading.Thread(target=work, args=(Lane.BACKGROUND,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    assert [entry.status for entry in box.log.entries("get-account")] == [200] * 48
