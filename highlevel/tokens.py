"""Who may speak for which location or company, and how a token is replaced before or after it ends.

A refresh token works once. So one process at a time renews a credential: it claims the row with a conditional UPDATE,
asks HighLevel with no transaction open, and stores the pair in one UPDATE that also counts the generation. All others
wait and read the row again. A process that dies leaves a claim that runs out.

When it dies between HighLevel's answer and the commit, the new pair is lost and the old refresh token spent: HighLevel
calls it invalid from then on. A location's token is then made from the company's, if there is one. Without one, and for
the company itself, the credential is refused, the locations behind it pause, and an owner is told to install again.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from highlevel.api import (
    AppNotInstalled,
    BadCredentials,
    BadReply,
    HighLevel,
    Lane,
    LocationInactive,
    MissingScope,
    RemoteError,
    TransientError,
)
from highlevel.api import Token as Minted
from highlevel.limits import limiter
from highlevel.models import Credential, Location

RENEWAL_LEASE = timedelta(seconds=60)  # longer than the slowest single token request and its wait for the budget
PATIENCE = 45.0  # seconds that others wait for a renewal
REFUSED_AGAIN_AFTER = timedelta(hours=1)  # how long a refused credential is left alone when nobody insists
LIFETIME_UNTOLD = timedelta(hours=23)  # HighLevel's tokens last a day less a second


class NoCredential(BadCredentials):
    """Nothing is stored that could speak for this location or company."""

    default_code = "no_credential"


class CredentialRefused(BadCredentials):
    """HighLevel has refused this credential; it is not sent again until it is replaced, or somebody insists."""

    default_code = "credential_refused"


NO_FAULT_OF_THE_TOKEN = (AppNotInstalled, LocationInactive, MissingScope, NoCredential)


class RenewalBusy(TransientError):
    """Another process is renewing the token and takes long."""

    default_code = "renewal_busy"


def token_for(location: Location, now: datetime, *, insist: bool = False) -> str:
    """A token that speaks for the location at the aware instant `now`: its own, renewed if need be, else one minted
    from the company's.

    Raises NoCredential, CredentialRefused (unless `insist`, which tries once more), and the errors of the API when
    a renewal fails. Never call it inside a transaction.
    """
    credential = Credential.objects.filter(level=Credential.Level.LOCATION, location=location).first()
    return _token(credential or _mintable(location), now, insist=insist)


def company_token(company_id: str, now: datetime, *, insist: bool = False) -> str:
    """A token that speaks for the company; as `token_for`."""
    return _token(_company_credential(company_id), now, insist=insist)


def token_after(location: Location, refused: str) -> str:
    """The token to try after HighLevel answered 401 to `refused`. Raises BadCredentials when there can be none."""
    return _token_after(Credential.objects.get(level=Credential.Level.LOCATION, location=location), refused)


def company_token_after(company_id: str, refused: str) -> str:
    """The company's token to try after `refused`; as `token_after`."""
    return _token_after(_company_credential(company_id), refused)


def refuse(location: Location, error: RemoteError) -> bool:
    """Mark the location's credential as refused if that is what the error says; True if it does."""
    credential = Credential.objects.filter(level=Credential.Level.LOCATION, location=location).first()
    return credential is not None and _refuse(credential, error)


def _token(credential: Credential, now: datetime, *, insist: bool) -> str:
    if _is_refused(credential, now) and not insist:
        raise CredentialRefused(credential.problem or "HighLevel refuses this credential")
    if credential.usable(now):
        return credential.access_token
    return _renewed(credential, now)


def _is_refused(credential: Credential, now: datetime) -> bool:
    if credential.state != Credential.State.REFUSED or credential.kind == Credential.Kind.MINTED:
        return False
    return credential.updated_at > now - REFUSED_AGAIN_AFTER


def _token_after(credential: Credential, refused: str) -> str:
    if credential.access_token != refused:
        return credential.access_token
    if credential.kind == Credential.Kind.PRIVATE:
        error = BadCredentials("HighLevel refuses the private integration token", status=401)
        _refuse(credential, error)
        raise error
    return _renewed(credential, timezone.now())


def _company_credential(company_id: str) -> Credential:
    found = Credential.objects.filter(level=Credential.Level.COMPANY, company_id=company_id).first()
    if found is None:
        raise NoCredential("No token of the company is stored")
    return found


def _mintable(location: Location) -> Credential:
    """The row for a token minted from the company's, still empty: something that one process can claim."""
    _company_credential(location.company_id)
    row, _ = Credential.objects.get_or_create(
        level=Credential.Level.LOCATION,
        location=location,
        defaults={"kind": Credential.Kind.MINTED, "company_id": location.company_id},
    )
    return row


