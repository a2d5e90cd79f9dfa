"""Taking a delivery in: is it HighLevel's, is it fresh, is it new; then a row, and a nudge for a worker."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from highlevel.models import WebhookEvent
from highlevel.pull.rows import sound
from highlevel.webhooks.handling import HANDLERS
from highlevel.webhooks.signatures import is_signed

log = logging.getLogger("highlevel.webhooks")

LARGEST = 64 * 1024  # bytes of one delivery; HighLevel's are below 2 KB
OLDEST = timedelta(minutes=5)


class Refused(Exception):
    """The delivery does not count. `reason` is too_large, forged, unreadable or too_old; `status` answers it."""

    STATUS = {"too_large": 413, "forged": 401, "unreadable": 400, "too_old": 400}

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = self.STATUS[reason]


def webhook_receive(*, body: bytes, headers: Mapping[str, str], now: datetime) -> WebhookEvent | None:
    """Keep one delivery and wake a worker; None for one that was seen before or that Rota has no use for.

    Raises Refused, and then nothing is stored. `now` is an aware instant.
    """
    if len(body) > LARGEST:
        raise _refused("too_large", len(body))
    if not is_signed(body, headers):
        raise _refused("forged", len(body))
    told = _read(body)
    sent_at, webhook_id, kind = _instant(told.get("timestamp")), _text(told.get("webhookId")), _text(told.get("type"))
    if sent_at is None or not webhook_id or not kind:
        raise _refused("unreadable", len(body))
    if abs(now - sent_at) > OLDEST:
        raise _refused("too_old", len(body))
    if kind not in HANDLERS:
        log.info("webhook of no use: type=%s", kind[:64])
        return None
    return _keep(webhook_id, kind, told, sent_at, now)


def _keep(webhook_id: str, kind: str, told: dict[str, Any], sent_at: datetime, now: datetime) -> WebhookEvent | None:
    with transaction.atomic():
        values = {"type": kind, "body": sound(told).raw, "sent_at": sent_at, "received_at": now}
        event, is_new = WebhookEvent.objects.get_or_create(webhook_id=webhook_id, defaults=values)
        if not is_new:
            log.warning("webhook seen before: event=%s type=%s", event.pk, event.type)
            return None
        transaction.on_commit(lambda: _wake(event.pk), robust=True)
    log.info("webhook kept: event=%s type=%s", event.pk, kind)
    return event


def _wake(event_id: int) -> None:
    from highlevel.tasks import webhook_handle_task

    webhook_handle_task.apply_async((event_id,), retry=False)


def _read(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise _refused("unreadable", len(body)) from None
    if not isinstance(told, dict):
        raise _refused("unreadable", len(body))
    return told


def _text(value: object) -> str:
    return sound(value).raw if isinstance(value, str) and 0 < len(value) <= 128 else ""


def _instant(value: object) -> datetime | None:
    """An ISO 8601 text, or seconds or milliseconds since 1970, as an aware instant; None for anything else."""
    try:
        if isinstance(value, str) and not value.isdigit():
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        if isinstance(value, (int, float, str)) and not isinstance(value, bool):
            number = float(value)
            return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _refused(reason: str, size: int) -> Refused:
    log.warning("webhook refused: reason=%s bytes=%s", reason, size)
    return Refused(reason)
