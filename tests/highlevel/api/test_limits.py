"""The request budget, on a real Redis-protocol server."""

from __future__ import annotations

import multiprocessing
import socket
from bisect import bisect_left
from collections.abc import Iterator
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.backoff import NoBackoff
from redis.retry import Retry

from highlevel.api import Budget, Lane, Limiter, LimiterUnavailable, RateLimited, Unreachable

NO_HEADERS: dict[str, str] = {}


class Simulation:
    """A limiter in a time of its own."""

    def __init__(self, client: redis.Redis, budget: Budget | None = None) -> None:
        client.flushdb()
        self.now = 1_800_000_000.0
        self.limiter = Limiter(client, app="test", budget=budget, clock=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def drain(self, lane: Lane, most: int = 1000, resource: str = "loc") -> int:
        """How many requests are given right now."""
        given = 0
        while given < most and self.limiter.acquire(resource, lane) == 0.0:
            given += 1
        return given


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def sim(client: redis.Redis) -> Simulation:
    return Simulation(client)


def most_in_any(window: float, moments: list[float]) -> int:
    """The most moments that any half-open window of this length holds."""
    return max(bisect_left(moments, start + window) - at for at, start in enumerate(moments))


def test_the_background_leaves_room_and_people_take_the_rest(sim):
    assert sim.drain(Lane.BACKGROUND) == 80
    assert sim.drain(Lane.PEOPLE) == 20
    assert sim.limiter.acquire("loc", Lane.PEOPLE) > 10.0


def test_people_may_use_everything_that_is_free(sim):
    assert sim.drain(Lane.PEOPLE) == 100
    assert sim.drain(Lane.BACKGROUND) == 0


def test_locations_do_not_share_a_budget(sim):
    assert sim.drain(Lane.PEOPLE) == 100
    assert sim.drain(Lane.PEOPLE, resource="other") == 100


def test_the_wait_is_exactly_until_one_is_free(sim):
    sim.drain(Lane.PEOPLE, most=1)
    sim.now += 3
    sim.drain(Lane.PEOPLE)
    wait = sim.limiter.acquire("loc", Lane.PEOPLE)
    assert wait == pytest.approx(10.25 - 3, abs=0.01)
    sim.now += wait
    assert sim.drain(Lane.PEOPLE) == 1


@pytest.mark.parametrize("pace", [0.0, 0.003, 0.05, 0.11])
def test_the_background_uses_at_least_95_percent_of_what_it_may(sim, pace):
    moments: list[float] = []
    began = sim.now
    while sim.now < began + 300:
        sim.limiter.wait("loc", Lane.BACKGROUND)
        moments.append(sim.now)
        sim.now += pace
    possible = min(80 / 10.0, 1 / pace if pace else 80) * 300
    assert len(moments) >= 0.95 * possible
    assert most_in_any(10.0, moments) <= 80


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(list(Lane)), st.floats(0, 4)), min_size=50, max_size=300))
def test_no_ten_seconds_overflow_wherever_they_start(client, steps):
    sim = Simulation(client, Budget(limit=10))
    everything: list[float] = []
    background: list[float] = []
    for lane, pause in steps:
        if sim.limiter.acquire("loc", lane) == 0.0:
            everything.append(sim.now)
            if lane is Lane.BACKGROUND:
                background.append(sim.now)
        sim.now += pause / 8
    assert most_in_any(10.0, everything) <= 10
    assert not background or most_in_any(10.0, background) <= 8


def test_waiting_longer_than_patience_is_refused_with_the_time(sim):
    sim.drain(Lane.PEOPLE)
    with pytest.raises(RateLimited) as caught:
        sim.limiter.wait("loc", Lane.PEOPLE)
    assert caught.value.code == "rate_limited"
    assert caught.value.retry_after == pytest.approx(10.25, abs=0.01)
    assert caught.value.status is None


def test_a_wish_to_be_left_alone_holds_for_both_lanes(sim):
    sim.limiter.observe("loc", status=429, headers=NO_HEADERS, retry_after=7.0)
    assert sim.limiter.acquire("loc", Lane.PEOPLE) == pytest.approx(7.0)
    assert sim.limiter.acquire("loc", Lane.BACKGROUND) == pytest.approx(7.0)
    sim.limiter.observe("loc", status=429, headers=NO_HEADERS, retry_after=2.0)
    assert sim.limiter.acquire("loc", Lane.PEOPLE) == pytest.approx(7.0)
    sim.now += 7
    assert sim.limiter.acquire("loc", Lane.PEOPLE) == 0.0


def test_429_without_a_time_holds_for_an_interval(sim):
    sim.limiter.observe("loc", status=429, headers=NO_HEADERS, retry_after=None)
    assert sim.limiter.acquire("loc", Lane.PEOPLE) == pytest.approx(10.0)


def test_503_with_a_time_holds_too(sim):
    sim.limiter.observe("loc", status=503, headers=NO_HEADERS, retry_after=4.0)
    assert sim.limiter.acquire("loc", Lane.PEOPLE) == pytest.approx(4.0)


def test_requests_that_others_spent_count(sim):
    sim.drain(Lane.PEOPLE, most=10)
    seen = {"X-RateLimit-Max": "100", "X-RateLimit-Remaining": "30", "X-RateLimit-Interval-Milliseconds": "10000"}
    for _ in range(3):
        sim.limiter.observe("loc", status=200, headers=seen, retry_after=None)
    assert sim.drain(Lane.PEOPLE) == 30
    sim.now += 10.3
    assert sim.drain(Lane.PEOPLE) == 100


