"""The shapes of category queues, their items, slots and edit sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from highlevel.api.categories import RemoteCategory
from highlevel.api.payload import Id, Keys, Payload
from highlevel.api.post_payloads import LinkPreview, PostContent


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSlot(Payload):
    """A weekly slot: `day_of_week` 0 is Sunday, `time` is HH:mm on the location's clock."""

    day_of_week: int
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteQueue(Payload):
    """A category queue. `status`: draft, active, paused. `current_order` is the order of the item that goes next."""

    id: Id
    location_id: str | None = None
    category_id: str | None = None
    time_slots: tuple[TimeSlot, ...] = ()
    enable_future_posts: bool | None = None
    prioritize_new_content: bool | None = None
    current_order: float | None = None
    status: str | None = None
    start_date: datetime | None = None
    skip_date_time: tuple[datetime, ...] = ()
    current_post_id: str | None = None
    total_posts: int | None = None
    last_scheduled_time: datetime | None = None
    created_by: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    category: RemoteCategory | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSwitches(Payload):
    """The queue that a category already has."""

    queue_id: str | None = None
    prioritize_new_content: bool | None = None
    enable_future_posts: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableCategory(Payload):
    """A category as a place for a queue. `status`: available, in_queue, draft."""

    id: Id
    name: str | None = None
    location_id: str | None = None
    primary_color: str | None = None
    secondary_color: str | None = None
    created_by: str | None = None
    deleted: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    published_posts_count: int | None = None
    status: str | None = None
    queue: Annotated[QueueSwitches | None, Keys("queueDetails")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation(Payload):
    """One wording of a queue item."""

    id: Annotated[str | None, Keys("_id", "id")] = None
    content: str | None = None
    mentions: tuple[dict[str, Any], ...] = ()
    link_preview: Annotated[LinkPreview | None, Keys("ogTags")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariationInput(Payload):
    """One wording to send. The link preview takes link, image and title only."""

    content: str | None = None
    mentions: tuple[dict[str, Any], ...] | None = None
    link_preview: Annotated[LinkPreview | None, Keys("ogTags")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteQueueItem(Payload):
    """An item of a queue. `errors` holds INVALID_USER_ID and PIXABAY_MEDIA; `post_id` is the original post, if any."""

    id: Id
    order: float | None = None
    variations: tuple[Variation, ...] = ()
    primary_image: str | None = None
    post_id: str | None = None
    post: PostContent | None = None
    modified_post: Annotated[PostContent | None, Keys("modifiedPostPayload")] = None
    errors: tuple[str, ...] = ()
    scheduled_at: Annotated[datetime | None, Keys("scheduledDateTime")] = None
    scheduled_variation: Annotated[int | None, Keys("scheduledVariationIndex")] = None
    current_variation: int | None = None
    is_skipped: bool | None = None
    last_scheduled_time: datetime | None = None
    queue_id: str | None = None
    parent_post_id: str | None = None
    location_id: str | None = None
    deleted: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSlot(Payload):
    """When an item goes out next (UTC), or None when it does not."""

    item_id: str
    scheduled_at: Annotated[datetime | None, Keys("scheduledDateTime")] = None
    is_skipped: bool | None = None


@dataclass(frozen=True, slots=True)
class SlotPage:
    """Some slots. `timezone` is the IANA zone that HighLevel computed them in."""

    rows: tuple[ItemSlot, ...]
    total: int | None
    timezone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPost(Payload):
    """One projected publication in the calendar."""

    scheduled_at: Annotated[datetime | None, Keys("scheduledDateTime")] = None
    post: PostContent | None = None
    item_id: Annotated[str | None, Keys("queueItemId")] = None
    queue_id: str | None = None
    order: float | None = None
    variations: tuple[Variation, ...] = ()
    primary_image: str | None = None
    errors: tuple[str, ...] = ()
    category: RemoteCategory | None = None
    current_variation: int | None = None
    timezone: str | None = None
    is_draft: bool | None = None
    original_item_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedPosts:
    """A stretch of the calendar."""

    rows: tuple[PlannedPost, ...]
    total: int | None
    timezone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditSessionStart(Payload):
    """An edit session, new or resumed."""

    session_id: str
    item_count: int | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotChanges(Payload):
    """What a save or an item operation moved."""

    updated_slots: tuple[ItemSlot, ...] = ()
    total_posts_changed: int | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange(Payload):
    """The item after an operation (None when a reset removed it), and what else moved."""

    item: Annotated[RemoteQueueItem | None, Keys("queueItem")] = None
    updated_slots: tuple[ItemSlot, ...] = ()
    total_posts_changed: int | None = None
    message: str | None = None
