"""What can be done to the items of a draft. Each verb is one step, which can be undone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Left

from accounts.models import User
from planner.models import Post, PostStatus
from queues.content import ACCOUNTS, TEXT, VARIATIONS, Content, texts_of, with_edits
from queues.draft_contents import draft_content, original_content, post_content
from queues.drafts import MADE_HERE
from queues.models import DraftItem, EditSession, QueueItem, StepKind
from queues.schedule import Cycle, CycleItem, Place
from queues.services.errors import NoAccounts, NoOriginal, NoSuchItem, NoSuchPlace, NothingToImport
from queues.services.steps import TITLE_LENGTH, ItemState, Step, draft_read, step_take

MOST_IMPORTED = 500  # posts in one step
SOURCE_OF_QUEUES = "category-queue"


def item_move(
    *,
    session: EditSession,
    keys: Sequence[str],
    version: int,
    actor: User,
    now: datetime,
    place: Place | None = None,
    before: str | None = None,
) -> EditSession:
    """Put items, as one block in the sequence in which they stand, at a place: `top`, `bottom`, or the number of the
    place in turn that the first of them takes (0 goes next); or just before the item with the key `before`.

    Nothing is written when nothing moves. Raises NoSuchItem, NoSuchPlace, DraftMoved, DraftClosed, and ValueError
    unless one of `place` and `before` is given.
    """
    if (place is None) == (before is None):
        raise ValueError("either a place or the item behind it")
    cycle = draft_read(session, version)
    moved = _moved(cycle, keys, place, before)
    if moved is cycle:
        return session
    step = Step(StepKind.MOVE, cycle, moved, keys, _title(session, keys))
    return step_take(session, step, actor=actor, now=now)


def _moved(cycle: Cycle, keys: Sequence[str], place: Place | None, before: str | None) -> Cycle:
    try:
        if before is not None:
            if before in keys:
                return cycle
            place = cycle.without(keys).places[before]
        assert place is not None
        return cycle.moved(keys, place)
    except KeyError:
        raise NoSuchItem from None
    except ValueError:
        raise NoSuchPlace(len(cycle) - len(keys) + 1) from None


def item_edit(
    *, session: EditSession, key: str, edits: Mapping[str, Any], version: int, actor: User, now: datetime
) -> EditSession:
    """Change what an item says. `edits` are by the keys of `queues.content` and go over earlier ones.

    Raises NoAccounts, NoSuchItem, DraftMoved and DraftClosed.
    """
    cycle = draft_read(session, version)
    _known(cycle, [key])
    held, content = _read(session, key)
    given = dict(edits)
    if VARIATIONS in given and not given[VARIATIONS] and content.get(VARIATIONS):
        # The text below the variations cannot be seen; the one that is shown becomes the text.
        given.setdefault(TEXT, content.get(TEXT) or "")
    said = with_edits(content, given)
    if not said.get(ACCOUNTS):
        raise NoAccounts
    state = _state(held) or {"content": content, "edits": {}, "reset": False}
    state = {**state, "edits": {**state["edits"], **given}}
    number = len(said.get(VARIATIONS) or ())
    item = cycle.items[_index(cycle, key)]
    changed = item._replace(variations=number, variation=item.variation % max(1, number))
    step = Step(
        StepKind.EDIT, cycle, _replaced(cycle, changed), [key], texts_of(said)[0], {key: _state(held)}, {key: state}
    )
    return step_take(session, step, actor=actor, now=now)


def item_reset(*, session: EditSession, keys: Sequence[str], version: int, actor: User, now: datetime) -> EditSession:
    """Give items the content of their original posts back. Raises NoOriginal, NoSuchItem, DraftMoved, DraftClosed."""
    old = cycle = draft_read(session, version)
    _known(cycle, keys)
    held = _held(session, keys)
    sources = _sources(held, keys)
    if any(key not in sources or not sources[key].post_remote_id for key in keys):
        raise NoOriginal
    originals = _originals(session, sources.values())
    before: dict[str, ItemState | None] = {}
    after: dict[str, ItemState | None] = {}
    for key in keys:
        said = original_content(sources[key], originals.get(sources[key].post_remote_id))
        before[key], after[key] = _state(held.get(key)), {"content": said, "edits": {}, "reset": True}
        item = cycle.items[_index(cycle, key)]
        cycle = _replaced(cycle, item._replace(variations=0, variation=0))
    step = Step(StepKind.RESET, old, cycle, keys, _title(session, keys), before, after)
    return step_take(session, step, actor=actor, now=now)


def item_delete(*, session: EditSession, keys: Sequence[str], version: int, actor: User, now: datetime) -> EditSession:
    """Take items out of the draft. Raises NoSuchItem, DraftMoved and DraftClosed."""
    cycle = draft_read(session, version)
    _known(cycle, keys)
    step = Step(StepKind.DELETE, cycle, cycle.without(keys), keys, _title(session, keys))
    return step_take(session, step, actor=actor, now=now)


def item_clone(*, session: EditSession, keys: Sequence[str], version: int, actor: User, now: datetime) -> list[str]:
    """Put a copy of each item right behind it; returns the keys of the copies. Raises as `item_delete` does."""
    old = cycle = draft_read(session, version)
    _known(cycle, keys)
    held = _held(session, keys)
    sources = _sources(held, keys)
    made = [f"{MADE_HERE}{session.made + number}" for number in range(1, len(keys) + 1)]
    copies = []
    for key, copy in zip(keys, made, strict=True):
        state = _state(held.get(key)) or {"content": sources[key].content}
        copies.append(DraftItem(session=session, key=copy, source=sources.get(key), **state))
        original = cycle.items[_index(cycle, key)]
        cycle = cycle.with_items([CycleItem(copy, 0, original.variations)], cycle.places[key] + 1)
    with transaction.atomic():
        DraftItem.objects.bulk_create(copies)
        session.made += len(made)
        step_take(session, Step(StepKind.CLONE, old, cycle, made, _title(session, keys)), actor=actor, now=now)
        _keep_made(session)
    return made


def item_add(*, session: EditSession, content: Content, place: Place, version: int, actor: User, now: datetime) -> str:
    """Put a new item at a place; returns its key. Raises NoAccounts, NoSuchPlace, DraftMoved and DraftClosed."""
    if not content.get(ACCOUNTS):
        raise NoAccounts
    cycle = draft_read(session, version)
    key = f"{MADE_HERE}{session.made + 1}"
    added = _added(cycle, [CycleItem(key, 0, len(content.get(VARIATIONS) or ()))], place)
    with transaction.atomic():
        DraftItem.objects.create(session=session, key=key, edits=content)
        session.made += 1
        step_take(session, Step(StepKind.ADD, cycle, added, [key], texts_of(content)[0]), actor=actor, now=now)
        _keep_made(session)
    return key


def posts_to_import(session: EditSession) -> Any:
    """The published posts of the queue's category that are in neither the queue nor its draft, newest first."""
    queue = session.queue
    in_queue = QueueItem.objects.present().filter(queue=queue).exclude(post_remote_id="").values("post_remote_id")
    in_draft = DraftItem.objects.filter(session=session.pk).exclude(post=None).values("post")
    made_here = Q(source=SOURCE_OF_QUEUES) | Q(remote_id__in=in_queue) | Q(pk__in=in_draft)
    published = Post.objects.present().filter(
        location=queue.location_id, category=queue.category_id, status=PostStatus.PUBLISHED
    )
    return published.exclude(made_here).order_by("-published_at", "-pk")


