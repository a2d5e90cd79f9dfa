"""Checking a file: every row becomes a plan or a list of problems, a page at a time, and nothing else is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from itertools import zip_longest

from django.db.models import Q

from highlevel.inserting import bulk_insert
from highlevel.pull.rows import mended_text
from planner.imports.columns import FileKind, normal
from planner.imports.dates import DateOrder
from planner.imports.headers import Headers, header_rows
from planner.imports.paging import next_page
from planner.imports.places import Places
from planner.imports.plans import Reading, Setting, read_row
from planner.imports.problems import BadFile, Problem, as_json, problem
from planner.imports.reading import last_header, records
from planner.imports.unused import unknown_cells
from planner.models.csv_import import (
    COMMITTABLE,
    LIVE,
    CsvImport,
    CsvRow,
    ImportEngine,
    ImportOrigin,
    ImportState,
    RowState,
)
from planner.services.import_adopting import key_of, parts_of, posts_there
from planner.services.import_claims import Run
from planner.services.import_files import file_path
from planner.services.import_reading import headers_of, import_fail

FORGOTTEN = 2000  # rows that are deleted in one transaction
FORMULA_MARKS = ("=", "+", "-", "@")


def import_check(run: Run) -> bool:
    """Check the rows behind the cursor until all are done or the time is up; whether all are done.

    Killed anywhere, a second call goes on where the last page ended.
    """
    csv_import = run.csv_import
    if csv_import.person is None:
        import_fail(csv_import, problem("file_changed"), now=run.clock(), claim=run.claim)
        return True
    if csv_import.origin == ImportOrigin.SCRIPT and csv_import.started_at is None:
        csv_import.started_at = run.clock()
        run.write(started_at=csv_import.started_at)
    if not csv_import.cursor:
        _forget(run)
    try:
        if not _pages(run):
            return False
    except BadFile as bad:
        import_fail(csv_import, bad.problem, now=run.clock(), claim=run.claim)
        return True
    run.move(ImportState.CHECKED)
    if csv_import.origin == ImportOrigin.SCRIPT:
        run.move(ImportState.COMMITTING, cursor=0)
    return True


def setting_of(csv_import: CsvImport, headers: Headers, now: datetime) -> Setting:
    """What the rows of an import are read with at the aware instant `now`."""
    assert csv_import.person is not None
    return Setting(
        kind=FileKind(csv_import.kind),
        label=headers.label_of,
        columns=tuple(filter(None, headers.keys)),
        places=Places(csv_import.person, only=csv_import.scope),
        now=now,
        order=DateOrder(csv_import.date_order),
        location=csv_import.location_id,
        accounts=tuple(csv_import.accounts),
        approver=csv_import.approver,
        by_highlevel=csv_import.engine == ImportEngine.HIGHLEVEL,
    )


def row_of(csv_import: CsvImport, number: int, raw: Mapping[str, str], found: Reading, now: datetime) -> CsvRow:
    """The row as it is kept."""
    blocked = any(one.blocks for one in found.problems)
    state = RowState.BLOCKED if blocked else RowState.WARNING if found.problems else RowState.READY
    first = csv_import.layout["first"] + header_rows(FileKind(csv_import.kind))
    return CsvRow(
        csv_import=csv_import,
        number=number,
        place=number - first + 1,
        state=state,
        location_id=found.location,
        raw=dict(raw),
        plan=found.plan,
        problems=[as_json(one) for one in found.problems],
        fingerprint=found.fingerprint,
        created_at=now,
    )


def mark_repeats(csv_import: CsvImport, rows: Sequence[CsvRow]) -> None:
    """Set aside rows that ask for what another row of the file asks for, or a live one of another import. One query."""
    asked = [row.fingerprint for row in rows if row.fingerprint]
    same = Q(csv_import=csv_import, state__in=COMMITTABLE)
    held = CsvRow.objects.filter(fingerprint__in=asked).filter(same | Q(state__in=LIVE)).order_by()
    first: dict[str, int] = {}
    live: set[str] = set()
    for fingerprint, number, state in held.values_list("fingerprint", "number", "state"):
        if state in LIVE:
            live.add(fingerprint)
        else:
            first[fingerprint] = number
    for row in rows:
        if not row.fingerprint:
            continue
        if row.fingerprint in live:
            row.state = RowState.ALREADY
        elif first.setdefault(row.fingerprint, row.number) != row.number:
            repeated = problem("duplicate_row", first=first[row.fingerprint])
            row.state, row.plan = RowState.BLOCKED, None
            row.problems = [*row.problems, as_json(repeated)]


def mark_there(rows: Sequence[CsvRow], setting: Setting) -> None:
    """Say on rows that ask for a post which a failed row has left that it is not made again. One query where none."""
    there = posts_there(row.plan for row in rows if row.plan)
    for row in rows:
        place = setting.places.get(row.location_id) if there and row.plan and row.location_id else None
        if place is None or row.state not in COMMITTABLE:
            continue
        kept = [part for part in parts_of(row.plan or {}, place) if there.pop(key_of(part), None) is not None]
        if kept:
            names = ", ".join(str(account) for part in kept for account in part.accounts)
            row.state = RowState.WARNING
            row.problems = [*row.problems, as_json(problem("post_there", accounts=names))]


def read_by_hand(raw: Mapping[str, str], headers: Headers, setting: Setting) -> Reading:
    """Read a row whose cells, by header, a person has edited."""
    cells = cells_of(headers, raw)
    found = read_row(cells, setting)
    found.problems += formulas(cells.items(), headers)
    return found


def raw_of(headers: Headers, cells: Sequence[str]) -> dict[str, str]:
    """The cells that hold anything, by header, as the row keeps them; those without a header by their number."""
    return {
        label or str(place): mended_text(_without_guard(cell))
        for place, (label, cell) in enumerate(zip_longest(headers.labels, cells, fillvalue=""), 1)
        if cell
    }


def cells_of(headers: Headers, raw: Mapping[str, str]) -> dict[str, str]:
    """The cells of a kept row by column key; those that mean nothing are left out."""
    return {
        key: raw[label or str(place)]
        for place, (label, key) in enumerate(zip(headers.labels, headers.keys, strict=True), 1)
        if key and (label or str(place)) in raw
    }


def formulas(cells: Iterable[tuple[str | None, str]], headers: Headers) -> list[Problem]:
    """A warning for each cell, by column key, that a spreadsheet would work out. Other signs begin a word or a list as
    well."""
    looks_so = ((key, cell) for key, cell in cells if key and cell[:1] == "=" and cell[1:])
    return [problem("formula", headers.label_of(key), cell) for key, cell in looks_so]


def _without_guard(cell: str) -> str:
    """A cell without the mark that keeps a spreadsheet from taking it for a formula, as our own files carry it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_MARKS else cell


