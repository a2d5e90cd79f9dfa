"""Installing Rota as a marketplace app: where an owner allows it, and what the code they come back with gives."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction

from highlevel.api import (
    BadCredentials,
    HighLevel,
    Lane,
    LocationInactive,
    OutcomeUnknown,
    Rejected,
    RemoteError,
    Token,
    TransientError,
)
from highlevel.keeping import connected_company, credential_keep
from highlevel.limits import limiter
from highlevel.models import Credential, Location
from highlevel.pull.ask import pull_ask
from highlevel.pull.places import colour_for, named
from highlevel.scopes import wanted_scopes
from highlevel.tokens import LIFETIME_UNTOLD

log = logging.getLogger("highlevel.installing")


class NotInstalled(Exception):
    """The installation was not finished, and nothing was stored. `code` says why: no_app, code_used, app_refused,
    location_inactive, other_company, unreachable, outcome_unknown, bad_reply, refused."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Installed:
    """What was connected: the company, or one location of it."""

    company_id: str
    location: Location | None


def app_id() -> str:
    """The app's id: the part of its client id before the first dash; empty when no app is configured."""
    return str(settings.HIGHLEVEL_CLIENT_ID).split("-", 1)[0]


def can_install() -> bool:
    return bool(settings.HIGHLEVEL_CLIENT_ID and settings.HIGHLEVEL_CLIENT_SECRET)


def consent_address(*, redirect_uri: str, state: str) -> str:
    """The page of HighLevel on which an agency or a location lets Rota in; it leads back to `redirect_uri`."""
    asked = {
        "response_type": "code",
        "redirect_uri": redirect_uri,
        "client_id": settings.HIGHLEVEL_CLIENT_ID,
        "scope": " ".join(scope.name for scope in wanted_scopes()),
        "state": state,
        "loginWindowOpenMode": "self",
    }
    return f"{settings.HIGHLEVEL_MARKETPLACE_URL}/v2/oauth/chooselocation?{urlencode(asked)}"


def install_finish(*, code: str, redirect_uri: str, now: datetime) -> Installed:
    """Trade the code for tokens and store them. Raises NotInstalled; a code works once, so it is never sent again.

    A location that was chosen by itself is worked for from now on. Never call it inside a transaction.
    """
    if not can_install():
        raise NotInstalled("no_app")
    token = _exchanged(code, redirect_uri)
    company_id = token.company_id or ""
    if not company_id or not token.access_token:
        raise NotInstalled("bad_reply")
    expected = connected_company()
    if expected and company_id != expected:
        raise NotInstalled("other_company", company_id)
    lifetime = LIFETIME_UNTOLD if token.expires_in is None else timedelta(seconds=token.expires_in)
    values = _named(token) if token.location_id else {}
    with transaction.atomic():
        location = _location(token.location_id, company_id, values) if token.location_id else None
        credential_keep(
            company_id=company_id,
            location=location,
            kind=Credential.Kind.OAUTH,
            access_token=token.access_token,
            refresh_token=token.refresh_token or "",
            scopes=token.scope or "",
            lifetime=lifetime,
            now=now,
        )
    log.info("installed: company=%s location=%s", company_id, location.pk if location else None)
    return Installed(company_id, location)


def _exchanged(code: str, redirect_uri: str) -> Token:
    try:
        with HighLevel(
            settings.HIGHLEVEL_BASE_URL, version=settings.HIGHLEVEL_VERSION, limiter=limiter(), lane=Lane.PEOPLE
        ) as client:
            return client.oauth.exchange_code(
                client_id=settings.HIGHLEVEL_CLIENT_ID,
                client_secret=settings.HIGHLEVEL_CLIENT_SECRET,
                code=code,
                redirect_uri=redirect_uri,
            )
    except RemoteError as error:
        log.warning("the code was not exchanged: %s", error)
        raise NotInstalled(_why(error), error.message) from None


def _why(error: RemoteError) -> str:
    if isinstance(error, LocationInactive):
        return "location_inactive"
    if isinstance(error, BadCredentials):
        return "code_used" if error.code == "invalid_grant" else "app_refused"
    if isinstance(error, OutcomeUnknown):
        return "outcome_unknown"
    if isinstance(error, TransientError):
        return "unreachable"
    return "refused" if isinstance(error, Rejected) else "bad_reply"


def _named(token: Token) -> dict[str, str]:
    """Name and zone of the location as its new token reads them; nothing when HighLevel does not answer, because its
    first pull reads them too."""
    try:
        with HighLevel(
            settings.HIGHLEVEL_BASE_URL,
            version=settings.HIGHLEVEL_VERSION,
            location_id=token.location_id,
            token=token.access_token,
            limiter=limiter(),
            lane=Lane.PEOPLE,
        ) as client:
            return named(client.locations.get())
    except RemoteError as error:
        log.warning("the new location could not be read yet: %s", error)
        return {}


def _location(remote_id: str, company_id: str, values: dict[str, str]) -> Location:
    given = {**values, "company_id": company_id, "is_active": True, "gone_at": None}
    fresh = {"name": remote_id, "colour": colour_for(remote_id), **given}
    location, _ = Location.objects.update_or_create(remote_id=remote_id, defaults=given, create_defaults=fresh)
    return location


def locations_choose(*, ids: Iterable[int], work: bool, now: datetime) -> int:
    """Work for these locations from now on, beginning with a pull of each, or do so no more; returns how many changed.

    What was read of a location that is no longer worked for stays, and is there again when it is chosen once more.
    """
    wanted = Location.objects.filter(pk__in=list(ids), gone_at=None, is_active=not work)
    with transaction.atomic():
        changed = list(wanted)
        Location.objects.filter(pk__in=[row.pk for row in changed]).update(is_active=work)
        if work:
            pull_ask(locations=changed, now=now)
    return len(changed)


def locations_ask() -> None:
    """Have a worker read the agency's list of locations now; without a broker beat does it within minutes."""
    transaction.on_commit(_look, robust=True)


def _look() -> None:
    from highlevel.tasks import pull_locations_task

    pull_locations_task.apply_async(retry=False)
