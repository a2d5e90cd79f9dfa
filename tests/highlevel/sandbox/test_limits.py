"""The rate limit: headers on every answer, 429 beyond it, per app and location."""

from highlevel.sandbox import Sandbox
from highlevel.sandbox.limits import Limits

from .conftest import SOCIAL, Desk

NAMES = (
    "X-RateLimit-Limit-Daily",
    "X-RateLimit-Daily-Remaining",
    "X-RateLimit-Interval-Milliseconds",
    "X-RateLimit-Max",
    "X-RateLimit-Remaining",
)


def accounts(desk: Desk) -> tuple[int, list[int]]:
    answer = desk.ask("GET", SOCIAL + "/{loc}/accounts")
    return answer.status_code, [int(answer.headers[name]) for name in NAMES]


def test_every_answer_says_what_is_left(desk: Desk) -> None:
    assert accounts(desk) == (200, [200_000, 199_999, 10_000, 100, 99])
    assert accounts(desk) == (200, [200_000, 199_998, 10_000, 100, 98])
    refused = desk.page(limit=1)
    assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (422, "97")


def test_beyond_the_limit_is_429_with_a_time_to_wait(desk: Desk) -> None:
    desk.box.limits.interval_max, desk.box.limits.interval_seconds = 2, 60.0
    accounts(desk)
    accounts(desk)
    answer = desk.ask("GET", SOCIAL + "/{loc}/accounts")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert desk.box.log.entries()[-1].carried_out is False


def test_locations_do_not_share_a_bucket_but_tokens_of_one_app_do(desk: Desk) -> None:
    desk.box.limits.interval_max, desk.box.limits.interval_seconds = 2, 60.0
    accounts(desk)
    desk.speak_with(desk.box.location_token(desk.location_id))
    assert accounts(desk)[1][-1] == 0
    other = Desk(desk.box, desk.box.add_location(name="Elsewhere"))
    with other.http:
        assert accounts(other)[1][-1] == 1
    desk.speak_with(desk.box.private_token(desk.location_id))
    assert accounts(desk)[1][-1] == 1


def test_the_interval_ends() -> None:
    moments = iter((0.0, 9.0, 9.9, 10.0, 11.0, 19.9, 20.0, 30.0, 40.0, 50.0))
    limits = Limits(2, 10.0, 5, monotonic=lambda: next(moments))
    allowed = [limits.use("app", "loc", "2026-11-22").allowed for _ in range(8)]
    assert allowed == [True, True, False, True, True, False, True, False]
    assert limits.use("app", "loc", "2026-11-22").retry_after == 3600
    assert limits.use("app", "loc", "2026-11-23").allowed


def test_a_sandbox_without_a_limit() -> None:
    with Sandbox(agency="empty", rate_limit=None) as box:
        desk = Desk(box, box.add_location(name="Free"))
        box.limits.interval_max = 1
        with desk.http:
            assert [accounts(desk)[0] for _ in range(3)] == [200, 200, 200]
