"""Imports that were made in HighLevel's own screens, and how far the others are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Member
from highlevel.api import CsvImport as RemoteImport
from highlevel.api import MissingScope
from highlevel.models import Change, Location
from highlevel.pull import Pull, step
from planner.imports.columns import FileKind
from planner.models.csv_import import CsvImport, ImportEngine, ImportOrigin, ImportPart, ImportState
from planner.outbox.csv_imports import CSV_BEGIN, part_subject
from planner.services.import_highlevel import ENDED
from planner.services.import_waking import look_now, wake

KINDS = {"basic": FileKind.BASIC, "advance": FileKind.ADVANCED}
PAGE = 100
MOST = 500  # of the newest; older ones are of no interest any more


@step("imports", order=80)
def pull_imports(pull: Pull) -> None:
    """The newest imports of the location. A token without the scope for it leaves them out."""
    location = pull.location
    named = Member.objects.filter(location=location, gone_at=None, remote_id__isnull=False).order_by("pk")
    user = named.values_list("remote_id", flat=True).first()
    if user is None:
        return
    found: list[RemoteImport] = []
    while len(found) < MOST:
        try:
            page = pull.client.csv.list_page(user_id=user, skip=len(found), limit=PAGE)
        except MissingScope:
            return
        found += page.rows
        pull.tally.seen += len(page.rows)
        if page.is_last:
            break
    with pull.page() as now:
        pull.tally.written += mirror_imports(location=location, imports=found, now=now, whole=page.is_last)


def mirror_imports(*, location: Location, imports: Sequence[RemoteImport], now: datetime, whole: bool = False) -> int:
    """Keep what is new of the imports; returns how many were. Five queries, and two for each new one.

    Where they are the `whole` list, one that waits to be finalised and is not among them is looked at: somebody may
    have deleted it in HighLevel.
    """
    by_id = {one.id: one for one in imports if one.id}
    held = {part.remote_id: part for part in ImportPart.objects.filter(location=location, remote_id__in=list(by_id))}
    ours = _begun_here(location, imports)
    written = 0
    for remote_id, one in by_id.items():
        part = held.get(remote_id)
        if part is None and one.file_name not in ours:
            _add(location, one, now)
            written += 1
        elif part is not None and one.status and part.status != one.status:
            ImportPart.objects.filter(pk=part.pk).update(status=one.status[:32], polled_at=None)
            written += _follow_again(part)
    waiting = ImportPart.objects.filter(location=location, csv_import__state=ImportState.REVIEW)
    for part in waiting.exclude(remote_id=None).exclude(status__in=ENDED) if whole else ():
        if part.remote_id not in by_id:
            ImportPart.objects.filter(pk=part.pk).update(polled_at=None)
            written += _follow_again(part)
    return written


def _begun_here(location: Location, imports: Sequence[RemoteImport]) -> set[str]:
    """The names of files whose import is begun from here and whose id is not known yet. Where somebody gave that up,
    the import is one like any other that is there."""
    unknown = {part_subject(part): part.pk for part in ImportPart.objects.filter(location=location, remote_id=None)}
    begun = Change.objects.open().filter(operation=CSV_BEGIN, subject__in=list(unknown)).order_by()
    waiting = ImportPart.objects.filter(pk__in=[unknown[name] for name in begun.values_list("subject", flat=True)])
    keys = [key.hex[:8] for key in waiting.values_list("csv_import__key", flat=True).distinct()]
    names = [one.file_name for one in imports if one.file_name]
    return {name for name in names if any(f" {key}-" in name for key in keys)}


def _add(location: Location, one: RemoteImport, now: datetime) -> None:
    made = CsvImport.objects.create(
        location=location,
        origin=ImportOrigin.HIGHLEVEL,
        engine=ImportEngine.HIGHLEVEL,
        kind=KINDS.get(one.csv_file_type or "", ""),
        state=ImportState.SENDING,
        file_name=(one.file_name or "")[:255],
        total_rows=one.count or 0,
        approver=(one.approver or "")[:64],
        created_at=one.created_at or now,
        updated_at=now,
        started_at=one.created_at,
    )
    ImportPart.objects.create(
        csv_import=made,
        number=1,
        location=location,
        remote_id=one.id,
        status=(one.status or "")[:32],
        rows_count=one.count or 0,
    )
    transaction.on_commit(lambda: wake(made.pk), robust=True)


def _follow_again(part: ImportPart) -> int:
    """Have a runner look at an import that somebody has moved on after it was done with, or while it waited here."""
    rests = CsvImport.objects.filter(pk=part.csv_import_id, state__in=(ImportState.DONE, ImportState.REVIEW))
    moved = rests.update(state=ImportState.SENDING)
    if moved:
        look_now(part.csv_import_id)
    return moved
