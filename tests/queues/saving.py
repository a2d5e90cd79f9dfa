"""For tests of saving: a queue in a sandbox, a draft of it, and an outbox that is driven until it rests."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import ConnectedAccount, User
from highlevel.api import HighLevel, RemoteQueueItem
from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox import change_send, change_settle
from queues.drafts import cycle_read, live_base, schedule_of
from queues.models import CategoryQueue, EditSession, Interruption, SessionState
from queues.outbox.jobs import Job, digest, in_turn
from queues.replay import same
from queues.schedule import Outing
from queues.services.items import item_add, item_clone, item_delete, item_edit, item_move, item_reset
from queues.services.saving import session_save
from queues.services.sessions import session_open
from tests.factories import make_user
from tests.outboxes import Clock, budget_forgotten
from tests.pulling import Agency, add_posts, add_queue


def drive(change: Change, clock: Clock, rounds: int = 40) -> str:
    """Send and look up until the change rests; returns its state."""
    for _round in range(rounds):
        change.refresh_from_db()
        if change.state not in (State.PENDING, State.UNCONFIRMED) or change.location.paused_at:
            break
        clock.now = max(clock.now, change.not_before)
        budget_forgotten()
        work = change_send if change.state == State.PENDING else change_settle
        work(change.pk, clock=clock, chance=lambda: 0.0)
    change.refresh_from_db()
    return change.state


def outings(queue: CategoryQueue, now: datetime) -> list[Outing]:
    """The next outing of each item of the live queue, by the engine, in turn."""
    return list(schedule_of(queue, live_base(queue).cycle, now=now).next_of_every())


class Saving:
    """One queue of a sandbox, mirrored, and a draft of it."""

    def __init__(self, agency: Agency, size: int, *, posts: Sequence[str] = (), **fields: Any) -> None:
        """`posts` are those of the items, if there are any already."""
        self.agency = agency
        self.clock = Clock()
        old = datetime.now(UTC) - timedelta(days=9)
        self.posts = list(posts) or add_posts(agency, size, status="published", publishedAt=old)
        self.queue_id = add_queue(agency, self.posts, **fields)
        agency.pull()
        self.queue = CategoryQueue.objects.select_related("location", "category").get(remote_id=self.queue_id)
        self.ana = User.objects.filter(name="Ana").first() or make_user(name="Ana", is_owner=True)
        self.account = ConnectedAccount.objects.get(name="Harbour page")
        self.session: EditSession = self.open()

    def close(self) -> None:
        """Take the queue out of the sandbox."""
        store = self.agency.box.store
        doc = store.get("queue", self.queue_id)
        assert doc is not None
        store.update("queue", self.queue_id, {**doc, "status": "deleted"}, status="deleted", at=None)

    def open(self) -> EditSession:
        self.queue.refresh_from_db()
        return session_open(queue=self.queue, actor=self.ana, now=self.clock())

    def do(self, verb: Any, **arguments: Any) -> Any:
        return verb(session=self.session, version=self.session.version, actor=self.ana, now=self.clock(), **arguments)

    def keys(self) -> list[str]:
        return [item.key for item in cycle_read(self.session.cycle).in_turn]

    def mix(self, number: int, seed: int = 1) -> None:
        """That many steps of all kinds, in all places."""
        chance = random.Random(seed)
        for step in range(number):
            keys = self.keys()
            key = chance.choice(keys)
            kind = chance.choice(
                ("move", "move", "top", "bottom", "edit", "variations", "clone", "delete", "add", "reset")
            )
            if kind in ("move", "top", "bottom"):
                chosen = chance.sample(keys, chance.choice((1, 1, 3)))
                place = chance.randrange(len(keys) - len(chosen) + 1) if kind == "move" else kind
                self.do(item_move, keys=chosen, place=place)
            elif kind == "edit":
                self.do(item_edit, key=key, edits={"summary": f"Edited in step {step}", "followUpComment": "More"})
            elif kind == "variations":
                said = [{"content": f"Variation {number} of step {step}"} for number in range(chance.randrange(1, 4))]
                self.do(item_edit, key=key, edits={"variations": said})
            elif kind == "clone":
                self.do(item_clone, keys=[key])
            elif kind == "delete":
                self.do(item_delete, keys=[key])
            elif kind == "add":
                content = {"accountIds": [self.account.remote_id], "summary": f"New in step {step}", "media": []}
                self.do(item_add, content=content, place=chance.choice(("top", "bottom", chance.randrange(len(keys)))))
            elif key.isdigit():
                self.do(item_reset, keys=[key])

    def save(self, **options: Any) -> Change:
        change: Change = self.do(session_save, **options)
        return change

    def run(self, change: Change, rounds: int = 40) -> str:
        """Send and look up until the change rests."""
        state = drive(change, self.clock, rounds)
        self.session.refresh_from_db()
        return state

    @contextmanager
    def client(self) -> Iterator[HighLevel]:
        place = self.agency.location.remote_id
        with HighLevel(self.agency.box.url, token=self.agency.box.location_token(place), location_id=place) as client:
            yield client

    def live(self) -> list[RemoteQueueItem]:
        """The items that the sandbox holds, in turn."""
        with self.client() as client:
            queue = client.queues.get(queue_id=self.queue_id)
            return in_turn(list(client.queue_items.iter(queue_id=self.queue_id)), queue.current_order)

    def said(self) -> list[str]:
        return [digest(row) for row in self.live()]

    def holds(self, change: Change) -> bool:
        """Whether the live queue is the draft that a change was to save."""
        return same(Job.read(change).target.said, self.said())

    def is_intact(self, before: list[str], problem: Interruption | None = None) -> bool:
        """Whether the live queue is as it was and the draft is there, with the reason why it was not saved."""
        kept = self.session.state == SessionState.INTERRUPTED and self.session.problem
        return bool(kept) and self.said() == before and (problem is None or self.session.interruption == problem)
