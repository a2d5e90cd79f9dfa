"""Keeps category queues and their items as HighLevel has them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from accounts.models import ConnectedAccount
from highlevel.api import RemoteQueue, RemoteQueueItem
from highlevel.models import Location
from highlevel.pull import Fresh, Pull, Read, fit, mirror_gone, mirror_rows, step, walk_all
from highlevel.pull.links import links_set
from highlevel.pull.rows import as_json, update_in_chunks
from planner.models import Category
from queues.models import CategoryQueue, QueueItem, QueueStatus


@step("queues", order=70)
def pull_queues(pull: Pull) -> None:
    """Every queue of the location, then the items of each. A queue that is gone takes its items along."""
    location = pull.location
    categories = dict(Category.objects.filter(location=location).values_list("remote_id", "pk"))
    accounts = dict(ConnectedAccount.objects.filter(location=location).values_list("remote_id", "pk"))
    listed: dict[str, None] = {}

    def save(rows: list[Read[RemoteQueue]], now: datetime) -> int:
        listed.update(dict.fromkeys(read.row.id for read in rows))
        return mirror_queues(location=location, queues=rows, categories=categories, now=now)

    walk_all(
        pull,
        operation="fetchQueues",
        fetch=pull.lists.queues,
        cls=RemoteQueue,
        save=save,
        gone=lambda seen, now: mark_gone(location=location, seen=seen, now=now),
    )
    present = CategoryQueue.objects.present().filter(location=location)
    keys = dict(present.values_list("remote_id", "pk"))
    for name in listed:
        if name in keys:
            _pull_items(pull, name, keys[name], accounts)


def _pull_items(pull: Pull, name: str, queue: int, accounts: Mapping[str, int]) -> None:
    walk_all(
        pull,
        operation="fetchQueueItems",
        fetch=partial(pull.lists.queue_items, name),
        cls=RemoteQueueItem,
        save=lambda rows, now: mirror_items(
            location=pull.location, queue=queue, items=rows, accounts=accounts, now=now
        ),
        gone=lambda seen, now: _items_gone(queue, seen, now),
    )


def mirror_queues(
    *, location: Location, queues: Iterable[Read[RemoteQueue]], categories: Mapping[str, int], now: datetime
) -> int:
    """Save the queues that changed; returns how many. Two queries.

    `categories` are primary keys by remote id. A queue whose category is not mirrored is written again once it is.
    """
    rows = [_queue(read, categories) for read in queues]
    return len(mirror_rows(CategoryQueue, location=location, rows=rows, now=now))


def mirror_items(
    *,
    location: Location,
    queue: int,
    items: Iterable[Read[RemoteQueueItem]],
    accounts: Mapping[str, int],
    now: datetime,
) -> int:
    """Save the items of a queue (its primary key) that changed, with their accounts; returns how many. At most five
    queries.

    `accounts` are primary keys by remote id. An item with an account that is not mirrored is written again once it is.
    """
    reads = list(items)
    changed = mirror_rows(QueueItem, location=location, rows=[_item(read, queue, accounts) for read in reads], now=now)
    named = {read.row.id: accounts_of(read.row) for read in reads}
    linked = {pk: {accounts[name] for name in named[item] if name in accounts} for item, pk in changed.items()}
    links_set(QueueItem.accounts.through, "queueitem_id", "connectedaccount_id", linked)
    return len(changed)


def mark_gone(*, location: Location, seen: Collection[str], now: datetime) -> int:
    """Mark the queues that a complete listing did not show, and the items of all that are gone; returns how many."""
    queues = mirror_gone(CategoryQueue, location=location, seen=seen, now=now)
    left = QueueItem.objects.present().filter(location=location, queue__gone_at__isnull=False)
    return queues + update_in_chunks(QueueItem, list(left.values_list("pk", flat=True)), gone_at=now)


def accounts_of(item: RemoteQueueItem) -> tuple[str, ...]:
    """The accounts that an item goes out on, each once: those that the queue gave it, else those of its post."""
    for content in (item.modified_post, item.post):
        if content is not None and content.account_ids:
            return tuple(dict.fromkeys(name for name in content.account_ids if name))
    return ()


def _items_gone(queue: int, seen: Collection[str], now: datetime) -> int:
    present = QueueItem.objects.present().filter(queue=queue)
    missing = [pk for pk, name in present.values_list("pk", "remote_id") if name not in seen]
    return update_in_chunks(QueueItem, missing, gone_at=now)


def _queue(read: Read[RemoteQueue], categories: Mapping[str, int]) -> Fresh:
    queue = read.row
    category = queue.category_id or ""
    missing = [f"category {category}"] if category and category not in categories else []
    values: dict[str, Any] = {
        "category_id": categories.get(category),
        "category_remote_id": fit(category, 255),
        "status": QueueStatus.read(queue.status or "").value,
        "time_slots": as_json([{"dayOfWeek": slot.day_of_week, "time": slot.time} for slot in queue.time_slots]),
        "skipped_at": as_json([at.astimezone(UTC).isoformat() for at in queue.skip_date_time]),
        "enable_future_posts": bool(queue.enable_future_posts),
        "prioritize_new_content": bool(queue.prioritize_new_content),
        "current_order": queue.current_order,
        "last_scheduled_at": queue.last_scheduled_time,
        "total_posts": None if queue.total_posts is None else max(queue.total_posts, 0),
    }
    deleted = queue.status == "deleted"
    return Fresh(queue.id, read.remote.marked(*missing), queue.updated_at, values, deleted=deleted)


def _item(read: Read[RemoteQueueItem], queue: int, accounts: Mapping[str, int]) -> Fresh:
    item = read.row
    named = accounts_of(item)
    missing = sorted(f"account {name}" for name in named if name not in accounts)
    content = item.post or item.modified_post
    values: dict[str, Any] = {
        "queue_id": queue,
        "order": item.order or 0.0,
        "text": (content.summary if content else None) or "",
        "scheduled_at": item.scheduled_at,
        "is_skipped": bool(item.is_skipped),
        "account_remote_ids": as_json(list(named)),
        "post_remote_id": fit(item.post_id, 255),
        "has_errors": bool(item.errors),
    }
    return Fresh(item.id, read.remote.marked(*missing), item.updated_at, values, deleted=bool(item.deleted))
