"""Taking a step in a draft, back and forth. Every step is one conditional UPDATE, so two people never overwrite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.expressions import Combinable

from accounts.models import User
from queues.drafts import Stored, cycle_read, cycle_store, edited_keys, part_applied, part_changed
from queues.models import DraftItem, DraftStep, EditSession, Interruption, SessionState, StepKind
from queues.models.session import EDITABLE
from queues.schedule import Cycle
from queues.services.errors import DraftClosed, DraftMoved, NothingToUndo

TITLE_LENGTH = 120  # characters of an item's text that name it
ItemState = dict[str, Any]
"""What a DraftItem says: content, edits and the reset mark; None stands for no DraftItem."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done to a draft: its cycle before and after, and for items that are edited their states."""

    kind: StepKind
    old: Cycle
    cycle: Cycle
    keys: Sequence[str]
    title: str | Combinable = ""
    before: Mapping[str, ItemState | None] = field(default_factory=dict)
    after: Mapping[str, ItemState | None] = field(default_factory=dict)


def draft_read(session: EditSession, version: int) -> Cycle:
    """The cycle of a draft that a person saw at that version. Raises DraftClosed and DraftMoved. Costs no query unless
    it has moved."""
    if not session.is_editable:
        raise DraftClosed(saving=session.state == SessionState.SAVING)
    if session.version != version:
        raise DraftMoved(_steps_since(session, version))
    return cycle_read(session.cycle)


def step_take(session: EditSession, step: Step, *, actor: User, now: datetime) -> EditSession:
    """Write a step that was made from the session as it is held here. Raises DraftMoved. At most four queries, and one
    for each item that is edited."""
    before, after = part_changed(step.old, step.cycle)
    with transaction.atomic():
        number = session.steps + 1
        if session.undone:
            DraftStep.objects.filter(session=session, number__gte=number).delete()
        _write(session, step.cycle, step.after, steps=number, undone=0, now=now)
        DraftStep.objects.create(
            session=session,
            number=number,
            kind=step.kind,
            count=len(step.keys),
            title=" ".join(step.title.split())[:TITLE_LENGTH] if isinstance(step.title, str) else step.title,
            before={"cycle": before, "items": dict(step.before)},
            after={"cycle": after, "items": dict(step.after)},
            actor=actor,
            at=now,
            version=session.version,
        )
        _items_write(session, step.after)
    return session


def session_undo(*, session: EditSession, version: int, actor: User, now: datetime) -> DraftStep:
    """Go back by one step and return it. Raises NothingToUndo, DraftMoved and DraftClosed."""
    return _go(session, version, now, back=True)


def session_redo(*, session: EditSession, version: int, actor: User, now: datetime) -> DraftStep:
    """Take the step that was undone last once more, and return it. Raises NothingToUndo, DraftMoved, DraftClosed."""
    return _go(session, version, now, back=False)


def _go(session: EditSession, version: int, now: datetime, *, back: bool) -> DraftStep:
    cycle = draft_read(session, version)
    number = session.steps if back else session.steps + 1
    step = DraftStep.objects.filter(session=session, number=number).exclude(kind=StepKind.REBASE).first()
    if step is None:
        raise NothingToUndo(redo=not back)
    side: Stored = step.before if back else step.after
    turn = -1 if back else 1
    with transaction.atomic():
        changed = part_applied(cycle, side["cycle"])
        _write(session, changed, side["items"], steps=session.steps + turn, undone=session.undone - turn, now=now)
        _items_write(session, side["items"])
    return step


def _write(
    session: EditSession,
    cycle: Cycle,
    states: Mapping[str, ItemState | None],
    *,
    steps: int,
    undone: int,
    now: datetime,
) -> None:
    edited = [key for key in edited_keys(session.cycle) if states.get(key, True) is not None]
    edited += [key for key, state in states.items() if state is not None and key.isdigit() and key not in edited]
    fields: dict[str, Any] = {
        "cycle": cycle_store(cycle, edited),
        "version": session.version + 1,
        "steps": steps,
        "undone": undone,
        "touched_at": now,
        "state": SessionState.OPEN,
        "interruption": Interruption.NONE,
        "problem": "",
        "foreign": "",
    }
    held = EditSession.objects.filter(pk=session.pk, version=session.version, state__in=EDITABLE)
    if not held.update(**fields):
        seen = session.version
        session.refresh_from_db()
        if not session.is_editable:
            raise DraftClosed(saving=session.state == SessionState.SAVING)
        raise DraftMoved(_steps_since(session, seen))
    for name, value in fields.items():
        setattr(session, name, value)


def _items_write(session: EditSession, states: Mapping[str, ItemState | None]) -> None:
    for key, state in states.items():
        if state is None:
            DraftItem.objects.filter(session=session, key=key).delete()
        else:
            source = {"source_id": int(key)} if key.isdigit() else {}
            DraftItem.objects.update_or_create(session=session, key=key, defaults={**state, **source})


def _steps_since(session: EditSession, version: int) -> list[DraftStep]:
    return list(DraftStep.objects.filter(session=session, version__gt=version).select_related("actor"))
