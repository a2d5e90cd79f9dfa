"""When a client posts: at its own hours, more on some weekdays than on others."""

from datetime import datetime, time, timedelta
from math import floor
from random import Random

from highlevel.sandbox.seed.place import Place

FIRST_DAY = -58
LAST_DAY = 43
FEWEST = 156
MOST = 222

_SHIFTS = (0, 0, 0, 15, 30)


def posting_times(place: Place) -> list[datetime]:
    """The local instants of all posts around the present, in order: whole days from FIRST_DAY to LAST_DAY from today.

    Their number depends on the rhythm, within FEWEST and MOST. They are the same at any time of the clock's day.
    """
    rng, client = place.random("timetable"), place.client
    target = min(MOST, max(FEWEST, 12 * sum(client.rhythm)))
    share = target / (sum(client.rhythm) * (LAST_DAY - FIRST_DAY + 1) / 7)
    chosen: set[tuple[int, str]] = set()
    spare: list[tuple[int, str]] = []
    for offset in range(FIRST_DAY, LAST_DAY + 1):
        wanted = client.rhythm[(place.today + timedelta(days=offset)).weekday()] * share
        count = min(len(client.hours), floor(wanted) + (rng.random() < wanted % 1))
        hours = rng.sample(client.hours, len(client.hours))
        chosen |= {(offset, hour) for hour in hours[:count]}
        spare += [(offset, hour) for hour in hours[count:]]
    missing = target - len(chosen)
    if missing > 0:
        chosen |= set(rng.sample(spare, missing))
    else:
        chosen -= set(rng.sample(sorted(chosen), -missing))
    return [_local(place, offset, hour, rng) for offset, hour in sorted(chosen)]


def spread_times(place: Place, count: int, start: datetime, end: datetime) -> list[datetime]:
    """`count` local instants spread evenly over [start, end], on whole quarters of an hour where there is room."""
    step = (end - start) / max(1, count)
    quarter = 900
    found = []
    for number in range(count):
        moment = start + step * number
        even = datetime.fromtimestamp(moment.timestamp() // quarter * quarter, place.zone)
        found.append(even if start <= even <= end else moment.astimezone(place.zone))
    return found


def _local(place: Place, offset: int, hour: str, rng: Random) -> datetime:
    day = (place.today + timedelta(days=offset)).date()
    wall = datetime.combine(day, time.fromisoformat(hour), place.zone)
    return wall + timedelta(minutes=rng.choice(_SHIFTS))
