"""A worker that is killed between any two steps, and a HighLevel that fails in every way, lose and double nothing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.db import transaction

from highlevel.models import Change
from highlevel.models.change import OPEN
from highlevel.models.change import ChangeState as State
from highlevel.outbox import NotPossible, change_record, change_retry, change_send, change_settle, outbox_sweep
from highlevel.outbox.turns import offers
from planner.models import Post
from planner.outbox.subjects import POST_EDIT, post_base, post_subject
from tests.outboxes import Clock, Create, Delete, known, record
from tests.pulling import Agency, add_posts, agency

__all__ = ["agency"]

WRITES = ("create-post", "edit-post", "delete-post")
FAULTS = ("refuse", "server_error", "server_error_after", "unavailable", "drop_before", "drop_after", "malformed")
HARD = 0.3  # of all writes meet a fault
KILLED = 0.2  # of all tasks are killed
POSTS = 12
ROUNDS = 60  # minutes after which everything has to be settled


class Killed(BaseException):
    """What SIGKILL looks like from inside: nothing catches it, nothing is tidied up."""


class Walk:
    """One life of an outbox: people edit, workers send and are killed, minutes pass."""

    def __init__(self, agency: Agency, seed: int, steps: int) -> None:
        self.agency = agency
        self.chance = random.Random(seed)
        self.clock = Clock()
        self.steps = steps
        self.user = agency.box.store.find("user", order="rowid")[0]["id"]
        self.written: list[str] = []
        self.meant: dict[int, str] = {}
        self.doomed: list[str] = []
        self.posts = dict(Post.objects.values_list("pk", "remote_id"))

    def live(self) -> None:
        for kind in FAULTS:
            for operation in WRITES:
                self.agency.box.faults.add(operation=operation, kind=kind, times=None, probability=HARD / len(FAULTS))
        for step in range(self.steps):
            self.chance.choice((self.write, self.edit, self.edit, self.delete))(step)
            if self.chance.random() < 0.5:
                self.minute()
        for _round in range(ROUNDS):
            if not Change.objects.filter(state__in=OPEN).exists():
                return
            self.minute()

    def write(self, step: int) -> None:
        text = f"written in step {step}"
        self.written.append(text)
        self.tell("test.create", f"new:{step}", {"text": text, "user": self.user})

    def edit(self, step: int) -> None:
        pk = self.chance.choice(list(self.posts))
        post = Post.objects.get(pk=pk)
        self.meant[pk] = f"meant in step {step}"
        changes = {"summary": self.meant[pk]}
        with transaction.atomic():
            change_record(
                location=post.location,
                subject=post_subject(post),
                operation=POST_EDIT,
                payload=changes,
                base=post_base(post, changes, {}),
                now=self.clock(),
            )

    def delete(self, step: int) -> None:
        (remote_id,) = add_posts(self.agency, 1, summary=f"to be deleted in step {step}")
        self.doomed.append(remote_id)
        self.tell("test.delete", f"doomed:{step}", {"id": remote_id})

    def tell(self, operation: str, subject: str, payload: dict[str, str]) -> None:
        record(self.agency.location, operation, subject, payload=payload, now=self.clock())

    def minute(self) -> None:
        """The sweep and what it hands out, in any order; people try again what was refused."""
        self.clock.pass_(minutes=1)
        for change in Change.objects.filter(state=State.REFUSED):
            change_retry(change=change, now=self.clock())
        outbox_sweep(now=self.clock())
        due = [entry for some in offers(self.agency.location, self.clock()) for entry in some]
        self.chance.shuffle(due)
        for pk, state in due:
            self.work(change_settle if state == State.UNCONFIRMED else change_send, pk)

    def work(self, task: Callable[..., str | None], pk: int) -> None:
        deadly = self.chance.randint(1, 5) if self.chance.random() < KILLED else 0
        calls = 0

        def clock() -> datetime:
            nonlocal calls
            calls += 1
            if calls == deadly:
                raise Killed
            return self.clock()

        try:
            task(pk, clock=clock, chance=self.chance.random)
        except Killed:
            return

    def audit(self) -> None:
        """Rota's rows, HighLevel's rows and HighLevel's log agree."""
        states = Counter(Change.objects.values_list("state", flat=True))
        assert set(states) == {State.DONE}
        place = self.agency.location.remote_id
        documents = {doc["_id"]: doc for doc in self.agency.box.store.find("post", location=place)}
        there = Counter(doc["summary"] for doc in documents.values() if not doc["deleted"])
        assert {text: there[text] for text in self.written} == dict.fromkeys(self.written, 1)
        assert {documents[self.posts[pk]]["summary"]: text for pk, text in self.meant.items()} == {
            text: text for text in self.meant.values()
        }
        assert all(documents[remote_id]["deleted"] for remote_id in self.doomed)
        untouched = [documents[remote_id]["summary"] for pk, remote_id in self.posts.items() if pk not in self.meant]
        assert all(text.startswith("Post number") for text in untouched)
        kept = set(Change.objects.filter(operation="test.create").values_list("outcome__id", flat=True))
        assert {documents[remote_id]["summary"] for remote_id in kept} == set(self.written)


@pytest.fixture(autouse=True)
def _operations() -> Iterator[None]:
    with known(Create, Delete):
        yield


def _walk(agency: Agency, seed: int, steps: int) -> None:
    add_posts(agency, POSTS)
    agency.pull()
    walk = Walk(agency, seed, steps)
    walk.live()
    walk.audit()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_lost_and_nothing_comes_twice(agency: Agency, seed: int) -> None:
    _walk(agency, seed, steps=60)


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(10, 20))
def test_nothing_is_lost_over_a_long_walk(agency: Agency, seed: int) -> None:
    _walk(agency, seed, steps=400)


def test_giving_up_leaves_nothing_behind_and_nothing_half_sent(agency: Agency) -> None:
    clock = Clock()
    user = agency.box.store.find("user", order="rowid")[0]["id"]
    change = record(agency.location, payload={"text": "never", "user": user}, now=clock())
    with pytest.raises(NotPossible):
        change_retry(change=change, now=clock())
    assert not agency.requests("create-post")
