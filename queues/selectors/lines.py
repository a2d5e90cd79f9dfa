"""One item of a queue as the editor shows it: what the draft makes of it, beside what the live queue has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from accounts.models import ConnectedAccount
from queues.composer.contents import bare_place, composition_of, error_sentences
from queues.content import ACCOUNTS, TEXT, VARIATIONS, Content, addresses_in, files_of
from queues.draft_contents import draft_content
from queues.drafts import base_read, cycle_read, edited_keys, schedule_of
from queues.models import CategoryQueue, DraftItem, EditSession, QueueItem
from queues.schedule import Outings, Schedule, moves

AT_ONCE = 500  # items that are read at once to look for errors


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


class Draft:
    """A session's draft beside the live queue that it began from, both as schedules from one instant on."""

    def __init__(self, session: EditSession, now: datetime) -> None:
        self.session = session
        self.queue = session.queue
        self.base = base_read(session.base)
        self.cycle = cycle_read(session.cycle)
        self.now = now

    @cached_property
    def edited(self) -> frozenset[str]:
        """The keys of the items of HighLevel that it edits."""
        return frozenset(edited_keys(self.session.cycle))

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

    def summary(self) -> Summary:
        """What the bar says."""
        held = self.cycle.places
        then = {item.key: at for at, item in self.nexts.pairs()}
        return Summary(
            steps=self.session.steps,
            moved=len(self.moved),
            added=sum(key not in self.base.digests for key in held),
            deleted=sum(key not in held for key in self.base.digests),
            edited=sum(key in held for key in self.edited),
            redated=sum(self.was.get(key) != at for key, at in then.items() if key in self.was),
        )


def lines_of(draft: Draft, keys: Sequence[str]) -> list[Line]:
    """These items of a draft as lines. Queries: the rows and the location's accounts, and their drafts where some are
    edited or new; one more where files were uploaded here."""
    rows, held = _stored(draft, keys)
    accounts = {account.remote_id: account for account in _accounts(draft.queue)}
    refusals = _refusals(draft, {key: (rows.get(key), held.get(key)) for key in keys}, accounts)
    return [_line(draft, key, rows.get(key), held.get(key), accounts, refusals[key]) for key in keys]


def keys_with_errors(draft: Draft, *, limit: int) -> list[str]:
    """The first items in turn, at most `limit`, with which something is wrong. What it costs grows with the items up to
    there: two queries for every 500, and one for the accounts."""
    accounts = {account.remote_id: account for account in _accounts(draft.queue)}
    every = [item.key for item in draft.cycle.in_turn]
    found: list[str] = []
    for start in range(0, len(every), AT_ONCE):
        keys = every[start : start + AT_ONCE]
        rows, held = _stored(draft, keys)
        refusals = _refusals(draft, {key: (rows.get(key), held.get(key)) for key in keys}, accounts)
        found += [key for key in keys if refusals[key] or _remote_errors(rows.get(key), held.get(key))]
        if len(found) >= limit:
            break
    return found[:limit]


def _stored(draft: Draft, keys: Sequence[str]) -> tuple[dict[str, QueueItem], dict[str, DraftItem]]:
    """The rows of items, and what the draft says of those that it edits or made, by key."""
    touched = [key for key in keys if key in draft.edited or not key.isdigit()]
    held = {}
    if touched:
        found = DraftItem.objects.filter(session=draft.session, key__in=touched).select_related("source")
        held = {item.key: item for item in found}
    plain = [int(key) for key in keys if key.isdigit()]
    stored = QueueItem.objects.filter(queue=draft.queue, pk__in=plain).defer("remote")
    return {str(row.pk): row for row in stored}, held


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


def _remote_errors(row: QueueItem | None, held: DraftItem | None) -> tuple[str, ...]:
    """HighLevel's words, as long as the draft leaves the item alone."""
    return tuple(row.errors) if row is not None and held is None else ()


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
        errors=_remote_errors(row, held),
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
