"""The columns and parts of a post that a composition makes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from highlevel.inserting import bulk_append
from highlevel.pull.rows import as_json
from planner.composing import Composition, MediaItem
from planner.fingerprint import fingerprint
from planner.models import Media, Post, PostStatus, PostTarget

Row = dict[str, Any]  # values by column


def columns_of(composition: Composition, *, now: datetime) -> dict[str, Any]:
    """The post's own columns. What is to be published at once is waiting from `now` on."""
    at_once = composition.status == PostStatus.PUBLISHED
    at = now if at_once else composition.scheduled_at
    in_review = composition.status == PostStatus.IN_REVIEW
    return {
        "title": composition.title,
        "text": composition.text,
        "type": composition.type,
        "status": PostStatus.PENDING.value if at_once else composition.status,
        "scheduled_at": at,
        "display_at": at or now,
        "category": composition.category,
        "follow_up_comment": composition.follow_up_comment.strip(),
        "details": {name: dict(part) for name, part in composition.details.items() if part},
        "link_preview": dict(composition.link_preview),
        "apply_watermark": composition.apply_watermark,
        "approver": composition.approver if in_review else "",
        "requester_note": composition.requester_note if in_review else "",
        "approval_status": "pending" if in_review else "",
        "fingerprint": fingerprint(
            text=composition.text,
            media=[item.url for item in composition.media],
            accounts=[account.remote_id for account in composition.accounts],
            at=at,
            details=as_json({name: dict(part) for name, part in composition.details.items() if part}),
        ),
    }


def told(composition: Composition) -> dict[str, Any]:
    """What the history keeps of a composition, as JSON holds it. Media, accounts and tags, which no column of the post
    holds, are told by their names."""
    return {
        "title": composition.title,
        "text": composition.text,
        "type": composition.type,
        "status": composition.status,
        "scheduled_at": composition.scheduled_at.isoformat() if composition.scheduled_at else None,
        "category": str(composition.category) if composition.category else None,
        "follow_up_comment": composition.follow_up_comment.strip(),
        "details": {name: dict(part) for name, part in composition.details.items() if part},
        "link_preview": dict(composition.link_preview),
        "apply_watermark": composition.apply_watermark,
        "approver": composition.approver,
        "requester_note": composition.requester_note,
        "accounts": sorted(f"{account} ({account.platform_label})" for account in composition.accounts),
        "media": [_file_told(item) for item in composition.media],
        "tags": sorted(str(tag) for tag in composition.tags),
    }


def _file_told(item: MediaItem) -> str:
    cover = item.thumbnail if item.thumbnail != item.url else ""
    return " · ".join(text for text in (item.url, item.alt_text, item.caption, cover) if text)


def told_between(before: Composition, after: Composition) -> dict[str, tuple[Any, Any]]:
    """What the history says of an edit: the fields that differ, before and after."""
    old, new = told(before), told(after)
    return {name: (old[name], value) for name, value in new.items() if old[name] != value}


def media_rows(post: Post, items: Sequence[MediaItem]) -> list[Row]:
    """The values of a post's files, in their order."""
    return [
        {
            "post_id": post.pk,
            "position": place,
            "url": item.url,
            "kind": item.kind,
            "thumbnail": item.thumbnail,
            "caption": item.caption,
            "alt_text": item.alt_text,
            "facts": dict(item.facts),
            "remote": dict(item.kept),
        }
        for place, item in enumerate(items)
    ]


def target_rows(post: Post, composition: Composition) -> list[Row]:
    """The values of a target for each account, in the state of the post."""
    return [
        {"post_id": post.pk, "account_id": account.pk, "account_remote_id": account.remote_id, "status": post.status}
        for account in composition.accounts
    ]


def parts_replace(post: Post, composition: Composition) -> None:
    """Make media, tags and targets of a stored post those of the composition. At most nine queries.

    A target that HighLevel keeps a row for is marked deleted when its account is left out, as a pull would do.
    """
    Media.objects.filter(post=post).delete()
    bulk_append(Media, media_rows(post, composition.media))
    post.tags.set(composition.tags)
    wanted = {account.remote_id for account in composition.accounts}
    left_out = PostTarget.objects.filter(post=post).exclude(account_remote_id__in=wanted)
    left_out.filter(remote_id="").delete()
    left_out.exclude(remote_id="").update(status=PostStatus.DELETED, remote_hash="")
    held = PostTarget.objects.filter(post=post, account_remote_id__in=wanted)
    held.update(status=post.status)
    present = set(held.values_list("account_remote_id", flat=True))
    missing = [row for row in target_rows(post, composition) if row["account_remote_id"] not in present]
    bulk_append(PostTarget, missing)
