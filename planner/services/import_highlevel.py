"""Driving HighLevel's own import of one location: parts of 90 rows, a look at its rows, a person's word, the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from accounts.models import ConnectedAccount, User
from accounts.services.people_binding import acts_as
from highlevel.api import CsvRow as RemoteRow
from highlevel.api import HighLevel, Lane, RemoteError
from highlevel.client import client_for
from highlevel.models import Change
from highlevel.models.change import OPEN, ChangeState
from highlevel.outbox import NotPossible, change_cancel, change_record
from planner.imports.problems import Problem, as_json, problem
from planner.models.csv_import import COMMITTABLE, LIVE, CsvImport, CsvRow, ImportPart, ImportState, RowState
from planner.outbox.csv_imports import (
    CSV_BEGIN,
    CSV_DELETE,
    CSV_DELETE_ROW,
    CSV_FINALIZE,
    FILE,
    KEY,
    USER,
    import_gone,
    part_subject,
    row_subject,
)
from planner.services.import_claims import Run, import_move
from planner.services.import_committing import rows_fail, rows_set_aside
from planner.services.import_errors import NotNow
from planner.services.import_files import file_drop
from planner.services.import_parts import DELETED, FAILED, PART_MADE, counts_again, part_deleted
from planner.services.import_waking import wake
from planner.services.post_errors import NobodySpeaks

MOST_ROWS = 90  # of a file
WAITS = "in_progress"  # HighLevel's word for: looked at, waits to be finalised
ENDED = (*PART_MADE, FAILED, DELETED)
PAUSE = timedelta(seconds=8)  # between two looks at a part
ROWS_OF = {"accepted": RowState.SUCCESS, "rejected": RowState.FAILED, "deleted": RowState.UNDONE}


def parts_prepare(run: Run) -> bool:
    """Cut the ready rows into parts and promise each to HighLevel; whether all are. Goes on where a dead call ended."""
    csv_import = run.csv_import
    while rows := _next_rows(csv_import):
        if rows_set_aside(run, rows):
            continue
        if refusal := _refusal(csv_import):
            rows_fail(run, rows, [refusal])
            continue
        with run.page() as now:
            _part_make(run, rows, now)
        if run.out_of_time():
            return False
    file = csv_import.file
    run.move(ImportState.SENDING, file="")
    file_drop(file)
    return True


def parts_follow(run: Run) -> bool:
    """Ask HighLevel how far each part is; whether all have ended. They wait in review while a person has to look."""
    csv_import = run.csv_import
    for part in csv_import.parts.select_related("location").exclude(remote_id=None):
        if _is_settled(part) or (part.polled_at and part.polled_at > run.clock() - PAUSE):
            continue
        try:
            _look(run, part)
        except RemoteError as error:
            ImportPart.objects.filter(pk=part.pk).update(error=error.message)
            return False
        if run.out_of_time():
            return False
    parts = list(csv_import.parts.all())
    csv_import.refresh_from_db(fields=["counts"])
    if all(map(_is_settled, parts)):
        run.move(ImportState.DONE, completed_at=run.clock())
        return True
    if all(_is_settled(part) or _wants_a_word(part) for part in parts):
        run.move(ImportState.REVIEW)
        return True
    return False


def parts_take_back(run: Run) -> bool:
    """Have HighLevel delete every part; whether each is gone, or stays because somebody gave its deletion up."""
    csv_import = run.csv_import
    there = csv_import.parts.select_related("location").exclude(status=DELETED)
    settled = [_take_back(run, part) for part in there]
    csv_import.refresh_from_db(fields=["counts"])
    if not all(settled):
        return False
    run.move(ImportState.UNDONE, completed_at=run.clock())
    return True


def import_finalize(*, csv_import: CsvImport, actor: User, now: datetime) -> None:
    """Have HighLevel make posts of the rows that it has nothing against. Raises NotNow, and NobodySpeaks."""
    parts = [part for part in csv_import.parts.select_related("location") if _wants_a_word(part)]
    with transaction.atomic():
        if not parts or not import_move(csv_import, ImportState.SENDING, now=now):
            raise NotNow
        for part in parts:
            voice = _voice(actor, part)
            ImportPart.objects.filter(pk=part.pk).update(finalized_at=now, error="", polled_at=None)
            _promise(part, CSV_FINALIZE, {USER: voice}, actor, now)
        transaction.on_commit(lambda: wake(csv_import.pk, wait=PAUSE), robust=True)


def part_row_delete(*, row: CsvRow, actor: User, now: datetime) -> Change:
    """Have HighLevel delete one row before the import is finalised. Raises NotNow."""
    csv_import, part = row.csv_import, row.part
    if csv_import.state != ImportState.REVIEW or part is None or not row.remote_id:
        raise NotNow
    with transaction.atomic():
        return change_record(
            location=part.location,
            subject=row_subject(row),
            operation=CSV_DELETE_ROW,
            payload={FILE: csv_import.file_name, KEY: csv_import.key.hex, "row": row.number},
            actor=actor,
            now=now,
        )


def _take_back(run: Run, part: ImportPart) -> bool:
    """Have HighLevel delete a part that it knows, and not begin one that it does not know; whether that is settled."""
    changes = Change.objects.filter(subject=part_subject(part)).order_by("pk")
    begin = changes.open().filter(operation=CSV_BEGIN).last()
    # Read after it: a beginning that has ended meanwhile has named the part.
    part.refresh_from_db(fields=["remote_id"])
    if part.remote_id is None:
        return _leave(run, part, begin)
    deletion = changes.filter(operation=CSV_DELETE).last()
    if deletion is not None:
        return deletion.state not in OPEN
    with run.page() as now:
        _promise(part, CSV_DELETE, {}, run.csv_import.undone_by, now)
    return False


def _leave(run: Run, part: ImportPart, begin: Change | None) -> bool:
    """Give up what has not left of a part; False while it may be on its way, because then HighLevel may have it."""
    if begin and begin.state == ChangeState.UNCONFIRMED:
        return False
    try:
        with run.page() as now:
            part_deleted(part.pk)
            if begin:
                change_cancel(change=begin, now=now)
            run.csv_import.counts = counts_again(part.csv_import_id)
    except NotPossible:
        return False
    return True


def _next_rows(csv_import: CsvImport) -> list[CsvRow]:
    ready = CsvRow.objects.filter(csv_import=csv_import, state__in=COMMITTABLE).order_by("number")
    return list(ready.only("pk", "number", "state", "fingerprint")[:MOST_ROWS])


def _refusal(csv_import: CsvImport) -> Problem | None:
    """Why HighLevel cannot be told of the import; None when it can."""
    if csv_import.person is None or csv_import.location is None:
        return problem("person_gone")
    if acts_as(user=csv_import.person, location=csv_import.location) is None:
        return problem("nobody_speaks", location=csv_import.location.name)
    return None


def _part_make(run: Run, rows: Sequence[CsvRow], now: datetime) -> None:
    csv_import = run.csv_import
    location, actor = csv_import.location, csv_import.person
    assert location is not None
    assert actor is not None
    number = csv_import.parts.count() + 1
    part = ImportPart.objects.create(csv_import=csv_import, number=number, location=location, rows_count=len(rows))
    CsvRow.objects.filter(pk__in=[row.pk for row in rows]).update(part=part, state=RowState.COMMITTED)
    for state, some in groupby(sorted(row.state for row in rows)):
        run.count(RowState.COMMITTED, len(list(some)), out_of=state)
    accounts = ConnectedAccount.objects.filter(pk__in=csv_import.accounts)
    named = {
        FILE: _file_name(csv_import, number),
        USER: _voice(actor, part),
        "accounts": list(accounts.order_by("pk").values_list("remote_id", flat=True)),
        "approver": csv_import.approver,
    }
    _promise(part, CSV_BEGIN, named, actor, now)


def _promise(
    part: ImportPart, operation: str, payload: Mapping[str, object], actor: User | None, now: datetime
) -> None:
    csv_import = part.csv_import
    about = {FILE: csv_import.file_name, KEY: csv_import.key.hex, **payload}
    change_record(
        location=part.location, subject=part_subject(part), operation=operation, payload=about, actor=actor, now=now
    )


def _voice(actor: User, part: ImportPart) -> str:
    voice = acts_as(user=actor, location=part.location)
    if voice is None:
        raise NobodySpeaks(part.location)
    return voice


def _file_name(csv_import: CsvImport, number: int) -> str:
    """A name by which the import can be found again."""
    stem = csv_import.file_name.rpartition(".")[0][:80]
    return f"{stem} {csv_import.key.hex[:8]}-{number}.csv"


def _is_settled(part: ImportPart) -> bool:
    return part.status in ENDED and (part.polled_at is not None or part.remote_id is None)


def _wants_a_word(part: ImportPart) -> bool:
    return part.status == WAITS and part.finalized_at is None


def _look(run: Run, part: ImportPart) -> None:
    """Ask HighLevel for a part and its rows, and keep what it says. Raises RemoteError."""
    try:
        with client_for(part.location, lane=Lane.BACKGROUND, now=run.clock()) as client:
            status, rows = _read(client, str(part.remote_id))
    except RemoteError as error:
        if not import_gone(error):
            raise
        part_deleted(part.pk)
        return
    with run.page() as now:
        _rows_keep(part, rows, status, now)
        run.csv_import.counts = counts_again(part.csv_import_id)
        ImportPart.objects.filter(pk=part.pk).update(status=status[:32], polled_at=now, error="")


def _read(client: HighLevel, csv_id: str) -> tuple[str, list[RemoteRow]]:
    rows: list[RemoteRow] = []
    while True:
        found = client.csv.get(csv_id=csv_id, skip=len(rows), limit=100)
        rows += found.rows.rows
        if len(found.rows.rows) < 100 or found.csv is None:
            return (found.csv.status if found.csv else "") or "", rows


def _rows_keep(part: ImportPart, remote: Sequence[RemoteRow], status: str, now: datetime) -> None:
    """Keep HighLevel's rows with ours: by its ids once they are known, before that by their order."""
    if not remote:
        return
    held = list(part.rows.exclude(state=RowState.UNDONE).order_by("number"))
    if not held and not part.csv_import.layout:
        held = _rows_make(part, remote, now)
    by_id = {row.remote_id: row for row in held if row.remote_id}
    fresh = [row for row in held if not row.remote_id]
    changed = []
    for place, one in enumerate(remote):
        row = by_id.get(one.id or "") or (fresh[place] if not by_id and place < len(fresh) else None)
        if row is None:
            continue
        row.remote_id, row.remote = one.id or "", dict(one.raw)
        _settle(row, one, status)
        changed.append(row)
    CsvRow.objects.bulk_update(changed, ["remote_id", "remote", "state", "error", "failure"], batch_size=100)


def _rows_make(part: ImportPart, remote: Sequence[RemoteRow], now: datetime) -> list[CsvRow]:
    """Rows for an import that was made in HighLevel's own screens."""
    return CsvRow.objects.bulk_create(
        CsvRow(
            csv_import=part.csv_import,
            part=part,
            number=place,
            place=place,
            state=RowState.COMMITTED,
            location=part.location,
            raw={"content": one.summary or "", "scheduleDate": one.schedule_date or ""},
            created_at=now,
        )
        for place, one in enumerate(remote, 1)
    )


def _settle(row: CsvRow, remote: RemoteRow, status: str) -> None:
    """Let the row end as HighLevel's row did."""
    to = ROWS_OF.get(remote.status or "")
    if status in PART_MADE and to is None:
        to = RowState.FAILED if remote.error_message else RowState.SUCCESS
    if status == FAILED:
        to = RowState.FAILED
    if to is None or row.state not in LIVE or row.state == to:
        return
    row.state = to
    failed = to == RowState.FAILED
    row.error = (remote.error_message or "") if failed else ""
    row.failure = [as_json(problem("not_accepted"))] if failed and not row.error else []
