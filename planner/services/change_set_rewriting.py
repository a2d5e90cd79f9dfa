"""Carrying out what a bulk action changes in posts, and taking it back; every post passes the gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from planner.change_set_actions import snapshot, with_snapshot
from planner.composing import composition_of
from planner.models import Category, ChangeSet, ChangeSetItem, ItemState, Post, Tag
from planner.services.change_set_planning import Reach, require_reach
from planner.services.post_errors import PostProblem
from planner.services.post_writing import post_locked, post_rewrite

CHUNK = 20


class Touched(PostProblem):
    """The post is not any more what the bulk action knows."""

    def __init__(self) -> None:
        super().__init__(_("Somebody changed it meanwhile, so it was left alone."))


@dataclass(frozen=True, slots=True)
class Parts:
    """The categories and tags of snapshots, by primary key."""

    categories: Mapping[int, Category]
    tags: Mapping[int, Tag]

    @classmethod
    def of(cls, snapshots: Iterable[Mapping[str, Any]]) -> Parts:
        """Two queries at most."""
        held = list(snapshots)
        categories = {one["category"] for one in held if one["category"]}
        tags = {pk for one in held for pk in one["tags"]}
        return cls(
            Category.objects.defer("remote").in_bulk(categories) if categories else {},
            Tag.objects.defer("remote").in_bulk(tags) if tags else {},
        )


def rewrite_some(held: ChangeSet, now: datetime) -> int:
    """Carry out the plan for the next posts; returns how many were settled."""
    items = list(held.items.filter(state=ItemState.READY).order_by("position")[:CHUNK])
    parts = Parts.of(item.after for item in items)
    for item in items:
        try:
            _rewrite(item, held, parts, now)
        except Touched as reason:
            _fail(item, ItemState.READY, ItemState.MOVED, reason)
        except (PostProblem, Post.DoesNotExist) as reason:
            _fail(item, ItemState.READY, ItemState.FAILED, reason)
    return len(items)


def unwrite_some(held: ChangeSet, now: datetime) -> int:
    """Bring the next posts back to what they were; returns how many were settled."""
    items = list(held.items.filter(state=ItemState.DONE).order_by("position")[:CHUNK])
    parts = Parts.of(item.before for item in items)
    for item in items:
        try:
            _unwrite(item, held, parts, now)
        except (PostProblem, Post.DoesNotExist) as reason:
            _fail(item, ItemState.DONE, ItemState.KEPT, reason)
    return len(items)


def _rewrite(item: ChangeSetItem, held: ChangeSet, parts: Parts, now: datetime) -> None:
    with transaction.atomic():
        if not _move(item, ItemState.READY, ItemState.DONE):
            return
        post = post_locked(item.post_id or 0)
        require_reach(post, held.kind, Reach.of(held.actor, [post.location_id]))
        before = composition_of(post)
        if post.version != item.version or snapshot(before) != item.before:
            raise Touched
        after = with_snapshot(before, item.after, categories=parts.categories, tags=parts.tags)
        made = post_rewrite(
            post=post, version=post.version, composition=after, actor=held.actor, now=now, reason=held.name
        )
        ChangeSetItem.objects.filter(pk=item.pk).update(made_version=made.version)


def _unwrite(item: ChangeSetItem, held: ChangeSet, parts: Parts, now: datetime) -> None:
    with transaction.atomic():
        if not _move(item, ItemState.DONE, ItemState.UNDONE):
            return
        post = post_locked(item.post_id or 0)
        require_reach(post, held.kind, Reach.of(held.actor, [post.location_id]))
        after = composition_of(post)
        if post.version != item.made_version or snapshot(after) != item.after:
            raise Touched
        before = with_snapshot(after, item.before, categories=parts.categories, tags=parts.tags)
        reason = _("Undone: %(name)s") % {"name": held.name}
        post_rewrite(post=post, version=post.version, composition=before, actor=held.actor, now=now, reason=reason)


def _move(item: ChangeSetItem, old: str, new: str, **values: Any) -> bool:
    return ChangeSetItem.objects.filter(pk=item.pk, state=old).update(state=new, **values) == 1


def _fail(item: ChangeSetItem, old: str, new: str, reason: Exception) -> None:
    words = _("It does not exist any more.") if isinstance(reason, Post.DoesNotExist) else str(reason)
    _move(item, old, new, problem=words)
