"""A person's keys for scripts."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from planner.models import ApiKey

PLACES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key; `where` names some of its locations, `more` counts the others. Without any it is good for all."""

    key: ApiKey
    where: list[str]
    more: int


def key_lines(user: User) -> list[KeyLine]:
    """The person's keys, the newest first, those in use before revoked ones; two queries."""
    keys = list(ApiKey.objects.filter(person=user).order_by("revoked_at", "-created_at").prefetch_related("locations"))
    keys.sort(key=lambda key: key.revoked_at is not None)
    lines = []
    for key in keys:
        names = [location.name for location in key.locations.all()]
        lines.append(KeyLine(key, names[:PLACES_SHOWN], max(0, len(names) - PLACES_SHOWN)))
    return lines
