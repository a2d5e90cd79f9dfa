"""The request budget is one for all processes of an installation."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from highlevel.api import Lane, LimiterUnavailable
from highlevel.limits import limiter


def test_settings_say_what_may_be_sent(settings: Settings) -> None:
    settings.HIGHLEVEL_REQUESTS_PER_INTERVAL = 10
    settings.HIGHLEVEL_BASE_URL = "http://a.example"
    budget = limiter()

    taken = 0
    while budget.acquire("location", Lane.PEOPLE) == 0.0:
        taken += 1

    assert taken == 10
    assert budget.acquire("another", Lane.BACKGROUND) == 0.0, "each location has its own"


def test_every_caller_counts_in_the_same_place(settings: Settings) -> None:
    settings.HIGHLEVEL_REQUESTS_PER_INTERVAL = 1
    settings.HIGHLEVEL_BASE_URL = "http://b.example"
    assert limiter().acquire("location", Lane.PEOPLE) == 0.0
    assert limiter().acquire("location", Lane.PEOPLE) > 0.0
    settings.HIGHLEVEL_BASE_URL = "http://c.example"
    assert limiter().acquire("location", Lane.PEOPLE) == 0.0


def test_without_redis_nothing_is_sent(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    with pytest.raises(LimiterUnavailable):
        limiter().acquire("location", Lane.PEOPLE)
