"""Saving a draft: the one change that may write more than once.

Everything before `saveEditSession` is written into an edit session, a copy that goes out nowhere. A replay that is cut
off therefore does no harm, and the next attempt finds its place by what the session shows (`queues.replay`). The save
itself is sent once; after a lost answer the look-up reads the queue back and compares it with the draft.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import ConnectedAccount
from highlevel.api import Conflict, HighLevel, NotFound, RemoteError, RemoteQueue, RemoteQueueItem
from highlevel.causes import cause_in_words
from highlevel.models import Change
from highlevel.outbox import Finding, Found, Handler, NotThere, Outcome, handler
from highlevel.pull import Read, sound
from queues.agreement import disagreement_note
from queues.mirror import items_gone, mirror_items, mirror_queues
from queues.models import CategoryQueue, EditSession, Interruption, SessionPerson, SessionState
from queues.models.session import EditSessionQuerySet
from queues.outbox.jobs import SESSION, VERSION, Job
from queues.outbox.replaying import Replay, Saved, live_read
from queues.outbox.subjects import TITLE, categories_of, read_of
from queues.outbox.troubles import DraftChanged, ForeignSessionOpen, QueueMoved

QUEUE_SAVE = "queue.save"
DRAFT_KIND = "queue-draft"


def draft_subject(session: EditSession) -> str:
    return f"{DRAFT_KIND}:{session.pk}"


@handler
class QueueSave(Handler):
    """Make a draft the live queue."""

    operation = QUEUE_SAVE

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        if not _holding(change).exists():
            raise DraftChanged("The draft was edited after this", operation="saveEditSession")
        return _outcome(Replay(Job.read(change), client).run())

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        job = Job.read(change)
        try:
            saved = live_read(client, job.queue_id)
        except NotFound:
            return NotThere()  # sending it finds the same, and says so
        return Found(_outcome(saved)) if saved.holds(job) else NotThere()

    def title(self, change: Change) -> str:
        return _("Save the queue %(queue)s") % {"queue": change.payload.get(TITLE, "")}

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        saved = outcome.news
        if isinstance(saved, Saved):
            _mirror(change, saved.queue, saved.rows, now)
        if _holding(change).update(state=SessionState.SAVED, closed_at=now, interruption=Interruption.NONE, problem=""):
            SessionPerson.objects.filter(session=change.payload[SESSION]).delete()

    def refused(self, change: Change, error: RemoteError, now: datetime) -> None:
        kind, foreign = Interruption.REFUSED, ""
        if isinstance(error, QueueMoved):
            kind = Interruption.MOVED
            _mirror(change, error.queue, error.rows, now)
        elif isinstance(error, ForeignSessionOpen):
            kind, foreign = Interruption.FOREIGN, error.session_id
        elif isinstance(error, NotFound):
            kind = Interruption.GONE
        elif isinstance(error, DraftChanged):
            return
        words = cause_in_words(error.code)
        problem = f"{words} {error.message}" if isinstance(error, Conflict) or error.code == "rejected" else words
        _holding(change).update(state=SessionState.INTERRUPTED, interruption=kind, problem=problem, foreign=foreign)

    def cancelled(self, change: Change, now: datetime) -> None:
        _holding(change).update(state=SessionState.OPEN)


def _holding(change: Change) -> EditSessionQuerySet:
    """The session of a save, as long as its draft is the one that was to be saved."""
    states = (SessionState.SAVING, SessionState.INTERRUPTED)
    return EditSession.objects.filter(pk=change.payload[SESSION], version=change.payload[VERSION], state__in=states)


def _mirror(change: Change, remote: RemoteQueue, rows: tuple[RemoteQueueItem, ...], now: datetime) -> None:
    """Keep the queue as it was read: itself, its items, which of them are gone, and whether its dates are ours."""
    queue = CategoryQueue.objects.get(sessions=change.payload[SESSION])
    location = change.location
    accounts = dict(ConnectedAccount.objects.filter(location=location).values_list("remote_id", "pk"))
    mirror_queues(location=location, queues=[read_of(remote)], categories=categories_of(queue), now=now)
    reads = [Read(row, sound(row.raw)) for row in rows]
    mirror_items(location=location, queue=queue.pk, items=reads, accounts=accounts, now=now)
    items_gone(queue.pk, {row.id for row in rows}, now)
    disagreement_note(CategoryQueue.objects.select_related("location").get(pk=queue.pk), now=now)


def _outcome(saved: Saved) -> Outcome:
    return Outcome({"items": len(saved.rows)}, saved)
