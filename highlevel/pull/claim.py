"""One pull a location at a time, over all processes and machines: a claim that runs out when its holder dies."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db.models import Q

from highlevel.models import Location

# Renewed with every page. Longer than the slowest page: three attempts, each with its wait for the request budget.
LEASE = timedelta(seconds=180)


class ClaimLost(Exception):
    """Another pull has taken the location over, because this one was silent for longer than its lease."""


def claim_take(*, location_id: int, now: datetime) -> str | None:
    """The token of a new claim, or None when another pull holds the location (or there is no such location)."""
    token = str(uuid.uuid4())
    free = Q(pull_claimed_until=None) | Q(pull_claimed_until__lte=now)
    taken = Location.objects.filter(free, pk=location_id).update(pull_claim=token, pull_claimed_until=now + LEASE)
    return token if taken else None


def claim_renew(*, location_id: int, token: str, now: datetime) -> None:
    """Hold the location for another lease. Raises ClaimLost.

    Called first in a transaction, the update also keeps a successor waiting until that transaction ends.
    """
    if not Location.objects.filter(pk=location_id, pull_claim=token).update(pull_claimed_until=now + LEASE):
        raise ClaimLost(f"The pull of location {location_id} was taken over.")


def claim_release(*, location_id: int, token: str) -> bool:
    """Give the location back; False when another pull has it."""
    held = Location.objects.filter(pk=location_id, pull_claim=token)
    return bool(held.update(pull_claim="", pull_claimed_until=None))
