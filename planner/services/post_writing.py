"""Writing posts: new ones, and new versions of those that are there. Each tells HighLevel through the outbox."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from accounts.services.people_binding import acts_as_in
from highlevel.inserting import bulk_append, bulk_insert
from highlevel.models import Change, Location
from highlevel.models.change import ChangeState
from highlevel.outbox import Wish, change_record, changes_record_at
from planner.composing import Composition, composition_of, siblings
from planner.history import CREATED, UPDATED, Entry, history_record
from planner.models import Media, Post, PostBundle, PostStatus, PostTarget
from planner.outbox.subjects import POST_CREATE, POST_EDIT, TITLE, post_base, post_subject, title_of
from planner.outbox.uploads import changes_for_uploads
from planner.services.post_columns import columns_of, media_rows, parts_replace, target_rows, told, told_between
from planner.services.post_errors import EditConflict, NobodySpeaks, NotSendable
from planner.services.post_gate import post_findings, require_editable, senders_in
from planner.wire import body_of, changes_between

NOWHERE_YET = (ChangeState.PENDING, ChangeState.REFUSED)  # of a create: HighLevel surely has no such post
OF_APPROVAL = ("approver", "requester_note", "approval_status")


@dataclass(frozen=True, slots=True)
class Order:
    """One composition to be written. `key` makes writing it twice writing it once; `reason` is why a warning was
    overruled, for the history."""

    composition: Composition
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    reason: str = ""


def posts_write(*, order: Order, actor: User, now: datetime) -> list[Post]:
    """Write what was composed: one post, or siblings where versions differ. A second call with the same key writes
    nothing and returns what the first one wrote.

    Raises NotSendable with all findings when there is an error among them, and NobodySpeaks.
    """
    try:
        with transaction.atomic():
            (written,) = posts_write_many(orders=[order], actor=actor, now=now)
    except IntegrityError:
        there = list(Post.objects.filter(bundle__key=order.key).order_by("pk"))
        if not there:
            raise
        return there
    return written


def posts_write_many(*, orders: Sequence[Order], actor: User, now: datetime) -> list[list[Post]]:
    """Write many compositions in the caller's transaction, at a number of queries that does not grow with them.
    Returns the posts of each, in order.

    Raises as `posts_write` does, for the first order that cannot be written, and IntegrityError for a key that is
    taken; nothing is written then.
    """
    places = {order.composition.location.pk: order.composition.location for order in orders}
    voices = _voices(actor, places.values())
    senders = senders_in(actor, places)
    parts = [(at, part) for at, order in enumerate(orders) for part in siblings(order.composition)]
    for _at, part in parts:
        _pass_gate(part, may_send=part.location.pk in senders, now=now)
    bundles = bulk_insert(PostBundle(key=order.key, created_at=now) for order in orders)
    posts = bulk_insert(
        Post(
            location=part.location,
            bundle=bundles[at],
            source="composer",
            created_by=voices[part.location.pk],
            **columns_of(part, now=now),
        )
        for at, part in parts
    )
    _parts_create(posts, [part for _at, part in parts])
    history = [_made(post, part, orders[at].reason) for post, (at, part) in zip(posts, parts, strict=True)]
    history_record(history, actor=actor, now=now)
    _creates_record(posts, [part for _at, part in parts], actor, now)
    written: list[list[Post]] = [[] for _order in orders]
    for post, (at, _part) in zip(posts, parts, strict=True):
        written[at].append(post)
    return written


def post_rewrite(
    *, post: Post, version: int, composition: Composition, actor: User, now: datetime, reason: str = ""
) -> Post:
    """Make a stored post say what was composed for it. `version` is the one that the editor opened.

    Nothing is told to HighLevel that it would not notice. Raises EditConflict when the post has moved on, NotEditable,
    NotSendable and NobodySpeaks; nothing is written then. Versions a network are not taken: a sibling is a post.
    """
    composition = replace(composition, versions={})
    with transaction.atomic():
        held = post_locked(post.pk)
        if held.version != version:
            raise EditConflict(held)
        require_editable(held)
        may_send = held.location_id in senders_in(actor, [held.location_id])
        _pass_gate(composition, may_send=may_send, now=now)
        before = composition_of(held)
        columns = columns_of(composition, now=now)
        if PostStatus.IN_REVIEW not in (before.status, composition.status):
            # HighLevel is told nothing of an approval then, so what it keeps of an earlier one stands.
            composition = replace(composition, approver=before.approver, requester_note=before.requester_note)
            columns = {name: value for name, value in columns.items() if name not in OF_APPROVAL}
        changes = told_between(before, composition)
        if not changes:
            return held
        Post.objects.filter(pk=held.pk).update(version=F("version") + 1, **columns)
        for name, value in {**columns, "version": version + 1}.items():
            setattr(held, name, value)
        parts_replace(held, composition)
        history_record([Entry(held, UPDATED, changes, reason)], actor=actor, now=now)
        voice = _voices(actor, [held.location])[held.location_id]
        _edit_record(held, before, composition, voice, actor, now)
    return held


def post_locked(pk: int) -> Post:
    """The post with all that `composition_of` needs, locked where the database can. Raises Post.DoesNotExist."""
    Post.objects.select_for_update().only("pk").get(pk=pk)
    whole = Post.objects.select_related("location", "category").defer("remote", "location__remote", "category__remote")
    return whole.prefetch_related("targets__account", "media", "tags").get(pk=pk)


def _pass_gate(composition: Composition, *, may_send: bool, now: datetime) -> None:
    found = post_findings(composition, may_send=may_send, now=now)
    if any(finding.is_error for finding in found):
        raise NotSendable(found)


def _voices(actor: User, places: Iterable[Location]) -> dict[int, str]:
    """The HighLevel user who speaks in each location. Raises NobodySpeaks for the first where there is none."""
    by_key = {place.pk: place for place in places}
    found = acts_as_in(user=actor, locations=list(by_key))
    for pk, place in by_key.items():
        if pk not in found:
            raise NobodySpeaks(place)
    return found


def _made(post: Post, part: Composition, reason: str) -> Entry:
    return Entry(post, CREATED, {name: (None, value) for name, value in told(part).items() if value}, reason)


def _parts_create(posts: Sequence[Post], parts: Sequence[Composition]) -> None:
    pairs = list(zip(posts, parts, strict=True))
    bulk_append(PostTarget, (row for post, part in pairs for row in target_rows(post, part)))
    bulk_append(Media, (row for post, part in pairs for row in media_rows(post, part.media)))
    tags = ({"post_id": post.pk, "tag_id": tag.pk} for post, part in pairs for tag in part.tags)
    bulk_append(Post.tags.through, tags)


def _creates_record(posts: Sequence[Post], parts: Sequence[Composition], actor: User, now: datetime) -> list[Change]:
    wishes = [(part.location, _create_wish(post, part)) for post, part in zip(posts, parts, strict=True)]
    recorded = changes_record_at(operation=POST_CREATE, wishes=wishes, actor=actor, now=now)
    for change, part in zip(recorded, parts, strict=True):
        _after_uploads(change, part)
    return recorded


def _after_uploads(change: Change, part: Composition) -> None:
    """Have the change wait for files that are still on their way. No query where nothing was uploaded here."""
    if uploads := changes_for_uploads(item.url for item in part.media):
        change.after.add(*uploads)


def _create_wish(post: Post, part: Composition) -> Wish:
    return Wish(post_subject(post), {"body": body_of(part, user_id=post.created_by), TITLE: title_of(part.text)})


def _edit_record(
    post: Post, before: Composition, after: Composition, voice: str, actor: User, now: datetime
) -> Change | None:
    """Tell HighLevel: in the creation that has not left yet, or as an edit of what it has or is about to have."""
    create = Change.objects.open().filter(subject=post_subject(post), operation=POST_CREATE).first()
    if post.remote_id is None and (create is None or create.state in NOWHERE_YET):
        if not post.created_by:
            post.created_by = voice
            Post.objects.filter(pk=post.pk).update(created_by=voice)
        (change,) = _creates_record([post], [after], actor, now)
        return change
    changes = changes_between(before, after, user_id=voice)
    if not changes:
        return None
    base = post_base(post, changes, body_of(before, user_id=voice))
    change = change_record(
        location=post.location,
        subject=post_subject(post),
        operation=POST_EDIT,
        payload={**changes, TITLE: title_of(after.text)},
        base=base,
        actor=actor,
        now=now,
    )
    _after_uploads(change, after)
    return change
