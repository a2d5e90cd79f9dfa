"""What connecting asks of HighLevel. A person waits in front of it, so it goes in the people's lane and ends soon."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from accounts.models import ConnectAttempt
from accounts.services.connect_problems import ConnectProblem
from highlevel import tokens
from highlevel.api import BadCredentials, ChoiceList, HighLevel, Lane, RemoteError
from highlevel.limits import limiter
from highlevel.models import Location
from highlevel.origin import origin_of, sandbox_origin
from highlevel.pausing import location_pause

READ_TIMEOUT = 8.0  # seconds for one answer
PATIENCE = 8.0  # seconds within which a request that surely did not arrive is sent once more
PLACEMENT = "integration"


def connect_client(location: Location, *, now: datetime) -> HighLevel:
    """A client that speaks for the location and gives up soon. Raises what `tokens.token_for` raises."""
    return HighLevel(
        settings.HIGHLEVEL_BASE_URL,
        version=settings.HIGHLEVEL_VERSION,
        location_id=location.remote_id,
        company_id=location.company_id or None,
        token=tokens.token_for(location, now, insist=True),
        refresh=lambda refused: tokens.token_after(location, refused),
        limiter=limiter(),
        lane=Lane.PEOPLE,
        read_timeout=READ_TIMEOUT,
        patience=PATIENCE,
        attempts=2,
    )


def sign_in_address(attempt: ConnectAttempt, *, user_id: str, now: datetime) -> str:
    """Step 1: where the popup signs in. HighLevel is asked with our token, which a browser could not send.

    Raises RemoteError, and ConnectProblem (no_address, not_secure) for an answer that is not followed.
    """
    location = attempt.location
    try:
        with connect_client(location, now=now) as client:
            start = client.connect.start(
                platform=attempt.platform,
                user_id=user_id,
                page=PLACEMENT,
                reconnect="true" if attempt.reconnects_id else None,
            )
    except RemoteError as error:
        credentials_noted(location, error, now=now)
        raise
    if not start.redirect_url:
        raise ConnectProblem("no_address")
    address = urljoin(settings.HIGHLEVEL_BASE_URL, start.redirect_url)
    if not may_follow(address):
        raise ConnectProblem("not_secure")
    return address


def offered(attempt: ConnectAttempt, *, search: str, now: datetime) -> ChoiceList:
    """Step 2: what the person who signed in may connect. Raises RemoteError."""
    location = attempt.location
    try:
        with connect_client(location, now=now) as client:
            return client.connect.options(
                platform=attempt.platform, account_id=attempt.remote_account_id, search=search or None
            )
    except RemoteError as error:
        credentials_noted(location, error, now=now)
        raise


def credentials_noted(location: Location, error: RemoteError, *, now: datetime) -> None:
    """Let everything else know that HighLevel refuses to let Rota speak for the location, if that is the error."""
    if isinstance(error, BadCredentials):
        tokens.refuse(location, error)
        location_pause(location, error, now=now)


def may_follow(address: str) -> bool:
    """Whether the popup may be sent there: https, or the sandbox that HIGHLEVEL_BASE_URL names on this machine."""
    if any(sign <= " " or sign == "\\" for sign in address):
        return False
    try:
        parts, port = urlsplit(address), urlsplit(address).port
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or port == 0:
        return False
    return parts.scheme == "https" or origin_of(address) == sandbox_origin()


def connect_origins() -> list[str]:
    """The origins whose windows may report a sign-in: HighLevel's, and the API's own; with a sandbox only that one."""
    own = origin_of(settings.HIGHLEVEL_BASE_URL)
    return [own] if sandbox_origin() else sorted({own, *map(origin_of, settings.HIGHLEVEL_CONNECT_ORIGINS)})
