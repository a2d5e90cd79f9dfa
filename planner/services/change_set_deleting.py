"""Carrying out a bulk deletion, and taking it back: while it waits for nothing, later by writing posts again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import ConnectedAccount
from planner.change_set_actions import snapshot, with_snapshot
from planner.composing import composition_of
from planner.models import ChangeSet, ChangeSetItem, ItemState, Post, PostStatus
from planner.services.change_set_planning import Reach, posts_whole, require_reach
from planner.services.change_set_rewriting import Parts, Touched
from planner.services.post_deleting import posts_delete, posts_undelete
from planner.services.post_errors import NotEditable, PostProblem
from planner.services.post_writing import Order, posts_write

CHUNK = 50  # HighLevel deletes as many at once
WAIT = timedelta(minutes=5)  # in which undoing costs nothing
AGAIN = 20


def delete_some(held: ChangeSet, now: datetime) -> int:
    """Have HighLevel forget the next posts after five minutes; returns how many were settled."""
    with transaction.atomic():
        items = list(held.items.filter(state=ItemState.READY).select_for_update().order_by("position")[:CHUNK])
        posts = posts_whole([item.post_id for item in items], held.actor)
        reach = Reach.of(held.actor, {post.location_id for post in posts.values()})
        going: list[Post] = []
        for item in items:
            item.state, item.problem = _settled(item, posts.get(item.post_id or 0), held, reach)
            if item.state == ItemState.DONE:
                going.append(posts[item.post_id or 0])
        posts_delete(posts=going, actor=held.actor, now=now, wait=WAIT, note=held.name)
        ChangeSetItem.objects.bulk_update(items, ["state", "problem"])
    return len(items)


def undelete_some(held: ChangeSet, now: datetime) -> int:
    """Take the deletions back that have not left; write the others again where that makes sense. Returns how many."""
    waiting = held.items.filter(state=ItemState.DONE)
    if not waiting.exists():
        return 0
    back = _take_back(held, now)
    return back or _write_again(held, list(waiting.order_by("position")[:AGAIN]), now)


def _settled(item: ChangeSetItem, post: Post | None, held: ChangeSet, reach: Reach) -> tuple[str, str]:
    """The state and the problem of an item that is to be carried out."""
    if post is None:
        return ItemState.FAILED, _("It does not exist any more.")
    try:
        require_reach(post, held.kind, reach)
        if post.version != item.version or snapshot(composition_of(post)) != item.before:
            raise Touched
    except Touched as reason:
        return ItemState.MOVED, str(reason)
    except NotEditable as reason:
        return ItemState.FAILED, str(reason)
    return ItemState.DONE, ""


def _take_back(held: ChangeSet, now: datetime) -> int:
    """All at once, because a bunch is taken back as a whole."""
    with transaction.atomic():
        waiting = held.items.filter(state=ItemState.DONE, post__deleting_at__isnull=False)
        items = list(waiting.select_for_update(of=("self",)))
        posts = list(Post.objects.filter(pk__in=[item.post_id for item in items]))
        stay = {post.pk for post in posts_undelete(posts=posts, actor=held.actor, now=now)}
        back = [item.pk for item in items if item.post_id in stay]
        return ChangeSetItem.objects.filter(pk__in=back).update(state=ItemState.UNDONE)


def _write_again(held: ChangeSet, items: Sequence[ChangeSetItem], now: datetime) -> int:
    posts = posts_whole([item.post_id for item in items], held.actor)
    parts = Parts.of(item.before for item in items)
    accounts = ConnectedAccount.objects.in_bulk({pk for item in items for pk in item.before["accounts"]})
    for item in items:
        try:
            with transaction.atomic():
                if not ChangeSetItem.objects.filter(pk=item.pk, state=ItemState.DONE).update(state=ItemState.UNDONE):
                    continue
                made = _written_again(item, posts.get(item.post_id or 0), held, parts, accounts, now)
                ChangeSetItem.objects.filter(pk=item.pk).update(again=made)
        except PostProblem as reason:
            ChangeSetItem.objects.filter(pk=item.pk, state=ItemState.DONE).update(
                state=ItemState.KEPT, problem=str(reason)
            )
    return len(items)


def _written_again(
    item: ChangeSetItem,
    post: Post | None,
    held: ChangeSet,
    parts: Parts,
    accounts: dict[int, ConnectedAccount],
    now: datetime,
) -> Post:
    """A new post that says what the deleted one said. Raises PostProblem where there can be none."""
    if post is None:
        raise NotEditable(_("It does not exist any more."))
    if post.deleting_at is not None:
        raise NotEditable(_("HighLevel is being told right now, so it is too late to keep it."))
    if post.gone_at is None:
        raise Touched
    composition = with_snapshot(composition_of(post), item.before, categories=parts.categories, tags=parts.tags)
    chosen = tuple(accounts[pk] for pk in item.before["accounts"] if pk in accounts)
    composition = replace(composition, accounts=chosen)
    ahead = composition.scheduled_at is not None and composition.scheduled_at > now
    if composition.status not in (PostStatus.DRAFT, PostStatus.SCHEDULED, PostStatus.IN_REVIEW) or not (
        ahead or composition.status == PostStatus.DRAFT
    ):
        raise NotEditable(_("HighLevel has forgotten it. What was published is still on the networks."))
    key = uuid.uuid5(uuid.NAMESPACE_OID, f"change-set-item:{item.pk}")
    (made,) = posts_write(order=Order(composition, key=key, reason=held.name), actor=held.actor, now=now)
    return made
