"""A client's wall clock: reading what is typed, also on the nights on which the clocks change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Reading:
    """The aware instant (UTC) of a wall-clock time. `missing` tells that the clocks jump over that time: the instant
    lies later by as much as they jump. `twice` tells that they show it twice: the instant is the first."""

    at: datetime
    missing: bool = False
    twice: bool = False


def read_wall(day: date, clock: time, zone: ZoneInfo) -> Reading:
    """What a date and a time mean in a zone. Raises OverflowError at the ends of time."""
    wall = datetime.combine(day, clock.replace(tzinfo=None))
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    at = first.astimezone(UTC)
    back = at.astimezone(zone).replace(tzinfo=None)
    return Reading(at, missing=back != wall, twice=back == wall and first.utcoffset() != second.utcoffset())
