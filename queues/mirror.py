"""Keeps category queues and their items as HighLevel has them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from accounts.models import ConnectedAccount
from highlevel.api import RemoteQueue, RemoteQueueItem
from highlevel.models import Change, Location
from highlevel.models.change import ChangeState
from highlevel.pull import Fresh, Pull, Read, fit, mirror_gone, mirror_rows, step, walk_all
from highlevel.pull.links import links_set
from highlevel.pull.rows import as_json, update_in_chunks
from planner.models import Category
from queues.agreement import disagreement_note
from queues.content import ACCOUNTS, TEXT, VARIATIONS, Content, content_of, digest_of
from queues.models import CategoryQueue, QueueItem, QueueStatus
from queues.offers import pull_offers

MOST_VARIATIONS = 1000
KIND = "queue"  # of the subjects of changes
IN_FLIGHT = (ChangeState.PENDING, ChangeState.SENDING, ChangeState.UNCONFIRMED)


@step("queues", order=70)
def pull_queues(pull: Pull) -> None:
    """Every queue of the location, then the items of each, and now and then what the categories have to offer. A queue
    that is gone takes its items along."""
    location = pull.location
    categories = dict(Category.objects.filter(location=location).values_list("remote_id", "pk"))
    accounts = dict(ConnectedAccount.objects.filter(location=location).values_list("remote_id", "pk"))
    listed: dict[str, None] = {}
    changed: set[str] = set()

    def save(rows: list[Read[RemoteQueue]], now: datetime) -> int:
        listed.update(dict.fromkeys(read.row.id for read in rows))
        waiting = _waiting(location, [read.row.id for read in rows])
        news = [read for read in rows if read.row.id not in waiting]
        written = mirror_queues(location=location, queues=news, categories=categories, now=now)
        changed.update(written)
        return len(written)

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
            written = pull.tally.written + pull.tally.gone
            _pull_items(pull, name, keys[name], accounts)
            if name in changed or pull.tally.written + pull.tally.gone > written:
                _compare(pull, keys[name])
    pull_offers(pull)


def _compare(pull: Pull, queue: int) -> None:
    with pull.page() as now:
        disagreement_note(CategoryQueue.objects.select_related("location").get(pk=queue), now=now)


def _waiting(location: Location, names: Collection[str]) -> frozenset[str]:
    """The queues among these that a change of ours is on its way for: what is shown of them is what was asked for."""
    held = CategoryQueue.objects.filter(location=location, remote_id__in=list(names))
    keys = dict(held.values_list("pk", "remote_id"))
    flying = Change.objects.filter(subject__in=[f"{KIND}:{pk}" for pk in keys], state__in=IN_FLIGHT)
    subjects = flying.values_list("subject", flat=True)
    return frozenset(keys[int(subject.partition(":")[2])] for subject in subjects)


def _pull_items(pull: Pull, name: str, queue: int, accounts: Mapping[str, int]) -> None:
    walk_all(
        pull,
        operation="fetchQueueItems",
        fetch=partial(pull.lists.queue_items, name),
        cls=RemoteQueueItem,
        save=lambda rows, now: mirror_items(
            location=pull.location, queue=queue, items=rows, accounts=accounts, now=now
        ),
        gone=lambda seen, now: items_gone(queue, seen, now),
    )


def mirror_queues(
    *, location: Location, queues: Iterable[Read[RemoteQueue]], categories: Mapping[str, int], now: datetime
) -> dict[str, int]:
    """Save the queues that changed; returns their primary keys by remote id. Two queries.

    `categories` are primary keys by remote id. A queue whose category is not mirrored is written again once it is.
    """
    rows = [_queue(read, categories) for read in queues]
    return mirror_rows(CategoryQueue, location=location, rows=rows, now=now)


def mirror_items(
    *,
    location: Location,
    queue: int,
    items: Iterable[Read[RemoteQueueItem]],
    accounts: Mapping[str, int],
    now: datetime,
) -> int:
    """Save the items of a queue (its primary key) that changed, with their accounts; returns how many. At most seven
    queries.

    `accounts` are primary keys by remote id. An item with an account that is not mirrored is written again once it is.
    """
    reads = list(items)
    said = {read.row.id: content_of(read.row) for read in reads}
    rows = [_item(read, said[read.row.id], queue, accounts) for read in reads]
    before = _outings_held(location, [read.row.id for read in reads], now)
    changed = mirror_rows(QueueItem, location=location, rows=rows, now=now)
    linked = {pk: {accounts[name] for name in said[item][ACCOUNTS] if name in accounts} for item, pk in changed.items()}
    links_set(QueueItem.accounts.through, "queueitem_id", "connectedaccount_id", linked)
    _count_outings(before, {changed[read.row.id]: read.row for read in reads if read.row.id in changed})
    return len(changed)


def _outings_held(location: Location, names: Collection[str], now: datetime) -> dict[int, datetime]:
    """The slots of items that have come, by primary key."""
    due = QueueItem.objects.filter(
        location=location, remote_id__in=list(names), is_skipped=False, scheduled_at__lte=now, queue__status="active"
    )
    return {pk: at for pk, at in due.values_list("pk", "scheduled_at") if at is not None}


def _count_outings(held: Mapping[int, datetime], items: Mapping[int, RemoteQueueItem]) -> None:
    """Count the items whose slot came and that have a later one now: they went out."""
    out = {pk: at for pk, at in held.items() if pk in items and (items[pk].scheduled_at or at) > at}
    rows = list(QueueItem.objects.filter(pk__in=out).only("times_out"))
    for row in rows:
        row.times_out, row.last_out_at = row.times_out + 1, out[row.pk]
    QueueItem.objects.bulk_update(rows, ("times_out", "last_out_at"))


def mark_gone(*, location: Location, seen: Collection[str], now: datetime) -> int:
    """Mark the queues that a complete listing did not show, and the items of all that are gone; returns how many."""
    queues = mirror_gone(CategoryQueue, location=location, seen=seen, now=now)
    left = QueueItem.objects.present().filter(location=location, queue__gone_at__isnull=False)
    return queues + update_in_chunks(QueueItem, list(left.values_list("pk", flat=True)), gone_at=now)


def items_gone(queue: int, seen: Collection[str], now: datetime) -> int:
    """Mark the items of a queue (its primary key) that a complete listing did not show; returns how many."""
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
        "slots_a_week": min(len({(slot.day_of_week, slot.time) for slot in queue.time_slots}), 32767),
        "skipped_at": as_json([at.astimezone(UTC).isoformat() for at in queue.skip_date_time]),
        "enable_future_posts": bool(queue.enable_future_posts),
        "prioritize_new_content": bool(queue.prioritize_new_content),
        "current_order": queue.current_order,
        "last_scheduled_at": queue.last_scheduled_time,
        "starts_at": queue.start_date,
        "current_post_remote_id": fit(queue.current_post_id, 255),
        "total_posts": None if queue.total_posts is None else max(queue.total_posts, 0),
    }
    deleted = queue.status == "deleted"
    return Fresh(queue.id, read.remote.marked(*missing), queue.updated_at, values, deleted=deleted)


def _item(read: Read[RemoteQueueItem], content: Content, queue: int, accounts: Mapping[str, int]) -> Fresh:
    item = read.row
    missing = sorted(f"account {name}" for name in content[ACCOUNTS] if name not in accounts)
    variations = len(content.get(VARIATIONS) or ())
    shown = item.scheduled_variation if item.scheduled_variation is not None else item.current_variation
    values: dict[str, Any] = {
        "queue_id": queue,
        "order": item.order or 0.0,
        "text": content.get(TEXT) or "",
        "scheduled_at": item.scheduled_at,
        "is_skipped": bool(item.is_skipped),
        "account_remote_ids": as_json(content[ACCOUNTS]),
        "post_remote_id": fit(item.post_id, 255),
        "content": as_json(content),
        "content_hash": digest_of(content, item.post_id or ""),
        "variations": min(variations, MOST_VARIATIONS),
        "variation": max(0, shown or 0) % max(1, min(variations, MOST_VARIATIONS)),
        "errors": as_json(list(item.errors)),
        "has_errors": bool(item.errors),
    }
    return Fresh(item.id, read.remote.marked(*missing), item.updated_at, values, deleted=bool(item.deleted))
