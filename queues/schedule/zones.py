"""When the clocks of a zone change. A wall-clock time is written as an aware datetime in UTC, to reckon with it."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
SUNDAY = datetime(1970, 1, 4, tzinfo=UTC)
"""A Sunday 00:00 by the wall clock; weeks are counted from it."""

# Clocks go there and back within a week in some years (Recife 2000, Gaza 2040); within three days they never have.
_PROBE = 3 * 86400


class ClockChange(NamedTuple):
    """A zone's offset changes from `before` to `after` at an instant."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def jump(self) -> timedelta:
        """How far the clocks go forward; negative when they go back."""
        return self.after - self.before

    @property
    def reached(self) -> datetime:
        """The wall-clock time that the clocks show as they change."""
        return self.at + self.before

    @property
    def settled(self) -> datetime:
        """The first wall-clock time that is read with the offset after the change."""
        return self.at + max(self.before, self.after)


def changes_between(zone: str, start: datetime, end: datetime) -> tuple[ClockChange, ...]:
    """The changes of an IANA zone in the years of two instants and of a day around them, in order."""
    day = timedelta(days=1)
    return _changes_of_years(zone, (start - day).year, (end + day).year)


def gaps_between(zone: str, start: datetime, end: datetime) -> frozenset[tuple[timedelta, timedelta]]:
    """The stretches of the week that are left out in some of those years: since Sunday 00:00, and how long.

    Most zones leave out the same stretch year after year, so this is one pair for any number of years.
    """
    day = timedelta(days=1)
    return _gaps_of_years(zone, (start - day).year, (end + day).year)


@lru_cache(maxsize=8192)
def _gaps_of_years(zone: str, first: int, last: int) -> frozenset[tuple[timedelta, timedelta]]:
    changes = _changes_of_years(zone, first, last)
    return frozenset(((change.reached - SUNDAY) % WEEK, change.jump) for change in changes if change.jump > timedelta())


@lru_cache(maxsize=8192)
def _changes_of_years(zone: str, first: int, last: int) -> tuple[ClockChange, ...]:
    return tuple(change for year in range(first, last + 1) for change in _changes_of_year(zone, year))


@lru_cache(maxsize=8192)
def _changes_of_year(zone: str, year: int) -> tuple[ClockChange, ...]:
    return tuple(_search(ZoneInfo(zone), _seconds(year), _seconds(year + 1)))


def _seconds(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def _search(place: ZoneInfo, start: int, end: int) -> Iterator[ClockChange]:
    """The changes in (start, end], in seconds since 1970."""

    def offset(second: int) -> timedelta:
        return datetime.fromtimestamp(second, place).utcoffset() or timedelta()

    for left, right in pairwise([*range(start, end, _PROBE), end]):
        before, after = offset(left), offset(right)
        if before != after:
            span = range(left + 1, right + 1)
            second = span[bisect_left(span, True, key=lambda second: offset(second) != before)]
            yield ClockChange(datetime.fromtimestamp(second, UTC), before, after)
