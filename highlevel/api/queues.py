"""Category queues: which exist, when their items go out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from highlevel.api.paging import Page, walk
from highlevel.api.payload import instant
from highlevel.api.queue_payloads import (
    AvailableCategory,
    ItemSlot,
    PlannedPost,
    PlannedPosts,
    RemoteQueue,
    SlotPage,
    TimeSlot,
)
from highlevel.api.resource import Answer, Resource


class Queues(Resource):
    """Queues of the client's location."""

    def available_categories_page(
        self, *, skip: int = 0, limit: int = 100, search_text: str | None = None
    ) -> Page[AvailableCategory]:
        """One page of categories with what queue they have."""
        return self._call(
            "fetchAvailableCategories",
            lambda answer: answer.page(AvailableCategory, "categories", skip=skip, limit=limit),
            query={"locationId": self._location, "skip": skip, "limit": limit, "q": search_text},
        )

    def iter_available_categories(self, *, page_size: int = 100) -> Iterator[AvailableCategory]:
        """Every such category once."""
        pages = walk(
            lambda skip, limit: self.available_categories_page(skip=skip, limit=limit),
            page_size=page_size,
            identity=lambda row: row.id,
            operation="fetchAvailableCategories",
        )
        return (row for page in pages for row in page.rows)

    def list_page(self, *, skip: int = 0, limit: int = 100) -> Page[RemoteQueue]:
        """One page of queues, without deleted ones."""
        return self._call(
            "fetchQueues",
            lambda answer: answer.page(RemoteQueue, "queues", skip=skip, limit=limit),
            body={"locationId": self._location, "skip": skip, "limit": limit},
        )

    def iter(self, *, page_size: int = 100) -> Iterator[RemoteQueue]:
        """Every queue once."""
        pages = walk(
            lambda skip, limit: self.list_page(skip=skip, limit=limit),
            page_size=page_size,
            identity=lambda row: row.id,
            operation="fetchQueues",
        )
        return (row for page in pages for row in page.rows)

    def get(self, *, queue_id: str) -> RemoteQueue:
        """One queue. Raises NotFound."""
        return self._call(
            "fetchQueueById",
            lambda answer: answer.one(RemoteQueue, "queue"),
            path={"queueId": queue_id},
            query={"locationId": self._location},
        )

    def create(
        self,
        *,
        category_id: str,
        user_id: str,
        time_slots: Sequence[TimeSlot],
        enable_future_posts: bool | None = None,
        prioritize_new_content: bool | None = None,
    ) -> RemoteQueue:
        """Create the queue of a category, as a draft; HighLevel fills it with the category's published posts later."""
        return self._call(
            "createQueue",
            lambda answer: answer.one(RemoteQueue, "queue"),
            body={
                "locationId": self._location,
                "categoryId": category_id,
                "userId": user_id,
                "timeSlots": list(time_slots),
                "enableFuturePosts": enable_future_posts,
                "prioritizeNewContent": prioritize_new_content,
            },
        )

    def update(
        self,
        *,
        queue_id: str,
        status: str | None = None,
        time_slots: Sequence[TimeSlot] | None = None,
        skip_date_time: datetime | None = None,
        enable_future_posts: bool | None = None,
        prioritize_new_content: bool | None = None,
        skip_legacy_watermark: bool | None = None,
    ) -> RemoteQueue | None:
        """Change what is given; `status`: active, paused or deleted. `skip_date_time` (an instant) skips that slot."""
        return self._call(
            "updateQueue",
            lambda answer: answer.maybe(RemoteQueue, "queue"),
            path={"queueId": queue_id},
            body={
                "locationId": self._location,
                "status": status,
                "timeSlots": None if time_slots is None else list(time_slots),
                "skipDateTime": skip_date_time,
                "enableFuturePosts": enable_future_posts,
                "prioritizeNewContent": prioritize_new_content,
                "skipLegacyWatermark": skip_legacy_watermark,
            },
        )

    def slots(self, *, queue_id: str, session_id: str | None = None, skip: int = 0, limit: int = 20) -> SlotPage:
        """When each item goes out next; with a session, as it would be after saving."""
        return self._call(
            "fetchSlots",
            lambda answer: SlotPage(answer.many(ItemSlot, "slots"), answer.count("total"), answer.text("timezone")),
            path={"queueId": queue_id},
            body={"locationId": self._location, "sessionId": session_id, "skip": skip, "limit": limit},
        )

    def calendar(
        self,
        *,
        window_start: datetime,
        window_end: datetime,
        category_ids: Sequence[str] = (),
        account_ids: Sequence[str] = (),
    ) -> PlannedPosts:
        """What the active queues will publish in the window (aware instants)."""
        return self._call(
            "fetchCalendarList",
            planned_posts,
            body={
                "locationId": self._location,
                "startDate": instant(window_start),
                "endDate": instant(window_end),
                "categoryIds": list(category_ids) or None,
                "accountIds": list(account_ids) or None,
            },
        )

    def delete_active_post(self, *, post_id: str) -> None:
        """Delete the post that a queue has scheduled; the queue schedules its next item. Raises NotFound."""
        self._call(
            "deleteCurrentActivePostAndScheduleNext",
            lambda answer: None,
            path={"postId": post_id},
            query={"locationId": self._location},
        )


def planned_posts(answer: Answer) -> PlannedPosts:
    """Both calendars answer alike."""
    return PlannedPosts(answer.many(PlannedPost, "scheduledPosts"), answer.count("total"), answer.text("timezone"))
