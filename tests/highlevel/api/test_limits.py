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
UNPACED = Budget(burst=10.0)


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


def test_the_background_leaves_room_and_people_take_the_rest(client):
    sim = Simulation(client, UNPACED)
    assert sim.drain(Lane.BACKGROUND) == 98
    assert sim.drain(Lane.PEOPLE) == 2
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
def test_the_background_uses_at_least_95_percent_of_what_highlevel_allows(sim, pace):
    moments: list[float] = []
    began = sim.now
    while sim.now < began + 300:
        sim.limiter.wait("loc", Lane.BACKGROUND)
        moments.append(sim.now)
        sim.now += pace
    possible = min(100 / 10.0, 1 / pace if pace else 100) * 300
    assert len(moments) >= 0.95 * possible
    assert most_in_any(10.0, moments) <= 98


def test_an_idle_background_starts_at_once_and_goes_on_evenly(sim):
    assert sim.drain(Lane.BACKGROUND) == 6
    waits = []
    for _ in range(50):
        waits.append(sim.limiter.acquire("loc", Lane.BACKGROUND))
        sim.now += waits[-1]
        assert sim.limiter.acquire("loc", Lane.BACKGROUND) == 0.0
    assert max(waits) == pytest.approx(10 / 98, abs=0.01)


def test_looking_takes_nothing(sim):
    assert sim.limiter.delay("loc", Lane.PEOPLE) == 0.0
    assert sim.drain(Lane.PEOPLE) == 100
    assert sim.limiter.delay("loc", Lane.BACKGROUND) == pytest.approx(10.25, abs=0.01)
    assert sim.limiter.delay("loc", Lane.PEOPLE) == pytest.approx(10.25, abs=0.01)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
@given(st.lists(st.floats(0, 4), min_size=10, max_size=20), st.floats(0, 0.3))
def test_a_person_waits_less_than_a_second_however_busy_the_background_is(client, pauses, latency):
    sim = Simulation(client)
    waits: list[float] = []
    calls = [sim.now + 15 + sum(pauses[:at]) for at in range(len(pauses))]
    marks: list[tuple[float, str]] = []
    while calls:
        while marks and marks[0][0] <= sim.now:
            sim.limiter.observe("loc", status=200, headers=NO_HEADERS, retry_after=None, mark=marks.pop(0)[1])
        if sim.now >= calls[0]:
            asked = calls.pop(0)
            marks.append((sim.now + latency, sim.limiter.wait("loc", Lane.PEOPLE)))
            waits.append(sim.now - asked)
        elif not (delay := sim.limiter.delay("loc", Lane.BACKGROUND)):
            marks.append((sim.now + latency, sim.limiter.wait("loc", Lane.BACKGROUND)))
        else:
            sim.now += min(delay, 0.05)
    assert max(waits) < 1.0


def test_while_a_person_waits_the_next_free_request_is_theirs(client):
    sim = Simulation(client, UNPACED)
    sim.drain(Lane.BACKGROUND, most=1)
    sim.now += 1
    sim.drain(Lane.BACKGROUND)
    sim.drain(Lane.PEOPLE)
    sim.now += 9
    background: list[float] = []

    def sleep(seconds: float) -> None:
        sim.now += seconds
        background.append(sim.limiter.acquire("loc", Lane.BACKGROUND))

    sim.limiter = Limiter(client, app="test", budget=UNPACED, clock=lambda: sim.now, sleep=sleep)
    sim.limiter.wait("loc", Lane.PEOPLE)
    assert len(background) == 1
    assert background[0] == pytest.approx(1.0, abs=0.01)


def test_a_request_counts_from_its_answer(sim):
    mark = sim.limiter.wait("loc", Lane.PEOPLE)
    sim.now += 2
    sim.limiter.observe("loc", status=200, headers=NO_HEADERS, retry_after=None, mark=mark)
    assert sim.drain(Lane.PEOPLE) == 99
    assert sim.limiter.acquire("loc", Lane.PEOPLE) == pytest.approx(10.0, abs=0.01)


def test_an_answer_is_held_against_what_had_left_by_then(sim):
    first = [sim.limiter.wait("loc", Lane.PEOPLE) for _ in range(50)]
    sim.now += 0.1
    for mark in first:
        sim.limiter.observe("loc", status=200, headers=NO_HEADERS, retry_after=None, mark=mark)
    sim.now += 9.9
    late = sim.limiter.wait("loc", Lane.PEOPLE)
    sim.now += 0.2
    seen = {"X-RateLimit-Max": "100", "X-RateLimit-Remaining": "49", "X-RateLimit-Interval-Milliseconds": "10000"}
    sim.limiter.observe("loc", status=200, headers=seen, retry_after=None, mark=late)
    assert sim.drain(Lane.PEOPLE) == 99


class Arrivals:
    """HighLevel's count, in intervals that begin with the first request after the one before."""

    def __init__(self, limit: int) -> None:
        self.limit, self.opened, self.used, self.refused = limit, float("-inf"), 0, 0

    def meet(self, at: float) -> None:
        if at - self.opened >= 10.0:
            self.opened, self.used = at, 0
        self.used += 1
        self.refused += self.used > self.limit


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(list(Lane)), st.floats(0, 2), st.floats(0, 3), st.floats(0, 1)), min_size=60))
def test_however_long_requests_travel_highlevel_never_counts_too_many(client, steps):
    """Each step: who sends, seconds until the next one, seconds until the answer, the part of them on the way there."""
    sim = Simulation(client, Budget(limit=10, margin=3.0))
    arrivals: list[float] = []
    answers: list[tuple[float, str]] = []
    for lane, pause, latency, part in steps:
        answers.sort()
        while answers and answers[0][0] <= sim.now:
            _at, mark = answers.pop(0)
            sim.limiter.observe("loc", status=200, headers=NO_HEADERS, retry_after=None, mark=mark)
        if sim.limiter.delay("loc", lane) == 0.0:
            mark = sim.limiter.wait("loc", lane)
            arrivals.append(sim.now + latency * part)
            answers.append((sim.now + latency, mark))
        sim.now += pause / 4
    remote = Arrivals(10)
    for moment in sorted(arrivals):
        remote.meet(moment)
    assert remote.refused == 0


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
    assert not background or most_in_any(10.0, background) <= 9


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


def test_our_own_requests_are_not_counted_twice(client):
    sim = Simulation(client, UNPACED)
    sim.drain(Lane.BACKGROUND, most=40)
    sim.limiter.observe(
        "loc", status=200, headers={"X-RateLimit-Max": "100", "X-RateLimit-Remaining": "60"}, retry_after=None
    )
    assert sim.drain(Lane.BACKGROUND) == 58


def test_a_smaller_limit_and_a_longer_interval_are_obeyed(client):
    sim = Simulation(client, Budget(burst=20.0))
    told = {"X-RateLimit-Max": "50", "X-RateLimit-Remaining": "50", "X-RateLimit-Interval-Milliseconds": "20000"}
    sim.limiter.observe("loc", status=200, headers=told, retry_after=None)
    assert sim.drain(Lane.BACKGROUND) == 49
    assert sim.drain(Lane.PEOPLE) == 1
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
    sim = Simulation(client, Budget(daily=100, burst=10.0))
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
        limiter = Limiter(client, budget=Budget(window=600.0, burst=600.0))
        start.wait()
        given = 0
        while limiter.acquire("loc", lane) == 0.0:
            given += 1
        found.put(given)


@pytest.mark.parametrize(
    ("lanes", "given"),
    [([Lane.BACKGROUND] * 4, 98), ([Lane.PEOPLE] * 3, 100)],
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
