"""What tests of imports work with: two clients, their accounts, a manager, and files made of rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import ConnectedAccount, Role, User
from highlevel.models import Location
from planner.imports.columns import FileKind
from planner.models import CsvImport, CsvRow
from planner.services.import_committing import import_commit
from planner.services.import_reading import import_columns_set, import_upload
from planner.services.import_running import import_run
from planner.services.import_waking import look_now
from tests.factories import make_account, make_category, make_location, make_member, make_tag, make_user

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
WHEN = "2026-12-05T10:00:00Z"
AGENCY = ("teamId", "title", "postDate", "status", "socialAccountTypes", "text")
PICTURE = "https://cdn.example.com/1.jpg"


@dataclass(frozen=True, slots=True)
class Desk:
    """Mia manages both locations, Carl only writes in the first."""

    here: Location
    there: Location
    facebook: ConnectedAccount
    instagram: ConnectedAccount
    elsewhere: ConnectedAccount
    mia: User
    carl: User

    def here_accounts(self) -> list[ConnectedAccount]:
        return list(ConnectedAccount.objects.filter(location=self.here))

    def row(self, **cells: str) -> dict[str, str]:
        """A row of an agency file that is ready, but for what is given."""
        given = {
            "teamId": self.here.remote_id,
            "title": "A title",
            "postDate": WHEN,
            "status": "SCHEDULED",
            "socialAccountTypes": "FACEBOOK",
            "text": "Three things to ask before whitening",
        }
        return {**given, **cells}

    def upload(self, data: bytes | str, *, name: str = "posts.csv", by: User | None = None) -> CsvImport:
        """An import of these bytes, read as far as its columns."""
        raw = data.encode() if isinstance(data, str) else data
        made = import_upload(chunks=[raw], name=name, actor=by or self.mia, now=NOW)
        return run(made)

    def checked(self, rows: Iterable[Mapping[str, str]], *, by: User | None = None, **columns: Any) -> CsvImport:
        """An agency file of these rows, checked."""
        found = self.upload(agency_file(rows), by=by)
        return check(found, by or self.mia, **columns)


def make_desk() -> Desk:
    here = make_location("Harbour Dental", timezone="Europe/London")
    there = make_location("Birch Bakery", timezone="America/New_York")
    mia, carl = make_user("mia@example.test", name="Mia"), make_user("carl@example.test", name="Carl")
    for location in (here, there):
        make_member(mia, location, Role.MANAGER)
    make_member(carl, here, Role.CREATOR)
    make_category(here, "Tips", remote_id="66f0a1b2c3d4e5f6a7b8c9d1")
    make_tag(here, "winter", remote_id="66f0a1b2c3d4e5f6a7b8c9d0")
    return Desk(
        here,
        there,
        make_account(here, "facebook", name="Harbour on Facebook"),
        make_account(here, "instagram", name="Harbour on Instagram"),
        make_account(there, "facebook", name="Birch on Facebook"),
        mia,
        carl,
    )


def agency_file(rows: Iterable[Mapping[str, str]]) -> str:
    held = list(rows)
    headers = list(dict.fromkeys([*AGENCY, *(name for row in held for name in row)]))
    return table([headers, *([row.get(name, "") for name in headers] for row in held)])


def table(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue()


def run(csv_import: CsvImport, *, now: datetime = NOW) -> CsvImport:
    """Let the runner move it on as far as it goes by itself, its next look being due."""
    look_now(csv_import.pk)
    for _turn in range(50):
        wait = import_run(csv_import.pk, clock=lambda: now)
        if wait is None or wait > timedelta():
            break
    csv_import.refresh_from_db()
    return csv_import


def check(csv_import: CsvImport, by: User, *, kind: str = FileKind.AGENCY, **columns: Any) -> CsvImport:
    assert csv_import.state in ("columns", "checked"), csv_import.problem
    import_columns_set(csv_import=csv_import, actor=by, now=NOW, kind=kind, **columns)
    return run(csv_import)


def commit(csv_import: CsvImport, by: User, *, now: datetime = NOW) -> CsvImport:
    import_commit(csv_import=csv_import, actor=by, now=now)
    return run(csv_import, now=now)


def only_row(csv_import: CsvImport) -> CsvRow:
    return csv_import.rows.get()


def codes(row: CsvRow) -> list[str]:
    return [one["code"] for one in row.problems]


def plan_of(row: CsvRow) -> dict[str, Any]:
    """The plan of a row that has one."""
    assert row.plan is not None, row.problems
    return dict(row.plan)