def test_a_gigantic_limit_in_the_headers_does_not_fill_redis(sim, client):
    sim.limiter.acquire("loc", Lane.PEOPLE)
    headers = {"X-RateLimit-Max": "1000000", "X-RateLimit-Remaining": "0"}
    sim.limiter.observe("loc", status=200, headers=headers, retry_after=None)
    assert sim.limiter.acquire("loc", Lane.PEOPLE) > 0
    assert sum(client.zcard(key) for key in client.scan_iter() if client.type(key) == b"zset") <= 5001


def test_our_own_requests_are_not_counted_twice(sim):
    sim.drain(Lane.BACKGROUND, most=40)
    sim.limiter.observe(
        "loc", status=200, headers={"X-RateLimit-Max": "100", "X-RateLimit-Remaining": "60"}, retry_after=None
    )
    assert sim.drain(Lane.BACKGROUND) == 40


def test_a_smaller_limit_and_a_longer_interval_are_obeyed(sim):
    told = {"X-RateLimit-Max": "50", "X-RateLimit-Remaining": "50", "X-RateLimit-Interval-Milliseconds": "20000"}
    sim.limiter.observe("loc", status=200, headers=told, retry_after=None)
    assert sim.drain(Lane.BACKGROUND) == 40
    assert sim.drain(Lane.PEOPLE) == 10
    sim.now += 15
    assert sim.drain(Lane.PEOPLE) == 0
    sim.now += 5.3
    assert sim.drain(Lane.PEOPLE) == 50


def test_a_larger_limit_is_not_taken(sim):
    sim.limiter.observe("loc", status=200, headers={"X-RateLimit-Max": "500"}, retry_after=None)
    assert sim.drain(Lane.PEOPLE) == 100


@pytest.mark.parametrize("value", ["", "-5", "1e9", "many", "9" * 40, "٣"])
def test_nonsense_in_the_headers_changes_nothing(sim, value):
    told = dict.fromkeys(("X-RateLimit-Max", "X-RateLimit-Remaining", "X-RateLimit-Daily-Remaining"), value)
    sim.limiter.observe("loc", status=200, headers=told, retry_after=None)
    assert sim.drain(Lane.PEOPLE) == 100


def test_the_day_has_a_budget_too_and_leaves_people_their_share(client):
    sim = Simulation(client, Budget(daily=100))
    given = sim.drain(Lane.BACKGROUND)
    sim.now += 11
    assert given + sim.drain(Lane.BACKGROUND) == 90
    assert sim.drain(Lane.PEOPLE) == 10
    with pytest.raises(RateLimited) as caught:
        sim.limiter.wait("loc", Lane.PEOPLE)
    assert caught.value.code == "daily_limit"
    assert caught.value.retry_after is not None
    sim.now += caught.value.retry_after + 600
    assert sim.drain(Lane.PEOPLE) == 100


def test_what_others_spent_of_the_day_counts_and_is_asked_again(client):
    sim = Simulation(client, Budget(daily=1000))
    spent = {"X-RateLimit-Limit-Daily": "1000", "X-RateLimit-Daily-Remaining": "3"}
    sim.limiter.observe("loc", status=200, headers=spent, retry_after=None)
    assert sim.drain(Lane.PEOPLE) == 3
    with pytest.raises(RateLimited) as caught:
        sim.limiter.wait("loc", Lane.PEOPLE)
    assert caught.value.code == "daily_limit"
    assert caught.value.retry_after is not None
    assert caught.value.retry_after <= 3600
    refilled = {"X-RateLimit-Limit-Daily": "1000", "X-RateLimit-Daily-Remaining": "1000"}
    sim.limiter.observe("loc", status=200, headers=refilled, retry_after=None)
    assert sim.drain(Lane.PEOPLE) == 97


def test_a_server_clock_set_back_does_not_close_the_gate(sim):
    sim.drain(Lane.PEOPLE)
    sim.now -= 3600
    assert sim.limiter.acquire("loc", Lane.PEOPLE) == 0.0


def test_nothing_is_left_behind_in_redis(client, sim):
    sim.drain(Lane.BACKGROUND)
    sim.limiter.observe("loc", status=429, headers={"X-RateLimit-Max": "100"}, retry_after=1.0)
    assert [key for key in client.keys("*") if client.ttl(key) < 0] == []


def test_without_redis_nothing_is_sent():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    limiter = Limiter(redis.Redis(host="127.0.0.1", port=port, retry=Retry(NoBackoff(), 0)))
    with pytest.raises(LimiterUnavailable) as caught:
        limiter.wait("loc", Lane.PEOPLE)
    assert isinstance(caught.value, Unreachable)
    assert caught.value.code == "limiter_unavailable"
    limiter.observe("loc", status=429, headers=NO_HEADERS, retry_after=1.0)


def _take_all(url: str, lane: Lane, start: Event, found: Queue[int]) -> None:
    with redis.Redis.from_url(url) as client:
        limiter = Limiter(client, budget=Budget(window=600.0))
        start.wait()
        given = 0
        while limiter.acquire("loc", lane) == 0.0:
            given += 1
        found.put(given)


@pytest.mark.parametrize(
    ("lanes", "given"),
    [([Lane.BACKGROUND] * 4, 80), ([Lane.PEOPLE] * 3, 100)],
    ids=["background", "people"],
)
def test_several_processes_share_one_budget(redis_url, lanes, given):
    context = multiprocessing.get_context("spawn")
    start, found = context.Event(), context.Queue()
    workers = [context.Process(target=_take_all, args=(redis_url, lane, start, found)) for lane in lanes]
    for worker in workers:
        worker.start()
    start.set()
    results = [found.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    assert sum(results) == given
