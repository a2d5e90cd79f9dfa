"""The items of a category queue: of the queue itself, or with a `session_id` of an edit session's draft copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from highlevel.api.paging import Page, walk
from highlevel.api.post_payloads import QueuedPostInput
from highlevel.api.queue_payloads import ItemChange, RemoteQueueItem, SlotChanges, VariationInput
from highlevel.api.resource import Resource

Place = float | Literal["top", "bottom"]


class QueueItems(Resource):
    """Items of queues of the client's location."""

    def list_page(
        self,
        *,
        queue_id: str,
        session_id: str | None = None,
        skip: int = 0,
        limit: int = 100,
        only_errors: bool | None = None,
        around_item_id: str | None = None,
    ) -> Page[RemoteQueueItem]:
        """One page of items; with `around_item_id` the page that has this item in its middle (`skip` is ignored)."""
        return self._call(
            "fetchQueueItems",
            lambda answer: answer.page(RemoteQueueItem, "items", skip=skip, limit=limit),
            path={"queueId": queue_id},
            body={
                "locationId": self._location,
                "sessionId": session_id,
                "skip": skip,
                "limit": limit,
                "errorFilter": only_errors,
                "itemId": around_item_id,
            },
        )

    def iter(
        self,
        *,
        queue_id: str,
        session_id: str | None = None,
        only_errors: bool | None = None,
        page_size: int = 100,
    ) -> Iterator[RemoteQueueItem]:
        """Every item once."""
        pages = walk(
            lambda skip, limit: self.list_page(
                queue_id=queue_id, session_id=session_id, skip=skip, limit=limit, only_errors=only_errors
            ),
            page_size=page_size,
            identity=lambda row: row.id,
            operation="fetchQueueItems",
        )
        return (row for page in pages for row in page.rows)

    def create(
        self,
        *,
        queue_id: str,
        session_id: str | None = None,
        post: QueuedPostInput | None = None,
        order: Place | None = None,
        variations: Sequence[VariationInput] | None = None,
        primary_image: str | None = None,
        direct_to_queue: bool | None = None,
    ) -> ItemChange:
        """Add an item, at the end unless `order` says otherwise; `direct_to_queue` needs no session and no order."""
        return self._call(
            "createQueueItem",
            lambda answer: answer.one(ItemChange),
            path={"queueId": queue_id},
            body={
                "locationId": self._location,
                "sessionId": session_id,
                "modifiedPostPayload": post,
                "order": order,
                "variations": None if variations is None else list(variations),
                "primaryImage": primary_image,
                "directToQueue": direct_to_queue,
            },
        )

    def update(
        self,
        *,
        queue_id: str,
        item_id: str,
        session_id: str | None = None,
        post: QueuedPostInput | None = None,
        new_order: Place | None = None,
        variations: Sequence[VariationInput] | None = None,
        primary_image: str | None = None,
    ) -> ItemChange:
        """Change or move an item. Raises NotFound."""
        return self._call(
            "updateQueueItem",
            lambda answer: answer.one(ItemChange),
            path={"queueId": queue_id, "itemId": item_id},
            body={
                "locationId": self._location,
                "sessionId": session_id,
                "modifiedPostPayload": post,
                "newOrder": new_order,
                "variations": None if variations is None else list(variations),
                "primaryImage": primary_image,
            },
        )

    def delete(self, *, queue_id: str, item_id: str, session_id: str | None = None) -> SlotChanges:
        """Remove an item. Raises NotFound when it is gone."""
        return self._call(
            "deleteQueueItem",
            lambda answer: answer.one(SlotChanges),
            path={"queueId": queue_id, "itemId": item_id},
            query={"locationId": self._location, "sessionId": session_id},
        )

    def reset(self, *, queue_id: str, item_id: str, session_id: str | None = None) -> ItemChange:
        """Bring back the original post of an item; an item without an original is deleted, and `item` is None."""
        return self._call(
            "resetQueueItem",
            lambda answer: answer.one(ItemChange),
            path={"queueId": queue_id, "itemId": item_id},
            body={"locationId": self._location, "sessionId": session_id},
        )

    def clone(self, *, queue_id: str, item_id: str, session_id: str, order: float) -> ItemChange:
        """Put a copy of an item at `order`, in an edit session."""
        return self._call(
            "cloneQueueItem",
            lambda answer: answer.one(ItemChange),
            path={"queueId": queue_id, "itemId": item_id},
            body={"locationId": self._location, "sessionId": session_id, "order": order},
        )
