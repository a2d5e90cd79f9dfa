"""The history of what people change in HighLevel itself, as pulls meet it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from planner.history import UPDATED, Entry, history_record
from planner.mirror.families import Family
from planner.models import Post, PostStatus

# What somebody decides. Whatever else a post's status turns to is the doing of a network.
DECIDED = (PostStatus.DRAFT, PostStatus.SCHEDULED, PostStatus.IN_REVIEW, PostStatus.DELETED)


def edits_remember(families: Sequence[Family], rows: Sequence[dict[str, Any]], *, note: str, now: datetime) -> None:
    """Write into the history, with this note, what is about to change in posts that are known, and give each its next
    version in `rows`, so that an editor who has it open is told. One query when any is known, two when one was
    edited."""
    known = [family.held.pk for family in families if family.held is not None]
    columns = ("pk", "version", "text", "status", "scheduled_at")
    held = Post.objects.filter(pk__in=known).select_for_update().values_list(*columns) if known else ()
    before = {pk: (version, text, status, at) for pk, version, text, status, at in held}
    entries = []
    for family, row in zip(families, rows, strict=True):
        row["version"] = 1
        if family.held is None:
            continue
        version, text, status, at = before[family.held.pk]
        changes = _changes(text, status, at, row)
        row["version"] = version + 1 if changes else version
        if changes:
            about = Post(pk=family.held.pk, text=row["text"], type=row["type"])
            entries.append(Entry(about, UPDATED, changes, note))
    if entries:
        history_record(entries, actor=None, now=now)


def _changes(text: str, status: str, at: datetime | None, row: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields that somebody edited, before and after, as the history holds them."""
    changes: dict[str, tuple[Any, Any]] = {}
    if text != row["text"]:
        changes["text"] = (text, row["text"])
    if status != row["status"] and status in DECIDED and row["status"] in DECIDED:
        changes["status"] = (status, row["status"])
    if at != row["scheduled_at"] and row["status"] in DECIDED:
        changes["scheduled_at"] = (_iso(at), _iso(row["scheduled_at"]))
    return changes


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
