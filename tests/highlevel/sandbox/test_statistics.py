"""Statistics over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from .conftest import SOCIAL, Desk


def ask(desk: Desk, **body: Any) -> requests.Response:
    return desk.ask("POST", SOCIAL + "/statistics", params={"locationId": desk.location_id}, json=body)


def span(start: str, end: str) -> dict[str, str]:
    return {"startDate": f"{start}T00:00:00.000Z", "endDate": f"{end}T23:59:59.999Z"}


def test_without_ranges_it_is_the_last_seven_days_against_those_before(desk: Desk) -> None:
    desk.box.clock.set(datetime(2026, 6, 4, 20, tzinfo=UTC))  # already Friday in Kolkata
    facebook, google = desk.account("facebook"), desk.account("google")
    answer = ask(desk, profileIds=[facebook["profileId"], google["profileId"]])
    assert answer.status_code == 200
    assert set(answer.json()) == {"results", "message", "traceId"}
    results = answer.json()["results"]
    assert results["dayRange"] == ["Fri", "Sat", "Sun", "Mon", "Tue", "Wed", "Thu"]
    assert set(results["postPerformance"]["posts"]) == {"facebook", "google"}
    assert len(results["postPerformance"]["impressions"]) == 7
    assert results["breakdowns"]["impressions"]["total"] == results["totals"]["impressions"] > 0
    assert isinstance(results["breakdowns"]["reach"]["platforms"]["facebook"]["change"], float)
    assert results["platformTotals"]["likes"]["google"] == {"total": 0, "series": [0] * 7}
    series = results["platformTotals"]["impressions"]["facebook"]
    assert series["total"] == sum(series["series"])
    assert set(results["demographics"]["age"]["totals"]) >= {"13-17", "65+"}
    percentages = [one["percentage"] for one in results["demographics"]["gender"]["totals"].values()]
    assert sum(percentages) == 100


def test_figures_depend_on_profile_and_days_alone(desk: Desk) -> None:
    profile = desk.account("instagram")["profileId"]
    week = span("2026-03-02", "2026-03-08")
    first = ask(desk, profileIds=[profile], currentRange=week).json()["results"]
    desk.box.clock.advance(timedelta(days=40))
    desk.speak_with(desk.box.location_token(desk.location_id))
    assert ask(desk, profileIds=[profile], currentRange=week).json()["results"] == first
    both = ask(desk, profileIds=[profile], currentRange=span("2026-03-01", "2026-03-31")).json()["results"]
    assert both["platformTotals"]["likes"]["instagram"]["series"][1:8] == [
        *first["platformTotals"]["likes"]["instagram"]["series"]
    ]
    assert len(both["dayRange"]) == 31


def test_a_comparison_needs_an_earlier_range(desk: Desk) -> None:
    profile = desk.account("facebook")["profileId"]
    march, february = span("2026-03-01", "2026-03-31"), span("2026-02-01", "2026-02-28")
    alone = ask(desk, profileIds=[profile], currentRange=march).json()["results"]["breakdowns"]
    assert "totalChange" not in alone["posts"]
    against = ask(desk, profileIds=[profile], currentRange=march, prevRange=february).json()["results"]["breakdowns"]
    assert "totalChange" in against["posts"]
    assert "change" in against["engagement"]["facebook"]


def test_platforms_filter_and_strangers_count_for_nothing(desk: Desk) -> None:
    facebook, linkedin = desk.account("facebook"), desk.account("linkedin")
    ids = [facebook["profileId"], linkedin["profileId"], "0" * 24]
    found = ask(desk, profileIds=ids, platforms=["linkedin"]).json()["results"]
    assert list(found["postPerformance"]["posts"]) == ["linkedin"]
    nothing = ask(desk, profileIds=["0" * 24]).json()["results"]
    assert nothing["totals"] == {"posts": 0, "likes": 0, "followers": 0, "impressions": 0, "comments": 0}


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"profileIds": ["p"] * 101}, 400, "profileIds must contain no more than 100 elements"),
        ({"profileIds": []}, 422, ["profileIds should not be empty"]),
        ({"profileIds": ["p"], "prevRange": span("2026-01-01", "2026-01-02")}, 400, None),
        ({"profileIds": ["p"], "currentRange": span("2026-02-01", "2026-01-02")}, 400, None),
        ({"profileIds": ["p"], "currentRange": {"startDate": "soon", "endDate": "later"}}, 400, None),
        ({"profileIds": ["p"], "platforms": ["threads"]}, 422, None),
    ],
)
def test_bad_requests(desk: Desk, body: dict[str, Any], status: int, message: Any) -> None:
    answer = ask(desk, **body)
    assert answer.status_code == status
    if message is not None:
        assert answer.json()["message"] == message
