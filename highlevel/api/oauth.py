"""Tokens, and the locations that have installed the app."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from highlevel.api.errors import BadReply
from highlevel.api.payload import Id, Keys, Payload
from highlevel.api.resource import Answer, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Token(Payload):
    """An access token and, except for some location tokens, the refresh token that works exactly once.

    `expires_in` is in seconds; `scopes` are the granted ones; `user_type` is Company or Location.
    """

    access_token: Annotated[str, Keys("accessToken", "access_token")]
    refresh_token: Annotated[str | None, Keys("refreshToken", "refresh_token")] = None
    token_type: Annotated[str | None, Keys("tokenType", "token_type")] = None
    expires_in: Annotated[int | None, Keys("expiresIn", "expires_in")] = None
    scope: str | None = None
    user_type: Annotated[str | None, Keys("userType", "user_type")] = None
    location_id: Annotated[str | None, Keys("locationId", "location_id")] = None
    company_id: Annotated[str | None, Keys("companyId", "company_id")] = None
    user_id: Annotated[str | None, Keys("userId", "user_id")] = None
    plan_id: Annotated[str | None, Keys("planId", "plan_id")] = None
    app_id: Annotated[str | None, Keys("appId", "app_id")] = None
    version_id: Annotated[str | None, Keys("versionId", "version_id")] = None
    approved_locations: Annotated[tuple[str, ...], Keys("approvedLocations", "approved_locations")] = ()
    is_bulk_installation: Annotated[bool | None, Keys("isBulkInstallation")] = None

    @property
    def scopes(self) -> tuple[str, ...]:
        """The granted scopes, one by one."""
        return tuple((self.scope or "").split())

    def __repr__(self) -> str:
        return f"Token(user_type={self.user_type!r}, location_id={self.location_id!r}, company_id={self.company_id!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledLocation(Payload):
    """A location that has, or could have, the app installed."""

    id: Id
    name: str | None = None
    address: str | None = None
    is_installed: bool | None = None
    version_id: str | None = None
    installed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InstalledPage:
    """Some installed locations. `next_token` or `next_skip` leads on; both None means that this is the end."""

    rows: tuple[InstalledLocation, ...]
    count: int | None
    next_token: str | None
    next_skip: int | None


class OAuth(Resource):
    """Token operations. With version v3 the current paths and spellings are used, with a date the older ones."""

    @property
    def _is_v3(self) -> bool:
        return self._version == "v3"

    def exchange_code(
        self,
        *,
        client_id: str,
        client_secret: str,
        code: str,
        redirect_uri: str | None = None,
        user_type: str | None = None,
    ) -> Token:
        """Trade the code of a finished installation for tokens."""
        return self._token(
            client_id, client_secret, "authorization_code", code=code, redirectUri=redirect_uri, userType=user_type
        )

    def refresh(self, *, client_id: str, client_secret: str, refresh_token: str, user_type: str | None = None) -> Token:
        """Trade a refresh token for a new pair. It works once: keep the answer before anything else.

        Raises BadCredentials (code invalid_grant) when it was used or has expired, LocationInactive when it will work
        again later, OutcomeUnknown when it may have been used up without our seeing the answer.
        """
        return self._token(client_id, client_secret, "refresh_token", refreshToken=refresh_token, userType=user_type)

    def client_credentials(self, *, client_id: str, client_secret: str, user_type: str | None = None) -> Token:
        """A token for the app itself."""
        return self._token(client_id, client_secret, "client_credentials", userType=user_type)

    def _token(self, client_id: str, client_secret: str, grant_type: str, **more: str | None) -> Token:
        fields = {"clientId": client_id, "clientSecret": client_secret, "grantType": grant_type, **more}
        return self._call("get-access-token", lambda answer: answer.one(Token), form=self._spelled(fields))

    def _spelled(self, fields: dict[str, str | None]) -> dict[str, str]:
        given = {name: value for name, value in fields.items() if value is not None}
        if self._is_v3:
            return given
        return {"".join(f"_{char.lower()}" if char.isupper() else char for char in name): given[name] for name in given}

    def location_token(self, *, location_id: str | None = None, company_id: str | None = None) -> Token:
        """A token for one location, minted from the company token that this client carries."""
        form = {"companyId": self._company(company_id), "locationId": location_id or self._location}
        name = "get-location-access-token" if self._is_v3 else "get-location-access-token-v2"
        return self._call(name, lambda answer: answer.one(Token), form=form)

    def installed_locations_page(
        self,
        *,
        app_id: str,
        company_id: str | None = None,
        page_size: int = 100,
        page_token: str | None = None,
        skip: int = 0,
        query: str | None = None,
        is_installed: bool | None = None,
        on_trial: bool | None = None,
        version_id: str | None = None,
        plan_id: str | None = None,
        location_id: str | None = None,
        restrict_to_user_locations: bool | None = None,
    ) -> InstalledPage:
        """One page. `page_token` leads on with v3, `skip` with the older versions."""
        shared = {
            "companyId": self._company(company_id),
            "appId": app_id,
            "query": query,
            "isInstalled": is_installed,
            "onTrial": on_trial,
            "versionId": version_id,
            "planId": plan_id,
            "locationId": location_id,
        }
        if self._is_v3:
            paging = {
                "pageSize": page_size,
                "pageToken": page_token,
                "restrictToUserLocations": restrict_to_user_locations,
            }
            return self._call("get-installed-location", _token_page, query={**shared, **paging})
        return self._call(
            "get-installed-location-v2",
            lambda answer: _skip_page(answer, skip, page_size),
            query={**shared, "skip": skip, "limit": page_size},
        )

    def iter_installed_locations(
        self, *, app_id: str, company_id: str | None = None, page_size: int = 100, is_installed: bool | None = None
    ) -> Iterator[InstalledLocation]:
        """Every location once. Raises BadReply when a page repeats."""
        token: str | None = None
        skip = 0
        seen: set[str] = set()
        while True:
            page = self.installed_locations_page(
                app_id=app_id,
                company_id=company_id,
                page_size=page_size,
                page_token=token,
                skip=skip,
                is_installed=is_installed,
            )
            if page.rows and page.rows[0].id in seen:
                raise BadReply("a page of installed locations came twice", operation="get-installed-location")
            seen.update(row.id for row in page.rows[:1])
            yield from page.rows
            if page.next_token is None and page.next_skip is None:
                return
            token, skip = page.next_token, page.next_skip or 0


def _token_page(answer: Answer) -> InstalledPage:
    rows = answer.many(InstalledLocation, "items", "locations")
    pagination = answer.find("pagination") or {}
    more = pagination.get("hasNextPage") and rows
    return InstalledPage(
        rows, answer.count("totalRecords", "count"), pagination.get("nextPageToken") if more else None, None
    )


def _skip_page(answer: Answer, skip: int, limit: int) -> InstalledPage:
    page = answer.page(InstalledLocation, "locations", "items", skip=skip, limit=limit)
    return InstalledPage(page.rows, page.count, None, None if page.is_last else page.next_skip)
