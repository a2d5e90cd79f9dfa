"""Statistics of connected accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from highlevel.api.payload import Payload
from highlevel.api.resource import Resource

MAX_PROFILES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange(Payload):
    """A span of time, aware instants."""

    start_date: datetime
    end_date: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals(Payload):
    """Sums over all asked accounts."""

    posts: float | None = None
    likes: float | None = None
    followers: float | None = None
    impressions: float | None = None
    comments: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics(Payload):
    """What HighLevel measured. The inner tables keep its shape, because platforms and lengths come and go."""

    day_range: tuple[str, ...] = ()
    totals: Totals | None = None
    post_performance: dict[str, Any] | None = None
    breakdowns: dict[str, Any] | None = None
    platform_totals: dict[str, Any] | None = None
    demographics: dict[str, Any] | None = None


class StatisticsReports(Resource):
    """Statistics of the client's location."""

    def get(
        self,
        *,
        profile_ids: Sequence[str],
        platforms: Sequence[str] = (),
        current: DateRange | None = None,
        previous: DateRange | None = None,
    ) -> Statistics:
        """The last seven days before today against the seven before, or the given spans.

        Takes 1 to 100 profile ids (`RemoteAccount.profile_id`), and `previous` only with `current`; else ValueError.
        """
        if not 1 <= len(profile_ids) <= MAX_PROFILES:
            raise ValueError(f"Statistics take 1 to {MAX_PROFILES} profiles, not {len(profile_ids)}")
        if previous is not None and current is None:
            raise ValueError("Statistics compare with an earlier span only when the current span is given too")
        return self._call(
            "get-statistics",
            lambda answer: answer.one(Statistics),
            query={"locationId": self._location},
            body={
                "profileIds": list(profile_ids),
                "platforms": list(platforms) or None,
                "currentRange": current,
                "prevRange": previous,
            },
        )
