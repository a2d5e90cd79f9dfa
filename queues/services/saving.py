"""Saving a draft: one change that carries the draft to HighLevel."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services.people_binding import acts_as
from highlevel.models import Change
from highlevel.outbox import change_record
from planner.history import UPDATED, Entry, history_record
from queues.drafts import base_read, cycle_read, is_changed
from queues.models import EditSession, Interruption, QueueStatus, SessionState
from queues.models.session import EDITABLE
from queues.outbox.jobs import DISCARD_FOREIGN, KEEP_IN_DRAFT, SESSION, USER, VERSION
from queues.outbox.saving import QUEUE_SAVE, draft_subject
from queues.outbox.subjects import TITLE
from queues.services.errors import DraftMoved, ForeignSession, NothingToSave, QueueGone
from queues.services.steps import draft_read


def session_save(
    *,
    session: EditSession,
    version: int,
    actor: User,
    now: datetime,
    keep_in_draft: bool = False,
    discard_foreign: bool = False,
) -> Change:
    """Have the draft become the live queue; nobody can change it until that has arrived or was stopped.

    A draft queue becomes active unless `keep_in_draft`. `discard_foreign` is a person's word that the session which
    somebody left open in HighLevel (and no other) may be thrown away. Raises NothingToSave, ForeignSession, DraftMoved,
    DraftClosed and QueueGone.
    """
    draft_read(session, version)
    queue = session.queue
    if queue.gone_at is not None:
        raise QueueGone
    activates = queue.status == QueueStatus.DRAFT and not keep_in_draft
    if not activates and not is_changed(session):
        raise NothingToSave
    if session.interruption == Interruption.FOREIGN and not discard_foreign:
        raise ForeignSession
    payload = {
        TITLE: str(queue),
        SESSION: session.pk,
        VERSION: version + 1,
        KEEP_IN_DRAFT: keep_in_draft,
        DISCARD_FOREIGN: session.foreign if discard_foreign else "",
        USER: acts_as(user=actor, location=queue.location) or "",
    }
    with transaction.atomic():
        change = change_record(
            location=queue.location,
            subject=draft_subject(session),
            operation=QUEUE_SAVE,
            payload=payload,
            actor=actor,
            now=now,
        )
        held = EditSession.objects.filter(pk=session.pk, version=version, state__in=EDITABLE)
        fields = {
            "state": SessionState.SAVING,
            "version": version + 1,
            "change": change,
            "keep_in_draft": keep_in_draft,
            "interruption": Interruption.NONE,
            "problem": "",
        }
        if not held.update(**fields):
            raise DraftMoved([])
        for name, value in fields.items():
            setattr(session, name, value)
        items = {"items": (len(base_read(session.base).cycle), len(cycle_read(session.cycle)))}
        history_record([Entry(queue, UPDATED, items, note="draft saved")], actor=actor, now=now)
    return change
