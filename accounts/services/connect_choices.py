"""Step 2: what may be connected, kept on the attempt so that step 3 sends what was shown and nothing else."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from typing import Any

from accounts.models import ConnectAttempt
from accounts.services.connect_problems import problem_of
from accounts.services.connect_wire import offered
from highlevel.api import Choice, NotFound, Rejected
from highlevel.pull import sound

log = logging.getLogger("accounts.connect")
MOST = 2000  # entries kept of one sign-in
# What step 3 may need of an entry. The rest is not kept: networks put tokens of pages among it.
KEPT = ("pageId", "urn", "verified", "username", "websiteUrl", "location", "account", "isBusinessAccount")
State = ConnectAttempt.State


def connect_choices_read(*, attempt: ConnectAttempt, search: str, now: datetime) -> list[str]:
    """Ask HighLevel what is on offer; returns the keys of `attempt.choices` that answer the search, in its order.

    Earlier entries are kept, so that a tick outlives a search. Raises RemoteError; when HighLevel refuses the sign-in
    itself (expired, unknown) the attempt is over.
    """
    try:
        found = offered(attempt, search=search, now=now).choices
    except (Rejected, NotFound) as error:
        log.warning("connect choices refused: attempt=%s %s", attempt.pk, error)
        ConnectAttempt.objects.filter(pk=attempt.pk, state=State.CHOOSING).update(
            state=State.FAILED, problem=problem_of(error), finished_at=now
        )
        raise
    fresh = {entry["key"]: entry for entry in map(_entry, found)}
    kept = {entry["key"]: entry for entry in attempt.choices} | fresh
    attempt.choices = list(kept.values())[-MOST:]
    ConnectAttempt.objects.filter(pk=attempt.pk).update(choices=attempt.choices)
    return list(fresh)


def choice_of(entry: dict[str, Any]) -> Choice:
    """The entry as the client takes it for step 3."""
    return Choice(
        kind=entry["kind"],
        origin_id=entry["origin_id"],
        name=entry["name"],
        username=entry["username"],
        avatar=entry["avatar"],
        is_connected=entry["connected"],
        is_owned=entry["owned"],
        problem=entry["problem"],
        raw=entry["raw"],
    )


def _entry(choice: Choice) -> dict[str, Any]:
    named = "\0".join((choice.kind, choice.origin_id or "", "" if choice.origin_id else choice.name))
    entry: dict[str, Any] = sound(
        {
            "kind": choice.kind,
            "origin_id": choice.origin_id,
            "name": choice.name,
            "username": choice.username,
            "avatar": choice.avatar,
            "connected": choice.is_connected,
            "owned": choice.is_owned,
            "problem": choice.problem,
            "raw": {name: choice.raw[name] for name in KEPT if name in choice.raw},
        }
    ).raw
    return {"key": hashlib.sha256(named.encode(errors="replace")).hexdigest()[:16], **entry}
