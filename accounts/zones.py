"""Time zones by name. Reading the list of names walks through a folder, so it is read once."""

from __future__ import annotations

from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones


@cache
def zone_names() -> frozenset[str]:
    """Every IANA name that this machine knows."""
    return frozenset(available_timezones())


@lru_cache(maxsize=1024)
def zone_named(*wishes: str) -> ZoneInfo:
    """The first of the names that is known, else UTC."""
    known = zone_names()
    return ZoneInfo(next((name for name in wishes if name in known), "UTC"))
