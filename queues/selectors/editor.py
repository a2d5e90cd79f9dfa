"""The editor of a queue: a window of the cycle in the order in which it goes out, and what was changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from queues.content import TEXT, VARIATIONS, texts_of
from queues.drafts import Base, base_read, base_store, cycle_read, cycle_store, draft_of, live_base, same_base
from queues.models import CategoryQueue, DraftItem, DraftStep, EditSession, QueueItem
from queues.schedule import Cycle, Standstill, moves
from queues.selectors.lines import Draft, Line, Summary, keys_with_errors, lines_of

WINDOW = 50  # items of a page of the editor
LATEST_STEPS = 30


@dataclass(frozen=True, slots=True)
class EditorPage:
    """A window of the cycle: `lines` are the items from place `skip` on, of `total`; or those that were looked for.

    `first_at` is when the next item goes out, `again_at` when it has its turn again, and `cycle_days`
    how long a round takes on average; all are None at a standstill.
    """

    lines: list[Line]
    skip: int
    total: int
    first_at: datetime | None
    again_at: datetime | None
    cycle_days: float | None
    summary: Summary
    standstill: Standstill | None
    can_undo: bool
    can_redo: bool


def editor_page(
    session: EditSession,
    *,
    now: datetime,
    skip: int = 0,
    limit: int = WINDOW,
    words: str = "",
    wrong: bool = False,
) -> EditorPage:
    """The items from place `skip` on, at most `limit`; with `words` the first that have them, with `wrong` the first
    that have errors, wherever they stand. `session.queue.location` should be loaded.

    Queries: those of `lines_of`; two to look for words, those of `keys_with_errors` to look for errors.
    """
    draft = Draft(session, now)
    total = len(draft.cycle)
    skip = max(0, min(skip, total - 1))
    if wrong:
        keys = keys_with_errors(draft, limit=limit)
    elif words:
        keys = [key for key, _place in find_in_draft(session, words, limit=limit)]
    else:
        keys = [item.key for item in draft.cycle.in_turn[skip : skip + limit]]
    again = draft.schedule.turn(total) if total else None
    return EditorPage(
        lines=lines_of(draft, keys),
        skip=skip,
        total=total,
        first_at=draft.nexts[0].at if again else None,
        again_at=again.at if again else None,
        cycle_days=total * 7 / len(draft.schedule.queue.slots) if again else None,
        summary=draft.summary(),
        standstill=draft.schedule.standstill,
        can_undo=session.steps > 0 and session.is_editable,
        can_redo=session.undone > 0 and session.is_editable,
    )


def editor_line(session: EditSession, key: str, *, now: datetime) -> Line | None:
    """One item of a draft; None when it is not there any more."""
    draft = Draft(session, now)
    if key not in draft.cycle.places:
        return None
    return lines_of(draft, [key])[0]


def find_in_draft(session: EditSession, words: str, *, limit: int = 50) -> list[tuple[str, int]]:
    """Keys and places of the items whose text has the words, in turn. Two queries."""
    cycle = cycle_read(session.cycle)
    drafts = {}
    if session.pk is not None:
        edited = DraftItem.objects.filter(session=session, edits__has_any_keys=[TEXT, VARIATIONS])
        drafts = {key: "\n".join(texts_of(edits)) for key, edits in edited.values_list("key", "edits")}
    rows = QueueItem.objects.filter(queue=session.queue_id, text__icontains=words).values_list("pk", flat=True)
    found = {str(pk) for pk in rows if str(pk) not in drafts}
    found |= {key for key, text in drafts.items() if words.casefold() in text.casefold()}
    return [(item.key, place) for place, item in enumerate(cycle.in_turn) if item.key in found][:limit]


def latest_steps(session: EditSession) -> list[DraftStep]:
    """The last steps that count, newest first."""
    steps = DraftStep.objects.filter(session=session, number__lte=session.steps).defer("before", "after")
    return list(steps.select_related("actor").order_by("-number")[:LATEST_STEPS])


@dataclass(frozen=True, slots=True)
class Underneath:
    """How the live queue differs from the one a draft began from, in items."""

    added: int
    deleted: int
    changed: int
    moved: int
    went_on: bool


def moved_underneath(session: EditSession) -> Underneath | None:
    """What became of the live queue, as it is mirrored, since the draft began; None when nothing. One query."""
    base, live = base_read(session.base), live_base(session.queue)
    if same_base(base, live):
        return None
    return Underneath(
        added=len(live.digests.keys() - base.digests.keys()),
        deleted=len(base.digests.keys() - live.digests.keys()),
        changed=sum(live.digests.get(key, digest) != digest for key, digest in base.digests.items()),
        moved=len(moves(_rotated_to(base, live), live.cycle)),
        went_on=_next(base.cycle) != _next(live.cycle),
    )


def live_session(queue: CategoryQueue) -> EditSession:
    """The live queue as a draft that nobody has begun: not in the database, at version 0. One query."""
    base = live_base(queue)
    return EditSession(queue=queue, version=0, base=base_store(base), cycle=cycle_store(draft_of(base)))


def _next(cycle: Cycle) -> str:
    return cycle.in_turn[0].key if cycle else ""


def _rotated_to(base: Base, live: Base) -> Cycle:
    """The base with the live queue's next item next, so that going on is not moving."""
    return base.cycle.led_by(item.key for item in live.cycle.in_turn)
