"""Connected social accounts and their groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from highlevel.api.payload import Keys, Payload
from highlevel.api.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteAccount(Payload):
    """One connected account. `profile_id` is what statistics take, `origin_id` what comments take."""

    id: Annotated[str, Keys("id", "_id")]
    oauth_id: Annotated[str | None, Keys("oauthId", "oAuthId")] = None
    profile_id: str | None = None
    origin_id: str | None = None
    name: str | None = None
    platform: str | None = None
    type: str | None = None
    avatar: str | None = None
    expires_at: Annotated[datetime | None, Keys("expire")] = None
    is_expired: bool | None = None
    active: bool | None = None
    deleted: bool | None = None
    meta: dict[str, Any] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteGroup(Payload):
    """A named set of accounts."""

    id: Annotated[str, Keys("id", "_id")]
    name: str
    account_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountList:
    """Everything connected to a location."""

    accounts: tuple[RemoteAccount, ...]
    groups: tuple[RemoteGroup, ...]


class Accounts(Resource):
    """Accounts of the client's location."""

    def list(self) -> AccountList:
        """All accounts and groups; HighLevel does not page them."""
        return self._call(
            "get-account",
            lambda answer: AccountList(
                accounts=answer.many(RemoteAccount, "accounts"),
                groups=answer.many(RemoteGroup, "groups") if answer.find("groups") is not None else (),
            ),
        )

    def delete(self, *, account_id: str, company_id: str | None = None, user_id: str | None = None) -> None:
        """Disconnect an account. Raises NotFound when it is gone."""
        self._call(
            "delete-account",
            lambda answer: None,
            path={"id": account_id},
            query={"companyId": company_id, "userId": user_id},
        )
