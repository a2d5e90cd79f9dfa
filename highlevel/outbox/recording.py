"""Writing promises down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from highlevel.inserting import bulk_insert
from highlevel.models import Change, Location
from highlevel.models.change import ChangeQuerySet
from highlevel.models.change import ChangeState as State
from highlevel.outbox.registry import handler_of
from highlevel.outbox.waking import AT_ONCE, wake

COLLAPSIBLE = (State.PENDING, State.REFUSED)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be told about one subject; `base` is the remote version that the editor saw."""

    subject: str
    payload: dict[str, Any]
    base: dict[str, Any] = field(default_factory=dict)


def change_record(
    *,
    location: Location,
    subject: str,
    operation: str,
    payload: dict[str, Any],
    now: datetime,
    actor: Any | None = None,
    base: dict[str, Any] | None = None,
    after: Sequence[Change] = (),
    wait: timedelta = AT_ONCE,
) -> Change:
    """Write one change as `changes_record` does, to go after those in `after`. For `wait` it can be taken back."""
    wish = Wish(subject, payload, base or {})
    (change,) = changes_record(location=location, operation=operation, wishes=[wish], now=now, actor=actor, wait=wait)
    change.after.add(*after)
    return change


def changes_record(
    *,
    location: Location,
    operation: str,
    wishes: Sequence[Wish],
    now: datetime,
    actor: Any | None = None,
    wait: timedelta = AT_ONCE,
) -> list[Change]:
    """Write changes of one location as `changes_record_at` does those of many."""
    placed = [(location, wish) for wish in wishes]
    return changes_record_at(operation=operation, wishes=placed, now=now, actor=actor, wait=wait)


def changes_record_at(
    *,
    operation: str,
    wishes: Sequence[tuple[Location, Wish]],
    now: datetime,
    actor: Any | None = None,
    wait: timedelta = AT_ONCE,
) -> list[Change]:
    """Write changes, one a subject, in the caller's transaction, and wake workers once that commits. Three queries,
    however many changes and locations.

    A change of the same subject and operation that still waits takes the new payload in, so a burst of edits is sent
    once, and keeps the base that the first edit saw. One that was refused does so too and is tried again, on the base
    that its handler makes of both. Raises LookupError for an operation without a handler, ValueError when a subject is
    named twice, RuntimeError outside a transaction, and IntegrityError for a change that the database does not take.
    """
    handler_of(operation)
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A change is written in the transaction of the edit it belongs to.")
    if len({wish.subject for _location, wish in wishes}) < len(wishes):
        raise ValueError("A subject is named twice.")
    taken = _collapse(operation, [wish for _location, wish in wishes], actor, now)
    fresh = [
        Change(
            location=location,
            subject=wish.subject,
            operation=operation,
            payload=wish.payload,
            base=wish.base,
            actor=actor,
            not_before=now + wait,
            created_at=now,
        )
        for location, wish in wishes
        if wish.subject not in taken
    ]
    try:
        with transaction.atomic():
            added = bulk_insert(fresh)
    except IntegrityError:
        # Somebody wrote such a change between our look and our insert. It is in sight now, and ours goes into it.
        if not _waiting(operation, [change.subject for change in fresh]).exists():
            raise
        return changes_record_at(operation=operation, wishes=wishes, now=now, actor=actor, wait=wait)
    changes = taken | {change.subject: change for change in added}
    for place in dict.fromkeys(location.pk for location, _wish in wishes):
        transaction.on_commit(_waker(place, wait), robust=True)
    return [changes[wish.subject] for _location, wish in wishes]


def _waker(location_id: int, wait: timedelta) -> Callable[[], None]:
    return lambda: wake(location_id, wait=wait)


def _waiting(operation: str, subjects: Iterable[str]) -> ChangeQuerySet:
    return Change.objects.filter(subject__in=list(subjects), operation=operation, state__in=COLLAPSIBLE)


def _collapse(operation: str, wishes: Sequence[Wish], actor: Any | None, now: datetime) -> dict[str, Change]:
    """Put what is wished into the changes that can take it, the newest of each subject; they stay locked."""
    dealer = handler_of(operation)
    by_subject = {wish.subject: wish for wish in wishes}
    taken: dict[str, Change] = {}
    for change in _waiting(operation, by_subject).select_for_update().order_by("pk"):
        taken[change.subject] = change
    for subject, change in taken.items():
        wish = by_subject[subject]
        change.payload = dealer.merge(change.payload, wish.payload)
        change.actor = actor or change.actor
        if change.state == State.REFUSED:
            change.base = dealer.rebase(change.base, wish.base)
            change.state, change.not_before = State.PENDING, now
            change.settled_at, change.outcome = None, {}
        else:
            change.base = {**wish.base, **change.base}
    columns = ("payload", "actor", "base", "state", "not_before", "settled_at", "outcome")
    Change.objects.bulk_update(taken.values(), columns)
    return taken
