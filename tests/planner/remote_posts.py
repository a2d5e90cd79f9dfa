"""HighLevel's rows of posts for tests of the mirror, without a sandbox between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from highlevel.api import RemotePost
from highlevel.models import Location
from highlevel.pull.reading import Read, read_row
from highlevel.pull.rows import sound
from planner.mirror.posts import mirror_posts
from planner.mirror.reading import Known

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def root(name: str, *, minute: int = 0, **fields: Any) -> dict[str, Any]:
    """A post's own row, changed that many minutes after the story began."""
    given = {"status": "scheduled", "summary": "Text", "accountIds": [], "type": "post", "media": [], "tags": []}
    dates = {"scheduleDate": _at(600), "displayDate": _at(600), "createdAt": _at(-600), "updatedAt": _at(minute)}
    return {"_id": name, "locationId": "loc", "error": "", "parentPostId": None, **given, **dates, **fields}


def child(name: str, parent: str, account: str, *, minute: int = 0, **fields: Any) -> dict[str, Any]:
    """The row of one account of a post."""
    own = {"parentPostId": parent, "accountId": account, "accountIds": [account]}
    return root(name, minute=minute, **{**own, **fields})


def mirror(location: Location, *rows: dict[str, Any], now: datetime = NOW) -> int:
    """Save one page of rows; returns how many were written."""
    reads = []
    for raw in rows:
        remote = sound(raw)
        row, misfit = read_row(RemotePost, remote.raw)
        assert row is not None, misfit
        reads.append(Read(row, remote))
    return mirror_posts(location=location, rows=reads, known=Known.load(location), now=now)


def _at(minutes: int) -> str:
    return (NOW + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
