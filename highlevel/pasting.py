"""Private integration tokens: checked by real calls, and stored only when they can do what Rota needs."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from highlevel.api import BadCredentials, HighLevel, Lane, LocationInactive, MissingScope, PermanentError, RemoteError
from highlevel.api import RemoteLocation as Remote
from highlevel.keeping import connected_company, credential_keep
from highlevel.limits import limiter
from highlevel.models import Credential, Location
from highlevel.pull.places import colour_for, named
from highlevel.scopes import SCOPES, Scope, unproven

BY_NAME = {scope.name: scope for scope in SCOPES}


class TokenNotKept(Exception):
    """The token was not stored, and nothing was changed. `code` says why: not_accepted, of_another_location (`name` is
    its location), of_a_location, of_the_agency, of_another_company, missing_scopes (`scopes`), already_held (`name`),
    app_connected, location_inactive, no_location, unknown_location, unreachable."""

    def __init__(self, code: str, *, name: str = "", scopes: tuple[Scope, ...] = (), error: RemoteError | None = None):
        super().__init__(code)
        self.code = code
        self.name = name
        self.scopes = scopes
        self.error = error


@dataclass(frozen=True, slots=True)
class Kept:
    """What the token speaks for (`location` is None for the agency), and the wanted scopes that it lacks."""

    company_id: str
    location: Location | None
    lacks: tuple[Scope, ...]


def location_token_keep(*, location_id: str, token: str, now: datetime) -> Kept:
    """Check and store a private integration token of the location with this HighLevel id, which is worked for from now
    on. Raises TokenNotKept. Never call it inside a transaction."""
    held = Credential.objects.filter(level=Credential.Level.LOCATION, location__remote_id=location_id).first()
    _not_held_yet(token)
    _no_app(held)
    with _client(token, location_id=location_id) as client:
        try:
            remote = client.locations.get()
        except RemoteError as error:
            raise _of_location(error, client) from None
        company_id = _own_company(remote)
        try:
            client.accounts.list()
        except RemoteError as error:
            if isinstance(error, BadCredentials) and not isinstance(error, (MissingScope, LocationInactive)):
                raise TokenNotKept("of_the_agency") from None
            _unless_scope(error)
    lacks = _lacks(token, location_id, company_id)
    values = {**named(remote), "company_id": company_id, "is_active": True, "gone_at": None}
    with transaction.atomic():
        fresh = {"name": location_id, "colour": colour_for(location_id), **values}
        location, _ = Location.objects.update_or_create(remote_id=location_id, defaults=values, create_defaults=fresh)
        _keep(company_id, location, token, now)
    return Kept(company_id, location, lacks)


def agency_token_keep(*, token: str, now: datetime) -> Kept:
    """Check and store a private integration token of the agency; as `location_token_keep`."""
    _not_held_yet(token)
    _no_app(Credential.objects.filter(level=Credential.Level.COMPANY).first())
    with _client(token) as client:
        try:
            first = next(iter(client.locations.search_page(limit=1).rows), None)
            if first is None:
                raise TokenNotKept("no_location")
            company_id = _own_company(client.locations.get(location_id=first.id))
        except RemoteError as error:
            raise _not_accepted(error) from None
        try:
            minted = client.oauth.location_token(location_id=first.id, company_id=company_id).access_token
        except MissingScope:
            raise TokenNotKept("missing_scopes", scopes=(BY_NAME["oauth.write"],)) from None
        except LocationInactive:
            raise TokenNotKept("location_inactive", name=first.name or first.id) from None
        except BadCredentials:
            raise TokenNotKept("of_a_location", name=first.name or first.id) from None
        except RemoteError as error:
            raise _not_accepted(error) from None
    lacks = _lacks(minted, first.id, company_id)
    with transaction.atomic():
        _keep(company_id, None, token, now)
    return Kept(company_id, None, lacks)


def _client(token: str, *, location_id: str | None = None, company_id: str | None = None) -> HighLevel:
    return HighLevel(
        settings.HIGHLEVEL_BASE_URL,
        version=settings.HIGHLEVEL_VERSION,
        location_id=location_id,
        company_id=company_id,
        token=token,
        limiter=limiter(),
        lane=Lane.PEOPLE,
    )


def _own_company(remote: Remote) -> str:
    """The company behind the token. Raises TokenNotKept when this installation serves another one."""
    company_id, expected = remote.company_id or "", connected_company()
    if expected and company_id and company_id != expected:
        raise TokenNotKept("of_another_company", name=remote.name or remote.id)
    return company_id or expected


def _not_held_yet(token: str) -> None:
    for held in Credential.objects.filter(kind=Credential.Kind.PRIVATE).select_related("location"):
        same = hmac.compare_digest(held.access_token.encode(), token.encode())
        if same and held.state == Credential.State.GOOD:
            raise TokenNotKept("already_held", name=held.location.name if held.location else "")


def _no_app(held: Credential | None) -> None:
    """An OAuth connection that works is not given up for a token."""
    if held and held.kind == Credential.Kind.OAUTH and held.state == Credential.State.GOOD:
        raise TokenNotKept("app_connected")


def _lacks(token: str, location_id: str, company_id: str) -> tuple[Scope, ...]:
    """The wanted scopes that the location's token lacks. Raises TokenNotKept when Rota is of no use without one."""
    try:
        with _client(token, location_id=location_id, company_id=company_id) as client:
            lacks = unproven(client)
    except RemoteError as error:
        raise _not_accepted(error) from None
    if any(scope.needed for scope in lacks):
        raise TokenNotKept("missing_scopes", scopes=lacks)
    return lacks


def _of_location(error: RemoteError, client: HighLevel) -> TokenNotKept:
    """Why a token may not read the location that a person named: it may well be another one's."""
    if not isinstance(error, BadCredentials) and isinstance(error, PermanentError):
        return TokenNotKept("unknown_location")
    if not isinstance(error, BadCredentials) or isinstance(error, (MissingScope, LocationInactive)):
        return _not_accepted(error)
    try:
        own = next(iter(client.locations.search_page(limit=1).rows), None)
    except RemoteError:
        return _not_accepted(error)
    return TokenNotKept("of_another_location", name=(own.name or own.id) if own else "")


def _unless_scope(error: RemoteError) -> None:
    """Pass for a missing scope, which is named together with all others."""
    if not isinstance(error, MissingScope):
        raise _not_accepted(error) from None


def _not_accepted(error: RemoteError) -> TokenNotKept:
    if isinstance(error, MissingScope):
        return TokenNotKept("missing_scopes", scopes=(BY_NAME["locations.readonly"],))
    if isinstance(error, LocationInactive):
        return TokenNotKept("location_inactive")
    if isinstance(error, BadCredentials):
        return TokenNotKept("not_accepted")
    return TokenNotKept("unreachable", error=error)


def _keep(company_id: str, location: Location | None, token: str, now: datetime) -> None:
    credential_keep(
        company_id=company_id,
        location=location,
        kind=Credential.Kind.PRIVATE,
        access_token=token,
        now=now,
    )