def items_import_published(
    *,
    session: EditSession,
    version: int,
    actor: User,
    now: datetime,
    posts: Collection[int] | None = None,
    place: Place = "bottom",
) -> list[str]:
    """Put published posts of the category into the draft, oldest first; `posts` names some, else all that are missing
    come in, at most 500. Returns their keys. Raises NothingToImport, NoSuchPlace, DraftMoved and DraftClosed."""
    cycle = draft_read(session, version)
    found = posts_to_import(session)
    if posts is not None:
        found = found.filter(pk__in=posts)
    rows = [(post, said) for post in reversed(found[:MOST_IMPORTED]) if (said := post_content(post)).get(ACCOUNTS)]
    if not rows:
        raise NothingToImport
    with transaction.atomic():
        keys = [f"{MADE_HERE}{session.made + number}" for number in range(1, len(rows) + 1)]
        DraftItem.objects.bulk_create(
            DraftItem(session=session, key=key, edits=said, post=post)
            for key, (post, said) in zip(keys, rows, strict=True)
        )
        added = _added(cycle, [CycleItem(key, 0) for key in keys], place)
        session.made += len(keys)
        step_take(session, Step(StepKind.IMPORT, cycle, added, keys, rows[0][0].text), actor=actor, now=now)
        _keep_made(session)
    return keys


