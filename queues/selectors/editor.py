"""The editor of a queue: a window of the cycle in the order in which it goes out, and what was changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from accounts.models import ConnectedAccount
from queues.composer.contents import bare_place, composition_of, error_sentences
from queues.content import ACCOUNTS, TEXT, VARIATIONS, Content, addresses_in, files_of, texts_of
from queues.draft_contents import draft_content
from queues.drafts import (
    Base,
    base_read,
    base_store,
    cycle_read,
    cycle_store,
    draft_of,
    edited_keys,
    instants,
    live_base,
    same_base,
    schedule_of,
)
from queues.models import CategoryQueue, DraftItem, DraftStep, EditSession, QueueItem
from queues.schedule import Cycle, Outings, Schedule, Standstill, moves

WINDOW = 50  # items of a page of the editor
LATEST_STEPS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One item as the editor shows it. `content` is what it says, `live` what it says in HighLevel.

    `place` counts from 0 (goes next). `next_at` is the aware instant at which it goes out next, None at a standstill;
    `was_at` what it is in the live queue, None for a new item. `variation` is the index of the one that goes out then,
    of `variations`. `moved` says that the draft put it elsewhere, `sooner` by how many of the others it comes sooner.
    `has_original` says that it can be reset. `errors` are HighLevel's own words for what is wrong with it, `refusals`
    sentences about what HighLevel or a network would refuse of it as it stands here.
    """

    key: str
    place: int
    text: str
    content: Content
    live: Content
    files: list[Mapping[str, Any]]
    accounts: list[ConnectedAccount]
    lost_accounts: int
    next_at: datetime | None
    was_at: datetime | None
    is_skipped: bool
    variation: int
    variations: int
    times_out: int
    last_out_at: datetime | None
    errors: tuple[str, ...]
    refusals: list[str]
    is_new: bool
    is_edited: bool
    is_reset: bool
    moved: bool
    sooner: int
    has_original: bool

    @property
    def is_redated(self) -> bool:
        """Whether it goes out at another instant than in the live queue."""
        return self.next_at != self.was_at


@dataclass(frozen=True, slots=True)
class Summary:
    """What the bar says: how many steps count, and what they come to."""

    steps: int
    moved: int
    added: int
    deleted: int
    edited: int
    redated: int

    @property
    def is_changed(self) -> bool:
        return bool(self.moved or self.added or self.deleted or self.edited)


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


class Draft:
    """A session's draft beside the live queue that it began from, both as schedules from one instant on."""

    def __init__(self, session: EditSession, now: datetime) -> None:
        self.session = session
        self.queue = session.queue
        self.base = base_read(session.base)
        self.cycle = cycle_read(session.cycle)
        self.now = now

    @cached_property
    def live_schedule(self) -> Schedule:
        return schedule_of(self.queue, self.base.cycle, now=self.now, as_if_active=True)

    @cached_property
    def schedule(self) -> Schedule:
        return schedule_of(self.queue, self.cycle, now=self.now, as_if_active=True)

    @cached_property
    def nexts(self) -> Outings:
        """The next outing of each item of the draft, by place; none at a standstill."""
        return self.schedule.next_of_every()

    @cached_property
    def moved(self) -> dict[str, int]:
        """The items that were put elsewhere, by key, with the number of others that each comes sooner than before."""
        return {move.key: move.sooner for move in moves(self.base.cycle, self.cycle)}

    @cached_property
    def was(self) -> dict[str, datetime]:
        """The next instant of each item in the live queue."""
        outings = self.live_schedule.next_of_every()
        return {item.key: at for at, item in outings.pairs()}

    def summary(self, edited: int) -> Summary:
        """What the bar says; `edited` is the number of live items that the draft edits."""
        held = self.cycle.places
        then = {item.key: at for at, item in self.nexts.pairs()}
        return Summary(
            steps=self.session.steps,
            moved=len(self.moved),
            added=sum(key not in self.base.digests for key in held),
            deleted=sum(key not in held for key in self.base.digests),
            edited=edited,
            redated=sum(self.was.get(key) != at for key, at in then.items() if key in self.was),
        )


def editor_page(
    session: EditSession, *, now: datetime, skip: int = 0, limit: int = WINDOW, words: str = ""
) -> EditorPage:
    """The items from place `skip` on, at most `limit`; with `words` the first that have them, wherever they stand.
    `session.queue.location` should be loaded.

    Queries: the rows of the window's items and the location's accounts, and its drafts where some are edited or new;
    two to look for words.
    """
    draft = Draft(session, now)
    total = len(draft.cycle)
    skip = max(0, min(skip, total - 1))
    edited = set(edited_keys(session.cycle))
    count = sum(key in draft.cycle.places for key in edited)
    if words:
        keys = [key for key, _place in find_in_draft(session, words, limit=limit)]
    else:
        keys = [item.key for item in draft.cycle.in_turn[skip : skip + limit]]
    again = draft.schedule.turn(total) if total else None
    return EditorPage(
        lines=_lines(draft, keys, edited),
        skip=skip,
        total=total,
        first_at=draft.nexts[0].at if again else None,
        again_at=again.at if again else None,
        cycle_days=total * 7 / len(draft.schedule.queue.slots) if again else None,
        summary=draft.summary(count),
        standstill=draft.schedule.standstill,
        can_undo=session.steps > 0 and session.is_editable,
        can_redo=session.undone > 0 and session.is_editable,
    )


