"""The parts of an import that HighLevel's own import takes: their files, and what HighLevel's answers make of them."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from typing import Any

from django.db.models import Count, F

from planner.imports.columns import COLUMNS, Column, FileKind
from planner.imports.dates import DateOrder, read_clock
from planner.imports.draft import TRUTHS
from planner.imports.problems import as_json, problem
from planner.imports.samples import group_row
from planner.models.csv_import import LIVE, CsvImport, CsvRow, ImportPart, ImportState, RowState
from planner.services.import_checking import cells_of
from planner.services.import_reading import headers_of
from planner.services.import_waking import look_now

CLOCK = "%Y-%m-%d %H:%M:%S"
FAILED, DELETED = "failed", "deleted"  # HighLevel's words
WAITS = "in_progress"  # its word for: looked at, waits to be finalised
IN_REVIEW = "in_review"
PART_MADE = (IN_REVIEW, "completed")  # and those for an import that has made its posts
CHOICES = re.compile(r"\((\w+(?:/\w+)+)\)")  # as its headers name what a column takes
# What rows may say besides, and how its files say it.
WORDS = {
    "standard": "call_to_action",
    "public_to_everyone": "everyone",
    "mutual_follow_friends": "friends",
    "self_only": "only_me",
}


def part_file(part: ImportPart) -> bytes:
    """The part as HighLevel takes it: its own headers and words, dates on the location's clock."""
    csv_import = part.csv_import
    headers = headers_of(csv_import)
    rows = [(cells_of(headers, row.raw), row.plan or {}) for row in part.rows.order_by("number")]
    columns = _columns(FileKind(csv_import.kind), {key for cells, _plan in rows for key in cells})
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    if csv_import.kind == FileKind.ADVANCED:
        writer.writerow(group_row(columns))
    writer.writerow(column.header for column in columns)
    for cells, plan in rows:
        whole = {**cells, "when": _on_clock(part, plan)}
        writer.writerow(_written(part, column, whole.get(column.key, "")) for column in columns)
    return stream.getvalue().encode()


def part_began(part_id: int, remote_id: str) -> None:
    """HighLevel has the part and looks at its rows."""
    ImportPart.objects.filter(pk=part_id).update(remote_id=remote_id, status="pending", error="")
    _wake(part_id)


def part_refused(part_id: int, words: str) -> None:
    """HighLevel does not take the part, and says why: its rows have failed. Without words somebody gave it up. One that
    was taken back stays so."""
    there = ImportPart.objects.filter(pk=part_id).exclude(status=DELETED)
    there.update(status=FAILED, error=words)
    _rows_to(part_id, RowState.FAILED, error=words, failure=[] if words else [as_json(problem("given_up"))])
    _wake(part_id)


def finalize_failed(part_id: int, words: str) -> None:
    """The part waits for a person again."""
    ImportPart.objects.filter(pk=part_id).update(finalized_at=None, error=words)
    _wake(part_id)


def part_finalized(part_id: int, now: datetime) -> None:
    """HighLevel makes the posts, whoever told it to: the part waits for nobody any more."""
    ImportPart.objects.filter(pk=part_id).update(finalized_at=now, error="", polled_at=None)
    _wake(part_id)


def part_deleted(part_id: int, *, why: str = "") -> None:
    """HighLevel has deleted the part, and those of its posts that were not out. `why` is the code of a problem that its
    rows say, where it was not the import that was undone."""
    ImportPart.objects.filter(pk=part_id).update(status=DELETED, error="")
    _rows_to(part_id, RowState.UNDONE, error="", failure=[as_json(problem(why))] if why else [])
    _wake(part_id)


def row_deleted(row_id: int) -> None:
    """HighLevel has deleted the row."""
    row = CsvRow.objects.only("part", "csv_import").get(pk=row_id)
    gone = {"state": RowState.UNDONE, "error": "", "failure": [as_json(problem("row_deleted"))]}
    if CsvRow.objects.filter(pk=row_id, state__in=LIVE).update(**gone):
        ImportPart.objects.filter(pk=row.part_id or 0, rows_count__gt=0).update(rows_count=F("rows_count") - 1)
        _counts_write(row.csv_import_id)


def row_kept(row_id: int, words: str) -> None:
    """HighLevel does not delete the row, and says why."""
    CsvRow.objects.filter(pk=row_id, state__in=LIVE).update(error=words)


def counts_again(import_id: int) -> dict[str, int]:
    """The number of rows in each state, counted. One query."""
    rows = CsvRow.objects.filter(csv_import=import_id).order_by()
    return dict(rows.values_list("state").annotate(number=Count("pk")))


def _counts_write(import_id: int) -> None:
    CsvImport.objects.filter(pk=import_id).update(counts=counts_again(import_id))


def _rows_to(part_id: int, state: str, **fields: Any) -> None:
    part = ImportPart.objects.only("csv_import").get(pk=part_id)
    if CsvRow.objects.filter(part=part_id, state__in=LIVE).update(state=state, **fields):
        _counts_write(part.csv_import_id)


def _wake(part_id: int) -> None:
    import_id = ImportPart.objects.values_list("csv_import", flat=True).get(pk=part_id)
    CsvImport.objects.filter(pk=import_id, state=ImportState.REVIEW).update(state=ImportState.SENDING)
    look_now(import_id)


def _columns(kind: FileKind, used: set[str]) -> tuple[Column, ...]:
    """All columns of the kind; of a basic file the cover only where somebody set one, because it is newer."""
    columns = COLUMNS[kind]
    if kind == FileKind.BASIC and "thumbnail" not in used:
        return tuple(column for column in columns if column.key != "thumbnail")
    return columns


def _written(part: ImportPart, column: Column, text: str) -> str:
    """A cell as HighLevel's samples have it; ours may be written in more ways."""
    if text and column.key in ("google.startDate", "google.endDate"):
        order = DateOrder(part.csv_import.date_order)
        return read_clock(text, zone=part.location.zone, order=order).strftime(CLOCK)
    if CHOICES.search(column.header):
        word = text.lower().replace(" ", "_").replace("-", "_")
        return str(TRUTHS[word]).lower() if word in TRUTHS else WORDS.get(word, word)
    return text


def _on_clock(part: ImportPart, plan: dict[str, Any]) -> str:
    if not plan.get("at"):
        return ""
    return part.location.local(datetime.fromisoformat(plan["at"])).strftime(CLOCK)