def item_content(session: EditSession, key: str) -> Content:
    """What an item of a draft says. Two queries at most. Raises NoSuchItem."""
    return _read(session, key)[1]


def _read(session: EditSession, key: str) -> tuple[DraftItem | None, Content]:
    held = DraftItem.objects.filter(session=session, key=key).first()
    row = None
    if held is None and key.isdigit():
        row = QueueItem.objects.filter(queue=session.queue_id, pk=int(key)).first()
    if held is None and row is None:
        raise NoSuchItem
    return held, draft_content(row, held)


def _originals(session: EditSession, rows: Iterable[QueueItem]) -> dict[str, Post]:
    names = [row.post_remote_id for row in rows]
    found = Post.objects.filter(location=session.queue.location_id, remote_id__in=names)
    return {post.remote_id: post for post in found if post.remote_id}


def _held(session: EditSession, keys: Collection[str]) -> dict[str, DraftItem]:
    found = DraftItem.objects.filter(session=session, key__in=list(keys)).select_related("source")
    return {item.key: item for item in found}


def _sources(held: Mapping[str, DraftItem], keys: Collection[str]) -> dict[str, QueueItem]:
    """The items of HighLevel that stand behind these, by key. One query."""
    found = {key: item.source for key, item in held.items() if item.source is not None}
    missing = [int(key) for key in keys if key not in held and key.isdigit()]
    return {**found, **{str(row.pk): row for row in QueueItem.objects.filter(pk__in=missing)}}


def _keep_made(session: EditSession) -> None:
    EditSession.objects.filter(pk=session.pk).update(made=session.made)


def _added(cycle: Cycle, items: Sequence[CycleItem], place: Place) -> Cycle:
    try:
        return cycle.with_items(items, place)
    except ValueError:
        raise NoSuchPlace(len(cycle) + 1) from None


def _known(cycle: Cycle, keys: Collection[str]) -> None:
    if not keys or any(key not in cycle.places for key in keys):
        raise NoSuchItem


def _index(cycle: Cycle, key: str) -> int:
    return (cycle.cursor + cycle.places[key]) % len(cycle)


def _replaced(cycle: Cycle, item: CycleItem) -> Cycle:
    index = _index(cycle, item.key)
    return Cycle((*cycle.items[:index], item, *cycle.items[index + 1 :]), cycle.cursor)


def _state(held: DraftItem | None) -> ItemState | None:
    return None if held is None else {"content": held.content, "edits": held.edits, "reset": held.reset}


def _title(session: EditSession, keys: Sequence[str]) -> str | Combinable:
    """The first words of the first item, as text or as what the database reads while it writes the step."""
    if not keys:
        return ""
    first = keys[0]
    if first.isdigit():
        words = QueueItem.objects.filter(pk=int(first)).annotate(words=Left("text", TITLE_LENGTH))
        return Coalesce(Subquery(words.values("words")), Value(""))
    edits = DraftItem.objects.filter(session=session, key=first).values_list("edits", flat=True).first() or {}
    return texts_of(edits)[0]
