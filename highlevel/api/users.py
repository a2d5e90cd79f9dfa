"""The people who may work in HighLevel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from highlevel.api.paging import Page, walk
from highlevel.api.payload import Keys, Payload
from highlevel.api.resource import Answer, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRoles(Payload):
    """What a user is: `type` agency or account, `role` admin or user, and where."""

    type: str | None = None
    role: str | None = None
    location_ids: tuple[str, ...] = ()
    restrict_sub_account: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteUser(Payload):
    """A HighLevel user."""

    id: Annotated[str, Keys("id", "_id")]
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    extension: str | None = None
    permissions: dict[str, Any] | None = None
    roles: UserRoles | None = None
    deleted: bool | None = None
    platform_language: str | None = None


class Users(Resource):
    """Users of the company."""

    def search_page(
        self,
        *,
        skip: int = 0,
        limit: int = 100,
        company_id: str | None = None,
        location_id: str | None = None,
        query: str | None = None,
        type: str | None = None,
        role: str | None = None,
        ids: Sequence[str] = (),
        sort: str | None = None,
        sort_direction: str | None = None,
        enabled_two_way_sync: bool | None = None,
    ) -> Page[RemoteUser]:
        """One page of users: of the client's company and location unless others are named."""
        return self._call(
            "search-users",
            lambda answer: answer.page(RemoteUser, "users", skip=skip, limit=limit),
            query={
                "companyId": self._company(company_id),
                "locationId": location_id or self._location_id,
                "query": query,
                "skip": skip,
                "limit": limit,
                "type": type,
                "role": role,
                "ids": ",".join(ids) or None,
                "sort": sort,
                "sortDirection": sort_direction,
                "enabled2waySync": enabled_two_way_sync,
            },
        )

    def iter(
        self, *, page_size: int = 100, company_id: str | None = None, location_id: str | None = None
    ) -> Iterator[RemoteUser]:
        """Every user of the company or location once."""
        pages = walk(
            lambda skip, limit: self.search_page(
                skip=skip, limit=limit, company_id=company_id, location_id=location_id
            ),
            page_size=page_size,
            identity=lambda row: row.id,
            operation="search-users",
        )
        return (row for page in pages for row in page.rows)

    def get(self, *, user_id: str) -> RemoteUser:
        """One user. Raises NotFound."""

        def read(answer: Answer) -> RemoteUser:
            return answer.one(RemoteUser, "user") if answer.find("user") else answer.one(RemoteUser)

        return self._call("get-user", read, path={"userId": user_id})
