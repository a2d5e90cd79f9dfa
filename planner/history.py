"""Who did what to posts and queues, when, before and after: rows of django-auditlog, written by the services.

Services write them in the transaction of the edit. Nothing is recorded behind their back by signals, because most
writes are set-based, and a pull is not an edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models

from accounts.models import User
from highlevel.inserting import bulk_append

LONGEST_NAME = 200  # characters of what an entry calls its object
IN_HIGHLEVEL = "in HighLevel"  # the note of an edit that a pull met
PUT_BACK = "put back"  # the note of a post that was made again what HighLevel has
CREATED, UPDATED, DELETED = LogEntry.Action.CREATE, LogEntry.Action.UPDATE, LogEntry.Action.DELETE


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done to one row. `changes` maps a field's name to its value before and after, as JSON holds
    it; `note` is what the person said, or which way it came."""

    about: models.Model
    action: int
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    note: str = ""


def history_record(entries: Iterable[Entry], *, actor: User | None, now: datetime) -> None:
    """Write the entries with one statement; `actor` is None for what nobody of Rota did."""
    who, email = (actor.pk, actor.email) if actor else (None, None)
    rows = (
        {
            "content_type_id": ContentType.objects.get_for_model(entry.about).pk,
            "object_pk": str(entry.about.pk),
            "object_id": entry.about.pk,
            "object_repr": str(entry.about)[:LONGEST_NAME],
            "action": entry.action,
            "changes": entry.changes,
            "additional_data": {"note": entry.note} if entry.note else None,
            "actor_id": who,
            "actor_email": email,
            "timestamp": now,
        }
        for entry in entries
    )
    bulk_append(LogEntry, rows)


def history_of(about: models.Model) -> models.QuerySet[LogEntry]:
    """Everything that was done to a row, newest first."""
    kind = ContentType.objects.get_for_model(about)
    entries: models.QuerySet[LogEntry] = (
        LogEntry.objects.filter(content_type=kind, object_id=about.pk).select_related("actor").order_by("-pk")
    )
    return entries
