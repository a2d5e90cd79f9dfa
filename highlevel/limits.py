"""The request budget of this installation: one limiter over Redis, shared by every web process and worker."""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings

from highlevel.api import Budget, Limiter


def limiter() -> Limiter:
    """The limiter that every client of HighLevel is given. Budgets are counted per app and address of HighLevel."""
    app = f"{settings.HIGHLEVEL_CLIENT_ID or 'private'}@{settings.HIGHLEVEL_BASE_URL}"
    return _limiter(
        settings.REDIS_URL, app, settings.HIGHLEVEL_REQUESTS_PER_INTERVAL, settings.HIGHLEVEL_REQUESTS_PER_DAY
    )


@cache
def _limiter(url: str, app: str, limit: int, daily: int) -> Limiter:
    connection = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=3, health_check_interval=30)
    return Limiter(connection, app=app, budget=Budget(limit=limit, daily=daily))
