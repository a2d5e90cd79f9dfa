"""Deleting posts: HighLevel is told to forget them, one by one or in bunches, and for a moment it can be taken back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from highlevel.api.posts import MAX_BULK_DELETE
from highlevel.models import Change, Location
from highlevel.models.change import ChangeState
from highlevel.outbox import NotPossible, Wish, change_cancel, change_record, changes_drop, changes_record
from planner.history import DELETED, UPDATED, Entry, history_record
from planner.models import Post, PostStatus
from planner.outbox.deleting import POSTS, bunch_subject, posts_forget
from planner.outbox.subjects import KIND, POST_BULK_DELETE, POST_DELETE, TITLE, WRITES, post_subject, title_of
from planner.services.post_errors import NotEditable
from planner.services.post_gate import senders_in

TAKE_BACK = timedelta(seconds=20)  # how long a deletion waits, so that it can be undone for nothing
SINGLY = 3  # posts of a client up to which each is deleted by a request of its own
OWN = (PostStatus.DRAFT, PostStatus.IN_REVIEW)  # what a creator may take away again


def posts_delete(
    *, posts: Sequence[Post], actor: User, now: datetime, wait: timedelta = TAKE_BACK, note: str = ""
) -> list[Change]:
    """Have HighLevel forget the posts after `wait`; what is on the networks stays there. Returns what will be sent.

    Edits that have not left are dropped. A post that HighLevel never had goes at once. A second call changes nothing.
    Raises NotEditable, before anything is written, when the person may not delete one of them.
    """
    with transaction.atomic():
        there = Post.objects.select_related("location").defer("remote", "location__remote")
        held = list(there.filter(pk__in=[post.pk for post in posts], gone_at=None, deleting_at=None))
        _require_may(held, actor)
        open_writes = list(Change.objects.open().filter(subject__in=map(post_subject, held), operation__in=WRITES))
        dropped = changes_drop(changes=open_writes, now=now)
        # The others have to settle first.
        at_large = {change.subject: change for change in open_writes if change.pk not in dropped}
        told = {post.pk: post for post in held if post.remote_id or post_subject(post) in at_large}
        posts_forget([post.pk for post in held if post.pk not in told], now)
        Post.objects.filter(pk__in=list(told)).update(deleting_at=now)
        history_record((Entry(post, DELETED, note=note) for post in held), actor=actor, now=now)
        return [
            change
            for place, some in _by_location(told.values())
            for change in _record(place, some, at_large, actor, now, wait)
        ]


def posts_undelete(*, posts: Sequence[Post], actor: User, now: datetime) -> list[Post]:
    """Take deletions back that have not left; returns the posts that stay. Those that are gone are left out.

    A bunch is taken back as a whole, and only when all its posts are asked for.
    """
    with transaction.atomic():
        kept = {post.pk: post for post in Post.objects.filter(pk__in=[post.pk for post in posts], gone_at=None)}
        single = Change.objects.filter(operation=POST_DELETE, subject__in=[f"{KIND}:{pk}" for pk in kept])
        bunches = Change.objects.filter(
            operation=POST_BULK_DELETE,
            state=ChangeState.PENDING,
            location__in={post.location_id for post in kept.values()},
        )
        asked = [change for change in bunches if {int(pk) for pk in change.payload[POSTS]} <= kept.keys()]
        for change in [*single.filter(state=ChangeState.PENDING), *asked]:
            try:
                change_cancel(change=change, now=now)
            except NotPossible:
                continue
        back = list(Post.objects.filter(pk__in=kept, deleting_at=None))
        words = _("Deletion taken back")
        history_record((Entry(post, UPDATED, note=words) for post in back), actor=actor, now=now)
        return back


def _require_may(posts: Sequence[Post], actor: User) -> None:
    senders = senders_in(actor, {post.location_id for post in posts})
    for post in posts:
        if post.location_id not in senders and post.status not in OWN:
            raise NotEditable(_("Your role may delete drafts and posts in review, not what is planned or published."))


def _by_location(posts: Iterable[Post]) -> Iterator[tuple[Location, list[Post]]]:
    found: dict[int, list[Post]] = {}
    for post in posts:
        found.setdefault(post.location_id, []).append(post)
    for some in found.values():
        yield some[0].location, some


def _record(
    place: Location, posts: list[Post], at_large: dict[str, Change], actor: User, now: datetime, wait: timedelta
) -> Iterator[Change]:
    """One change a post while they are few; a post without an id at HighLevel has to wait for it in any case."""
    settled = [post for post in posts if post.remote_id]
    bunched = settled if len(settled) > SINGLY else []
    alone = [post for post in posts if not post.remote_id] if bunched else posts
    wishes = [Wish(post_subject(post), {TITLE: title_of(post.text)}) for post in alone]
    yield from changes_record(location=place, operation=POST_DELETE, wishes=wishes, actor=actor, now=now, wait=wait)
    for start in range(0, len(bunched), MAX_BULK_DELETE):
        some = bunched[start : start + MAX_BULK_DELETE]
        yield change_record(
            location=place,
            subject=bunch_subject(uuid.uuid4()),
            operation=POST_BULK_DELETE,
            payload={POSTS: {str(post.pk): post.remote_id for post in some}},
            after=[at_large[post_subject(post)] for post in some if post_subject(post) in at_large],
            actor=actor,
            now=now,
            wait=wait,
        )
