"""The locations a person can choose from."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from highlevel.models import Location

MOST = 100


@dataclass(frozen=True, slots=True)
class LocationChoices:
    """Up to `MOST` locations by name, and how many match in all."""

    shown: list[Location]
    total: int


def location_choices(user: User, *, text: str) -> LocationChoices:
    """Locations whose name holds the text, in any case; two queries, one when all fit."""
    found = user.locations().only("name", "colour", "timezone")
    if text:
        found = found.filter(name__icontains=text)
    shown = list(found[: MOST + 1])
    if len(shown) <= MOST:
        return LocationChoices(shown, len(shown))
    return LocationChoices(shown[:MOST], found.count())
