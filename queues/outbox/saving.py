"""Saving a draft."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from highlevel.api import HighLevel
from highlevel.models import Change
from highlevel.outbox import Finding, Handler, NotThere, Outcome, handler
from queues.outbox.subjects import TITLE, queue_address

QUEUE_SAVE = "queue.save"
SESSION, KEEP_IN_DRAFT, DISCARD_FOREIGN = "session", "keep_in_draft", "discard_foreign"


@handler
class QueueSave(Handler):
    """Make a draft the live queue."""

    operation = QUEUE_SAVE

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        raise NotImplementedError

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        return NotThere()

    def title(self, change: Change) -> str:
        return _("Save the queue %(queue)s") % {"queue": change.payload.get(TITLE, "")}

    def address(self, change: Change) -> str:
        return queue_address(change)
