"""Locations: the clients of the agency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from highlevel.api.paging import Page, walk
from highlevel.api.payload import Keys, Payload
from highlevel.api.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteLocation(Payload):
    """A location. `timezone` is an IANA name."""

    id: Annotated[str, Keys("id", "_id")]
    name: str | None = None
    company_id: str | None = None
    timezone: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    postal_code: str | None = None
    website: str | None = None
    logo_url: str | None = None
    settings: dict[str, Any] | None = None
    social: dict[str, Any] | None = None


class Locations(Resource):
    """Locations that the token may see."""

    def search_page(
        self,
        *,
        skip: int = 0,
        limit: int = 100,
        company_id: str | None = None,
        order: str | None = None,
        email: str | None = None,
    ) -> Page[RemoteLocation]:
        """One page of locations, of the client's company unless another is named."""
        return self._call(
            "search-locations",
            lambda answer: answer.page(RemoteLocation, "locations", skip=skip, limit=limit),
            query={
                "companyId": company_id or self._company_id,
                "skip": skip,
                "limit": limit,
                "order": order,
                "email": email,
            },
        )

    def iter(
        self,
        *,
        page_size: int = 100,
        company_id: str | None = None,
        order: str | None = None,
        email: str | None = None,
    ) -> Iterator[RemoteLocation]:
        """Every location once."""
        pages = walk(
            lambda skip, limit: self.search_page(
                skip=skip, limit=limit, company_id=company_id, order=order, email=email
            ),
            page_size=page_size,
            identity=lambda row: row.id,
            operation="search-locations",
        )
        return (row for page in pages for row in page.rows)

    def get(self, *, location_id: str | None = None) -> RemoteLocation:
        """One location; the client's own unless another is named. Raises NotFound."""
        return self._call(
            "get-location",
            lambda answer: answer.one(RemoteLocation, "location"),
            path={"locationId": location_id or self._location},
        )
