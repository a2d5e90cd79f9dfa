"""The page of one post: the post, what HighLevel was told of it, its history, its siblings, and what one may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.access import WRITERS, locations_for
from accounts.scope import Scope
from planner.models import Post, PostStatus
from planner.outbox.subjects import post_subject
from planner.selectors.changes import ChangeLine, change_lines_of
from planner.selectors.post_history import HistoryPage, post_history
from planner.selectors.post_lines import PostLine, post_line
from planner.selectors.posts import WholePost, post_parts, whole_post
from planner.services.post_deleting import OWN
from planner.services.post_errors import NotEditable
from planner.services.post_gate import require_editable, senders_in

MOST_CHANGES = 10
MOST_SIBLINGS = 10
TO_DRAFT = (PostStatus.SCHEDULED, PostStatus.IN_REVIEW, PostStatus.FAILED)


@dataclass(frozen=True, slots=True)
class May:
    """What the viewer may do with a post as it stands. `why_not` says to a writer why it cannot be edited."""

    edit: bool = False
    draft: bool = False
    delete: bool = False
    undelete: bool = False
    copy: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class PostPage:
    """`older_changes` is the key after which earlier changes follow, None when all are shown."""

    whole: WholePost
    may: May
    changes: list[ChangeLine]
    older_changes: int | None
    history: HistoryPage
    siblings: list[PostLine]

    @property
    def post(self) -> Post:
        return self.whole.line.post


def post_page(
    scope: Scope, pk: int, *, now: datetime, history_before: int | None = None, changes_before: int | None = None
) -> PostPage | None:
    """Everything of a post that the viewer may see, or None.

    Queries: the post with its parts (six at most), where the viewer writes, where he sends; the changes, where he
    decides about them (two); the history; the siblings with their accounts (two) where there are any.
    """
    whole = whole_post(scope, pk, now=now, gone=True)
    if whole is None:
        return None
    post = whole.line.post
    changes, older = change_lines_of(
        scope, post_subject(post), before=changes_before, size=MOST_CHANGES, location=post.location, now=now
    )
    return PostPage(
        whole=whole,
        may=post_may(scope, post),
        changes=changes,
        older_changes=older,
        history=post_history(post, before=history_before),
        siblings=_siblings(post, now),
    )


def post_may(scope: Scope, post: Post) -> May:
    """What the viewer may do with the post. Two queries at most."""
    if not locations_for(scope.user, *WRITERS).filter(pk=post.location_id).exists():
        return May()
    disposes = post.status in OWN or bool(senders_in(scope.user, [post.location_id]))
    there = post.gone_at is None and post.deleting_at is None and post.status != PostStatus.DELETED
    try:
        require_editable(post)
    except NotEditable as reason:
        return May(
            delete=there and disposes,
            undelete=post.deleting_at is not None and disposes,
            copy=True,
            why_not="" if post.deleting_at else str(reason),
        )
    return May(edit=True, draft=post.status in TO_DRAFT, delete=there and disposes, copy=True)


def _siblings(post: Post, now: datetime) -> list[PostLine]:
    """The other versions that were written in the same go."""
    if post.bundle_id is None:
        return []
    others = Post.objects.present().filter(bundle=post.bundle_id, location=post.location_id).exclude(pk=post.pk)
    rows = post_parts(others.select_related("location", "category").order_by("pk"))[:MOST_SIBLINGS]
    return [post_line(other, text=other.text, now=now) for other in rows]
