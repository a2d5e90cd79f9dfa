"""Categories: read-only at HighLevel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from highlevel.api.errors import NotFound
from highlevel.api.paging import Page, walk
from highlevel.api.payload import Id, Payload
from highlevel.api.resource import Answer, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCategory(Payload):
    """A category; lists may hold deleted ones."""

    id: Id
    name: str | None = None
    primary_color: str | None = None
    secondary_color: str | None = None
    location_id: str | None = None
    created_by: str | None = None
    deleted: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Categories(Resource):
    """Categories of the client's location."""

    def list_page(self, *, skip: int = 0, limit: int = 100, search_text: str | None = None) -> Page[RemoteCategory]:
        """One page of categories."""
        return self._call(
            "get-categories-location-id",
            lambda answer: answer.page(RemoteCategory, "categories", skip=skip, limit=limit),
            query={"searchText": search_text, "skip": skip, "limit": limit},
        )

    def iter(self, *, page_size: int = 100, search_text: str | None = None) -> Iterator[RemoteCategory]:
        """Every category once."""
        pages = walk(
            lambda skip, limit: self.list_page(skip=skip, limit=limit, search_text=search_text),
            page_size=page_size,
            identity=lambda row: row.id,
            operation="get-categories-location-id",
        )
        return (row for page in pages for row in page.rows)

    def get(self, *, category_id: str) -> RemoteCategory:
        """One category. Raises NotFound, also when HighLevel says so in an answer of 200."""
        return self._call("get-categories-id", _category, path={"id": category_id})


def _category(answer: Answer) -> RemoteCategory:
    found = answer.find("category")
    if isinstance(found, dict) and found.get("message") and not (found.get("_id") or found.get("id")):
        raise NotFound(str(found["message"]), operation=answer.operation.name, status=200)
    return answer.one(RemoteCategory, "category")