def _forget(run: Run) -> None:
    """Delete what an earlier check found, but for rows that a person has put right. These count for nothing until the
    check comes to them."""
    every = CsvRow.objects.filter(csv_import=run.csv_import)
    rows = every.filter(edited=False)
    every.filter(edited=True).exclude(fingerprint="").update(fingerprint="")
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:FORGOTTEN]):
        with run.page():
            CsvRow.objects.filter(pk__in=keys).delete()


def _pages(run: Run) -> bool:
    csv_import = run.csv_import
    headers = headers_of(csv_import)
    setting = setting_of(csv_import, headers, run.clock())
    rows = _records(csv_import)
    behind = CsvRow.objects.filter(csv_import=csv_import, edited=True, number__gt=csv_import.cursor)
    edited = set(behind.values_list("number", flat=True))
    while page := next_page(rows, _weight):
        _check_page(run, page, headers, setting, edited)
        if run.out_of_time():
            return False
    return True


def _weight(record: tuple[int, list[str]]) -> int:
    return sum(map(len, record[1]))


def _records(csv_import: CsvImport) -> Iterator[tuple[int, list[str]]]:
    layout = csv_import.layout
    kind = FileKind(csv_import.kind)
    path = file_path(csv_import.file)
    start = max(csv_import.cursor, last_header(path, layout, header_rows(kind)))
    return records(path, encoding=layout["encoding"], delimiter=layout["delimiter"], after=start)


def _check_page(
    run: Run, page: Sequence[tuple[int, list[str]]], headers: Headers, setting: Setting, edited: Set[int]
) -> None:
    csv_import = run.csv_import
    kept = CsvRow.objects.filter(csv_import=csv_import, number__in=edited & {number for number, _cells in page})
    by_hand = dict(kept.values_list("number", "raw")) if edited else {}
    read = [(number, by_hand[number] if number in by_hand else raw_of(headers, cells), cells) for number, cells in page]
    _preload(read, headers, setting)
    with run.page() as now:
        made = []
        for number, raw, cells in read:
            own = number in by_hand
            found = read_by_hand(raw, headers, setting) if own else _read(raw, cells, headers, setting)
            if csv_import.origin == ImportOrigin.SCRIPT:  # nobody has looked at its columns
                found.problems += unknown_cells(raw, headers, csv_import.mapping)
            made.append(row_of(csv_import, number, raw, found, now))
            made[-1].edited = own
        mark_repeats(csv_import, made)
        mark_there(made, setting)
        if by_hand:
            kept.delete()
        bulk_insert(made)
        for state, number in Counter(row.state for row in made).items():
            run.count(state, number)
        csv_import.cursor = page[-1][0]


def _read(raw: Mapping[str, str], cells: Sequence[str], headers: Headers, setting: Setting) -> Reading:
    """Read a row, unless it is none: the headers once more, or one whose cells are out of step."""
    if _repeats_headers(cells, headers):
        return Reading(problems=[problem("header_again")])
    extra = next((cell for cell in cells[len(headers.labels) :] if cell), "")
    if extra:
        return Reading(problems=[problem("cells_too_many", value=extra)])
    found = read_row(cells_of(headers, raw), setting)
    found.problems += formulas(zip(headers.keys, cells, strict=False), headers)
    return found


def _repeats_headers(cells: Sequence[str], headers: Headers) -> bool:
    if len(cells) < 2 or len(cells) != len(headers.labels):
        return False
    own = (label.rpartition(": ")[2] for label in headers.labels)
    return all(normal(cell) == normal(label) for cell, label in zip(cells, own, strict=True))


def _preload(read: Sequence[tuple[int, dict[str, str], list[str]]], headers: Headers, setting: Setting) -> None:
    """Read the locations of a page at once instead of row by row."""
    places = setting.places
    if setting.location is not None:
        places.load([setting.location])
        return
    keys: list[int] = []
    for _number, raw, _cells in read:
        cells = cells_of(headers, raw)
        found = places.find_id(cells.get("location_id", ""))
        keys += [found] if found else places.find_name(cells.get("location", ""))
    places.load(keys)
