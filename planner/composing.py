"""What somebody composes: one thing to say, on which accounts, when. It becomes one post, or siblings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from accounts.models import ConnectedAccount
from highlevel.models import Location
from planner.models import Category, Post, PostStatus, PostType, Tag
from planner.models import Media as StoredMedia


@dataclass(frozen=True, slots=True)
class MediaItem:
    """One file. `kind` is a MIME type or HighLevel's word; `facts` what was measured of it; `kept` the keys of
    HighLevel's that Rota does not show and gives back as they came; `held` the addresses that HighLevel has taken
    in the post already."""

    url: str
    kind: str = ""
    thumbnail: str = ""
    caption: str = ""
    alt_text: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)
    held: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Composition:
    """Everything of a post that a person decides.

    `accounts` are of `location`. `versions` are texts that replace `text` on the networks that they name. `details` and
    `link_preview` are by HighLevel's own keys, `approver` is the id of a HighLevel user. `scheduled_at` is an aware
    instant; only a draft may do without. `status` is what it shall become: draft, in_review, scheduled, or published
    for at once. `title` is for the team and not sent.
    """

    location: Location
    accounts: tuple[ConnectedAccount, ...] = ()
    text: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    type: str = PostType.POST.value
    media: tuple[MediaItem, ...] = ()
    details: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    follow_up_comment: str = ""
    category: Category | None = None
    tags: tuple[Tag, ...] = ()
    link_preview: Mapping[str, Any] = field(default_factory=dict)
    scheduled_at: datetime | None = None
    status: str = PostStatus.DRAFT.value
    approver: str = ""
    requester_note: str = ""
    title: str = ""
    apply_watermark: bool | None = None


def siblings(composition: Composition) -> list[Composition]:
    """The posts that it takes, because HighLevel knows one text a post: one for each different text, in the order of
    the accounts. Settings of networks that a sibling does not go to stay behind."""
    if not composition.versions:
        return [composition]
    by_text: dict[str, list[ConnectedAccount]] = {}
    for account in composition.accounts:
        by_text.setdefault(composition.versions.get(account.platform, composition.text), []).append(account)
    if not by_text:
        return [replace(composition, versions={})]
    return [
        replace(
            composition,
            text=text,
            versions={},
            accounts=tuple(accounts),
            details=_only_of(composition.details, accounts, alone=len(by_text) == 1),
        )
        for text, accounts in by_text.items()
    ]


def composition_of(post: Post) -> Composition:
    """What a stored post says now. Costs the queries of its location, category, targets, tags and media, less what was
    fetched with it. Accounts that are not connected any more are left out."""
    targets = [target for target in post.targets.all() if target.status != PostStatus.DELETED]
    accounts = {target.account.pk: target.account for target in targets if target.account is not None}
    # A draft that was written here is the one kind of post whose files nobody has held against anything.
    held = post.bundle_id is None or post.status != PostStatus.DRAFT
    return Composition(
        location=post.location,
        accounts=tuple(accounts.values()),
        text=post.text,
        type=post.type,
        media=tuple(media_item(media, held=held) for media in post.media.all()),
        details=post.details,
        follow_up_comment=post.follow_up_comment,
        category=post.category,
        tags=tuple(post.tags.all()),
        link_preview=post.link_preview,
        scheduled_at=post.scheduled_at,
        status=post.status,
        approver=post.approver,
        requester_note=post.requester_note,
        title=post.title,
        apply_watermark=post.apply_watermark,
    )


SHOWN_KEYS = frozenset({"url", "type", "thumbnail", "caption", "altText"})


def media_item(media: StoredMedia, *, held: bool) -> MediaItem:
    """A stored file as it is composed; `held` when HighLevel has taken its addresses."""
    return MediaItem(
        url=media.url,
        kind=media.kind,
        thumbnail=media.thumbnail,
        caption=media.caption,
        alt_text=media.alt_text,
        facts=media.facts,
        kept={key: value for key, value in media.remote.items() if key not in SHOWN_KEYS},
        held=frozenset({media.url, media.thumbnail} if held else ()),
    )


# Details that a network has under the name of another: TikTok Business takes those of TikTok.
DETAILS_OF = {"tiktok-business": "tiktok"}


def _only_of(
    details: Mapping[str, Mapping[str, Any]], accounts: Iterable[ConnectedAccount], *, alone: bool
) -> Mapping[str, Mapping[str, Any]]:
    if alone:
        return details
    wanted = {DETAILS_OF.get(account.platform, account.platform) for account in accounts}
    return {network: held for network, held in details.items() if network in wanted}
