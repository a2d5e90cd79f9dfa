"""Settings, slots and states of a queue: whole values put in place of others, so sending twice is sending once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from highlevel.api import HighLevel, NotFound, RemoteError, RemoteQueue, TimeSlot
from highlevel.models import Change
from highlevel.outbox import ChangedElsewhere, Denied, Difference, Finding, Found, Handler, NotThere, Outcome, handler
from highlevel.pull import pull_ask
from queues.mirror import mirror_queues
from queues.models import CategoryQueue, QueueStatus
from queues.outbox.subjects import TITLE, categories_of, outcome_of, queue_address, queue_of, read_of

QUEUE_CHANGE = "queue.change"
STATUS, SLOTS = "status", "timeSlots"
FUTURE, NEW_FIRST = "enableFuturePosts", "prioritizeNewContent"
DELETED = "deleted"
KEYS = (STATUS, SLOTS, FUTURE, NEW_FIRST)
LABELS = {
    STATUS: gettext_lazy("State"),
    SLOTS: gettext_lazy("Weekly slots"),
    FUTURE: gettext_lazy("Takes future posts"),
    NEW_FIRST: gettext_lazy("New posts first"),
}
COLUMNS = {STATUS: "status", SLOTS: "time_slots", FUTURE: "enable_future_posts", NEW_FIRST: "prioritize_new_content"}


@handler
class QueueChange(Handler):
    """Put some settings of a queue in place, unless somebody changed the same ones in HighLevel meanwhile."""

    operation = QUEUE_CHANGE
    repeatable = True

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        wanted, queue_id = _wanted(change), queue_of(change).remote_id
        try:
            held = _values(client.queues.get(queue_id=queue_id))
            theirs = {key: held[key] for key in wanted if held[key] not in (change.base.get(key), wanted[key])}
            if theirs:
                raise ChangedElsewhere(
                    "The queue was changed in HighLevel after it was opened here", seen=held, operation="updateQueue"
                )
            return outcome_of(client.queues.update(queue_id=queue_id, **_arguments(wanted)))
        except NotFound:
            if wanted.get(STATUS) == DELETED:
                return Outcome()
            raise

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        wanted = _wanted(change)
        try:
            queue = client.queues.get(queue_id=queue_of(change).remote_id)
        except NotFound as error:
            return Found() if wanted.get(STATUS) == DELETED else Denied(error)
        held = _values(queue)
        return Found(outcome_of(queue)) if all(held[key] == wanted[key] for key in wanted) else NotThere()

    def title(self, change: Change) -> str:
        about = {"queue": change.payload.get(TITLE, "")}
        status = change.payload.get(STATUS)
        if status == QueueStatus.ACTIVE:
            return _("Activate the queue %(queue)s") % about
        if status == QueueStatus.PAUSED:
            return _("Pause the queue %(queue)s") % about
        if status == DELETED:
            return _("Delete the queue %(queue)s") % about
        return _("Change the settings of the queue %(queue)s") % about

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        queue = queue_of(change)
        if isinstance(outcome.news, RemoteQueue):
            mirror_queues(
                location=queue.location, queues=[read_of(outcome.news)], categories=categories_of(queue), now=now
            )
        elif change.payload.get(STATUS) == DELETED:
            CategoryQueue.objects.filter(pk=queue.pk).update(gone_at=now)
        pull_ask(locations=[queue.location], now=now)

    def refused(self, change: Change, error: RemoteError, now: datetime) -> None:
        put_back(change)

    def cancelled(self, change: Change, now: datetime) -> None:
        put_back(change)

    def differences(self, change: Change) -> list[Difference]:
        seen = change.outcome.get("seen") or {}
        return [
            Difference(str(LABELS[key]), _words(change.base.get(key)), _words(wanted), _words(seen.get(key)))
            for key, wanted in _wanted(change).items()
            if key in seen and seen[key] != change.base.get(key)
        ]

    def address(self, change: Change) -> str:
        return queue_address(change)


def put_back(change: Change) -> None:
    """Show the queue as it was before a change that will not be sent; the next pull says what it is by now."""
    wanted = _wanted(change)
    held = {COLUMNS[key]: change.base[key] for key in wanted if key in change.base}
    if wanted.get(STATUS) == DELETED:
        held["gone_at"] = None
    CategoryQueue.objects.filter(Q(pk=queue_of(change).pk)).update(**held, remote_hash="")


def _wanted(change: Change) -> dict[str, Any]:
    return {key: change.payload[key] for key in KEYS if key in change.payload}


def _values(queue: RemoteQueue) -> dict[str, Any]:
    return {
        STATUS: queue.status,
        SLOTS: [{"dayOfWeek": slot.day_of_week, "time": slot.time} for slot in queue.time_slots],
        FUTURE: bool(queue.enable_future_posts),
        NEW_FIRST: bool(queue.prioritize_new_content),
    }


def _arguments(wanted: dict[str, Any]) -> dict[str, Any]:
    names = {STATUS: "status", FUTURE: "enable_future_posts", NEW_FIRST: "prioritize_new_content"}
    found = {names[key]: value for key, value in wanted.items() if key in names}
    if SLOTS in wanted:
        found["time_slots"] = [TimeSlot(day_of_week=slot["dayOfWeek"], time=slot["time"]) for slot in wanted[SLOTS]]
    return found


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ngettext("%(number)d slot", "%(number)d slots", len(value)) % {"number": len(value)}
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(QueueStatus(value).label) if value in QueueStatus.values else str(value or "")
