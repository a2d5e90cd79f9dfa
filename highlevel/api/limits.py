"""The request budget: two lanes over one count that all processes share in Redis.

HighLevel allows 100 requests in 10 seconds and 200,000 in a day, per app and location (or company). Which way its
windows turn is not said, so ours slide: no span of ten seconds, wherever it starts, holds more than the limit. Requests
may arrive closer together than they left; so one counts from the instant of its answer, when it has surely arrived.

People go first in three ways. A few requests of each window are never given to the background. While a person waits,
the next one that becomes free is theirs. And the background sends at an even pace: what it took a window ago becomes
free again at that pace, so that a full window never stays full for long.

When Redis cannot be asked, nothing is sent (`LimiterUnavailable`): a count per process would promise what it cannot
keep, as nobody knows how many processes run, and the task queue lives in the same Redis anyway.
"""

from __future__ import annotations

import logging
import math
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import redis

from highlevel.api.errors import LimiterUnavailable, RateLimited
from highlevel.api.limits_script import ACQUIRE, OBSERVE, PARTS

log = logging.getLogger("highlevel.api.limits")

HOLD_WHEN_UNTOLD = 10.0  # seconds to stay quiet after a 429 that names no time: one interval of HighLevel's
LONGEST_NAP = 1.0  # seconds after which one who waits asks again: an answer may free a request sooner than foreseen


class Lane(StrEnum):
    """Who is waiting: a person before a page, or work that nobody watches."""

    PEOPLE = "people"
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be sent to one location. Times in seconds.

    A request without an answer counts as if it had arrived `margin` after it left. The background lane may fill
    `background_share` of a window and `background_daily_share` of a day; the rest is always free for people. It sends
    evenly, and may be ahead of its pace by `burst`; a person waits little longer than that.
    """

    limit: int = 100
    window: float = 10.0
    margin: float = 0.25
    daily: int = 200_000
    background_share: float = 0.98
    background_daily_share: float = 0.9
    burst: float = 0.6
    patience_people: float = 10.0
    patience_background: float = 30.0

    def patience(self, lane: Lane) -> float:
        """The longest that a caller of this lane is kept waiting before it is told to come back later."""
        return self.patience_people if lane is Lane.PEOPLE else self.patience_background


class Limiter:
    """Counts requests of one app, for all processes that use the same Redis.

    `clock` gives seconds and is for simulations; by default the Redis server's own clock counts, so that machines
    with different clocks agree.
    """

    def __init__(
        self,
        client: redis.Redis,
        *,
        app: str = "default",
        budget: Budget | None = None,
        prefix: str = "highlevel:budget",
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._budget = budget or Budget()
        self._app = app
        self._prefix = prefix
        self._sleep = sleep
        self._clock = clock
        self._acquire = client.register_script(ACQUIRE)
        self._observe = client.register_script(OBSERVE)

    def acquire(self, resource: str, lane: Lane) -> float:
        """Take one request from the budget. 0.0: it may be sent now. Else nothing was taken: ask again in so many
        seconds. Raises LimiterUnavailable when Redis does not answer."""
        return self._ask(resource, lane)[0]

    def delay(self, resource: str, lane: Lane) -> float:
        """Seconds until one request is free; nothing is taken. Raises LimiterUnavailable when Redis does not answer."""
        return self._ask(resource, lane, take=False)[0]

    def wait(self, resource: str, lane: Lane, *, most: float = math.inf) -> str:
        """Take one request, sleeping until it is free, and return its mark for `observe`.

        Raises RateLimited (code rate_limited or daily_limit, nothing taken) when that would take longer than `most`
        seconds or the lane's patience, and LimiterUnavailable when Redis does not answer.
        """
        left = min(most, self._budget.patience(lane))
        waiter = uuid.uuid4().hex if lane is Lane.PEOPLE else ""
        while True:
            delay, spent_day, mark = self._ask(resource, lane, waiter=waiter)
            if delay == 0.0:
                return mark
            if delay > left:
                code = "daily_limit" if spent_day else None
                raise RateLimited("our own request budget is spent", code=code, retry_after=delay)
            nap = min(delay, LONGEST_NAP)
            self._sleep(nap)
            left -= nap

    def observe(
        self, resource: str, *, status: int, headers: Mapping[str, str], retry_after: float | None, mark: str = ""
    ) -> None:
        """Learn from an answer: that the request with this mark has arrived, smaller limits, requests that others
        spent, a wish to be left alone.

        It never raises: the answer it comes with must not be lost because Redis is away; that is logged instead.
        """
        hold = 0.0
        if status == 429:
            hold = HOLD_WHEN_UNTOLD if retry_after is None else retry_after
        elif status == 503 and retry_after is not None:
            hold = retry_after
        told = [
            _whole(headers.get(name))
            for name in (
                "X-RateLimit-Max",
                "X-RateLimit-Remaining",
                "X-RateLimit-Interval-Milliseconds",
                "X-RateLimit-Limit-Daily",
                "X-RateLimit-Daily-Remaining",
            )
        ]
        if not mark and not hold and not any(value >= 0 for value in told):
            return
        margin = int(self._budget.margin * 1000)
        window = int(self._budget.window * 1000)
        args: list[Any] = [self._now(), window, margin, int(hold * 1000), *told, mark]
        try:
            self._observe(keys=self._keys(resource), args=args)
        except redis.RedisError as error:
            log.warning("the answer's rate limit headers could not be kept: %s", error)

    def _ask(self, resource: str, lane: Lane, *, waiter: str = "", take: bool = True) -> tuple[float, bool, str]:
        """Seconds to wait (0.0: free, and taken if so wished), whether the day is spent, and the mark of what was
        taken."""
        budget = self._budget
        background = lane is Lane.BACKGROUND
        args: list[Any] = [
            self._now(),
            int(budget.window * 1000),
            int(budget.margin * 1000),
            budget.limit,
            budget.daily,
            1 if background else 0,
            budget.background_share,
            budget.background_daily_share if background else 1,
            int(budget.burst * 1000),
            waiter,
            1 if take else 0,
        ]
        try:
            wait, spent_day, mark = self._acquire(keys=self._keys(resource), args=args)
        except redis.RedisError as error:
            raise LimiterUnavailable("the shared request budget cannot be asked: Redis does not answer") from error
        return int(wait) / 1_000_000, bool(int(spent_day)), mark if isinstance(mark, str) else mark.decode()

    def _now(self) -> str:
        return "" if self._clock is None else str(int(self._clock() * 1_000_000))

    def _keys(self, resource: str) -> list[str]:
        # The braces keep the keys of one location on one node of a Redis cluster.
        root = f"{self._prefix}:{{{self._app}:{resource}}}"
        return [f"{root}:{part}" for part in PARTS]


def _whole(value: str | None) -> int:
    """A header as a number; -1 when it is absent or nonsense."""
    return int(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 12 else -1
