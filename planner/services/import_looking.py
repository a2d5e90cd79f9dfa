"""What HighLevel says of a part of its own import and of the part's rows, kept with ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from highlevel.api import CsvRow as RemoteRow
from highlevel.api import HighLevel, Lane, RemoteError
from highlevel.client import client_for
from planner.imports.problems import as_json, problem
from planner.models.csv_import import LIVE, CsvRow, ImportPart, RowState
from planner.outbox.csv_imports import import_gone
from planner.services.import_claims import Run
from planner.services.import_parts import DELETED, FAILED, PART_MADE, WAITS, counts_again, part_deleted

ROWS_OF = {"accepted": RowState.SUCCESS, "rejected": RowState.FAILED, "deleted": RowState.UNDONE}


def part_look(run: Run, part: ImportPart) -> None:
    """Ask HighLevel for a part and its rows, and keep what it says. Raises RemoteError."""
    try:
        with client_for(part.location, lane=Lane.BACKGROUND, now=run.clock()) as client:
            status, remote = _read(client, str(part.remote_id))
    except RemoteError as error:
        if not import_gone(error):
            raise
        status, remote = DELETED, ()
    with run.page() as now:
        if status == DELETED:
            part_deleted(part.pk, why="row_deleted")
        else:
            _rows_keep(part, remote, status, now)
        ImportPart.objects.filter(pk=part.pk).update(status=status[:32], polled_at=now, error="")
        run.csv_import.counts = counts_again(part.csv_import_id)


def _read(client: HighLevel, csv_id: str) -> tuple[str, Sequence[RemoteRow]]:
    """HighLevel's word for the import, and every row that it lists, however many it gives at a time."""
    found = client.csv.get(csv_id=csv_id)
    rows = found.rows.rows if found.rows.is_last else tuple(client.csv.iter_rows(csv_id=csv_id))
    return (found.csv.status if found.csv else "") or "", rows


def _rows_keep(part: ImportPart, remote: Sequence[RemoteRow], status: str, now: datetime) -> None:
    """Keep HighLevel's rows with ours, and let ours that it does not list any more end too."""
    held = list(part.rows.select_for_update().order_by("number"))
    by_id = {row.remote_id: row for row in held if row.remote_id}
    fresh = [row for row in held if not row.remote_id and row.state != RowState.UNDONE]
    new = [one for one in remote if one.id is None or one.id not in by_id]
    pairs = [(by_id[one.id], one) for one in remote if one.id is not None and one.id in by_id] + _paired(fresh, new)
    if not part.csv_import.layout:
        taken = {id(one) for _row, one in pairs}
        pairs += _rows_make(part, [one for one in new if id(one) not in taken], len(held), now)
    for row, one in pairs:
        row.remote_id, row.remote = one.id or "", dict(one.raw)
        _settle(row, one, status)
    listed = {row.pk for row, _one in pairs}
    lost = [row for row in held if row.pk not in listed and row.state in LIVE and _end_unlisted(row, remote, status)]
    changed = [*(row for row, _one in pairs), *lost]
    CsvRow.objects.bulk_update(changed, ["remote_id", "remote", "state", "error", "failure"], batch_size=100)
    there = {row.pk: row.state for row in [*held, *changed]}
    if there:
        number = sum(state != RowState.UNDONE for state in there.values())
        ImportPart.objects.filter(pk=part.pk).update(rows_count=number)


def _paired(rows: Sequence[CsvRow], remote: Sequence[RemoteRow]) -> list[tuple[CsvRow, RemoteRow]]:
    """Rows that do not know HighLevel's ids yet, with HighLevel's: by their order, and by what they say where it does
    not list as many, because somebody has deleted one there or it is not through the file yet."""
    if len(rows) == len(remote):
        return list(zip(rows, remote, strict=True))
    left, pairs = list(rows), []
    for one in remote:
        row = next((row for row in left if _text_of(row) == (one.summary or "").strip()), None)
        if row is not None:
            left.remove(row)
            pairs.append((row, one))
    return pairs


def _text_of(row: CsvRow) -> str:
    text = row.plan["posts"][0]["text"] if row.plan else row.raw.get("content", "")
    return str(text).strip()


def _rows_make(
    part: ImportPart, remote: Sequence[RemoteRow], after: int, now: datetime
) -> list[tuple[CsvRow, RemoteRow]]:
    """Rows for an import that was made in HighLevel's own screens."""
    made = CsvRow.objects.bulk_create(
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
        for place, one in enumerate(remote, after + 1)
    )
    return list(zip(made, remote, strict=True))


def _settle(row: CsvRow, remote: RemoteRow, status: str) -> None:
    """Let the row end as HighLevel's row did."""
    to = ROWS_OF.get(remote.status or "")
    if status in PART_MADE and to is None:
        to = RowState.FAILED if remote.error_message else RowState.SUCCESS
    if status == FAILED:
        to = RowState.FAILED
    if to is not None:
        _end(row, to, remote.error_message or "")


def _end_unlisted(row: CsvRow, remote: Sequence[RemoteRow], status: str) -> bool:
    """Let a row end that HighLevel does not list although it has looked at all of them; whether it did."""
    if status == FAILED:
        return _end(row, RowState.FAILED)
    if status in PART_MADE and not remote:
        # It lists none of what it has made: then its word for the whole is all there is, and what it said before.
        error = str(row.remote.get("errorMessage") or "")
        return _end(row, RowState.FAILED if error else RowState.SUCCESS, error)
    if row.remote_id and (status in PART_MADE or status == WAITS):
        return _end(row, RowState.UNDONE)
    return status in PART_MADE and _end(row, RowState.FAILED)


def _end(row: CsvRow, to: RowState, error: str = "") -> bool:
    if row.state not in LIVE or row.state == to:
        return False
    row.state = to
    why = {RowState.FAILED: "not_accepted", RowState.UNDONE: "row_deleted"}.get(to)
    row.error = error if to == RowState.FAILED else ""
    row.failure = [as_json(problem(why))] if why and not row.error else []
    return True
