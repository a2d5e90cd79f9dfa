"""Agency files: check and commit of many rows, against django-import-export with the same rows, gate and tables.

The yardstick is in `imports_yardstick`. It is given its rows as a dataset. `rows` holds Rota against one pass of it in
one transaction, which validates and saves row by row. `rows_with_dry_run` holds the same figure against the two passes
that its own confirmation makes, a dry run and the import; that is the like of Rota's check and commit, because after each
first one a person has seen every row judged and nothing is written. Rota's figure is everything from the uploaded file to
the written posts: reading it, checking, keeping every row with its plan, and carrying the plan out.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from accounts.models import Role, User
from highlevel.models import Location
from planner.imports.columns import FileKind
from planner.models import CsvImport, Post
from planner.services.import_committing import import_commit
from planner.services.import_reading import import_columns_set, import_read, import_upload
from planner.services.import_running import import_run
from tests.bench.harness import Report
from tests.bench.imports_workbook import write_workbook
from tests.bench.imports_yardstick import yardstick, yardstick_dry_run
from tests.factories import make_account, make_category, make_location, make_member, make_tag, make_user

ROWS = 20_000
FEW, MANY = 5_000, 500_000  # rows between which the time a row takes may hardly grow
LARGE = 100 * 1024 * 1024  # bytes
LONG = {"long": 130, "longest": 2500}  # times a sentence in a row of the two large files
WORKBOOK = 200  # times 300 long rows of a workbook
SENTENCE = "A longer text, as people write them. "
START = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
CATEGORY, TAG = "66f0a1b2c3d4e5f6a7b8c9d1", "66f0a1b2c3d4e5f6a7b8c9d0"
HEADERS = (
    "teamId",
    "title",
    "postDate",
    "status",
    "socialAccountTypes",
    "text",
    "facebookMediaUrls",
    "instagramMediaUrls",
    "category",
    "tags",
    "followUpComment",
)


def run(report: Report, arguments: Sequence[str]) -> int:
    """`arguments`: the rows of the comparison and of the long file, 20,000 and 500,000 unless given. Fails when a row
    is lost."""
    rows, many = (*map(int, arguments), *(ROWS, MANY)[len(arguments) :])
    with tempfile.TemporaryDirectory(prefix="rota-bench-") as folder:
        settings.FILES_DIR = Path(folder)
        person, places = _agency()
        path = Path(folder) / "posts.csv"
        code = _compare(report, path, rows, person, places)
        code |= _growth(report, path, many, person, places)
        code |= _memory(report, path, person, places)
        code |= _workbook_memory(report, Path(folder), person, places)
    return code


def _agency() -> tuple[User, list[Location]]:
    """Twenty clients with two accounts each."""
    person = make_user("bench@example.test", name="Bea", is_owner=True)
    places = [make_location(f"Client {number}", timezone="Europe/London") for number in range(20)]
    for number, place in enumerate(places):
        make_member(person, place, Role.MANAGER)
        for platform in ("facebook", "instagram"):
            make_account(place, platform, name=f"{place.name} {platform}")
        make_category(place, "Tips", remote_id=f"{CATEGORY[:-2]}{number:02d}")
        make_tag(place, "winter", remote_id=f"{TAG[:-2]}{number:02d}")
    return person, places


def _rows(
    count: int,
    places: Sequence[Location],
    *,
    series: str,
    padding: str = "",
    networks: str = "FACEBOOK,INSTAGRAM",
    status: str = "SCHEDULED",
) -> Iterator[list[str]]:
    """Rows that are all ready and all different."""
    for number in range(count):
        picture = f"https://cdn.example.com/{series}/{number}.jpg"
        yield [
            places[number % len(places)].remote_id,
            f"{series} {number}",
            (START + timedelta(minutes=number)).isoformat(),
            status,
            networks,
            f"{series} {number}: three things to ask before whitening #teeth {padding}",
            picture,
            picture,
            "Tips",
            "winter",
            "Questions? Ask below.",
        ]


def _brief(row: list[str]) -> list[str]:
    """A row that is short enough for half a million of them to fit into the largest file that is taken."""
    return [
        "" if header in ("instagramMediaUrls", "title", "followUpComment") else cell
        for header, cell in zip(HEADERS, row, strict=True)
    ]


def _write(path: Path, rows: Iterator[list[str]]) -> int:
    """Write a file; its size in bytes."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(rows)
    return path.stat().st_size


