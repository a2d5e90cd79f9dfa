"""A draft as a job for HighLevel: what the queue was, what it shall be, and what each item shall say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from highlevel.api import QueuedPostInput, RemoteQueue, RemoteQueueItem, VariationInput
from highlevel.models import Change
from queues.content import PRIMARY_IMAGE, VARIATIONS, Content, content_of, digest_of, post_to_send, variations_to_send
from queues.draft_contents import draft_content, with_library_files
from queues.drafts import base_read, cycle_read
from queues.models import DraftItem, EditSession, QueueItem, QueueStatus
from queues.replay import Digest, Plan, Shape, Wanted
from queues.schedule import Cycle, CycleItem

SESSION, VERSION, KEEP_IN_DRAFT, DISCARD_FOREIGN, USER = (
    "session",
    "version",
    "keep_in_draft",
    "discard_foreign",
    "user",
)
BROKEN_USER = "INVALID_USER_ID"


@dataclass(frozen=True, slots=True)
class Said:
    """What one item shall say, and how that differs from what HighLevel has."""

    content: Content
    edits: Content
    source: str | None
    original: str
    reset: bool

    @property
    def digest(self) -> Digest:
        """None for an item that is only reset: what its original says is for HighLevel to know."""
        return None if self.reset and not self.edits else digest_of(self.content, self.original)


@dataclass(frozen=True)
class Job:
    """All that a save needs to know, read from the database at once."""

    queue_id: str
    base: Shape
    draft: tuple[str, ...]
    said: Mapping[str, Said]
    keys: Mapping[str, str]
    keep_in_draft: bool
    discard_foreign: str
    user: str

    @classmethod
    def read(cls, change: Change) -> Job:
        """The job of a save as its draft is now. Four queries, and two where files were uploaded.

        Raises UploadNotReady while such a file is on its way to HighLevel, and UploadLost when it will not come.
        """
        session = EditSession.objects.select_related("queue__location").get(pk=change.payload[SESSION])
        base = base_read(session.base)
        rows = QueueItem.objects.filter(queue=session.queue_id).values_list("remote_id", "pk")
        draft = tuple(item.key for item in cycle_read(session.cycle).in_turn)
        return cls(
            queue_id=session.queue.remote_id,
            base=Shape(tuple(item.key for item in base.cycle.in_turn), base.digests),
            draft=draft,
            said=_said(session, draft),
            keys={name: str(pk) for name, pk in rows},
            keep_in_draft=change.payload[KEEP_IN_DRAFT],
            discard_foreign=change.payload[DISCARD_FOREIGN],
            user=change.payload[USER],
        )

    def live(self, rows: Sequence[RemoteQueueItem], queue: RemoteQueue) -> Shape | None:
        """The live queue as a shape; None when it holds items that Rota has never seen."""
        ordered = in_turn(rows, queue.current_order)
        if any(row.id not in self.keys for row in ordered):
            return None
        turn = tuple(self.keys[row.id] for row in ordered)
        return Shape(turn, dict(zip(turn, map(digest, ordered), strict=True)))

    def plans(self, live: Shape) -> list[Plan]:
        """The ways from the live queue to the draft; none when the queue has changed since the draft began.

        Where the queue has only gone on, and the draft left open who is next, the draft goes on with it. A session that
        was begun before that still shows the queue as it was, so both ways are tried.
        """
        as_begun = self._plan(self.base, self.draft)
        if live == self.base:
            return [as_begun]
        if live.digests != self.base.digests or not _is_turned(self.base.turn, live.turn):
            return []
        held = set(self.draft)
        if next((key for key in self.base.turn if key in held), None) != next(iter(self.draft), None):
            return []
        cycle = Cycle(tuple(CycleItem(key, number) for number, key in enumerate(self.draft)))
        went_on = tuple(item.key for item in cycle.led_by(live.turn).in_turn)
        return [self._plan(live, went_on), as_begun]

    @cached_property
    def target(self) -> Shape:
        """The draft as a shape."""
        return self._shape(self.base, self.draft)

    def activates(self, queue: RemoteQueue) -> bool:
        """Whether the save has to bring a draft queue to life."""
        return queue.status == QueueStatus.DRAFT and not self.keep_in_draft

    def post(self, key: str) -> QueuedPostInput:
        """The post of an item as an operation takes it."""
        said = self.said[key]
        content = said.content
        if self.user and not content.get("userId"):
            content = {**content, "userId": self.user}
        return post_to_send(content, said.edits)

    def variations(self, key: str) -> list[VariationInput] | None:
        """The variations of an item; None when they stay as they are."""
        said = self.said[key]
        return variations_to_send(said.content) if VARIATIONS in said.edits else None

    def primary_image(self, key: str) -> str | None:
        """The primary image of an item; None when it stays."""
        said = self.said[key]
        return said.content.get(PRIMARY_IMAGE) or "" if PRIMARY_IMAGE in said.edits else None

    def _plan(self, start: Shape, turn: tuple[str, ...]) -> Plan:
        wanted = {key: Wanted(said.source, said.reset, bool(said.edits)) for key, said in self.said.items()}
        held = set(turn)
        return Plan.make(start, self._shape(start, turn), {key: wish for key, wish in wanted.items() if key in held})

    def _shape(self, start: Shape, turn: tuple[str, ...]) -> Shape:
        digests: dict[str, Digest] = {}
        for key in turn:
            said = self.said.get(key)
            if said is None:
                digests[key] = start.digests[key]
            elif key in start.digests or said.source in start.digests:
                digests[key] = said.digest if said.edits or said.reset else start.digests[said.source or key]
            else:
                digests[key] = digest_of(said.content, "")
        return Shape(turn, digests)


def digest(row: RemoteQueueItem) -> str:
    """The digest of what an item says in a listing."""
    return digest_of(content_of(row), row.post_id or "")


def in_turn(rows: Sequence[RemoteQueueItem], current_order: float | None) -> list[RemoteQueueItem]:
    """Listed items as they go out, those of one order as they are listed. Of a session's items nobody says which is
    next; it is the one that goes out first, or where nothing goes out the first in the list."""
    ordered = sorted(rows, key=lambda row: row.order or 0.0)
    if not ordered:
        return []
    if current_order is not None:
        first = next((place for place, row in enumerate(ordered) if (row.order or 0.0) >= current_order), 0)
    else:
        dated = [row for row in ordered if row.scheduled_at is not None]
        leader = min(dated, key=lambda row: row.scheduled_at or 0) if dated else rows[0]
        first = ordered.index(leader)
    return ordered[first:] + ordered[:first]


def _said(session: EditSession, keys: Collection[str]) -> dict[str, Said]:
    found = {}
    items = list(DraftItem.objects.filter(session=session, key__in=keys).select_related("source"))
    contents = with_library_files([draft_content(None, item) for item in items], session.queue.location)
    for item, content in zip(items, contents, strict=True):
        if item.source is not None and BROKEN_USER in item.source.errors:
            content.pop("userId", None)
        source = str(item.source_id) if item.source is not None and item.is_made_here else None
        original = item.source.post_remote_id if item.source is not None else ""
        found[item.key] = Said(content, dict(item.edits), source, original, item.reset)
    return found


def _is_turned(one: Sequence[Any], other: Sequence[Any]) -> bool:
    if len(one) != len(other) or not one or one[0] not in other:
        return False
    place = list(other).index(one[0])
    return [*other[place:], *other[:place]] == list(one)