def _renewed(
    credential: Credential,
    now: datetime,
    *,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> str:
    """The token of the generation after the one in `credential`, made here or by whoever was first."""
    if credential.kind == Credential.Kind.PRIVATE:
        raise CredentialRefused("A private integration token cannot be renewed")
    began, known = monotonic(), credential.generation
    while True:
        instant = now + timedelta(seconds=monotonic() - began)
        claim = _claim(credential.pk, known, instant)
        if claim:
            return _renew(Credential.objects.get(pk=credential.pk), claim, instant)
        held = Credential.objects.get(pk=credential.pk)
        if held.generation != known:
            return _token(held, instant, insist=False)
        if monotonic() - began > PATIENCE:
            raise RenewalBusy("another process is renewing the token")
        sleep(random.uniform(0.05, 0.25))  # noqa: S311 - spreads waiting threads, guards nothing


def _claim(pk: int, generation: int, now: datetime) -> str | None:
    claim = str(uuid.uuid4())
    free = Q(renewal_claimed_until=None) | Q(renewal_claimed_until__lte=now)
    held = Credential.objects.filter(free, pk=pk, generation=generation)
    return claim if held.update(renewal_claim=claim, renewal_claimed_until=now + RENEWAL_LEASE) else None


def _renew(credential: Credential, claim: str, now: datetime) -> str:
    try:
        fresh, kind = _fresh(credential, now)
    except RemoteError as error:
        _release(credential, claim)
        if isinstance(error, BadCredentials):
            # Somebody whose claim had run out may have used the refresh token meanwhile: then theirs is the answer.
            held = Credential.objects.get(pk=credential.pk)
            if held.generation != credential.generation:
                return _token(held, now, insist=False)
            _refuse(credential, error)
        raise
    lifetime = LIFETIME_UNTOLD if fresh.expires_in is None else timedelta(seconds=fresh.expires_in)
    # By generation, not by claim: a pair that HighLevel gave out must be kept, even if the claim ran out meanwhile.
    Credential.objects.filter(pk=credential.pk, generation=credential.generation).update(
        kind=kind,
        access_token=fresh.access_token,
        refresh_token=fresh.refresh_token or credential.refresh_token,
        scopes=fresh.scope or credential.scopes,
        expires_at=now + lifetime,
        state=Credential.State.GOOD,
        problem="",
        generation=F("generation") + 1,
        renewal_claim="",
        renewal_claimed_until=None,
        updated_at=now,
    )
    return fresh.access_token


def _release(credential: Credential, claim: str) -> None:
    Credential.objects.filter(pk=credential.pk, renewal_claim=claim).update(
        renewal_claim="", renewal_claimed_until=None
    )


def _fresh(credential: Credential, now: datetime) -> tuple[Minted, Credential.Kind]:
    """A new token, and the kind that the credential is from now on. Raises RemoteError."""
    if credential.kind == Credential.Kind.MINTED:
        return _minted(credential, now), Credential.Kind.MINTED
    try:
        return _refreshed(credential), Credential.Kind.OAUTH
    except BadCredentials as error:
        if not _was_lost(credential, error):
            raise
        try:
            return _minted(credential, now), Credential.Kind.MINTED
        except TransientError:
            raise
        except RemoteError:
            raise error from None


def _was_lost(credential: Credential, error: BadCredentials) -> bool:
    """Whether a location's pair may have got lost on its way here, and the company's token can make another one."""
    if error.code != "invalid_grant" or credential.level != Credential.Level.LOCATION:
        return False
    held = Credential.objects.filter(pk=credential.pk, generation=credential.generation)
    company = Credential.objects.filter(level=Credential.Level.COMPANY, company_id=credential.company_id)
    return held.exists() and company.filter(state=Credential.State.GOOD).exists()


def _refreshed(credential: Credential) -> Minted:
    is_company = credential.level == Credential.Level.COMPANY
    with HighLevel(
        settings.HIGHLEVEL_BASE_URL,
        version=settings.HIGHLEVEL_VERSION,
        company_id=credential.company_id,
        limiter=limiter(),
        lane=Lane.PEOPLE,
    ) as client:
        return _whole(
            client.oauth.refresh(
                client_id=settings.HIGHLEVEL_CLIENT_ID,
                client_secret=settings.HIGHLEVEL_CLIENT_SECRET,
                refresh_token=credential.refresh_token,
                user_type="Company" if is_company else "Location",
            )
        )


def _minted(credential: Credential, now: datetime) -> Minted:
    if credential.location is None:
        raise ValueError("Only a location's token can be minted")
    with HighLevel(
        settings.HIGHLEVEL_BASE_URL,
        version=settings.HIGHLEVEL_VERSION,
        company_id=credential.company_id,
        token=company_token(credential.company_id, now),
        refresh=lambda refused: company_token_after(credential.company_id, refused),
        limiter=limiter(),
        lane=Lane.PEOPLE,
    ) as client:
        return _whole(client.oauth.location_token(location_id=credential.location.remote_id))


def _whole(answer: Minted) -> Minted:
    """The answer, unless it is one that would blank a stored token."""
    if not answer.access_token:
        raise BadReply("HighLevel's answer holds no access token")
    return answer


def _refuse(credential: Credential, error: RemoteError) -> bool:
    """Mark the credential, unless a new token of the same kind would fare no better."""
    dead = isinstance(error, BadCredentials) and not isinstance(error, NO_FAULT_OF_THE_TOKEN)
    if not dead or error.code == "forbidden" or isinstance(error, CredentialRefused):
        return False
    held = Credential.objects.filter(pk=credential.pk, generation=credential.generation)
    return bool(held.update(state=Credential.State.REFUSED, problem=error.message, updated_at=timezone.now()))
