"""Putting a row right on the page of the check, and the file of the rows that stayed wrong."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from highlevel.pull.rows import mended_text
from planner.imports.columns import FileKind
from planner.imports.headers import header_rows
from planner.imports.plans import read_row
from planner.imports.problems import from_json
from planner.models.csv_import import ROW_WRONG, CsvImport, CsvRow, ImportState
from planner.services.import_checking import FORMULA_MARKS, cells_of, mark_repeats, mark_there, row_of, setting_of
from planner.services.import_errors import NotNow
from planner.services.import_reading import headers_of

REASON = "reason"
PAGE = 500


def import_row_edit(*, row: CsvRow, cells: Mapping[str, str], actor: User, now: datetime) -> CsvRow:
    """Give cells of a row other contents, by header, and check the row again. Headers that the file lacks are ignored.

    Only the row changes, not the file; a later check of the file keeps it so. Raises NotNow unless the
    import is checked and not confirmed yet.
    """
    with transaction.atomic():
        held = CsvImport.objects.select_for_update(of=("self",)).select_related("person").get(pk=row.csv_import_id)
        if held.state != ImportState.CHECKED:
            raise NotNow
        headers = headers_of(held)
        known = {label or str(place) for place, label in enumerate(headers.labels, 1)}
        given = {name: _typed(cell, row.raw.get(name, "")) for name, cell in cells.items() if name in known}
        raw = {name: cell for name, cell in {**row.raw, **given}.items() if cell}
        setting = setting_of(held, headers, now)
        found = read_row(cells_of(headers, raw), setting)
        fresh = row_of(held, row.number, raw, found, row.created_at)
        before = CsvRow.objects.values_list("state", flat=True).get(pk=row.pk)
        CsvRow.objects.filter(pk=row.pk).update(fingerprint="")
        mark_repeats(held, [fresh])
        mark_there([fresh], setting)
        fresh.pk, fresh.edited = row.pk, row.edited or raw != row.raw
        fresh.save(update_fields=["state", "location", "raw", "edited", "plan", "problems", "fingerprint"])
        counts = dict(held.counts)
        counts[before] = counts.get(before, 1) - 1
        counts[fresh.state] = counts.get(fresh.state, 0) + 1
        CsvImport.objects.filter(pk=held.pk).update(
            counts={state: number for state, number in counts.items() if number}, updated_at=now
        )
    return fresh


def _typed(cell: str, held: str) -> str:
    """What was typed into a cell; what it held where that is the same but for the line breaks, of which browsers send
    their own."""
    text = mended_text(cell.replace("\r\n", "\n").strip())
    return held if text == held.replace("\r\n", "\n").strip() else text


def wrong_rows_file(csv_import: CsvImport) -> Iterator[str]:
    """The rows that could not be posts, as lines of a .csv file with the same columns and a reason.

    Cells that a spreadsheet would take for a formula carry an apostrophe in front, which a later import takes off.
    """
    writer = csv.writer(_Echo())
    headers = headers_of(csv_import)
    kept = csv_import.layout["head"][: header_rows(FileKind(csv_import.kind))]
    for place, head in enumerate(kept, 1):
        cells = [*head, *([""] * (len(headers.labels) - len(head)))]
        yield writer.writerow([*map(_guarded, cells), REASON if place == len(kept) else ""])
    rows = CsvRow.objects.filter(csv_import=csv_import, state__in=ROW_WRONG).order_by("number")
    names = [label or str(place) for place, label in enumerate(headers.labels, 1)]
    for row in rows.only("number", "raw", "problems", "error", "failure").iterator(PAGE):
        yield writer.writerow([*(_guarded(row.raw.get(name, "")) for name in names), _guarded(reason_of(row))])


def reason_of(row: CsvRow, *, above: int = 0) -> str:
    """Why a row is no post: HighLevel's own words where it has some, else sentences. Other rows that these name are
    counted without so many `above`."""
    if row.error:
        return row.error
    found = [from_json(_counted(kept, above)) for kept in row.failure or row.problems]
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
