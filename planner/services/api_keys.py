"""Keys with which scripts speak for a person: made once, shown once, kept as a digest."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from highlevel.models import Location
from planner.models import ApiKey

PREFIX = "rota_"
HINT = 10  # characters of a key that are kept readable
SEEN_EVERY = timedelta(minutes=1)


class NotYours(Exception):
    """The person does not work for one of the locations. The text is a sentence."""


def api_key_make(*, person: User, name: str, locations: Sequence[Location] = (), now: datetime) -> tuple[ApiKey, str]:
    """A new key of the person, and its secret, which nobody can read again. Without locations it is good for all that
    the person works for. Raises NotYours."""
    wanted = {location.pk for location in locations}
    if wanted - set(person.locations().filter(pk__in=wanted).values_list("pk", flat=True)):
        raise NotYours(_("Choose locations that you work for."))
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        key = ApiKey.objects.create(
            person=person, name=name[:100], digest=_digest(secret), hint=secret[:HINT], created_at=now
        )
        key.locations.set(wanted)
    return key, secret


def api_key_revoke(*, key: ApiKey, now: datetime) -> None:
    """Make a key good for nothing. A second call changes nothing."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)


def api_key_find(*, secret: str, now: datetime) -> ApiKey | None:
    """The key with that secret, if it is good and its person may still sign in. One query, now and then two."""
    held = ApiKey.objects.select_related("person").filter(digest=_digest(secret), revoked_at=None)
    key = held.filter(person__is_active=True).first()
    if key is not None and (key.used_at is None or key.used_at < now - SEEN_EVERY):
        ApiKey.objects.filter(pk=key.pk).update(used_at=now)
    return key


def api_key_scope(key: ApiKey) -> list[int] | None:
    """The primary keys of the locations that the key is limited to; None when it is not."""
    return list(key.locations.order_by("pk").values_list("pk", flat=True)) or None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
