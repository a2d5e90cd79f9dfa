"""Putting a post into a live queue at once, without an edit session."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from highlevel.api import HighLevel, RemoteQueueItem
from highlevel.models import Change
from highlevel.outbox import Finding, Found, Handler, NotThere, Outcome, handler
from highlevel.pull import pull_ask
from queues.content import PRIMARY_IMAGE, content_of, digest_of, post_to_send, variations_to_send
from queues.models import CategoryQueue
from queues.outbox.subjects import TITLE

ITEM_ADD = "queue.item.add"
QUEUE, CONTENT, SAME = "queue", "content", "same"


@handler
class QueueItemAdd(Handler):
    """Add one item at the place that the queue's settings give to new posts.

    Each is a subject of its own. A lost answer is found by counting: the payload says how many items said the same
    before (`same`).
    """

    operation = ITEM_ADD

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        content = change.payload[CONTENT]
        made = client.queue_items.create(
            queue_id=_queue_id(change),
            post=post_to_send(content, content),
            variations=variations_to_send(content) or None,
            primary_image=content.get(PRIMARY_IMAGE),
            direct_to_queue=True,
        )
        return Outcome({"id": made.item.id if made.item else ""})

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        wanted = digest_of(change.payload[CONTENT], "")
        same = [row for row in client.queue_items.iter(queue_id=_queue_id(change)) if _digest(row) == wanted]
        return Found(Outcome({"id": same[-1].id})) if len(same) > change.payload[SAME] else NotThere()

    def title(self, change: Change) -> str:
        return _("Add a post to the queue %(queue)s") % {"queue": change.payload.get(TITLE, "")}

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        pull_ask(locations=[change.location], now=now)


def _queue_id(change: Change) -> str:
    return CategoryQueue.objects.values_list("remote_id", flat=True).get(pk=change.payload[QUEUE])


def _digest(row: RemoteQueueItem) -> str:
    return digest_of(content_of(row), row.post_id or "")
