"""Opening an edit session, being in it, and leaving it without saving."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from highlevel.outbox import CANCELLABLE, NotPossible, change_cancel
from planner.history import DELETED, Entry, history_record
from queues.drafts import (
    Base,
    base_read,
    base_store,
    cycle_read,
    cycle_store,
    draft_of,
    edited_keys,
    live_base,
    merged,
    same_base,
)
from queues.models import (
    CategoryQueue,
    DraftItem,
    DraftStep,
    EditSession,
    Interruption,
    QueueStatus,
    SessionPerson,
    SessionState,
    StepKind,
)
from queues.models.session import EDITABLE, PRESENT_FOR
from queues.services.errors import DraftClosed, DraftMoved, QueueGone, QueueUnknown
from queues.services.steps import draft_read


def session_open(*, queue: CategoryQueue, actor: User, now: datetime) -> EditSession:
    """The session that edits the queue: the one that lives, else a new one from the queue as it is mirrored.

    Whoever opens it is in it. Raises QueueGone and QueueUnknown.
    """
    if queue.gone_at is not None:
        raise QueueGone
    if queue.status == QueueStatus.UNKNOWN:
        raise QueueUnknown
    session = EditSession.objects.living().filter(queue=queue).first() or _new_session(queue, actor, now)
    session.queue = queue
    session_join(session=session, user=actor, now=now)
    return session


def _new_session(queue: CategoryQueue, actor: User, now: datetime) -> EditSession:
    base = live_base(queue)
    try:
        with transaction.atomic():
            return EditSession.objects.create(
                queue=queue,
                base=base_store(base),
                cycle=cycle_store(draft_of(base)),
                opened_by=actor,
                opened_at=now,
                touched_at=now,
            )
    except IntegrityError:
        # Somebody opened one between our look and our insert.
        return EditSession.objects.living().get(queue=queue)


def session_join(*, session: EditSession, user: User, now: datetime) -> None:
    """Say that a person has the editor open. A second call is a sign of life. One or two queries."""
    if not SessionPerson.objects.filter(session=session, user=user).update(seen_at=now):
        SessionPerson.objects.get_or_create(session=session, user=user, defaults={"joined_at": now, "seen_at": now})


def session_heartbeat(*, session: EditSession, user: User, now: datetime) -> list[SessionPerson]:
    """Note a sign of life and return all who are there, the person too."""
    session_join(session=session, user=user, now=now)
    here = SessionPerson.objects.filter(session=session, seen_at__gt=now - PRESENT_FOR)
    return list(here.select_related("user"))


def session_leave(*, session: EditSession, user: User) -> None:
    """The person has closed the editor; the draft stays."""
    SessionPerson.objects.filter(session=session, user=user).delete()


def session_discard(*, session: EditSession, version: int, actor: User, now: datetime) -> None:
    """Throw the draft away; the live queue stays as it is. Raises DraftMoved and DraftClosed."""
    draft_read(session, version)
    with transaction.atomic():
        held = EditSession.objects.filter(pk=session.pk, version=version, state__in=EDITABLE)
        if not held.update(state=SessionState.DISCARDED, closed_at=now):
            raise DraftMoved([])
        change = session.change
        if change is not None and change.state in CANCELLABLE:
            try:
                change_cancel(change=change, now=now)
            except NotPossible:
                # It is on its way, so the draft is not ours to throw away.
                raise DraftClosed(saving=True) from None
        SessionPerson.objects.filter(session=session).delete()
        changes = {"draft": (session.steps, 0)}
        history_record([Entry(session.queue, DELETED, changes, note="draft discarded")], actor=actor, now=now)
    session.state = SessionState.DISCARDED


def session_rebase(*, session: EditSession, version: int, actor: User, now: datetime) -> EditSession:
    """Carry the draft over to the queue as it is mirrored now; steps before it cannot be undone any more.

    Nothing happens when the queue is as it was. Raises DraftMoved and DraftClosed.
    """
    draft = draft_read(session, version)
    base, live = base_read(session.base), live_base(session.queue)
    if same_base(base, live):
        return session
    with transaction.atomic():
        cycle = merged(base, draft, live)
        edited = [key for key in edited_keys(session.cycle) if key in cycle.places]
        _rebase(session, base, live, cycle_store(cycle, edited), actor, now)
    return session


def _rebase(session: EditSession, base: Base, live: Base, cycle: dict[str, object], actor: User, now: datetime) -> None:
    number = session.steps + 1
    fields = {
        "base": base_store(live),
        "cycle": cycle,
        "version": session.version + 1,
        "steps": number,
        "undone": 0,
        "touched_at": now,
        "state": SessionState.OPEN,
        "interruption": Interruption.NONE,
        "problem": "",
        "foreign": "",
    }
    held = EditSession.objects.filter(pk=session.pk, version=session.version, state__in=EDITABLE)
    if not held.update(**fields):
        raise DraftMoved([])
    for name, value in fields.items():
        setattr(session, name, value)
    DraftStep.objects.filter(session=session, number__gte=number).delete()
    DraftStep.objects.create(
        session=session, number=number, kind=StepKind.REBASE, actor=actor, at=now, version=session.version
    )
    kept = cycle_read(session.cycle).places
    DraftItem.objects.filter(session=session, key__in=[key for key in base.digests if key not in kept]).delete()
    begun = DraftItem.objects.filter(session=session, key__in=edited_keys(session.cycle), reset=False)
    rows = list(begun.select_related("source"))
    for row in rows:
        row.content = row.source.content if row.source is not None else row.content
    DraftItem.objects.bulk_update(rows, ["content"])
