"""The history of a post in words: who, when, before, after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags.look import long_time
from highlevel.models import Location
from planner.history import CREATED, DELETED, IN_HIGHLEVEL, PUT_BACK, history_of
from planner.models import Post, PostStatus
from planner.models.post import PostType
from planner.selectors.post_details import network_details

PAGE_SIZE = 20
LABELS = {
    "title": gettext_lazy("Title"),
    "text": gettext_lazy("Text"),
    "type": gettext_lazy("Type"),
    "status": gettext_lazy("Status"),
    "scheduled_at": gettext_lazy("Date"),
    "category": gettext_lazy("Category"),
    "follow_up_comment": gettext_lazy("Follow-up comment"),
    "details": gettext_lazy("Settings"),
    "link_preview": gettext_lazy("Link preview"),
    "apply_watermark": gettext_lazy("Watermark"),
    "approver": gettext_lazy("Approver"),
    "requester_note": gettext_lazy("Note to the approver"),
    "accounts": gettext_lazy("Accounts"),
    "media": gettext_lazy("Media"),
    "tags": gettext_lazy("Tags"),
}
DEEDS = {CREATED: gettext_lazy("wrote it"), DELETED: gettext_lazy("deleted it")}


@dataclass(frozen=True, slots=True)
class Step:
    """One field before and after, in words; an empty text stands for nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry. `at` is an aware instant, `note` what the person said or which way it came."""

    at: datetime
    who: str
    did: str
    note: str
    steps: list[Step]
    made: bool


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`older` is the mark of the next page, None on the last; `later` says that this is not the first."""

    lines: list[HistoryLine]
    older: int | None
    later: bool


def post_history(post: Post, *, before: int | None) -> HistoryPage:
    """What was done to the post, newest first, older than the entry `before`. One query."""
    entries = history_of(post)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    older = shown[-1].pk if len(found) > PAGE_SIZE else None
    return HistoryPage([_line(entry, post.location) for entry in shown], older, before is not None)


def _line(entry: LogEntry, location: Location) -> HistoryLine:
    note = str((entry.additional_data or {}).get("note", ""))
    who = str(entry.actor) if entry.actor else entry.actor_email or _("Rota")
    if entry.actor is None and note == IN_HIGHLEVEL:
        who, note = _("Somebody in HighLevel"), ""
    elif note == PUT_BACK:
        note = _("A change was cancelled, so this is again what HighLevel has.")
    changes: dict[str, Any] = entry.changes or {}
    steps = [
        Step(str(LABELS.get(name, name)), _words(name, old, location), _words(name, new, location))
        for name, (old, new) in changes.items()
    ]
    did = str(DEEDS.get(entry.action, _("changed it")))
    return HistoryLine(entry.timestamp, who, did, note, steps, made=entry.action == CREATED)


def _words(name: str, value: Any, location: Location) -> str:
    """A value of the history for a person, at the client's clock."""
    if value in (None, "", [], {}):
        return ""
    say = WORDS.get(name)
    if say is not None:
        return say(value, location)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _instant(value: Any, location: Location) -> str:
    at = parse_datetime(str(value))
    return long_time(at, location) if at else str(value)


def _settings(value: Any, location: Location) -> str:
    return "\n".join(f"{one.group} · {one.name}: {one.value}" for one in network_details(value, only=()))


def _pairs(value: Any, location: Location) -> str:
    return "\n".join(f"{name}: {held}" for name, held in value.items())


def _label(choices: Any) -> Callable[[Any, Location], str]:
    return lambda value, location: str(choices(value).label) if value in choices.values else str(value)


WORDS: dict[str, Callable[[Any, Location], str]] = {
    "scheduled_at": _instant,
    "status": _label(PostStatus),
    "type": _label(PostType),
    "details": _settings,
    "link_preview": _pairs,
}
