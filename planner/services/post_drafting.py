"""Taking a post back to the drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from accounts.models import User
from planner.composing import composition_of
from planner.models import Post, PostStatus
from planner.services.post_writing import post_rewrite


def post_to_draft(*, post: Post, actor: User, now: datetime) -> Post:
    """Make the post a draft that keeps its date. Raises as `post_rewrite` does; a draft stays as it is."""
    composition = replace(composition_of(post), status=PostStatus.DRAFT.value)
    return post_rewrite(post=post, version=post.version, composition=composition, actor=actor, now=now)
