"""Telling HighLevel to forget posts: one, or up to fifty at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from highlevel.api import HighLevel, NotFound, Rejected, RemoteError
from highlevel.models import Change
from highlevel.outbox import Finding, Found, Handler, NotThere, Outcome, Wish, changes_record, handler, subject_key
from planner.models import Post, PostStatus, PostTarget
from planner.outbox.subjects import BUNCH, KIND, POST_BULK_DELETE, POST_DELETE, TITLE, title_words
from planner.services.import_following import posts_rows_after_undo

LEFT = "left"  # of the outcome: keys of posts that HighLevel still has after deleting their bunch
POSTS = "posts"  # of a bunch's payload: HighLevel's id by the post's key


@handler
class PostDelete(Handler):
    """Delete HighLevel's record of one post; that it is gone already is as good."""

    operation = POST_DELETE
    repeatable = True

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        remote_id = Post.objects.values_list("remote_id", flat=True).get(pk=subject_key(change, KIND))
        if not remote_id:
            raise Rejected("The post has no id at HighLevel", operation="delete-post")
        try:
            client.posts.delete(post_id=remote_id)
        except NotFound:
            return Outcome({"was_gone": True})
        return Outcome()

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        remote_id = Post.objects.values_list("remote_id", flat=True).get(pk=subject_key(change, KIND))
        return Found() if not remote_id or _is_gone(client, remote_id) else NotThere()

    def title(self, change: Change) -> str:
        return _("Delete “%(post)s”") % title_words(change.payload)

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        posts_forget([subject_key(change, KIND)], now)
        posts_rows_after_undo(posts=[subject_key(change, KIND)])

    def refused(self, change: Change, error: RemoteError, now: datetime) -> None:
        _keep([subject_key(change, KIND)])

    def cancelled(self, change: Change, now: datetime) -> None:
        _keep([subject_key(change, KIND)])

    def address(self, change: Change) -> str:
        return reverse("planner:post", args=[subject_key(change, KIND)])


@handler
class PostBulkDelete(Handler):
    """Delete HighLevel's record of up to fifty posts; those that are still there get a deletion of their own."""

    operation = POST_BULK_DELETE
    repeatable = True

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        wanted: dict[str, str] = change.payload[POSTS]
        try:
            told = client.posts.bulk_delete(post_ids=list(wanted.values()))
        except NotFound:
            return Outcome({LEFT: []})
        if told.deleted_count is not None and told.deleted_count >= len(wanted):
            return Outcome({LEFT: []})
        # Deleting twice does no harm, so a look that fails here only has it done again.
        return Outcome({LEFT: [int(pk) for pk, name in wanted.items() if not _is_gone(client, name)]})

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        gone = all(_is_gone(client, name) for name in change.payload[POSTS].values())
        return Found(Outcome({LEFT: []})) if gone else NotThere()

    def title(self, change: Change) -> str:
        number = len(change.payload[POSTS])
        return ngettext("Delete %(number)d post", "Delete %(number)d posts", number) % {"number": number}

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        left = set(outcome.kept[LEFT])
        posts_forget([pk for pk in _keys(change) if pk not in left], now)
        posts_rows_after_undo(posts=_keys(change))
        if left:
            wishes = [Wish(f"{KIND}:{pk}", {TITLE: ""}) for pk in sorted(left)]
            changes_record(location=change.location, operation=POST_DELETE, wishes=wishes, actor=change.actor, now=now)

    def refused(self, change: Change, error: RemoteError, now: datetime) -> None:
        _keep(_keys(change))

    def cancelled(self, change: Change, now: datetime) -> None:
        _keep(_keys(change))

    def address(self, change: Change) -> str:
        return ""


def bunch_subject(key: Any) -> str:
    """The subject of a bunch, named by a key of the caller's that no other bunch has."""
    return f"{BUNCH}:{key}"


def posts_forget(keys: list[int], now: datetime) -> None:
    """Mark posts as deleted in HighLevel, as a pull would do."""
    posts = Post.objects.filter(pk__in=keys)
    posts.update(status=PostStatus.DELETED, gone_at=now, deleting_at=None)
    PostTarget.objects.filter(post__in=keys).exclude(status__in=(PostStatus.PUBLISHED,)).update(
        status=PostStatus.DELETED
    )


def _keep(keys: list[int]) -> None:
    Post.objects.filter(pk__in=keys).update(deleting_at=None)
    posts_rows_after_undo(posts=keys)


def _keys(change: Change) -> list[int]:
    return [int(pk) for pk in change.payload[POSTS]]


def _is_gone(client: HighLevel, remote_id: str) -> bool:
    try:
        return bool(client.posts.get(post_id=remote_id).deleted)
    except NotFound:
        return True
