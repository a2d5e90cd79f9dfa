"""What can be done to whole queues. Each verb shows at once and is a change on its way to HighLevel."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.people_binding import acts_as
from highlevel.models import Change, Location
from highlevel.outbox import Wish, change_record, changes_record
from planner.history import CREATED, DELETED, UPDATED, Entry, history_record
from planner.models import Category
from queues.content import ACCOUNTS, Content, digest_of
from queues.models import CategoryQueue, QueueItem, QueueStatus
from queues.outbox import changing, creating, items, skipping
from queues.outbox.changing import COLUMNS, FUTURE, NEW_FIRST, QUEUE_CHANGE, SLOTS, STATUS
from queues.outbox.subjects import TITLE, queue_subject
from queues.services.errors import AlreadyQueued, NoAccounts, NobodySpeaks, NotPossibleNow, QueueGone
from queues.services.slots import slots_clean

Slots = Sequence[Mapping[str, Any]]


def queue_create(
    *,
    category: Category,
    slots: Slots,
    enable_future_posts: bool,
    prioritize_new_content: bool,
    actor: User,
    now: datetime,
) -> Change:
    """Ask for the queue of a category, which HighLevel makes as a draft.

    Raises AlreadyQueued, BadSlots and NobodySpeaks.
    """
    if CategoryQueue.objects.present().filter(category=category).exists():
        raise AlreadyQueued(category.name)
    payload = {
        TITLE: category.name,
        SLOTS: slots_clean(slots),
        FUTURE: enable_future_posts,
        NEW_FIRST: prioritize_new_content,
        creating.USER: speaker(category.location, actor),
    }
    with transaction.atomic():
        shown = {key: (None, payload[key]) for key in (SLOTS, FUTURE, NEW_FIRST)}
        history_record([Entry(category, CREATED, shown, note="queue")], actor=actor, now=now)
        return change_record(
            location=category.location,
            subject=creating.creation_subject(category),
            operation=creating.QUEUE_CREATE,
            payload=payload,
            actor=actor,
            now=now,
        )


def speaker(location: Location, actor: User) -> str:
    """The HighLevel user in whose name the person acts at a location. Raises NobodySpeaks. Two queries at most."""
    found = acts_as(user=actor, location=location)
    if found is None:
        raise NobodySpeaks(location)
    return found


def queue_settings_change(
    *,
    queue: CategoryQueue,
    actor: User,
    now: datetime,
    enable_future_posts: bool | None = None,
    prioritize_new_content: bool | None = None,
    returns_within_days: int | None = None,
) -> CategoryQueue:
    """Change the switches that are given, and Rota's own number of days within which nothing should return.

    Raises QueueGone.
    """
    wanted = {FUTURE: enable_future_posts, NEW_FIRST: prioritize_new_content}
    with transaction.atomic():
        _change([queue], {key: value for key, value in wanted.items() if value is not None}, actor, now)
        if returns_within_days is not None and returns_within_days != queue.returns_within_days:
            days = {"returns_within_days": (queue.returns_within_days, returns_within_days)}
            history_record([Entry(queue, UPDATED, days)], actor=actor, now=now)
            CategoryQueue.objects.filter(pk=queue.pk).update(returns_within_days=returns_within_days)
            queue.returns_within_days = returns_within_days
    return queue


def queue_slots_change(*, queue: CategoryQueue, slots: Slots, actor: User, now: datetime) -> CategoryQueue:
    """Put weekly slots in place of those of the queue. Raises BadSlots and QueueGone."""
    wanted = slots_clean(slots)
    with transaction.atomic():
        _change([queue], {SLOTS: wanted}, actor, now)
        CategoryQueue.objects.filter(pk=queue.pk).update(slots_a_week=len(wanted))
    queue.slots_a_week = len(wanted)
    return queue


def queue_activate(*, queue: CategoryQueue, actor: User, now: datetime) -> CategoryQueue:
    """Have a queue run: a draft for the first time, or a paused one again. Raises NotPossibleNow and QueueGone."""
    queues_resume(queues=[queue], actor=actor, now=now)
    return queue


def queue_pause(*, queue: CategoryQueue, actor: User, now: datetime) -> CategoryQueue:
    """Have a queue stand still; slots that come meanwhile pass. Raises NotPossibleNow and QueueGone."""
    queues_pause(queues=[queue], actor=actor, now=now)
    return queue


def queues_pause(*, queues: Sequence[CategoryQueue], actor: User, now: datetime) -> list[CategoryQueue]:
    """Pause several queues, all or none; returns those that ran. Raises NotPossibleNow for a draft, and QueueGone."""
    if any(queue.status == QueueStatus.DRAFT for queue in queues):
        raise NotPossibleNow(_("A draft does not run yet, so it cannot be paused."))
    running = [queue for queue in queues if queue.status != QueueStatus.PAUSED]
    with transaction.atomic():
        _change(running, {STATUS: QueueStatus.PAUSED.value}, actor, now)
    return running


def queues_resume(*, queues: Sequence[CategoryQueue], actor: User, now: datetime) -> list[CategoryQueue]:
    """Have several queues run, all or none; returns those that did not. Raises NotPossibleNow for one that nothing
    could go out from, and QueueGone."""
    standing = [queue for queue in queues if queue.status != QueueStatus.ACTIVE]
    for queue in standing:
        _check_can_run(queue)
    with transaction.atomic():
        _change(standing, {STATUS: QueueStatus.ACTIVE.value}, actor, now)
    return standing


def queue_delete(*, queue: CategoryQueue, actor: User, now: datetime) -> None:
    """Delete a queue; its published posts stay, and a draft that is being edited stays readable. Raises QueueGone."""
    with transaction.atomic():
        _change([queue], {STATUS: changing.DELETED}, actor, now)


def slot_skip(*, queue: CategoryQueue, at: datetime, actor: User, now: datetime) -> CategoryQueue:
    """Leave out the slot at an aware instant. Raises NotPossibleNow for one that has passed, and QueueGone."""
    if at <= now:
        raise NotPossibleNow(_("This date has passed, so it cannot be skipped any more."))
    return _skip(queue, at, skipping.QUEUE_SKIP, actor, now)


def slot_unskip(*, queue: CategoryQueue, at: datetime, actor: User, now: datetime) -> CategoryQueue:
    """Take a skip back. One that has not left Rota yet is simply not sent; whether HighLevel takes back one that has
    is seen from its answer. Raises QueueGone."""
    return _skip(queue, at, skipping.QUEUE_UNSKIP, actor, now)


def active_post_delete(*, queue: CategoryQueue, actor: User, now: datetime) -> Change:
    """Drop the post that the queue has scheduled, so that the next item takes its slot.

    Raises NotPossibleNow when none is scheduled, and QueueGone.
    """
    _check_there(queue)
    if not queue.current_post_remote_id:
        raise NotPossibleNow(_("This queue has no post scheduled right now."))
    payload = {TITLE: str(queue), skipping.POST: queue.current_post_remote_id}
    with transaction.atomic():
        dropped = {"scheduled_post": (queue.current_post_remote_id, None)}
        history_record([Entry(queue, UPDATED, dropped)], actor=actor, now=now)
        return _record(queue, skipping.ACTIVE_POST_DELETE, payload, actor, now)


def queue_item_add(*, queue: CategoryQueue, content: Content, actor: User, now: datetime) -> Change:
    """Put a post into the live queue at once, where its settings place new posts. Raises NoAccounts and QueueGone."""
    _check_there(queue)
    if not content.get(ACCOUNTS):
        raise NoAccounts
    same = QueueItem.objects.present().filter(queue=queue, content_hash=digest_of(content, "")).count()
    payload = {TITLE: str(queue), items.QUEUE: queue.pk, items.CONTENT: content, items.SAME: same}
    with transaction.atomic():
        history_record([Entry(queue, UPDATED, {"item": (None, content)})], actor=actor, now=now)
        return change_record(
            location=queue.location,
            subject=f"queue-item:{queue.pk}:{uuid.uuid4().hex[:8]}",
            operation=items.ITEM_ADD,
            payload=payload,
            actor=actor,
            now=now,
        )


def _change(queues: Sequence[CategoryQueue], wanted: Mapping[str, Any], actor: User, now: datetime) -> None:
    """Show values on queues and record one change each, for what differs. Three queries for the outbox, and one a
    queue."""
    entries: list[Entry] = []
    wishes: dict[Location, list[Wish]] = {}
    for queue in queues:
        _check_there(queue)
        held = {key: getattr(queue, COLUMNS[key]) for key in wanted}
        news = {key: value for key, value in wanted.items() if held[key] != value}
        if not news:
            continue
        base = {key: held[key] for key in news}
        wish = Wish(queue_subject(queue), {TITLE: str(queue), **news}, base)
        wishes.setdefault(queue.location, []).append(wish)
        action = DELETED if news.get(STATUS) == changing.DELETED else UPDATED
        entries.append(Entry(queue, action, {COLUMNS[key]: (base[key], news[key]) for key in news}))
        _show(queue, news, now)
    for location, asked in wishes.items():
        changes_record(location=location, operation=QUEUE_CHANGE, wishes=asked, actor=actor, now=now)
    history_record(entries, actor=actor, now=now)


def _show(queue: CategoryQueue, news: Mapping[str, Any], now: datetime) -> None:
    if news.get(STATUS) == changing.DELETED:
        queue.gone_at = now
        CategoryQueue.objects.filter(pk=queue.pk).update(gone_at=now)
        return
    columns = {COLUMNS[key]: value for key, value in news.items()}
    for name, value in columns.items():
        setattr(queue, name, value)
    CategoryQueue.objects.filter(pk=queue.pk).update(**columns)


def _skip(queue: CategoryQueue, at: datetime, operation: str, actor: User, now: datetime) -> CategoryQueue:
    _check_there(queue)
    text = at.astimezone(UTC).isoformat()
    is_skip = operation == skipping.QUEUE_SKIP
    with transaction.atomic():
        before = skipping.skipped_locked(queue.pk)
        kept = [held for held in before if held != text]
        skipped = sorted([*kept, text]) if is_skip else kept
        queue.skipped_at = skipped
        if skipped == before:
            return queue
        history_record([Entry(queue, UPDATED, {"skipped_at": (before, skipped)})], actor=actor, now=now)
        CategoryQueue.objects.filter(pk=queue.pk).update(skipped_at=skipped)
        opposite = skipping.QUEUE_UNSKIP if is_skip else skipping.QUEUE_SKIP
        if not _take_out(queue, opposite, text, now):
            _record(queue, operation, {TITLE: str(queue), skipping.DATES: [text]}, actor, now)
    return queue


def _take_out(queue: CategoryQueue, operation: str, text: str, now: datetime) -> bool:
    """Take a date out of a change that has never left; True when it was in one."""
    waiting = Change.objects.filter(
        subject=queue_subject(queue), operation=operation, state=Change.State.PENDING, attempts=0
    ).select_for_update()
    for change in waiting:
        dates = change.payload.get(skipping.DATES, [])
        if text in dates:
            left = [date for date in dates if date != text]
            fields: dict[str, Any] = {"payload": {**change.payload, skipping.DATES: left}}
            if not left:
                fields |= {"state": Change.State.CANCELLED, "settled_at": now}
            held = Change.objects.filter(pk=change.pk, state=Change.State.PENDING, attempts=0)
            return bool(held.update(**fields))
    return False


def _record(queue: CategoryQueue, operation: str, payload: dict[str, Any], actor: User, now: datetime) -> Change:
    return change_record(
        location=queue.location,
        subject=queue_subject(queue),
        operation=operation,
        payload=payload,
        actor=actor,
        now=now,
    )


def _check_there(queue: CategoryQueue) -> None:
    if queue.gone_at is not None:
        raise QueueGone


def _check_can_run(queue: CategoryQueue) -> None:
    """Raise NotPossibleNow, with the reason, for a queue that nothing could go out from."""
    _check_there(queue)
    present = QueueItem.objects.present().filter(queue=queue)
    if not queue.time_slots:
        raise NotPossibleNow(_("%(queue)s has no weekly slots. Add some, then activate it.") % {"queue": queue})
    total = present.count()
    if not total:
        raise NotPossibleNow(_("%(queue)s has no posts. Add some, then activate it.") % {"queue": queue})
    if present.filter(has_errors=True).count() == total:
        raise NotPossibleNow(
            _("Every post of %(queue)s has an error that HighLevel wants mended first. Edit them, then activate it.")
            % {"queue": queue}
        )
