"""Checking what a bulk action does to each post, before anybody confirms it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.access import WRITERS, locations_for
from accounts.models import User
from accounts.services.people_binding import acts_as_in
from planner.change_set_actions import Blocked, Labels, planned, snapshot
from planner.composing import composition_of
from planner.models import Category, ChangeSet, ChangeSetItem, ItemState, Post, SetKind, Tag
from planner.services.post_deleting import OWN
from planner.services.post_errors import NobodySpeaks, NotEditable
from planner.services.post_gate import post_findings, require_editable, senders_in

CHUNK = 100
Named = TypeVar("Named", Category, Tag)


@dataclass(frozen=True, slots=True)
class Reach:
    """In which locations (primary keys) the person writes, sends, and is known to HighLevel."""

    writes: frozenset[int]
    sends: frozenset[int]
    speaks: frozenset[int]

    @classmethod
    def of(cls, actor: User, places: Iterable[int]) -> Reach:
        """Four queries."""
        wanted = set(places)
        writes = locations_for(actor, *WRITERS).filter(pk__in=wanted).values_list("pk", flat=True)
        return cls(
            frozenset(writes), frozenset(senders_in(actor, wanted)), frozenset(acts_as_in(user=actor, locations=wanted))
        )


def plan_some(held: ChangeSet, now: datetime) -> int:
    """Check the next posts and store what would happen to them; returns how many. Nothing is stored once another worker
    has taken the bulk action over."""
    items = list(held.items.filter(state=ItemState.NEW).order_by("position")[:CHUNK])
    if not items:
        return 0
    posts = posts_whole([item.post_id for item in items], held.actor)
    places = {post.location_id for post in posts.values()}
    reach = Reach.of(held.actor, places)
    labels = labels_in(places, held)
    ranks = _ranks(held, items[0].position)
    for item in items:
        post = posts.get(item.post_id or 0)
        _plan(item, held, post, ranks[post.location_id] if post else 0, reach, labels, now)
        if post:
            ranks[post.location_id] += 1
    with transaction.atomic():
        # Whoever took over from a worker that was silent for too long has planned these, and perhaps carried them out.
        if not ChangeSet.objects.filter(pk=held.pk, claim=held.claim, state=held.state).update(claim=held.claim):
            return 0
        ChangeSetItem.objects.bulk_update(items, ["state", "before", "after", "version", "problem"])
    return len(items)


def _plan(
    item: ChangeSetItem, held: ChangeSet, post: Post | None, rank: int, reach: Reach, labels: Labels, now: datetime
) -> None:
    try:
        if post is None:
            raise Blocked(_("It does not exist any more."))
        item.version = post.version
        require_reach(post, held.kind, reach)
        before = composition_of(post)
        item.before = snapshot(before)
        if held.kind == SetKind.DELETE:
            item.state, item.after = ItemState.READY, {}
            return
        after = planned(held.kind, held.parameters, before, rank=rank, labels=labels)
        item.after = snapshot(after)
        if item.after == item.before:
            item.state = ItemState.SAME
            return
        found = post_findings(after, may_send=post.location_id in reach.sends, now=now)
        wrong = [finding.sentence for finding in found if finding.is_error]
        if wrong:
            raise Blocked(wrong[0])
        item.state = ItemState.READY
    except (Blocked, NotEditable, NobodySpeaks) as reason:
        item.state, item.problem = ItemState.BLOCKED, str(reason)


def require_reach(post: Post, kind: str, reach: Reach) -> None:
    """Pass when the person may do this kind of action to the post; else raise NotEditable or NobodySpeaks."""
    place = post.location_id
    if place not in reach.writes:
        raise NotEditable(_("Your role in %(location)s lets you read, not change.") % {"location": post.location.name})
    if kind != SetKind.DELETE:
        require_editable(post)
        if place not in reach.speaks:
            raise NobodySpeaks(post.location)
        return
    if post.gone_at is not None:
        raise NotEditable(_("This post is deleted in HighLevel."))
    if post.deleting_at is not None:
        raise NotEditable(_("This post is being deleted."))
    if place not in reach.sends and post.status not in OWN:
        raise NotEditable(_("Your role may delete drafts and posts in review, not what is planned or published."))


def posts_whole(keys: Sequence[int | None], actor: User) -> dict[int, Post]:
    """The posts that the person may see with all that `composition_of` needs, by primary key. Four queries."""
    held = Post.objects.visible_to(actor).filter(pk__in=[pk for pk in keys if pk])
    light = held.select_related("location", "category").defer("remote", "location__remote", "category__remote")
    return {post.pk: post for post in light.prefetch_related("targets__account", "media", "tags")}


def labels_in(places: Iterable[int], held: ChangeSet) -> Labels:
    """The categories or tags of these locations that the action names. One query at most."""
    wanted = list(places)
    categories = Category.objects.filter(location__in=wanted, gone_at=None).defer("remote")
    tags = Tag.objects.filter(location__in=wanted, gone_at=None).defer("remote")
    names, name = held.parameters.get("tags", []), held.parameters.get("category") or ""
    return Labels(
        categories={(one.location_id, one.name.lower()): one for one in (_named(categories, [name]) if name else ())},
        tags={(one.location_id, one.name.lower()): one for one in (_named(tags, names) if names else ())},
    )


def _named(rows: QuerySet[Named], names: Sequence[str]) -> QuerySet[Named]:
    """Rows of these names, whatever the case; SQLite knows the two cases of ASCII letters only."""
    return rows.annotate(low=Lower("name")).filter(Q(low__in=[name.lower() for name in names]) | Q(name__in=names))


def _ranks(held: ChangeSet, position: int) -> Counter[int]:
    """How many posts of each location come before the position."""
    earlier = held.items.filter(position__lt=position).order_by().values_list("post__location")
    return Counter(dict(earlier.annotate(Count("pk"))))
