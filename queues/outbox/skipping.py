"""Skipping dates of a queue, taking a skip back, and dropping the post that a queue has scheduled.

A request names one date, and HighLevel adds it to those that it has. So each date is looked for before it is sent,
which makes several requests of one change as safe as one: what has arrived is not sent again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from highlevel.api import HighLevel, NotFound, Rejected, RemoteError, RemoteQueue
from highlevel.models import Change
from highlevel.outbox import Denied, Finding, Found, Handler, NotThere, Outcome, handler, subject_key
from highlevel.pull import pull_ask
from queues.mirror import KIND, mirror_queues
from queues.models import CategoryQueue
from queues.outbox.subjects import TITLE, categories_of, outcome_of, queue_address, queue_of, read_of

QUEUE_SKIP = "queue.skip"
QUEUE_UNSKIP = "queue.unskip"
ACTIVE_POST_DELETE = "queue.active_post.delete"
DATES = "dates"
POST = "post"


def skipped_locked(queue: int) -> list[str]:
    """The dates that a queue leaves out, as ISO text in UTC. Call it in a transaction: nobody else writes them before
    that ends."""
    held: list[str] = CategoryQueue.objects.select_for_update().values_list("skipped_at", flat=True).get(pk=queue)
    return held


class SkipChange(Handler):
    """What skipping and its opposite share; the payload's `dates` are instants as ISO text in UTC."""

    wants_skipped = True

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        try:
            queue = client.queues.get(queue_id=queue_of(change).remote_id)
        except NotFound as error:
            return Denied(error)
        return NotThere() if self.missing(change, queue) else Found(outcome_of(queue))

    def missing(self, change: Change, queue: RemoteQueue) -> list[datetime]:
        """The dates of a change that the queue does not have as they are wanted."""
        skipped = {moment.astimezone(UTC) for moment in queue.skip_date_time}
        wanted = [moment for moment in map(parse_datetime, change.payload[DATES]) if moment is not None]
        return [moment for moment in wanted if (moment in skipped) is not self.wants_skipped]

    def merge(self, waiting: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        return {**new, DATES: list(dict.fromkeys([*waiting[DATES], *new[DATES]]))}

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        queue = queue_of(change)
        if isinstance(outcome.news, RemoteQueue):
            mirror_queues(
                location=queue.location, queues=[read_of(outcome.news)], categories=categories_of(queue), now=now
            )
        pull_ask(locations=[queue.location], now=now)

    def refused(self, change: Change, error: RemoteError, now: datetime) -> None:
        self._put_back(change)

    def cancelled(self, change: Change, now: datetime) -> None:
        self._put_back(change)

    def address(self, change: Change) -> str:
        return queue_address(change)

    def _put_back(self, change: Change) -> None:
        queue, dates = subject_key(change, KIND), set(change.payload[DATES])
        skipped = skipped_locked(queue)
        kept = [text for text in skipped if text not in dates]
        held = kept if self.wants_skipped else sorted({*skipped, *dates})
        CategoryQueue.objects.filter(pk=queue).update(skipped_at=held, remote_hash="")


@handler
class QueueSkip(SkipChange):
    """Leave dates out."""

    operation = QUEUE_SKIP

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        queue_id = queue_of(change).remote_id
        queue = client.queues.get(queue_id=queue_id)
        for moment in self.missing(change, queue):
            queue = client.queues.update(queue_id=queue_id, skip_date_time=moment) or queue
        return outcome_of(queue)

    def title(self, change: Change) -> str:
        number = len(change.payload[DATES])
        words = ngettext("Skip %(number)d date of %(queue)s", "Skip %(number)d dates of %(queue)s", number)
        return words % {"number": number, "queue": change.payload.get(TITLE, "")}


@handler
class QueueUnskip(SkipChange):
    """Take skips back. HighLevel documents no way; naming the date once more is the one there may be, and its answer is
    read: where the date stays skipped, that is said."""

    operation = QUEUE_UNSKIP
    wants_skipped = False

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        queue_id = queue_of(change).remote_id
        queue = client.queues.get(queue_id=queue_id)
        for moment in self.missing(change, queue):
            client.queues.update(queue_id=queue_id, skip_date_time=moment)
            queue = client.queues.get(queue_id=queue_id)
            if moment in self.missing(change, queue):
                raise Rejected("HighLevel kept the date skipped", operation="updateQueue", code="skip_kept")
        return outcome_of(queue)

    def title(self, change: Change) -> str:
        number = len(change.payload[DATES])
        words = ngettext("Take back a skip of %(queue)s", "Take back %(number)d skips of %(queue)s", number)
        return words % {"number": number, "queue": change.payload.get(TITLE, "")}


@handler
class ActivePostDelete(Handler):
    """Drop the post that a queue has scheduled; the next item takes its place. Dropping it twice drops it once."""

    operation = ACTIVE_POST_DELETE
    repeatable = True

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        try:
            client.queues.delete_active_post(post_id=change.payload[POST])
        except NotFound:
            queue = client.queues.get(queue_id=queue_of(change).remote_id)
            return outcome_of(queue)
        return Outcome()

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        queue = client.queues.get(queue_id=queue_of(change).remote_id)
        return NotThere() if queue.current_post_id == change.payload[POST] else Found(outcome_of(queue))

    def title(self, change: Change) -> str:
        return _("Drop the scheduled post of the queue %(queue)s") % {"queue": change.payload.get(TITLE, "")}

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        pull_ask(locations=[change.location], now=now)

    def address(self, change: Change) -> str:
        return queue_address(change)
