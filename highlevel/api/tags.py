"""Tags: read-only at HighLevel; they are born when a post that carries them is saved there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from highlevel.api.paging import Page, walk
from highlevel.api.payload import Id, Keys, Payload
from highlevel.api.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteTag(Payload):
    """A tag."""

    id: Id
    name: Annotated[str | None, Keys("tag")] = None
    location_id: str | None = None
    created_by: str | None = None
    deleted: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Tags(Resource):
    """Tags of the client's location."""

    def list_page(self, *, skip: int = 0, limit: int = 100, search_text: str | None = None) -> Page[RemoteTag]:
        """One page of tags."""
        return self._call(
            "get-tags-location-id",
            lambda answer: answer.page(RemoteTag, "tags", skip=skip, limit=limit),
            query={"searchText": search_text, "skip": skip, "limit": limit},
        )

    def iter(self, *, page_size: int = 100, search_text: str | None = None) -> Iterator[RemoteTag]:
        """Every tag once."""
        pages = walk(
            lambda skip, limit: self.list_page(skip=skip, limit=limit, search_text=search_text),
            page_size=page_size,
            identity=lambda row: row.id,
            operation="get-tags-location-id",
        )
        return (row for page in pages for row in page.rows)

    def details(self, *, tag_ids: Sequence[str]) -> tuple[RemoteTag, ...]:
        """The tags with these ids that exist."""
        return self._call(
            "get-tags-by-ids", lambda answer: answer.many(RemoteTag, "tags"), body={"tagIds": list(tag_ids)}
        )
