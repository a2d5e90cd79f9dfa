"""What a delivery changes here. Each handler may run twice, and late: what is newer than the delivery stays."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from highlevel.api import AppNotInstalled, PermanentError, RemoteError
from highlevel.installing import app_id
from highlevel.keeping import connected_company
from highlevel.models import Credential, Location, WebhookEvent
from highlevel.models.webhook import WebhookState
from highlevel.pausing import company_resume, location_pause, location_resume, speaking_through_company
from highlevel.pull.places import colour_for, locations_find
from highlevel.pull.rows import fit

log = logging.getLogger("highlevel.webhooks")

RETRY_AFTER = timedelta(minutes=1)  # a delivery that no worker took, or that HighLevel kept from being handled
GIVE_UP_AFTER = timedelta(hours=24)
MOST = 200  # deliveries in one round of the sweep


class NotOurs(Exception):
    """The delivery is about another app or another agency; HighLevel signs those with the same key."""


def webhook_handle(event_id: int, *, now: datetime) -> str | None:
    """Do what one delivery asks for and return its state; None when it was handled before or does not exist.

    While HighLevel cannot be asked the delivery waits, for a day; any other failure is kept on the row and raised.
    """
    event = WebhookEvent.objects.filter(pk=event_id, state=WebhookState.WAITING).first()
    if event is None:
        return None
    state, problem = WebhookState.HANDLED, ""
    try:
        _check_ours(event.body)
        HANDLERS[event.type](event, now)
    except NotOurs as error:
        state, problem = WebhookState.IGNORED, str(error)
    except RemoteError as error:
        log.warning("webhook not handled: event=%s type=%s %s", event.pk, event.type, error)
        hopeless = isinstance(error, PermanentError) or now - event.received_at > GIVE_UP_AFTER
        state, problem = (WebhookState.FAILED if hopeless else WebhookState.WAITING), str(error)
    except Exception:
        _settle(event, WebhookState.FAILED, "internal", now)
        raise
    return _settle(event, state, problem, now)


def webhooks_waiting(*, now: datetime) -> list[int]:
    """The deliveries to handle now because the message to a worker was lost, or HighLevel did not answer."""
    waiting = WebhookEvent.objects.filter(state=WebhookState.WAITING, received_at__lte=now - RETRY_AFTER)
    return list(waiting.order_by("received_at", "pk").values_list("pk", flat=True)[:MOST])


def _settle(event: WebhookEvent, state: str, problem: str, now: datetime) -> str:
    settled = None if state == WebhookState.WAITING else now
    WebhookEvent.objects.filter(pk=event.pk, state=WebhookState.WAITING).update(
        state=state, problem=problem, handled_at=settled
    )
    return state


def _check_ours(body: dict[str, Any]) -> None:
    """Raises NotOurs."""
    told, own = str(body.get("appId") or ""), app_id()
    if told and told not in (own, settings.HIGHLEVEL_CLIENT_ID):
        raise NotOurs("it is about another app")
    company, expected = str(body.get("companyId") or ""), connected_company()
    if company and expected and company != expected:
        raise NotOurs("it is about another agency")
    known = _remote_id(body) and Location.objects.filter(remote_id=_remote_id(body)).exists()
    if not company and not known:
        raise NotOurs("it names no agency and no known location")


def _installed(event: WebhookEvent, now: datetime) -> None:
    """The app was let in: what it was paused for is over. A new location waits for an owner's choice."""
    company_id, remote_id = str(event.body.get("companyId") or ""), _remote_id(event.body)
    if not remote_id:
        company_resume(company_id, now=now)
        locations_find(now=now)
        return
    location = Location.objects.filter(remote_id=remote_id).first()
    if location is None:
        locations_find(now=now)
        return
    Location.objects.filter(pk=location.pk).update(gone_at=None)
    minted = Credential.objects.filter(level=Credential.Level.LOCATION, location=location, kind=Credential.Kind.MINTED)
    minted.update(state=Credential.State.GOOD, problem="")
    location_resume(location, now=now)


def _uninstalled(event: WebhookEvent, now: datetime) -> None:
    """The app was taken out: its tokens are dead. A connection that was made after that is left alone, and so are
    private integration tokens, which have nothing to do with the app."""
    error = AppNotInstalled("The app was uninstalled in HighLevel")
    dead = {"state": Credential.State.REFUSED, "problem": error.message, "updated_at": now}
    remote_id = _remote_id(event.body)
    apps = Credential.objects.exclude(kind=Credential.Kind.PRIVATE).filter(updated_at__lte=event.sent_at)
    with transaction.atomic():
        if remote_id:
            location = Location.objects.filter(remote_id=remote_id).first()
            if location is None:
                return
            own = Credential.objects.filter(level=Credential.Level.LOCATION, location=location)
            ended = apps.filter(level=Credential.Level.LOCATION, location=location).update(**dead)
            if ended or not own.exists():
                location_pause(location, error, now=now)
            return
        company_id = str(event.body.get("companyId") or "")
        if not apps.filter(level=Credential.Level.COMPANY, company_id=company_id).update(**dead):
            return
        first = speaking_through_company(company_id).filter(is_active=True, gone_at=None, paused_at=None).first()
        if first is not None:
            location_pause(first, error, now=now)


def _created(event: WebhookEvent, now: datetime) -> None:
    """A new client: it is listed, and an owner chooses whether it is worked for."""
    remote_id = _remote_id(event.body)
    if not remote_id:
        raise NotOurs("it names no location")
    values = {
        "company_id": str(event.body.get("companyId") or connected_company()),
        "name": _name(event.body) or remote_id,
        "colour": colour_for(remote_id),
        "is_active": False,
    }
    Location.objects.get_or_create(remote_id=fit(remote_id, 64), defaults=values)


def _updated(event: WebhookEvent, now: datetime) -> None:
    """Name or details changed: the name is taken over now, the rest is read by a pull that comes at once."""
    location = Location.objects.filter(remote_id=_remote_id(event.body)).first()
    if location is None:
        _created(event, now)
        return
    values = {"name": _name(event.body)} if _name(event.body) else {}
    if location.paused_at is None:
        values["next_pull_at"] = None  # type: ignore[assignment]
    if values:
        Location.objects.filter(pk=location.pk).update(**values)


def _remote_id(body: dict[str, Any]) -> str:
    return str(body.get("locationId") or (body.get("id") if "appId" not in body else "") or "")


def _name(body: dict[str, Any]) -> str:
    name = body.get("name")
    return fit(name.strip(), 255) if isinstance(name, str) else ""


HANDLERS: dict[str, Callable[[WebhookEvent, datetime], None]] = {
    "INSTALL": _installed,
    "UNINSTALL": _uninstalled,
    "LocationCreate": _created,
    "LocationUpdate": _updated,
}