def _compare(report: Report, path: Path, count: int, person: User, places: Sequence[Location]) -> int:
    report.note(f"Importing {count:,} rows ...")
    _write(path, _rows(count, places, series="ours"))
    check, commit, lost = _import(path, person, count)
    report.note("The same with django-import-export ...")
    began = time.perf_counter()
    valid = yardstick_dry_run(HEADERS, _rows(count, places, series="theirs"), person)
    middle = time.perf_counter()
    theirs = yardstick(HEADERS, _rows(count, places, series="theirs"), person)
    ended = time.perf_counter()
    ours = count / (check + commit)
    report.line("rows", ours, "rows/s", theirs / (ended - middle), "django-import-export, one pass")
    two = "django-import-export, dry run and import"
    report.line("rows_with_dry_run", ours, "rows/s", theirs / (ended - began), two)
    report.line("check_rows", count / check, "rows/s")
    return lost or int(not theirs == valid == count)


def _growth(report: Report, path: Path, many: int, person: User, places: Sequence[Location]) -> int:
    costs, lost = [], 0
    for count, series in ((FEW, "few"), (many, "many")):
        report.note(f"Importing {count:,} rows ...")
        _write(path, map(_brief, _rows(count, places, series=series, networks="FACEBOOK")))
        check, commit, missing = _import(path, person, count)
        costs.append((check + commit) / count)
        lost |= missing
    report.line("per_row_growth", costs[1] / costs[0], "times")
    return lost


def _memory(report: Report, path: Path, person: User, places: Sequence[Location]) -> int:
    peaks: list[float] = []
    lost = 0
    for series, times in LONG.items():
        long = {"padding": SENTENCE * times, "networks": "FACEBOOK", "status": "DRAFT"}
        count = LARGE // _write(path, _rows(1, places, series="one", **long)) - 1
        report.note(f"Importing 100 MB of {count:,} rows in a process of its own ...")
        _write(path, _rows(count, places, series=series, **long))
        made = _uploaded(path, person)
        peaks += _peaks(report, made, person).values()
        lost |= int(made.rows.filter(state="committed").count() != count)
    report.line("peak_memory_mb", max(peaks), "MB", better="lower")
    return lost


def _workbook_memory(report: Report, folder: Path, person: User, places: Sequence[Location]) -> int:
    """Reading a workbook; once that is done it is a text file like others."""
    path = folder / "posts.xlsx"
    rows = list(_rows(300, places, series="workbook", padding=SENTENCE * LONG["long"]))
    unpacked = write_workbook(path, HEADERS, rows, repeat=WORKBOOK)
    sizes = f"{path.stat().st_size / 1e6:.0f} MB that unpacks to {unpacked / 1e6:,.0f} MB"
    report.note(f"Reading a workbook of {sizes} in a process of its own ...")
    made = _uploaded(path, person)
    peaks = _peaks(report, made, person)
    report.line("workbook_peak_memory_mb", max(peaks.values()), "MB", better="lower")
    made.refresh_from_db()
    return int(made.total_rows != WORKBOOK * len(rows))


def _peaks(report: Report, made: CsvImport, person: User) -> dict[str, float]:
    """Megabytes above an idle worker, by what a process of its own did with the import. Raises RuntimeError."""
    connections.close_all()
    environment = {**os.environ, "DATABASE_URL": _database_url(), "FILES_DIR": str(settings.FILES_DIR)}
    command = [sys.executable, "-m", "tests.bench.imports_memory", str(made.pk), str(person.pk)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    peaks: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    said = ", ".join(f"{peak:.1f} MB in the {name}" for name, peak in peaks.items())
    report.note(f"Above an idle worker: {said}.")
    return peaks


def _database_url() -> str:
    """The bench's own database, for another process."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{held['NAME']}"


def _uploaded(path: Path, person: User) -> CsvImport:
    with path.open("rb") as file:
        chunks = iter(lambda: file.read(1 << 16), b"")
        return import_upload(chunks=chunks, name=path.name, actor=person, now=datetime.now(UTC))


def _import(path: Path, person: User, count: int) -> tuple[float, float, int]:
    """Seconds of check and commit, and 1 when a row is missing."""
    before = Post.objects.count()
    made = _uploaded(path, person)
    began = time.perf_counter()
    import_read(made, now=datetime.now(UTC))
    import_columns_set(csv_import=made, actor=person, now=datetime.now(UTC), kind=FileKind.AGENCY)
    _until(made, "checked")
    checked = time.perf_counter()
    import_commit(csv_import=made, actor=person, now=datetime.now(UTC))
    _until(made, "sending")
    done = time.perf_counter()
    lost = Post.objects.count() - before != count or made.counts != {"committed": count}
    return checked - began, done - checked, int(lost)


def _until(made: CsvImport, state: str) -> None:
    while made.state != state:
        import_run(made.pk)
        made.refresh_from_db()
        if made.state == "failed":
            raise RuntimeError(made.problem)
