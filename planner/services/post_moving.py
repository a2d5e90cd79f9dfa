"""Taking planned posts from one connected account to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Left

from accounts.models import ConnectedAccount, Platform, User
from accounts.services.people_binding import acts_as
from highlevel.models import Change
from highlevel.outbox import Wish, changes_record
from planner.models import Post, PostStatus, PostTarget
from planner.outbox.subjects import POST_EDIT, TITLE, TITLE_LENGTH, post_base, post_subject

MOVABLE = (PostStatus.SCHEDULED, PostStatus.IN_REVIEW, PostStatus.DRAFT)


def posts_of(account: ConnectedAccount) -> QuerySet[Post]:
    """The posts that are planned on the account, whatever their state."""
    here = PostTarget.objects.filter(account=account).exclude(status=PostStatus.DELETED)
    return Post.objects.present().filter(pk__in=here.values("post"))


def posts_movable(account: ConnectedAccount, now: datetime) -> QuerySet[Post]:
    """The posts that HighLevel lets go to another account of the network at the aware instant `now`.

    It refuses an edit of what is going out already, and of a date that has passed. A pin needs a board of its new
    account, and nobody but HighLevel's own composer knows which there are; a draft of one may wait without.
    """
    movable = posts_of(account).filter(status__in=MOVABLE).exclude(remote_id=None)
    if account.platform == Platform.PINTEREST:
        movable = movable.filter(status=PostStatus.DRAFT)
    return movable.exclude(status__in=(PostStatus.SCHEDULED, PostStatus.IN_REVIEW), scheduled_at__lte=now)


def posts_move(*, account: ConnectedAccount, to: ConnectedAccount, actor: User, now: datetime) -> list[Change]:
    """Record, for each planned post of the account that can go, that it is to be on the account `to` instead.

    One change a post; what is shown of the post follows once HighLevel has it. Call it in a transaction. Six queries at
    most.
    """
    targets = PostTarget.objects.exclude(status=PostStatus.DELETED).only("post", "account_remote_id")
    posts = (
        posts_movable(account, now)
        .only("location", "remote_updated_at", "details")
        .annotate(beginning=Left("text", TITLE_LENGTH))
        .prefetch_related(Prefetch("targets", targets))
        .order_by("scheduled_at", "pk")
    )
    user = acts_as(user=actor, location=account.location)
    wishes = [_wish(post, account, to, user) for post in posts]
    return changes_record(location=account.location, operation=POST_EDIT, wishes=wishes, actor=actor, now=now)


def _wish(post: Post, account: ConnectedAccount, to: ConnectedAccount, user: str | None) -> Wish:
    held = list(dict.fromkeys(target.account_remote_id for target in post.targets.all()))
    changes: dict[str, Any] = {"accountIds": _exchanged(held, account.remote_id, to.remote_id)}
    details = post.details.get("instagram") or {}
    invited = details.get("collaborators") or {}
    if account.remote_id in invited:
        moved = {to.remote_id if name == account.remote_id else name: who for name, who in invited.items()}
        changes["instagramPostDetails"] = {**details, "collaborators": moved}
    base = post_base(post, changes, {"accountIds": held, "instagramPostDetails": details})
    if user:
        changes["userId"] = user
    return Wish(post_subject(post), {**changes, TITLE: post.beginning}, base)  # type: ignore[attr-defined]


def _exchanged(held: Sequence[str], old: str, new: str) -> list[str]:
    return list(dict.fromkeys(new if name == old else name for name in held))
