"""Replaying a draft inside an edit session of HighLevel, and reading the queue back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice, pairwise
from math import floor
from time import monotonic
from typing import NoReturn, TypedDict

from highlevel.api import (
    BadCredentials,
    BadReply,
    HighLevel,
    ItemChange,
    OutcomeUnknown,
    PermanentError,
    RateLimited,
    RemoteError,
    RemoteQueue,
    RemoteQueueItem,
)
from highlevel.api.queue_items import Place
from highlevel.outbox.waits import SOFT_LIMIT
from queues.outbox.jobs import Job, digest, in_turn
from queues.outbox.troubles import SAVE, ForeignSessionOpen, QueueMoved, StagingStopped
from queues.replay import Operation, Plan, Shape, Verb, carry_out, same, turned
from queues.schedule import STEP

PAGE_SIZE = 500
PATIENCE = SOFT_LIMIT * 0.6  # seconds after which a replay makes way, so that it is not ended in the midst of a request
LEAST = 10  # operations that an attempt carries out however long it took to begin


class Where(TypedDict):
    """The edit session that an operation is about."""

    queue_id: str
    session_id: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The live queue as it was read: the queue, and its items in turn."""

    queue: RemoteQueue
    rows: tuple[RemoteQueueItem, ...]

    def holds(self, job: Job, *, answered: bool = False) -> bool:
        """Whether it is the draft. It may have gone on since; without an answer to the save that counts only where the
        queue that the draft began from could not be taken for the draft as well."""
        if job.activates(self.queue):
            return False
        said, target = [digest(row) for row in self.rows], job.target.said
        if same(target, said):
            return True
        return (answered or not turned(job.base.said, target)) and turned(target, said)


def live_read(client: HighLevel, queue_id: str) -> Saved:
    """The live queue. Raises NotFound."""
    queue = client.queues.get(queue_id=queue_id)
    return Saved(queue, tuple(in_turn(_listed(client, queue_id, None), queue.current_order)))


