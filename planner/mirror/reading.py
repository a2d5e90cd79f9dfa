"""What a HighLevel post means in our columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from accounts.models import ConnectedAccount
from highlevel.api import RemotePost
from highlevel.models import Location
from highlevel.pull import Read, Sound, fit
from highlevel.pull.rows import as_json
from planner.fingerprint import fingerprint
from planner.models import Category, Post, PostStatus, Tag

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)  # the date of a row that HighLevel sent without any
TYPES = frozenset(Post.Type.values)
AHEAD = (PostStatus.SCHEDULED, PostStatus.IN_REVIEW, PostStatus.PENDING, PostStatus.IN_PROGRESS)
DETAILS = {
    "tiktok": "tiktokPostDetails",
    "google": "gmbPostDetails",
    "linkedin": "linkedinPostDetails",
    "pinterest": "pinterestPostDetails",
    "facebook": "facebookPostDetails",
    "instagram": "instagramPostDetails",
    "youtube": "youtubePostDetails",
    "bluesky": "blueskyPostDetails",
    "community": "communityPostDetails",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What posts of one location may refer to: primary keys by remote id."""

    accounts: dict[str, int]
    categories: dict[str, int]
    tags: dict[str, int]

    @classmethod
    def load(cls, location: Location) -> Known:
        """Three queries; a page then needs none."""
        accounts, categories, tags = (
            dict(model._default_manager.filter(location=location).values_list("remote_id", "pk"))
            for model in (ConnectedAccount, Category, Tag)
        )
        return cls(accounts, categories, tags)


def is_root(row: RemotePost) -> bool:
    """Whether the row is the post itself, not one account's copy."""
    parent = row.parent_post_id
    return not parent or parent == row.id or len(parent) > 255


def accounts_of(row: RemotePost) -> tuple[str, ...]:
    """The accounts of a row in its order, each once, whichever way HighLevel names them."""
    named = row.account_ids or ((row.account_id,) if row.account_id else ())
    return tuple(dict.fromkeys(name for name in named if name and len(name) <= 255))


def account_of(row: RemotePost) -> str:
    """The one account of a child row; empty when it names none."""
    if row.account_id and len(row.account_id) <= 255:
        return row.account_id
    return next(iter(accounts_of(row)), "")


def marked(read: Read[RemotePost], known: Known) -> Sound:
    """The row with a digest that also covers which of its references are not mirrored yet."""
    row = read.row
    if is_root(row):
        missing = {f"account {name}" for name in accounts_of(row) if name not in known.accounts}
        missing |= {f"tag {name}" for name in row.tags if name not in known.tags}
        if row.category_id and row.category_id not in known.categories:
            missing.add(f"category {row.category_id}")
    else:
        name = account_of(row)
        missing = set() if name in known.accounts else {f"account {name}"}
    return read.remote.marked(*sorted(missing))


def status_of(row: RemotePost) -> str:
    """One of PostStatus; a word that is new to us is `unknown`."""
    return PostStatus.DELETED.value if row.deleted else PostStatus.read(row.status or "").value


def post_of(
    row: RemotePost, remote: Sound | None, *, location: Location, known: Known, now: datetime
) -> dict[str, Any]:
    """The columns of the post that a row makes.

    Without `remote` the row is a child that tells of a parent which was never seen: its content stands in.
    """
    status = status_of(row)
    scheduled_at = row.schedule_date or (row.display_date if status in AHEAD else None)
    text, details = row.summary or "", details_of(row)
    urls = [item.url or "" for item in row.media]
    return {
        "location_id": location.pk,
        "remote_id": row.id if remote else row.parent_post_id,
        "text": text,
        "type": row.type if row.type in TYPES else Post.Type.POST.value,
        "status": status,
        "scheduled_at": scheduled_at,
        "published_at": row.published_at,
        "display_at": row.published_at or scheduled_at or row.display_date or row.created_at or UNDATED,
        "category_id": known.categories.get(row.category_id or ""),
        "follow_up_comment": row.follow_up_comment or "",
        "details": details,
        "link_preview": as_json(row.raw.get("ogTagsDetails") or {}),
        "apply_watermark": row.apply_watermark,
        "approver": fit(row.approval.approver if row.approval else "", 64),
        "requester_note": (row.approval.requester_note if row.approval else "") or "",
        "approval_status": fit(row.approval.approval_status if row.approval else "", 32),
        "source": fit(row.source, 32),
        "error": row.error or "",
        "created_by": fit(row.created_by, 64),
        "fingerprint": fingerprint(text=text, media=urls, accounts=accounts_of(row), at=scheduled_at, details=details),
        "remote": remote.text if remote else "{}",
        "remote_hash": remote.digest if remote else "",
        "remote_updated_at": row.updated_at if remote else None,
        "synced_at": now,
        "gone_at": None,
    }


def details_of(row: RemotePost) -> str:
    """The settings of each network that has any, as JSON."""
    return as_json({network: row.raw[key] for network, key in DETAILS.items() if row.raw.get(key)})


def target_of(row: RemotePost, account: str, *, post_id: int, known: Known, child: Sound | None) -> dict[str, Any]:
    """The columns of what a row says of one account: as a child row of its own, else (`child` None) as the post's."""
    return {
        "post_id": post_id,
        "account_id": known.accounts.get(account),
        "account_remote_id": account,
        "remote_id": row.id if child else "",
        "status": status_of(row),
        "error": row.error or "",
        "network_post_id": fit(row.network_id, 255),
        "published_at": row.published_at,
        "insights": as_json(row.insights.raw) if row.insights else "{}",
        "remote": child.text if child else "{}",
        "remote_hash": child.digest if child else "",
        "remote_updated_at": row.updated_at if child else None,
    }
