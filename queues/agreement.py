"""Whether HighLevel's next dates are those that the engine reckons. Both are kept, and HighLevel's count as true.

What HighLevel leaves open, above all what a skipped slot does, is a guess of the engine until its dates have shown it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from queues.drafts import schedule_of
from queues.models import CategoryQueue, QueueItem, QueueStatus
from queues.schedule import Cycle, CycleItem, SkipPolicy

MOST_SHOWN = 10  # items that a disagreement names

Slot = list[Any]
"""An instant as ISO text in UTC or None, and whether it is skipped; as JSON holds them."""


def disagreement_note(queue: CategoryQueue, *, now: datetime) -> dict[str, Any]:
    """Compare the mirrored dates of a queue with the engine's as of `now`, and keep what differs on its row.

    Empty when they agree, or when the queue does not run. Else `items` is how many there are and `differ` how many of
    them differ, `first` names some with both sides, and `would_agree` is the skip policy under which all would be the
    same, if there is one. Two queries, and one more where it changed.
    """
    found = _disagreement(queue, now) if queue.status == QueueStatus.ACTIVE else {}
    if found != queue.disagreement:
        CategoryQueue.objects.filter(pk=queue.pk).update(disagreement=found)
        queue.disagreement = found
    return found


def _disagreement(queue: CategoryQueue, now: datetime) -> dict[str, Any]:
    rows = QueueItem.objects.present().filter(queue=queue).order_by("order", "scheduled_at", "pk")
    columns = list(rows.values_list("pk", "order", "scheduled_at", "is_skipped"))
    theirs = {str(pk): _slot(at, skipped) for pk, _order, at, skipped in columns}
    cycle = Cycle.read((CycleItem(str(pk), order) for pk, order, _at, _skipped in columns), queue.current_order)
    ours = _slots(queue, cycle, now, None)
    differ = [key for key in theirs if theirs[key] != ours.get(key, [None, False])]
    if not differ:
        return {}
    agreeing = [policy.value for policy in SkipPolicy if _slots(queue, cycle, now, policy) == theirs]
    return {
        "items": len(theirs),
        "differ": len(differ),
        "first": [{"key": key, "ours": ours.get(key), "theirs": theirs[key]} for key in differ[:MOST_SHOWN]],
        "would_agree": agreeing[0] if agreeing else "",
    }


def _slots(queue: CategoryQueue, cycle: Cycle, now: datetime, policy: SkipPolicy | None) -> dict[str, Slot]:
    outings = schedule_of(queue, cycle, now=now, policy=policy).next_of_every()
    return {outing.key: _slot(outing.at, outing.skipped) for outing in outings}


def _slot(at: datetime | None, skipped: bool) -> Slot:
    return [at.isoformat() if at is not None else None, skipped]
