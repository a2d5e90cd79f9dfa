"""For tests of the outbox: operations that write to a sandbox, and a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import transaction

from highlevel.api import HighLevel, NotFound, PostInput
from highlevel.models import Change, Location
from highlevel.outbox import (
    Denied,
    Finding,
    Found,
    Handler,
    NotThere,
    Outcome,
    Unsure,
    change_record,
    outbox_sweep,
    outbox_turn,
    registry,
)
from highlevel.outbox.turns import offers

FAR = timedelta(days=3)


class Clock:
    """Aware instants that stand still until a test moves them."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **lengths: float) -> datetime:
        self.now += timedelta(**lengths)
        return self.now


class Create(Handler):
    """Make a draft whose text is the payload's `text`: sent twice it is there twice."""

    operation = "test.create"

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        draft = PostInput(
            account_ids=(), user_id=change.payload["user"], status="draft", summary=change.payload["text"]
        )
        row = client.posts.create(post=draft)
        return Outcome({"id": row.id if row else ""})

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        posts = client.posts.iter(window_start=now - FAR, window_end=now + FAR, type="draft")
        found = [post.id for post in posts if post.summary == change.payload["text"]]
        if len(found) > 1:
            return Unsure("There are two of them.")
        return Found(Outcome({"id": found[0]})) if found else NotThere()

    def title(self, change: Change) -> str:
        return f"Write “{change.payload['text']}”"


class Delete(Handler):
    """Delete the post whose id is in the payload: sent twice it is gone all the same."""

    operation = "test.delete"
    repeatable = True

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        try:
            client.posts.delete(post_id=change.payload["id"])
        except NotFound:
            return Outcome({"was_gone": True})
        return Outcome()

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        try:
            row = client.posts.get(post_id=change.payload["id"])
        except NotFound as error:
            return Denied(error)
        return Found() if row.deleted else NotThere()

    def title(self, change: Change) -> str:
        return "Delete a post"


class Broken(Handler):
    """Has a fault of its own; what it meets is in the payload."""

    operation = "test.broken"
    repeatable = True

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        if change.payload.get("at") == "send":
            raise RuntimeError("a fault of our own")
        return Outcome()

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        raise RuntimeError("a fault of our own in the look-up")

    def title(self, change: Change) -> str:
        return "Something broken"

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        if change.payload.get("at") == "done":
            raise RuntimeError("a fault of our own after sending")


@contextmanager
def known(*kinds: type[Handler]) -> Iterator[None]:
    """The outbox knows these operations too."""
    held = dict(registry._handlers)
    try:
        for kind in kinds:
            registry.handler(kind)
        yield
    finally:
        registry._handlers.clear()
        registry._handlers.update(held)


def record(location: Location, operation: str = "test.create", subject: str = "post:1", **more: Any) -> Change:
    """A change in a transaction of its own."""
    given = {"now": datetime.now(UTC), "payload": {}, **more}
    with transaction.atomic():
        return change_record(location=location, operation=operation, subject=subject, **given)


def make_change(location: Location, **fields: Any) -> Change:
    """A change as it stands, whatever its operation; made a minute ago unless told otherwise."""
    now = datetime.now(UTC)
    given = {
        "subject": f"thing:{Change.objects.count() + 1}",
        "operation": "test.create",
        "payload": {"text": "hello"},
        "created_at": now - timedelta(minutes=1),
        "not_before": now,
    }
    return Change.objects.create(location=location, **{**given, **fields})


def budget_forgotten() -> None:
    """The time that a test's clock has passed over is over for the request budget too, which has a clock of its own."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter("highlevel:budget:*"):
            client.delete(key)


def sweep(clock: Callable[[], datetime]) -> list[str]:
    """What the minute's round leads to, in this process: a turn for each change that is due when it begins. Returns
    the states in which they ended."""
    turns = [place for place in outbox_sweep(now=clock()) for _pk in due(place, clock)]
    ended = [outbox_turn(place, clock=clock, chance=lambda: 1.0) for place in turns]
    return [state for state in ended if state is not None]


def due(location_id: int, clock: Callable[[], datetime]) -> list[int]:
    """The changes that the location's turns are for."""
    place = Location.objects.get(pk=location_id)
    return [pk for some in offers(place, clock()) for pk, _state in some]


def state(change: Change) -> str:
    return Change.objects.values_list("state", flat=True).get(pk=change.pk)
