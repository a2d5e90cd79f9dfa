"""How much of a file is worked on in one transaction: many short rows, few long ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from planner.imports.paging import ROWS, WEIGHT, next_page
from planner.models import CsvImport, Post
from planner.services.import_committing import import_commit
from planner.services.import_reading import import_columns_set
from planner.services.import_running import import_run
from tests.planner.imports.desk import NOW, Desk, agency_file

LONG = "x" * 90_000
FULL = WEIGHT // len(LONG) + 1  # long rows that fill a page


def test_a_page_takes_many_short_rows_and_leaves_the_rest() -> None:
    rows = iter(["short"] * (ROWS + 1))
    assert len(next_page(rows, len)) == ROWS
    assert len(next_page(rows, len)) == 1
    assert next_page(rows, len) == []


def test_a_page_ends_behind_the_row_that_makes_it_heavy() -> None:
    rows = iter(["x" * (WEIGHT - 1), "x", "y", "z" * (2 * WEIGHT), "w"])
    assert list(map(len, next_page(rows, len))) == [WEIGHT - 1, 1]
    assert next_page(rows, len)[-1][0] == "z"
    assert next_page(rows, len) == ["w"]


def test_long_rows_are_checked_and_committed_a_few_at_a_time(desk: Desk) -> None:
    count = 2 * FULL + 1
    drafts = [desk.row(text=f"{number} {LONG}", status="DRAFT", postDate="") for number in range(count)]
    found = desk.upload(agency_file(drafts))
    import_columns_set(csv_import=found, actor=desk.mia, now=NOW, kind="agency")
    checked = _after_each_page(found, lambda: found.counted("warning", "ready"))
    assert found.state == "checked"
    import_commit(csv_import=found, actor=desk.mia, now=NOW)
    committed = _after_each_page(found, Post.objects.count)
    assert [*checked, *committed] == 2 * [FULL, 2 * FULL, count]


def _after_each_page(found: CsvImport, done: Callable[[], int]) -> list[int]:
    """What `done` says after each page, until a page brings nothing more."""
    seen: list[int] = []
    while True:
        import_run(found.pk, clock=lambda: NOW, share=timedelta())
        found.refresh_from_db()
        if seen and done() == seen[-1]:
            return seen
        seen.append(done())
