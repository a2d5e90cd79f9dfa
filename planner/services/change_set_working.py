"""Going on with a bulk action: checking, carrying out, undoing, chunk by chunk, whoever began it.

Every post is settled in one transaction with its item, by a conditional update of the item, so whatever a killed worker
had not committed is done by the next one, and nothing is done twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import translation

from planner.models import ChangeSet, ChangeSetItem, ItemState, SetKind, SetState
from planner.services.change_set_deleting import delete_some, undelete_some
from planner.services.change_set_planning import plan_some
from planner.services.change_set_rewriting import rewrite_some, unwrite_some

CLAIM = timedelta(minutes=2)  # longer than any chunk takes
SITTING = timedelta(seconds=40)  # after which a worker makes room for others
Chunk = Callable[[ChangeSet, datetime], int]


def change_set_work(pk: int, *, clock: Callable[[], datetime]) -> bool:
    """Go on with a bulk action for at most 40 s; true when there is more to do and nobody else is at it.

    While another worker holds it, and when it is settled, nothing happens.
    """
    claim = _claim(pk, clock())
    if claim is None:
        return False
    ends = clock() + SITTING
    while True:
        held = ChangeSet.objects.select_related("actor").filter(pk=pk, claim=claim).first()
        if held is None:
            return False
        # What is said of a post is stored, so it is said in the language of whoever reads it.
        with translation.override(held.actor.language or translation.get_language()):
            settled = _chunk(held)(held, clock())
        if not settled:
            _settle(held, clock())
            return False
        mine = ChangeSet.objects.filter(pk=pk, claim=claim)
        counts = _counts(pk)
        if clock() >= ends:
            return bool(mine.update(claim="", claimed_until=None, counts=counts))
        if not mine.update(claimed_until=clock() + CLAIM, counts=counts):
            return False


def change_sets_waiting(now: datetime) -> list[int]:
    """Those that nobody is at, though there is something to do."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    return list(ChangeSet.objects.at_work().filter(free).order_by("pk").values_list("pk", flat=True))


def _claim(pk: int, now: datetime) -> str | None:
    claim = str(uuid.uuid4())
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    took = ChangeSet.objects.at_work().filter(free, pk=pk).update(claim=claim, claimed_until=now + CLAIM)
    return claim if took else None


def _chunk(held: ChangeSet) -> Chunk:
    """What does a part of the present phase and returns how many posts it settled; 0 when the phase is over."""
    if held.state == SetState.PLANNING:
        return plan_some
    if held.state == SetState.RUNNING:
        return delete_some if held.kind == SetKind.DELETE else rewrite_some
    return undelete_some if held.kind == SetKind.DELETE else unwrite_some


def _settle(held: ChangeSet, now: datetime) -> None:
    counts = _counts(held.pk)
    mine = ChangeSet.objects.filter(pk=held.pk, claim=held.claim, state=held.state)
    finished = None if held.state == SetState.PLANNING else now
    mine.update(state=_after(held, counts), counts=counts, finished_at=finished, claim="", claimed_until=None)


def _after(held: ChangeSet, counts: dict[str, int]) -> str:
    if held.state == SetState.PLANNING:
        return SetState.PLANNED
    if held.state == SetState.RUNNING:
        whole = not counts.get(ItemState.MOVED) and not counts.get(ItemState.FAILED)
        return SetState.DONE if whole else SetState.PARTLY
    return SetState.UNDONE_PARTLY if counts.get(ItemState.KEPT) else SetState.UNDONE


def _counts(pk: int) -> dict[str, int]:
    rows = ChangeSetItem.objects.filter(set=pk).order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)
