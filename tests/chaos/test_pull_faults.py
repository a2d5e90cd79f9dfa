"""Every trouble the sandbox knows, in every operation of a pull: no crash, no lost row, healed by the next run."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from redis import Redis

from highlevel.causes import cause_in_words
from highlevel.models import Credential, SyncRun
from highlevel.models.sync_run import RunState
from highlevel.pull.walking import PAGE_SIZE
from highlevel.sandbox.faults import KINDS
from tests.pulling import MIRRORED, Agency, add_family, add_posts, add_queue, add_queue_items, agency, change_post, dump

__all__ = ["agency"]

OPERATIONS = (
    "get-location-access-token",
    "get-location",
    "search-users",
    "get-account",
    "get-categories-location-id",
    "get-tags-location-id",
    "get-posts",
    "fetchQueues",
    "fetchQueueItems",
)
DETAIL: dict[str, dict[str, Any]] = {
    "missing_field get-location-access-token": {"field": "accessToken"},
    "rate_limit": {"retry_after": 60},
    "delay": {"seconds": 0.05},
    "timeout_after": {"seconds": 0.05},
}
HARMLESS = {"delay", "extra_field", "unknown_enum"}
EVERY_ATTEMPT = 3  # the client sends a read three times before it gives up


class Undone(Exception):
    """Takes back an undisturbed pull after it was looked at."""


def there() -> dict[str, set[str]]:
    """The ids of all rows that are not marked as gone."""
    return {
        model.__name__: {
            str(row.remote_id) for row in model._default_manager.all() if getattr(row, "gone_at", None) is None
        }
        for model in MIRRORED
        if hasattr(model, "remote_id")
    }


def story(agency: Agency, posts: int) -> None:
    """A location with so many posts and a queue that was pulled, and then changed behind Rota's back."""
    ids = add_posts(agency, posts)
    add_family(agency)
    queue = add_queue(agency, ids[:3])
    assert agency.pull().state == RunState.DONE
    change_post(agency, ids[0], summary="Another text")
    change_post(agency, ids[-1], summary="Another text too")
    add_posts(agency, 1)
    add_queue_items(agency, queue, ids[3:5])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_trouble_loses_nothing_and_heals(agency: Agency, redis_url: str, operation: str) -> None:
    redis = Redis.from_url(redis_url)
    story(agency, PAGE_SIZE + 5 if operation == "get-posts" else 6)  # two pages where pages matter
    before, undisturbed = there(), _undisturbed(agency)

    for kind in KINDS:
        try:
            with transaction.atomic():
                _trouble(agency, redis, operation, kind, before)
                assert dump() == undisturbed, f"{kind} in {operation} left something behind"
                raise Undone
        except Undone:
            pass


def _undisturbed(agency: Agency) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    try:
        with transaction.atomic():
            assert agency.pull().state == RunState.DONE
            found = dump()
            raise Undone
    except Undone:
        return found


def _trouble(agency: Agency, redis: Redis, operation: str, kind: str, before: dict[str, set[str]]) -> None:
    """A pull that meets trouble in each attempt of one operation, then one that does not."""
    if operation == "get-location-access-token":
        Credential.objects.filter(kind=Credential.Kind.MINTED).delete()
    detail = DETAIL.get(f"{kind} {operation}", DETAIL.get(kind, {}))
    agency.box.faults.add(operation=operation, kind=kind, times=EVERY_ATTEMPT, **detail)
    run = agency.pull()
    agency.box.faults.clear()
    redis.flushdb()  # the minute is over
    _check(run, operation, kind)
    now = there()
    for table, ids in before.items():
        assert ids <= now[table], f"{kind} in {operation} lost rows of {table}"
    healed = agency.pull()
    assert (healed.state, healed.error_code) == (RunState.DONE, ""), f"after {kind} in {operation}"


def _check(run: SyncRun, operation: str, kind: str) -> None:
    """The run says what went wrong, where, and how to find it in HighLevel's logs."""
    if kind in HARMLESS or (kind == "repeat_page" and operation != "get-posts"):
        assert run.state == RunState.DONE, f"{kind} in {operation}: {run.error_code} {run.error_detail}"
        return
    assert run.state in (RunState.FAILED, RunState.PARTIAL), f"{kind} in {operation}"
    assert run.finished_at is not None
    assert (run.error_operation, bool(run.error_detail)) == (operation, True)
    assert "(" not in cause_in_words(run.error_code), f"{run.error_code} has no sentence"
    if kind in ("refuse", "server_error", "unavailable", "rate_limit", "missing_field"):
        assert run.trace_id