class Replay:
    """One attempt at a job.

    It raises StagingStopped for whatever may pass by itself, and the other troubles for what somebody has to decide.
    Only errors of the save itself, and of reading back behind it, are OutcomeUnknown.
    """

    def __init__(self, job: Job, client: HighLevel, *, clock: Callable[[], float] = monotonic) -> None:
        self.job = job
        self.client = client
        self.clock = clock
        self.began = clock()
        self.session_id = self.entered = ""
        self.turn: list[str] = []
        self.ids: dict[str, str] = {}
        self.orders: dict[str, float] = {}

    def run(self) -> Saved:
        """Carry the draft over, and return the queue as it is read back. Does nothing when it is the draft already."""
        with _staging():
            live = live_read(self.client, self.job.queue_id)
        if live.holds(self.job):
            return live
        shape = self.job.live(live.rows, live.queue)
        plans = self.job.plans(shape) if shape is not None else []
        if not plans:
            raise QueueMoved(
                "The queue was changed in HighLevel after this draft began", queue=live.queue, rows=live.rows
            )
        plan, done = self._enter(plans)
        self._carry_out(plan, done)
        self._save(plan)
        return self._read_back()

    def _enter(self, plans: list[Plan]) -> tuple[Plan, int]:
        """Be in the queue's edit session, and know where in which plan it stands."""
        rows = self._start()
        if self.session_id == self.job.discard_foreign and not self._find(plans, rows):
            with _staging():
                self.client.edit_sessions.discard(queue_id=self.job.queue_id, session_id=self.session_id)
            rows = self._start()
        found = self._find(plans, rows)
        if found is None:
            raise ForeignSessionOpen("Somebody edits the queue in HighLevel", session_id=self.session_id)
        plan, done, shape = found
        self.entered, self.turn = self.session_id, list(shape.turn)
        self.ids = {key: row.id for key, row in zip(shape.turn, rows, strict=True)}
        self.orders = {key: row.order or 0.0 for key, row in zip(shape.turn, rows, strict=True)}
        return plan, done

    def _start(self) -> list[RemoteQueueItem]:
        with _staging():
            self.session_id = self.client.edit_sessions.start(queue_id=self.job.queue_id).session_id
            return in_turn(_listed(self.client, self.job.queue_id, self.session_id), None)

    def _find(self, plans: list[Plan], rows: list[RemoteQueueItem]) -> tuple[Plan, int, Shape] | None:
        said = [digest(row) for row in rows]
        for plan in plans:
            place = plan.place_in(said)
            if place is not None:
                return plan, *place
        return None

    def _carry_out(self, plan: Plan, done: int) -> None:
        self._attempt(plan, done, self._untie)
        for number, operation in enumerate(plan.operations[done:]):
            if number >= LEAST and self._is_late():
                # Nothing failed, so the waits must not grow, as they do not for our own request budget.
                raise RateLimited("The draft is long; the rest of it follows", operation=SAVE, code="staging_stopped")
            self._attempt(plan, done + number, partial(self._do, operation))
            carry_out(operation, self.turn)

    def _attempt(self, plan: Plan, done: int, act: Callable[[], None]) -> None:
        try:
            with _staging():
                act()
        except BadCredentials:
            raise
        except PermanentError as error:
            self._give_up(plan, done, error)

    def _untie(self) -> None:
        """Tell items of one order apart, so that there is a number between any two."""
        ranked = sorted(self.turn, key=self.orders.__getitem__)
        for before, key in pairwise(ranked):
            if self.orders[key] <= self.orders[before]:
                place = self._number(before, key)
                made = self.client.queue_items.update(**self._where, item_id=self.ids[key], new_order=place)
                self._keep(key, made, place)

    def _do(self, operation: Operation) -> None:
        verb, key, items = operation.verb, operation.key, self.client.queue_items
        if verb is Verb.CREATE:
            place = self._place(operation)
            made = items.create(
                **self._where,
                post=self.job.post(key),
                order=place,
                variations=self.job.variations(key),
                primary_image=self.job.primary_image(key),
            )
            self._keep(key, made, place)
        elif verb is Verb.CLONE:
            number = self._number(operation.behind or "", key)
            made = items.clone(**self._where, item_id=self.ids[operation.source or ""], order=number)
            self._keep(key, made, number)
        elif verb is Verb.MOVE:
            place = self._place(operation)
            self._keep(key, items.update(**self._where, item_id=self.ids[key], new_order=place), place)
        else:
            self._rewrite(verb, key)

    def _rewrite(self, verb: Verb, key: str) -> None:
        items, item_id = self.client.queue_items, self.ids[key]
        if verb is Verb.DELETE:
            items.delete(**self._where, item_id=item_id)
            del self.orders[key]
        elif verb is Verb.RESET:
            items.reset(**self._where, item_id=item_id)
        else:
            items.update(
                **self._where,
                item_id=item_id,
                post=self.job.post(key),
                variations=self.job.variations(key),
                primary_image=self.job.primary_image(key),
            )

    @property
    def _where(self) -> Where:
        return {"queue_id": self.job.queue_id, "session_id": self.session_id}

    def _keep(self, key: str, made: ItemChange, place: Place) -> None:
        """Remember which item HighLevel made, and the number that it gave."""
        if made.item is None:
            raise BadReply("the item is missing", operation="updateQueueItem")
        number = made.item.order if made.item.order is not None else place
        if isinstance(number, str):
            raise BadReply("the order is missing", operation="updateQueueItem")
        self.ids[key], self.orders[key] = made.item.id, number

    def _place(self, operation: Operation) -> Place:
        """What to ask for. Last in turn has a word of its own: the number of the item that goes next may be lower."""
        if operation.top:
            return "top"
        others = [key for key in self.turn if key != operation.key]
        if operation.behind is None or operation.behind == others[-1]:
            return "bottom"
        return self._number(operation.behind, operation.key)

    def _number(self, behind: str, key: str) -> float:
        """A number right behind that of an item: whole where there is room, else a fraction, so that HighLevel never
        has to number the others anew."""
        order = self.orders[behind]
        higher = [other for name, other in self.orders.items() if other > order and name != key]
        if not higher:
            return floor(order) + STEP
        middle = (order + min(higher)) / 2
        return floor(middle) if floor(middle) > order else middle

    def _give_up(self, plan: Plan, done: int, error: PermanentError) -> NoReturn:
        """HighLevel said no to an operation, or to the save: throw our session away, if it is still open and holds what
        we put there and nothing else, and say what was refused."""
        rows, held = self._start(), self.session_id
        if held != self.entered:
            raise StagingStopped("The edit session was closed in HighLevel meanwhile", operation=SAVE) from error
        said = [digest(row) for row in rows]
        if not any(same(shape.said, said) for shape in islice(plan.shapes(), done, done + 2)):
            raise ForeignSessionOpen("Somebody edits the queue in HighLevel", session_id=held) from error
        with _staging():
            self.client.edit_sessions.discard(queue_id=self.job.queue_id, session_id=held)
        raise error

    def _save(self, plan: Plan) -> None:
        keep = True if self.job.keep_in_draft else None
        try:
            self.client.edit_sessions.save(queue_id=self.job.queue_id, session_id=self.session_id, keep_in_draft=keep)
        except BadCredentials:
            raise
        except PermanentError as error:
            self._give_up(plan, len(plan.operations), error)

    def _read_back(self) -> Saved:
        """The saved queue. Raises OutcomeUnknown for whatever is in the way: the look-up reads it again."""
        if self._is_late():
            raise OutcomeUnknown("The queue was saved, and is read back later", operation=SAVE)
        try:
            saved = live_read(self.client, self.job.queue_id)
        except RemoteError as error:
            raise OutcomeUnknown(
                error.message, operation=SAVE, status=error.status, request_id=error.request_id
            ) from error
        if not saved.holds(self.job, answered=True):
            raise OutcomeUnknown("HighLevel shows another queue than was saved", operation=SAVE)
        return saved

    def _is_late(self) -> bool:
        return self.clock() - self.began > PATIENCE


def _listed(client: HighLevel, queue_id: str, session_id: str | None) -> list[RemoteQueueItem]:
    return list(client.queue_items.iter(queue_id=queue_id, session_id=session_id, page_size=PAGE_SIZE))


@contextmanager
def _staging() -> Iterator[None]:
    """Whatever goes wrong in here has touched nothing but an edit session, so it can be taken up again."""
    try:
        yield
    except (OutcomeUnknown, BadReply) as error:
        raise StagingStopped(
            error.message, operation=error.operation, status=error.status, request_id=error.request_id
        ) from error
