"""Connecting an account: start the sign-in, list what may be attached, attach one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from highlevel.api.connect_choices import Choice, attach_body, choices_in
from highlevel.api.exchange import Call
from highlevel.api.operations import OPERATIONS
from highlevel.api.payload import Json, Keys, Payload
from highlevel.api.resource import Answer, Resource


@dataclass(frozen=True, slots=True)
class SignInStart:
    """Where the popup goes: an address to open, or a page that HighLevel would show itself."""

    status: int
    redirect_url: str | None
    page: str
    content_type: str


@dataclass(frozen=True, slots=True)
class ChoiceList:
    """What may be attached, and the answer it was read from."""

    choices: tuple[Choice, ...]
    raw: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedAccount(Payload):
    """The account that attaching made or renewed; for some networks HighLevel shows only the first four fields."""

    name: str | None = None
    origin_id: str | None = None
    avatar: str | None = None
    platform: str | None = None
    id: Annotated[str | None, Keys("_id", "id")] = None
    oauth_id: Annotated[str | None, Keys("oAuthId", "oauthId")] = None
    old_id: str | None = None
    location_id: str | None = None
    type: str | None = None
    meta: dict[str, Any] | None = None
    active: bool | None = None
    deleted: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Connect(Resource):
    """The three steps for the client's location. Platforms: google, facebook, instagram, linkedin, tiktok,
    tiktok-business, youtube, pinterest, threads."""

    def start(
        self, *, platform: str, user_id: str, page: str | None = None, reconnect: str | None = None
    ) -> SignInStart:
        """Step 1: what a browser would get, without following it. `reconnect` is the id of an account to renew."""
        reply = self._transport.send(
            Call(
                OPERATIONS["start-oauth"],
                path={"platform": platform},
                query={"locationId": self._location, "userId": user_id, "page": page, "reconnect": reconnect},
                page=True,
            )
        )
        return SignInStart(
            status=reply.status,
            redirect_url=reply.headers.get("Location") or _address_in(reply.body),
            page=reply.text,
            content_type=reply.headers.get("Content-Type", ""),
        )

    def options(self, *, platform: str, account_id: str, search: str | None = None) -> ChoiceList:
        """Step 2: the pages, profiles, channels or locations behind a sign-in, in one shape for all networks.

        `account_id` is the one that the popup's message carried.
        """

        def read(answer: Answer) -> ChoiceList:
            return ChoiceList(choices_in(platform, answer.body, operation=answer.operation.name), answer.body)

        return self._call(
            "get-oauth-accounts",
            read,
            path={"platform": platform, "accountId": account_id},
            query={"search": search},
        )

    def attach(self, *, platform: str, account_id: str, choice: Choice) -> AttachedAccount:
        """Step 3: connect one of the choices. Raises ValueError, before anything is sent, for one with a `problem`."""
        return self._call(
            "attach-oauth-accounts",
            lambda answer: answer.one(AttachedAccount),
            path={"platform": platform, "accountId": account_id},
            body=attach_body(platform, choice),
        )


def _address_in(body: Any) -> str | None:
    if not isinstance(body, dict):
        return None
    found = Answer(OPERATIONS["start-oauth"], body).find("url", "redirectUrl", "redirect")
    return found if isinstance(found, str) else None
