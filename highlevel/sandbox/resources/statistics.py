"""Statistics: plausible figures that depend only on the profile id, its network and the days asked for.

Documents
None of its own. Profiles are the connected accounts (`account` documents) of the location with the given profileId.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from highlevel.sandbox.clock import parse_iso
from highlevel.sandbox.fields import Fields, choice, list_of, nested, text
from highlevel.sandbox.operations import PREFIX, Call, Refusal, Reply, operation
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import hash_of
from highlevel.sandbox.zones import zone_of

PLATFORMS = ("facebook", "instagram", "linkedin", "google", "pinterest", "youtube", "tiktok")
MOST_PROFILES = 100
_DEFAULT_DAYS = 7

# Impressions on an ordinary day for each network.
_REACH = {
    "facebook": 420,
    "instagram": 650,
    "linkedin": 180,
    "google": 310,
    "pinterest": 260,
    "youtube": 540,
    "tiktok": 900,
}
_AGES = {"13-17": 3, "18-24": 16, "25-34": 31, "35-44": 24, "45-54": 14, "55-64": 8, "65+": 4}
_GENDERS = ("male", "female", "unknown")
# Google tells neither likes nor comments nor followers.
_SILENT = ("google",)

_RANGE = Fields(startDate=text(required=True), endDate=text(required=True))


@dataclass(frozen=True)
class Day:
    """What one profile, or one network, got on one day."""

    posts: int = 0
    impressions: int = 0
    reach: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0
    followers: int = 0

    def __add__(self, other: "Day") -> "Day":
        return Day(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Day)))


@operation(
    "get-statistics",
    "POST",
    f"{PREFIX}/statistics",
    scope="socialplanner/statistics.readonly",
    status=200,
    location="query",
    query=Fields(locationId=text(required=True)),
    body=Fields(
        profileIds=list_of(text(), required=True, not_empty=True),
        platforms=list_of(choice(*PLATFORMS)),
        currentRange=nested(_RANGE),
        prevRange=nested(_RANGE),
    ),
)
def get_statistics(call: Call) -> Reply:
    """Figures of a range of days, and their change against an earlier range. Outside the usual envelope."""
    if len(call.body["profileIds"]) > MOST_PROFILES:
        raise Refusal(400, f"profileIds must contain no more than {MOST_PROFILES} elements")
    days, earlier = _ranges(call)
    wanted = set(call.body.get("platforms") or PLATFORMS)
    profiles = [(account["profileId"], network) for account, network in _profiles(call) if network in wanted]
    networks = [network for network in PLATFORMS if any(network == found for _, found in profiles)]
    now = _by_network(profiles, networks, days)
    before = _by_network(profiles, networks, earlier) if earlier else None
    results = {
        "dayRange": [day.strftime("%a") for day in days],
        "totals": _totals(now),
        "postPerformance": _performance(now),
        "breakdowns": _breakdowns(now, before),
        "platformTotals": _platform_totals(now),
        "demographics": _demographics(profiles, now),
    }
    return Reply(200, {"results": results, "message": "Successfully retrieved analytics data"})


def figures(profile_id: str, network: str, day: date) -> Day:
    """The same figures for the same profile and day, always; a profile grows slowly and weekends are quieter."""
    noise = hash_of("statistics", profile_id, day.isoformat())
    size = 0.4 + hash_of("profile", profile_id)[0] / 128
    weekday = 0.7 if day.isoweekday() > 5 else 1.0
    growth = 1 + max(0, day.toordinal() - date(2025, 1, 1).toordinal()) / 2000
    impressions = int(_REACH[network] * size * weekday * growth * (0.5 + noise[0] / 255))
    silent = network in _SILENT
    return Day(
        posts=(0, 0, 1, 1, 2)[noise[1] % 5],
        impressions=impressions,
        reach=int(impressions * (0.6 + noise[2] / 850)),
        likes=0 if silent else int(impressions * (0.01 + noise[3] / 8500)),
        comments=0 if silent else impressions * noise[4] // 40_000,
        shares=0 if silent else impressions * noise[5] // 60_000,
        followers=0 if silent else noise[6] % 5,
    )


def _profiles(call: Call) -> Iterable[tuple[Document, str]]:
    asked = set(call.body["profileIds"])
    for account in call.world.store.find("account", location=call.location_id, order="rowid"):
        network = account["platform"].removesuffix("-business")
        if account["profileId"] in asked and network in PLATFORMS and not account["deleted"]:
            yield account, network


def _ranges(call: Call) -> tuple[list[date], list[date]]:
    """The days of the current range and of the one to compare with (empty for no comparison)."""
    current, previous = call.body.get("currentRange"), call.body.get("prevRange")
    if previous and not current:
        raise Refusal(400, "prevRange can only be used together with currentRange")
    if current:
        return _days(current, "currentRange"), _days(previous, "prevRange") if previous else []
    today = call.now.astimezone(zone_of(call.world, call.location_id)).date()
    days = [today - timedelta(days=number) for number in range(2 * _DEFAULT_DAYS, 0, -1)]
    return days[_DEFAULT_DAYS:], days[:_DEFAULT_DAYS]


def _days(bounds: dict[str, str], name: str) -> list[date]:
    start, end = (_moment(bounds[key], f"{name}.{key}") for key in ("startDate", "endDate"))
    if start > end:
        raise Refusal(400, f"{name}.startDate must be before or equal to {name}.endDate")
    return [start.date() + timedelta(days=number) for number in range((end.date() - start.date()).days + 1)]


def _moment(value: str, name: str) -> datetime:
    try:
        return parse_iso(value)
    except ValueError:
        raise Refusal(400, f"{name} must be a valid ISO 8601 date string") from None


def _by_network(profiles: list[tuple[str, str]], networks: list[str], days: list[date]) -> dict[str, list[Day]]:
    return {
        network: [
            sum((figures(profile, network, day) for profile, found in profiles if found == network), Day())
            for day in days
        ]
        for network in networks
    }


def _all(by_network: dict[str, list[Day]]) -> Day:
    return sum((day for days in by_network.values() for day in days), Day())


def _totals(now: dict[str, list[Day]]) -> dict[str, int]:
    total = _all(now)
    return {name: getattr(total, name) for name in ("posts", "likes", "followers", "impressions", "comments")}


def _performance(now: dict[str, list[Day]]) -> dict[str, Any]:
    series = [sum(days, Day()) for days in zip(*now.values(), strict=True)]
    return {
        "posts": {network: [day.posts for day in days] for network, days in now.items()},
        **{name: [getattr(day, name) for day in series] for name in ("impressions", "likes", "comments")},
    }


def _breakdowns(now: dict[str, list[Day]], before: dict[str, list[Day]] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("posts", "impressions", "reach"):
        platforms = {
            network: {"value": _sum(days, name), **_change("change", days, before[network] if before else None, name)}
            for network, days in now.items()
        }
        total = _change("totalChange", [_all(now)], [_all(before)] if before else None, name)
        found[name] = {"total": getattr(_all(now), name), **total, "platforms": platforms}
    found["engagement"] = {
        network: {
            **{name: _sum(days, name) for name in ("likes", "comments", "shares")},
            **_change("change", days, before[network] if before else None, "likes", "comments", "shares"),
        }
        for network, days in now.items()
    }
    return found


def _sum(days: Iterable[Day], *names: str) -> int:
    return sum(getattr(day, name) for day in days for name in names)


def _change(key: str, now: list[Day], before: list[Day] | None, *names: str) -> dict[str, float]:
    """The change in per cent under `key`, left out when there is nothing to compare with."""
    if before is None:
        return {}
    new, old = _sum(now, *names), _sum(before, *names)
    return {key: round((new - old) / old * 100, 2) if old else (100.0 if new else 0.0)}


def _platform_totals(now: dict[str, list[Day]]) -> dict[str, Any]:
    def series(name: str) -> dict[str, Any]:
        return {
            network: {"total": _sum(days, name), "series": [getattr(day, name) for day in days]}
            for network, days in now.items()
        }

    return {name: series(name) for name in ("impressions", "followers", "likes")}


def _demographics(profiles: list[tuple[str, str]], now: dict[str, list[Day]]) -> dict[str, Any]:
    people = _all(now).reach
    lean = hash_of("gender", *sorted(profile for profile, _ in profiles))[0] % 30
    shares = {"male": 35 + lean, "female": 58 - lean, "unknown": 7} if people else dict.fromkeys(_GENDERS, 0)
    return {
        "gender": {
            "totals": {name: {"total": people * share // 100, "percentage": share} for name, share in shares.items()}
        },
        "age": {"totals": {bucket: people * share // 100 for bucket, share in _AGES.items()}},
    }
