"""Pausing a location whose token HighLevel refuses, and taking it up again.

While `paused_at` is set nothing of the location is sent, and pulls only probe, at growing intervals. Whoever sets it by
the conditional UPDATE also tells: once for a location, and once for all locations that speak through the company's
token when that is what was refused. A floor above says how people are told (`on_pause`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from highlevel.api import BadCredentials, MissingScope, RemoteError
from highlevel.models import Change, Credential, Location, SyncRun
from highlevel.models.location import LocationQuerySet

log = logging.getLogger("highlevel.pausing")

FIRST_PROBE = timedelta(minutes=5)
LONGEST_PROBE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Pause:
    """What people are told: the locations that were just paused, why (a code of `causes`), and whether the company's
    token is the cause, which pauses every location without a token of its own."""

    company_id: str
    location_ids: tuple[int, ...]
    code: str
    whole_company: bool


_tellers: list[Callable[[Pause], None]] = []


def on_pause(teller: Callable[[Pause], None]) -> Callable[[Pause], None]:
    """Register who tells people. It is called after the commit, once a pause, and must not wait for anything slow."""
    _tellers.append(teller)
    return teller


def pauses(error: BaseException) -> bool:
    """Whether this error means that nobody may speak for the location now. A missing scope, or a single thing that the
    token may not do, leaves everything else possible."""
    return isinstance(error, BadCredentials) and not isinstance(error, MissingScope) and error.code != "forbidden"


def location_pause(location: Location, error: RemoteError, *, now: datetime) -> bool:
    """Pause the location at the aware instant `now` if the error is of that kind; True for the one who paused it.

    When the company's token is what HighLevel refuses, every location that speaks through it is paused in the same
    transaction, and told about in one go. A second call changes nothing.
    """
    if not pauses(error):
        return False
    company = _company_behind(location, error)
    with transaction.atomic():
        if company is None:
            paused = _pause(Location.objects.filter(pk=location.pk), error, now)
        else:
            # Taken first, so that two pauses of many rows do not wait for each other's halves.
            Credential.objects.filter(pk=company.pk).update(generation=F("generation"))
            through = speaking_through_company(company.company_id).filter(Q(is_active=True) | Q(pk=location.pk))
            paused = _pause(through.filter(gone_at=None), error, now)
        if paused:
            pause = Pause(location.company_id, tuple(paused), error.code, company is not None)
            transaction.on_commit(lambda: _tell(pause), robust=True)
    if paused:
        log.warning("paused: locations=%s code=%s company=%s", len(paused), error.code, company is not None)
    return location.pk in paused


def location_resume(location: Location, *, now: datetime) -> bool:
    """Take the location up again: it is pulled at once and its waiting changes are sent. False if it was not paused.

    Those that were paused together with it, because the company's token was refused, are taken up together with it.
    """
    paused_at = Location.objects.filter(pk=location.pk).values_list("paused_at", flat=True).first()
    if paused_at is None:
        return False
    through = speaking_through_company(location.company_id)
    together = Q(pk=location.pk)
    if through.filter(pk=location.pk).exists():
        together |= Q(pk__in=through.filter(paused_at=paused_at).values("pk"))
    return location.pk in _resume(Location.objects.filter(together), now)


def company_resume(company_id: str, *, now: datetime) -> int:
    """Take up every location that speaks through the company's token; returns how many were paused. A location that
    HighLevel itself has paused, or that lacks the app, is found out again by its next pull."""
    return len(_resume(speaking_through_company(company_id), now))


def probes_put_off(location_ids: Iterable[int], *, now: datetime) -> None:
    """Try those that are paused again after as long as they have been paused, within 5 minutes and 6 hours."""
    paused = Location.objects.filter(pk__in=list(location_ids)).exclude(paused_at=None)
    moments = set(paused.order_by().values_list("paused_at", flat=True))
    for paused_at in filter(None, moments):
        wait = min(max(now - paused_at, FIRST_PROBE), LONGEST_PROBE)
        paused.filter(paused_at=paused_at).update(next_pull_at=now + wait)


def speaking_through_company(company_id: str) -> LocationQuerySet:
    """The company's locations that have no token of their own."""
    own = Credential.objects.filter(level=Credential.Level.LOCATION).exclude(kind=Credential.Kind.MINTED)
    return Location.objects.filter(company_id=company_id).exclude(pk__in=own.values("location"))


def _company_behind(location: Location, error: RemoteError) -> Credential | None:
    """The company's credential when the location speaks through it and it is what HighLevel refuses: it says so on the
    row, or the error came from renewing a token, which only the company's credential does here."""
    if not speaking_through_company(location.company_id).filter(pk=location.pk).exists():
        return None
    held = Credential.objects.filter(level=Credential.Level.COMPANY, company_id=location.company_id)
    company = held.defer("access_token", "refresh_token").first()
    if company is None or error.operation == "get-access-token":
        return company
    return company if company.state == Credential.State.REFUSED else None


def _pause(locations: LocationQuerySet, error: RemoteError, now: datetime) -> list[int]:
    """Pause those that are not paused yet, and return their keys."""
    free = list(locations.filter(paused_at=None).values_list("pk", flat=True))
    words = {"paused_code": error.code[:64], "paused_detail": error.message}
    mine = Location.objects.filter(pk__in=free)
    taken = mine.filter(paused_at=None).update(paused_at=now, next_pull_at=now + FIRST_PROBE, **words)
    if taken in (0, len(free)):
        return free if taken else []
    return list(mine.filter(paused_at=now).values_list("pk", flat=True))


def _resume(locations: LocationQuerySet, now: datetime) -> list[int]:
    """Take up those that are paused, and return their keys. Waking one twice is harmless."""
    with transaction.atomic():
        paused = list(locations.exclude(paused_at=None).values_list("pk", flat=True))
        held = Location.objects.filter(pk__in=paused).exclude(paused_at=None)
        if not paused or not held.update(paused_at=None, paused_code="", paused_detail="", next_pull_at=None):
            return []
        transaction.on_commit(lambda: _wake(paused, now), robust=True)
    log.info("resumed: locations=%s", len(paused))
    return paused


def _wake(location_ids: list[int], now: datetime) -> None:
    from highlevel.outbox.waking import wake
    from highlevel.tasks import pull_location_task

    for pk in Location.objects.active().filter(pk__in=location_ids).values_list("pk", flat=True):
        pull_location_task.apply_async((pk, SyncRun.Kind.SCHEDULED.value), retry=False)
    waiting = Change.objects.due(now).filter(location__in=location_ids).order_by()
    for pk in waiting.values_list("location", flat=True).distinct():
        wake(pk)


def _tell(pause: Pause) -> None:
    for teller in _tellers:
        teller(pause)
