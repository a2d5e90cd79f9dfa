"""The shapes of posts: what HighLevel answers and what we send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from highlevel.api.network_details import (
    BlueskyDetails,
    FacebookDetails,
    GoogleDetails,
    InstagramDetails,
    LinkedinDetails,
    PinterestDetails,
    TiktokDetails,
    YoutubeDetails,
)
from highlevel.api.payload import Id, Keys, Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Media(Payload):
    """One image or video. HighLevel answers `type` as "image" or "video", but takes only MIME types."""

    url: str | None = None
    type: str | None = None
    caption: str | None = None
    thumbnail: str | None = None
    alt_text: str | None = None
    id: str | None = None
    original_url: str | None = None
    watermarked_url: str | None = None
    optimized_url: str | None = None
    optimized_type: str | None = None
    is_modified: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPreview(Payload):
    """The card of a link in a post."""

    meta_image: str | None = None
    meta_link: str | None = None
    og_title: str | None = None
    og_description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostUser(Payload):
    """The HighLevel user behind a post or an approval."""

    id: Annotated[str | None, Keys("id", "_id")] = None
    title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    profile_photo: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDetails(Payload):
    """Who is asked to approve, and what came of it (pending, approved, rejected, not_required)."""

    approver: str | None = None
    requester_note: str | None = None
    approver_note: str | None = None
    approval_status: str | None = None
    approver_user: PostUser | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights(Payload):
    """What a network counted under a published post."""

    like: int | None = None
    share: int | None = None
    comment: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFields(Payload):
    """Everything a post may carry in an answer, wherever it appears.

    `platform` is unreliable for scheduled posts: tell the network by the accounts. `network_id` is the published
    post's id at the network. Times are UTC.
    """

    source: str | None = None
    location_id: str | None = None
    platform: str | None = None
    thumbnail: str | None = None
    display_date: datetime | None = None
    schedule_date: datetime | None = None
    published_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    account_id: str | None = None
    account_ids: tuple[str, ...] = ()
    parent_post_id: str | None = None
    error: str | None = None
    network_id: Annotated[str | None, Keys("postId")] = None
    summary: str | None = None
    media: tuple[Media, ...] = ()
    status: str | None = None
    type: str | None = None
    created_by: str | None = None
    deleted: bool | None = None
    tags: tuple[str, ...] = ()
    category_id: str | None = None
    follow_up_comment: str | None = None
    apply_watermark: bool | None = None
    media_optimization: bool | None = None
    approval_action_at: datetime | None = None
    link_preview: Annotated[LinkPreview | None, Keys("ogTagsDetails")] = None
    approval: Annotated[ApprovalDetails | None, Keys("postApprovalDetails")] = None
    user: PostUser | None = None
    insights: Insights | None = None
    tiktok: Annotated[TiktokDetails | None, Keys("tiktokPostDetails")] = None
    google: Annotated[GoogleDetails | None, Keys("gmbPostDetails")] = None
    bluesky: Annotated[BlueskyDetails | None, Keys("blueskyPostDetails")] = None
    linkedin: Annotated[LinkedinDetails | None, Keys("linkedinPostDetails")] = None
    pinterest: Annotated[PinterestDetails | None, Keys("pinterestPostDetails")] = None
    facebook: Annotated[FacebookDetails | None, Keys("facebookPostDetails")] = None
    instagram: Annotated[InstagramDetails | None, Keys("instagramPostDetails")] = None
    youtube: Annotated[YoutubeDetails | None, Keys("youtubePostDetails")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePost(PostFields):
    """A post of HighLevel: a parent, or with `parent_post_id` one account's copy of it."""

    id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class PostContent(PostFields):
    """A post inside a queue item, which may never have been a post of its own."""

    id: Annotated[str | None, Keys("_id", "id")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalInput(Payload):
    """The approval part of a post to send."""

    approver: str | None = None
    requester_note: str | None = None
    approver_note: str | None = None
    approval_status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostInput(Payload):
    """A whole post to create, or to put in place of one. HighLevel refuses any key that is not in this list.

    Absent (None) fields are not sent; an edit drops them at HighLevel. `media` is always sent, because HighLevel wants
    the list even when it is empty. `schedule_date` is an aware instant.
    """

    account_ids: tuple[str, ...]
    user_id: str
    type: str = "post"
    status: str | None = None
    summary: str | None = None
    media: tuple[Media, ...] = ()
    schedule_date: datetime | None = None
    schedule_time_updated: bool | None = None
    selected_best_time: str | None = None
    created_by: str | None = None
    follow_up_comment: str | None = None
    link_preview: Annotated[LinkPreview | None, Keys("ogTagsDetails")] = None
    approval: Annotated[ApprovalInput | None, Keys("postApprovalDetails")] = None
    tags: tuple[str, ...] | None = None
    category_id: str | None = None
    apply_watermark: bool | None = None
    tiktok: Annotated[TiktokDetails | None, Keys("tiktokPostDetails")] = None
    google: Annotated[GoogleDetails | None, Keys("gmbPostDetails")] = None
    linkedin: Annotated[LinkedinDetails | None, Keys("linkedinPostDetails")] = None
    pinterest: Annotated[PinterestDetails | None, Keys("pinterestPostDetails")] = None
    facebook: Annotated[FacebookDetails | None, Keys("facebookPostDetails")] = None
    instagram: Annotated[InstagramDetails | None, Keys("instagramPostDetails")] = None
    youtube: Annotated[YoutubeDetails | None, Keys("youtubePostDetails")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedPostInput(Payload):
    """Changes to the post of a queue item: as PostInput, with nothing required."""

    account_ids: tuple[str, ...] | None = None
    user_id: str | None = None
    type: str | None = None
    status: str | None = None
    summary: str | None = None
    media: tuple[Media, ...] | None = None
    schedule_date: datetime | None = None
    schedule_time_updated: bool | None = None
    selected_best_time: str | None = None
    created_by: str | None = None
    follow_up_comment: str | None = None
    link_preview: Annotated[LinkPreview | None, Keys("ogTagsDetails")] = None
    approval: Annotated[ApprovalInput | None, Keys("postApprovalDetails")] = None
    tags: tuple[str, ...] | None = None
    category_id: str | None = None
    apply_watermark: bool | None = None
    location_id: str | None = None
    tiktok: Annotated[TiktokDetails | None, Keys("tiktokPostDetails")] = None
    google: Annotated[GoogleDetails | None, Keys("gmbPostDetails")] = None
    linkedin: Annotated[LinkedinDetails | None, Keys("linkedinPostDetails")] = None
    pinterest: Annotated[PinterestDetails | None, Keys("pinterestPostDetails")] = None
    facebook: Annotated[FacebookDetails | None, Keys("facebookPostDetails")] = None
    instagram: Annotated[InstagramDetails | None, Keys("instagramPostDetails")] = None
    youtube: Annotated[YoutubeDetails | None, Keys("youtubePostDetails")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDeletion(Payload):
    """How many posts a bulk deletion removed, if HighLevel said so."""

    deleted_count: int | None = None
