"""Telling HighLevel of edits, so that what nobody edited stays as it is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import ConnectedAccount
from accounts.templatetags.look import long_time
from highlevel.api import HighLevel, NotFound, OutcomeUnknown, Rejected, RemoteError, RemotePost
from highlevel.models import Change, Location
from highlevel.outbox import (
    ChangedElsewhere,
    Denied,
    Difference,
    Finding,
    Found,
    Handler,
    NotThere,
    Outcome,
    handler,
    subject_key,
)
from planner.mirror.absorbing import post_mirror, post_restore
from planner.models import Post, PostStatus, PostTarget
from planner.outbox.subjects import KIND, MOVED, POST_EDIT, TITLE, title_words
from planner.outbox.uploads import resolve_uploads
from planner.remote import EDIT, edited, holds, values_of

LABELS = {
    "accountIds": gettext_lazy("Accounts"),
    "summary": gettext_lazy("Text"),
    "media": gettext_lazy("Media"),
    "scheduleDate": gettext_lazy("Date"),
    "status": gettext_lazy("Status"),
    "tags": gettext_lazy("Tags"),
    "categoryId": gettext_lazy("Category"),
    "followUpComment": gettext_lazy("Follow-up comment"),
}


@handler
class PostEdit(Handler):
    """Change some fields of a post and leave all others as they are.

    The payload holds the fields by HighLevel's keys. The row is read first; has anybody changed it since the version
    that the editor saw, nothing is sent.
    """

    operation = POST_EDIT

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        changes, remote_id = _sendable(change), _remote_id(change)
        row = _present(client, remote_id)
        if not _is_known(change, row):
            raise _elsewhere(row, changes)
        client.posts.edit(post_id=remote_id, post=edited(row, changes))
        try:
            return _outcome(client.posts.get(post_id=remote_id))
        except RemoteError as error:
            # The edit was accepted. Which version it made is for the look-up to find out.
            raise OutcomeUnknown(
                error.message, operation=EDIT, status=error.status, request_id=error.request_id
            ) from error

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        changes = _sendable(change)
        try:
            row = _present(client, _remote_id(change))
        except NotFound as error:
            return Denied(error)
        if holds(row, changes):
            return Found(_outcome(row))
        return NotThere() if _is_known(change, row) else Denied(_elsewhere(row, changes))

    def rebase(self, refused: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        """What the first editor saw: until it is settled the post shows the refused edit, not what HighLevel has."""
        return {**new, **refused}

    def title(self, change: Change) -> str:
        about = title_words(change.payload)
        if "accountIds" in change.payload:
            return _("Move “%(post)s” to another account") % about
        return _("Change “%(post)s”") % about

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        post = Post.objects.get(pk=subject_key(change, KIND))
        made_at = parse_datetime(outcome.kept.get(MOVED) or "")
        if made_at is not None:
            Post.objects.filter(pk=post.pk).update(remote_updated_at=made_at)
        if "accountIds" in change.payload:
            targets_move(post, change.payload["accountIds"])
        if outcome.news is not None:
            post_mirror(change.location, outcome.news, now=now)

    def cancelled(self, change: Change, now: datetime) -> None:
        """The post says again what HighLevel has."""
        post_restore(Post.objects.get(pk=subject_key(change, KIND)), now=now)

    def differences(self, change: Change) -> list[Difference]:
        seen = change.outcome.get("seen") or {}
        return [
            Difference(
                str(LABELS.get(key, key)),
                *(_words(key, value, change.location) for value in (change.base.get(key), wanted, seen[key])),
            )
            for key, wanted in _changes(change).items()
            if key in seen and seen[key] != change.base.get(key)
        ]

    def address(self, change: Change) -> str:
        return reverse("planner:post", args=[subject_key(change, KIND)])


def targets_move(post: Post, account_ids: Sequence[str]) -> None:
    """Make the targets of a post those of these accounts (HighLevel's ids); the next pull brings the rest.

    A target that the post's own row speaks for goes over to the new account; an account's own row is marked deleted,
    as a pull would do.
    """
    targets = list(PostTarget.objects.filter(post=post).defer("remote"))
    leaving = [target for target in targets if target.account_remote_id not in account_ids]
    present = {target.account_remote_id for target in targets}
    coming = [name for name in account_ids if name not in present]
    known = ConnectedAccount.objects.filter(location=post.location_id, remote_id__in=coming)
    accounts = dict(known.values_list("remote_id", "pk"))
    for target in leaving:
        held = PostTarget.objects.filter(pk=target.pk)
        if target.remote_id:
            held.update(status=PostStatus.DELETED, remote_hash="")
        elif coming:
            name = coming.pop(0)
            held.update(account_remote_id=name, account=accounts.get(name))
        else:
            held.delete()
    PostTarget.objects.bulk_create(
        PostTarget(post=post, account_id=accounts.get(name), account_remote_id=name, status=post.status)
        for name in coming
    )


def _words(key: str, value: Any, location: Location) -> str:
    if key == "scheduleDate" and (at := parse_datetime(value or "")) is not None:
        return long_time(at, location)
    if key == "status" and value in PostStatus.values:
        return str(PostStatus(value).label)
    if isinstance(value, list):
        return ngettext("%(number)d entry", "%(number)d entries", len(value)) % {"number": len(value)}
    return str(value) if value not in (None, "") else _("nothing")


def _changes(change: Change) -> dict[str, Any]:
    return {key: value for key, value in change.payload.items() if key != TITLE}


def _sendable(change: Change) -> dict[str, Any]:
    """The changes with the library's addresses. Raises what `resolve_uploads` raises."""
    return resolve_uploads(_changes(change), change.location)


def _remote_id(change: Change) -> str:
    remote_id = Post.objects.values_list("remote_id", flat=True).get(pk=subject_key(change, KIND))
    if not remote_id:
        raise Rejected("The post has no id at HighLevel", operation=EDIT)
    return remote_id


def _present(client: HighLevel, remote_id: str) -> RemotePost:
    """The row. Raises NotFound for one that is gone, also when HighLevel still shows it as deleted."""
    row = client.posts.get(post_id=remote_id)
    if row.deleted:
        raise NotFound("The post is deleted in HighLevel", operation=EDIT)
    return row


def _is_known(change: Change, row: RemotePost) -> bool:
    """Whether the row is the version that the editor saw, or one that an earlier change of ours has made since."""
    seen = change.base.get(MOVED)
    if row.updated_at is None or seen is None:
        return True
    ours = Change.objects.filter(subject=change.subject, state=Change.State.DONE)
    versions = {seen, *ours.values_list(f"outcome__{MOVED}", flat=True)}
    return row.updated_at in {parse_datetime(version) for version in versions if version}


def _elsewhere(row: RemotePost, changes: dict[str, Any]) -> ChangedElsewhere:
    seen = {MOVED: row.updated_at.isoformat() if row.updated_at else None, **values_of(row, changes)}
    return ChangedElsewhere("The post was changed in HighLevel after it was opened here", seen=seen, operation=EDIT)


def _outcome(row: RemotePost) -> Outcome:
    return Outcome({MOVED: row.updated_at.isoformat()} if row.updated_at else {}, row)
