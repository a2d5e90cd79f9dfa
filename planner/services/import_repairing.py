"""Putting a row right on the page of the check, and the file of the rows that stayed wrong."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from highlevel.pull.rows import mended_text
from planner.imports.columns import FileKind
from planner.imports.headers import REASON, Headers, header_rows
from planner.imports.plans import Setting
from planner.imports.problems import from_json, problem
from planner.models.csv_import import ROW_WRONG, CsvImport, CsvRow, ImportState, RowState
from planner.services.import_checking import (
    FORMULA_MARKS,
    mark_repeats,
    mark_there,
    read_by_hand,
    row_of,
    setting_of,
)
from planner.services.import_errors import NotNow
from planner.services.import_reading import headers_of

PAGE = 100


def import_row_edit(*, row: CsvRow, cells: Mapping[str, str], now: datetime) -> CsvRow:
    """Give cells of a row other contents, by header, and check the row again. Headers that the file lacks are ignored.

    Only the row changes, not the file; a row that repeated it is checked again too. A later check of the file keeps it
    so. Raises NotNow unless the import is checked and not confirmed yet.
    """
    with transaction.atomic():
        held = CsvImport.objects.select_for_update(of=("self",)).select_related("person").get(pk=row.csv_import_id)
        if held.state != ImportState.CHECKED:
            raise NotNow
        headers = headers_of(held)
        setting = setting_of(held, headers, now)
        before = CsvRow.objects.get(pk=row.pk)
        # Browsers send line breaks of their own.
        given = {name: mended_text(cell.replace("\r\n", "\n").strip()) for name, cell in cells.items()}
        fresh = _check_again(held, before, {**before.raw, **given}, headers, setting)
        if before.fingerprint != fresh.fingerprint and (repeat := _first_repeat(before)):
            _check_again(held, repeat, repeat.raw, headers, setting)
        CsvImport.objects.filter(pk=held.pk).update(counts=held.counts, updated_at=now)
    return fresh


def _check_again(
    held: CsvImport, before: CsvRow, cells: Mapping[str, str], headers: Headers, setting: Setting
) -> CsvRow:
    """Check a row with other cells and keep it; the import's figures follow in `held`."""
    known = {label or str(place) for place, label in enumerate(headers.labels, 1)}
    raw = {name: cell for name, cell in cells.items() if cell and name in known}
    found = read_by_hand(raw, headers, setting)
    fresh = row_of(held, before.number, raw, found, before.created_at)
    CsvRow.objects.filter(pk=before.pk).update(fingerprint="")
    mark_repeats(held, [fresh])
    mark_there([fresh], setting)
    fresh.pk, fresh.edited = before.pk, before.edited or raw != before.raw
    fresh.save(update_fields=["state", "location", "raw", "edited", "plan", "problems", "fingerprint"])
    counts = Counter(held.counts)
    counts[before.state] -= 1
    counts[fresh.state] += 1
    held.counts = dict(+counts)
    return fresh


def _first_repeat(row: CsvRow) -> CsvRow | None:
    """The first row that is blocked because it said what this one said."""
    same = CsvRow.objects.filter(csv_import=row.csv_import_id, state=RowState.BLOCKED, fingerprint=row.fingerprint)
    return same.order_by("number").first() if row.fingerprint else None


def wrong_rows_file(csv_import: CsvImport) -> Iterator[str]:
    """The rows that could not be posts, as lines of a .csv file with the same columns and separator, and a reason.

    Cells that a spreadsheet would take for a formula carry an apostrophe in front, which a later import takes off.
    Those beyond the headers stand behind the reason.
    """
    writer = csv.writer(_Echo(), delimiter=csv_import.layout["delimiter"])
    headers = headers_of(csv_import)
    kept = csv_import.layout["head"][: header_rows(FileKind(csv_import.kind))]
    for place, head in enumerate(kept, 1):
        cells = [*head, *([""] * (len(headers.labels) - len(head)))]
        yield writer.writerow([*map(_guarded, cells), REASON if place == len(kept) else ""])
    rows = CsvRow.objects.filter(csv_import=csv_import, state__in=ROW_WRONG).order_by("number")
    names = [label or str(place) for place, label in enumerate(headers.labels, 1)]
    for row in rows.only("number", "state", "raw", "problems", "error", "failure").iterator(PAGE):
        beyond = (cell for name, cell in row.raw.items() if name not in names)
        own = (row.raw.get(name, "") for name in names)
        yield writer.writerow(map(_guarded, [*own, reason_of(row), *beyond]))


def reason_of(row: CsvRow, *, above: int = 0) -> str:
    """Why a row is no post: HighLevel's own words where it has some, else sentences. Other rows that these name are
    counted without so many `above`."""
    if row.error:
        return row.error
    found = [from_json(_counted(kept, above)) for kept in row.failure or row.problems]
    if row.state == RowState.UNDONE and not row.failure:
        found = [problem("undone")]
    return " ".join(str(one) for one in found if one.blocks)


def _counted(kept: Mapping[str, Any], above: int) -> Mapping[str, Any]:
    about = kept.get("about", {})
    return {**kept, "about": {**about, "first": about["first"] - above}} if "first" in about else kept


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*FORMULA_MARKS, "\t", "\r")) else cell


class _Echo:
    """A file that gives each line back to who writes it."""

    def write(self, line: str) -> str:
        return line
