"""What a person should know about a queue before it happens, the live one or a draft."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from queues.schedule import Outing, Schedule, Standstill, TouchedSlot

HORIZON = timedelta(days=90)


class Return(NamedTuple):
    """An item goes out again soon: when it did before, the outing with which it returns, and how often that happens."""

    before: datetime
    outing: Outing
    times: int


class Collision(NamedTuple):
    """An outing and another post on the same account, at `at`."""

    outing: Outing
    account: str
    at: datetime


class Expiry(NamedTuple):
    """An account that expires before an outing needs it: the first such outing, and how many there are."""

    account: str
    expires_at: datetime
    outing: Outing
    times: int


class ClockTouch(NamedTuple):
    """An outing in a slot that a clock change touches."""

    outing: Outing
    slot: TouchedSlot


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a queue does in [start, end). Every tuple is in order of time.

    `repeats_at` is when the first item of the cycle has its turn again, `cycle_length` how long the cycle takes; both
    look beyond `end`, and both are None at a standstill.
    """

    start: datetime
    end: datetime
    standstill: Standstill | None
    outings: int
    skipped: int
    repeats_at: datetime | None
    cycle_length: timedelta | None
    returns: tuple[Return, ...]
    collisions: tuple[Collision, ...]
    expiries: tuple[Expiry, ...]
    clock_touches: tuple[ClockTouch, ...]


def forecast(
    schedule: Schedule,
    *,
    accounts: Mapping[str, Collection[str]],
    posts: Iterable[tuple[str, datetime]] = (),
    expiries: Mapping[str, datetime] | None = None,
    returns_within: timedelta,
    apart: timedelta = timedelta(),
    horizon: timedelta = HORIZON,
) -> Forecast:
    """Look ahead from the opening of a schedule.

    `accounts` are the accounts of each item, by item key; `posts` other posts as (account, instant), without the one
    that this queue has scheduled itself; `expiries` when accounts expire. An item that goes out again sooner than
    `returns_within` after the time before is a return; a post `apart` or less from an outing collides with it.
    """
    start, end = schedule.opens, schedule.opens + horizon
    outings = list(schedule.between(start, end))
    going_out = [outing for outing in outings if not outing.skipped]
    first, again = schedule.turn(0), schedule.turn(len(schedule.cycle))
    return Forecast(
        start=start,
        end=end,
        standstill=schedule.standstill,
        outings=len(going_out),
        skipped=len(schedule.skipped_between(start, end)),
        repeats_at=again.at if again else None,
        cycle_length=again.at - first.at if again and first else None,
        returns=tuple(_returns(going_out, returns_within)),
        collisions=tuple(_collisions(going_out, accounts, posts, apart)),
        expiries=tuple(_expiries(going_out, accounts, expiries or {})),
        clock_touches=tuple(_clock_touches(schedule, outings, start, end)),
    )


def _returns(outings: list[Outing], within: timedelta) -> list[Return]:
    """The first return of each item that has one."""
    last: dict[str, datetime] = {}
    found: dict[str, Return] = {}
    for outing in outings:
        before = last.get(outing.key, outing.item.last_out)
        last[outing.key] = outing.at
        if before is not None and outing.at - before < within:
            known = found.get(outing.key)
            found[outing.key] = known._replace(times=known.times + 1) if known else Return(before, outing, 1)
    return list(found.values())


def _collisions(
    outings: list[Outing],
    accounts: Mapping[str, Collection[str]],
    posts: Iterable[tuple[str, datetime]],
    apart: timedelta,
) -> list[Collision]:
    planned: dict[str, list[datetime]] = {}
    for account, moment in posts:
        planned.setdefault(account, []).append(moment)
    for moments in planned.values():
        moments.sort()
    return [
        Collision(outing, account, moment)
        for outing in outings
        for account in accounts.get(outing.key, ())
        if (moments := planned.get(account, []))
        for moment in moments[bisect_left(moments, outing.at - apart) : bisect_right(moments, outing.at + apart)]
    ]


def _expiries(
    outings: list[Outing], accounts: Mapping[str, Collection[str]], expiries: Mapping[str, datetime]
) -> list[Expiry]:
    found: dict[str, Expiry] = {}
    for outing in outings:
        for account in accounts.get(outing.key, ()):
            expires_at = expiries.get(account)
            if expires_at is not None and expires_at <= outing.at:
                known = found.get(account)
                found[account] = (
                    known._replace(times=known.times + 1) if known else Expiry(account, expires_at, outing, 1)
                )
    return list(found.values())


def _clock_touches(schedule: Schedule, outings: list[Outing], start: datetime, end: datetime) -> list[ClockTouch]:
    at = {outing.at: outing for outing in outings}
    return [ClockTouch(at[slot.at], slot) for slot in schedule.times.touched(start, end) if slot.at in at]
