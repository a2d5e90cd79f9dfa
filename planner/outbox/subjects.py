"""How changes of posts name what they are about, and what they keep of the version that an editor saw."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from planner.models import Post

POST_CREATE = "post.create"
POST_EDIT = "post.edit"
POST_DELETE = "post.delete"
POST_BULK_DELETE = "post.bulk_delete"
WRITES = (POST_CREATE, POST_EDIT)  # while one of these is open, Rota's row says what is meant, not what is there
KIND = "post"
BUNCH = "posts"  # several posts at once; their keys are in the payload
TITLE = "title"  # of the payload: a post's first words, for people; everything else there goes to HighLevel
TITLE_LENGTH = 60  # characters of a post's text that name it
MOVED = "instant"  # of the base: HighLevel's date of the version that the editor saw


def post_subject(post: Post) -> str:
    return f"{KIND}:{post.pk}"


def post_base(post: Post, changes: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The base of an edit: when the version in sight was made, and what `values` has where it is changed."""
    seen = post.remote_updated_at.isoformat() if post.remote_updated_at else None
    return {MOVED: seen, **{key: values.get(key) for key in changes}}


def title_of(text: str) -> str:
    """A post's first words."""
    return " ".join(text.split())[:TITLE_LENGTH]


def title_words(payload: dict[str, Any]) -> dict[str, str]:
    """The title of a change's payload, for a sentence with %(post)s."""
    return {"post": payload.get(TITLE) or _("a post without text")}