def editor_line(session: EditSession, key: str, *, now: datetime) -> Line | None:
    """One item of a draft; None when it is not there any more."""
    draft = Draft(session, now)
    if key not in draft.cycle.places:
        return None
    return _lines(draft, [key], edited_keys(session.cycle))[0]


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


def _lines(draft: Draft, keys: list[str], edited: Collection[str]) -> list[Line]:
    session, queue = draft.session, draft.queue
    touched = [key for key in keys if key in edited or not key.isdigit()]
    held = {}
    if touched:
        found = DraftItem.objects.filter(session=session, key__in=touched).select_related("source")
        held = {item.key: item for item in found}
    plain = [int(key) for key in keys if key.isdigit()]
    rows = {str(row.pk): row for row in QueueItem.objects.filter(queue=queue, pk__in=plain).defer("remote")}
    accounts = {account.remote_id: account for account in _accounts(queue)}
    refusals = _refusals(draft, {key: (rows.get(key), held.get(key)) for key in keys}, accounts)
    return [_line(draft, key, rows.get(key), held.get(key), accounts, refusals[key]) for key in keys]


def _refusals(
    draft: Draft,
    items: Mapping[str, tuple[QueueItem | None, DraftItem | None]],
    accounts: Mapping[str, ConnectedAccount],
) -> dict[str, list[str]]:
    """What would be refused of these items, changed by the draft or not. One query where files were uploaded here."""
    contents = {key: draft_content(row, held) for key, (row, held) in items.items()}
    place = bare_place(draft.queue.location, accounts.values())
    uploads = place.uploads(addresses_in(contents.values()))
    return {
        key: error_sentences(content, composition_of(content, place, uploads, live=_live(*items[key])), now=draft.now)
        for key, content in contents.items()
    }


def _source(row: QueueItem | None, held: DraftItem | None) -> QueueItem | None:
    return held.source if held is not None else row


def _live(row: QueueItem | None, held: DraftItem | None) -> Content:
    source = _source(row, held)
    return source.content if source is not None else {}


def _line(
    draft: Draft,
    key: str,
    row: QueueItem | None,
    held: DraftItem | None,
    accounts: Mapping[str, ConnectedAccount],
    refusals: list[str],
) -> Line:
    source = _source(row, held)
    content = draft_content(row, held)
    named = content.get(ACCOUNTS) or []
    variations = content.get(VARIATIONS) or []
    is_new = key not in draft.base.digests
    place = draft.cycle.places[key]
    outing = draft.nexts[place] if draft.nexts else None
    return Line(
        key=key,
        place=place,
        text=text_of(content, outing.variation if outing else 0),
        content=content,
        live=_live(row, held),
        files=files_of(content),
        accounts=[accounts[name] for name in named if name in accounts],
        lost_accounts=sum(name not in accounts for name in named),
        next_at=outing.at if outing else None,
        was_at=draft.was.get(key),
        is_skipped=bool(outing and outing.skipped),
        variation=outing.variation if outing else 0,
        variations=len(variations),
        times_out=row.times_out if row is not None else 0,
        last_out_at=row.last_out_at if row is not None else None,
        errors=tuple(row.errors) if row is not None and held is None else (),
        refusals=refusals,
        is_new=is_new,
        is_edited=held is not None and not is_new and bool(held.edits),
        is_reset=held is not None and not is_new and held.reset,
        moved=key in draft.moved,
        sooner=draft.moved.get(key, 0),
        has_original=bool(source is not None and source.post_remote_id),
    )


def text_of(content: Content, variation: int) -> str:
    """What an item says when it goes out next: the words of that variation, where it has some."""
    variations = content.get(VARIATIONS) or []
    chosen = variations[variation % len(variations)].get("content") if variations else ""
    return str(chosen or content.get(TEXT) or "")


def _accounts(queue: CategoryQueue) -> Iterable[ConnectedAccount]:
    return ConnectedAccount.objects.present().filter(location=queue.location_id).defer("remote")


def _next(cycle: Cycle) -> str:
    return cycle.in_turn[0].key if cycle else ""


def _rotated_to(base: Base, live: Base) -> Cycle:
    """The base with the live queue's next item next, so that going on is not moving."""
    return base.cycle.led_by(item.key for item in live.cycle.in_turn)


def skipped_instants(queue: CategoryQueue, now: datetime) -> list[datetime]:
    """The skipped instants of a queue that are still to come."""
    return [moment for moment in instants(queue.skipped_at) if moment >= now]
