"""HighLevel's rate limit: so many requests in an interval and a day, counted per app and location (or company)."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class _Bucket:
    opened: float = -math.inf
    used: int = 0
    day: str = ""
    used_today: int = 0


@dataclass(frozen=True)
class Allowance:
    """Whether a request may pass, the headers that say so, and how long to wait if it may not (seconds)."""

    allowed: bool
    headers: dict[str, str]
    retry_after: int


class Limits:
    """`interval_max` requests in `interval_seconds`, from the first one on, and `daily_max` a day; thread-safe.

    The interval runs on real time (`monotonic` seconds), the day is that of the sandbox's clock (UTC). `enabled` False
    lets everything pass.
    """

    def __init__(
        self,
        interval_max: int = 100,
        interval_seconds: float = 10.0,
        daily_max: int = 200_000,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.interval_max = interval_max
        self.interval_seconds = interval_seconds
        self.daily_max = daily_max
        self.enabled = True
        self._monotonic = monotonic
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._lock = threading.Lock()

    def use(self, app_id: str, resource: str, day: str) -> Allowance:
        """Count one request of an app on a location or company. A refused request is not counted."""
        now = self._monotonic()
        with self._lock:
            bucket = self._buckets.setdefault((app_id, resource), _Bucket())
            if now - bucket.opened >= self.interval_seconds:
                bucket.opened, bucket.used = now, 0
            if bucket.day != day:
                bucket.day, bucket.used_today = day, 0
            burst, daily = bucket.used >= self.interval_max, bucket.used_today >= self.daily_max
            allowed = not self.enabled or not (burst or daily)
            if allowed:
                bucket.used += 1
                bucket.used_today += 1
            wait = math.ceil(bucket.opened + self.interval_seconds - now)
            return Allowance(allowed, self._headers(bucket), 3600 if daily else max(1, wait))

    def exhausted(self) -> dict[str, str]:
        """The headers of a full bucket, whatever the real ones hold."""
        return self._headers(_Bucket(used=self.interval_max, used_today=0))

    def reset(self) -> None:
        """Empty every bucket."""
        with self._lock:
            self._buckets.clear()

    def _headers(self, bucket: _Bucket) -> dict[str, str]:
        return {
            "X-RateLimit-Limit-Daily": str(self.daily_max),
            "X-RateLimit-Daily-Remaining": str(max(0, self.daily_max - bucket.used_today)),
            "X-RateLimit-Interval-Milliseconds": str(round(self.interval_seconds * 1000)),
            "X-RateLimit-Max": str(self.interval_max),
            "X-RateLimit-Remaining": str(max(0, self.interval_max - bucket.used)),
        }
