"""Locations that are paused because HighLevel lets nobody speak for them."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from accounts.services.agency_words import way_back
from highlevel.causes import cause_in_words
from highlevel.models import Location

SHOWN = 3


@dataclass(frozen=True, slots=True)
class PausedLocation:
    """A paused location with the cause and the way back, in words."""

    location: Location
    cause: str
    cure: str


@dataclass(frozen=True, slots=True)
class PausedLocations:
    """The first few, the longest paused first, and how many there are in all."""

    shown: list[PausedLocation]
    total: int


def paused_locations(user: User) -> PausedLocations:
    """The paused locations that the person works for; one query, two when there are more than are shown."""
    paused = user.locations().exclude(paused_at=None).order_by("paused_at", "name", "pk").defer("remote")
    rows = list(paused[: SHOWN + 1])
    total = len(rows) if len(rows) <= SHOWN else paused.count()
    return PausedLocations([paused_location(row) for row in rows[:SHOWN]], total)


def paused_location(location: Location) -> PausedLocation:
    return PausedLocation(location, cause_in_words(location.paused_code), way_back(location.paused_code))
