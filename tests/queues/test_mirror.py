"""The pull of category queues: what it stores, what it leaves alone, what it calls gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ConnectedAccount
from highlevel.api import HighLevel
from highlevel.models.sync_run import RunState
from highlevel.pull.walking import PAGE_SIZE
from planner.models import Category
from queues.models import CategoryQueue, QueueItem
from tests.pulling import Agency, add_posts, add_queue, add_queue_items, agency, dump

__all__ = ["agency"]

WRITES = ("INSERT", "UPDATE", "DELETE")


def change(agency: Agency, kind: str, id: str, **fields: Any) -> None:
    """Change a row behind Rota's back."""
    doc = agency.box.store.get(kind, id)
    assert doc is not None
    stamp = (timezone.now() + timedelta(minutes=1)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    columns = {"status": fields["status"]} if "status" in fields else {}
    agency.box.store.update(kind, id, {**doc, "updatedAt": stamp, **fields}, **columns)


def present() -> set[str]:
    return set(QueueItem.objects.present().values_list("remote_id", flat=True))


def test_queues_and_items_are_stored_as_highlevel_has_them(agency: Agency) -> None:
    posts = add_posts(agency, 3)
    skipped = "2030-01-02T09:00:00.000Z"
    queue_id = add_queue(agency, posts[:2], skipDateTime=[skipped])

    run = agency.pull()

    assert run.state == RunState.DONE
    queue = CategoryQueue.objects.get()
    assert (queue.remote_id, queue.category, queue.status) == (queue_id, Category.objects.get(), "active")
    assert queue.time_slots == [{"dayOfWeek": day, "time": "09:00"} for day in range(7)]
    assert queue.skipped_at == ["2030-01-02T09:00:00+00:00"]
    assert (queue.prioritize_new_content, queue.enable_future_posts, queue.current_order) == (True, False, 1000)
    first, second = queue.items.all()
    assert (first.order, first.text, first.post_remote_id) == (1000, "Post number 0", posts[0])
    assert first.scheduled_at is not None
    assert second.scheduled_at == first.scheduled_at + timedelta(days=1)
    account = ConnectedAccount.objects.get(name="Harbour page")
    assert (list(first.accounts.all()), first.account_remote_ids) == ([account], [account.remote_id])
    assert run.counts["queues"] == {
        "seen": 3, "written": 3, "gone": 0, "unreadable": 0, "expected": 3, "done": True
    }  # fmt: skip


def test_an_unchanged_pull_writes_nothing_and_asks_once_a_queue(agency: Agency) -> None:
    posts = add_posts(agency, 5)
    add_queue(agency, posts[:3])
    add_queue(agency, posts[3:], status="paused")
    agency.pull()
    before, asked = dump(), agency.requests()

    with CaptureQueriesContext(connection) as queries:
        run = agency.pull()

    tables = (CategoryQueue._meta.db_table, QueueItem._meta.db_table, QueueItem.accounts.through._meta.db_table)
    writes = [query["sql"] for query in queries if query["sql"].startswith(WRITES)]
    assert [sql for sql in writes if any(f'"{table}"' in sql for table in tables)] == []
    assert run.counts["queues"]["written"] == 0
    assert dump() == before
    assert agency.requests("fetchQueues") == 2
    assert agency.requests("fetchQueueItems") == 4
    assert agency.requests() - asked == run.requests == 11


@pytest.mark.parametrize("changed", [False, True])
def test_a_page_of_items_costs_the_same_with_many_rows(agency: Agency, changed: bool) -> None:
    def queries(number: int) -> int:
        made = [row["_id"] for row in agency.box.store.find("queue_item", parent=queue_id, order="rowid")]
        if changed:
            for item_id in made[:number]:
                change(agency, "queue_item", item_id, errors=[*"x" * number])
        with CaptureQueriesContext(connection) as captured:
            assert agency.pull().state == RunState.DONE
        return len(captured)

    posts = add_posts(agency, 1)
    queue_id = add_queue(agency, posts * (PAGE_SIZE - 1))
    agency.pull()
    assert queries(2) == queries(PAGE_SIZE - 2)


def test_a_long_queue_is_read_to_its_end(agency: Agency) -> None:
    posts = add_posts(agency, 1)
    queue_id = add_queue(agency, posts * (PAGE_SIZE + 5))
    agency.pull()
    assert agency.requests("fetchQueueItems") == 2
    assert CategoryQueue.objects.get(remote_id=queue_id).items.present().count() == PAGE_SIZE + 5


def test_what_vanished_is_gone_and_comes_back(agency: Agency) -> None:
    posts = add_posts(agency, 4)
    queue_id = add_queue(agency, posts[:2], status="paused")
    other = add_queue(agency, posts[2:])
    agency.pull()
    first, lost = (row["_id"] for row in agency.box.store.find("queue_item", parent=queue_id, order="rowid"))
    place = agency.location.remote_id
    with HighLevel(agency.box.url, token=agency.box.location_token(place), location_id=place) as client:
        client.queue_items.delete(queue_id=queue_id, item_id=lost)
    change(agency, "queue", other, status="deleted")

    run = agency.pull()

    assert (run.state, run.error_detail) == (RunState.DONE, "")
    assert present() == {first}
    assert set(CategoryQueue.objects.present().values_list("remote_id", flat=True)) == {queue_id}
    assert QueueItem.objects.count() == 4, "nothing is deleted"

    change(agency, "queue", other, status="paused")
    agency.pull()
    assert CategoryQueue.objects.present().count() == 2
    assert len(present()) == 3


def test_a_paused_queue_has_no_dates(agency: Agency) -> None:
    queue_id = add_queue(agency, add_posts(agency, 2))
    agency.pull()
    change(agency, "queue", queue_id, status="paused")
    agency.pull()
    assert CategoryQueue.objects.get().status == "paused"
    assert set(QueueItem.objects.values_list("scheduled_at", flat=True)) == {None}


def test_references_are_made_good_once_they_are_mirrored(agency: Agency) -> None:
    add_queue(agency, add_posts(agency, 1))
    for operation in ("get-account", "get-categories-location-id"):
        agency.box.faults.add(operation=operation, kind="refuse")
    assert agency.pull().state == RunState.PARTIAL
    assert CategoryQueue.objects.filter(category=None).exclude(category_remote_id="").count() == 1
    item = QueueItem.objects.get()
    assert item.account_remote_ids
    assert not item.accounts.exists()
    assert agency.pull().state == RunState.DONE
    assert CategoryQueue.objects.get().category == Category.objects.get()
    assert item.accounts.count() == 1


def test_a_row_that_makes_no_sense_is_counted_and_hides_no_other(agency: Agency) -> None:
    queue_id = add_queue(agency, posts := add_posts(agency, 2))
    (item_id,) = add_queue_items(agency, queue_id, posts[:1])
    agency.pull()
    change(agency, "queue_item", item_id, errors="many")
    run = agency.pull()
    assert (run.state, run.error_code, run.error_operation) == (
        RunState.PARTIAL,
        "unreadable_rows",
        "fetchQueueItems",
    )
    assert run.error_detail == f"row {item_id}: errors is not a list"
    assert run.counts["queues"]["unreadable"] == 1
    assert len(present()) == 3


def test_a_status_that_is_new_to_rota_is_unknown(agency: Agency) -> None:
    add_queue(agency, [])
    agency.box.faults.add(operation="fetchQueues", kind="unknown_enum")
    assert agency.pull().state == RunState.DONE
    queue = CategoryQueue.objects.get()
    assert (queue.status, queue.remote["status"]) == ("unknown", "sandbox_unknown")
