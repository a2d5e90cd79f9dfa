"""The folder of uploaded files: nothing is left lying, and nothing goes that an import needs."""

from __future__ import annotations

import os
from datetime import timedelta

from planner.services.import_files import files_clean, folder
from tests.planner.imports.desk import NOW, Desk, agency_file


def test_what_no_import_knows_goes_after_a_day(desk: Desk) -> None:
    found = desk.upload(agency_file([desk.row()]))
    stray, fresh = folder() / "stray", folder() / "fresh"
    for path in (stray, fresh):
        path.write_bytes(b"x")
    long_ago = (NOW - timedelta(days=2)).timestamp()
    for path in (stray, folder() / found.file):
        os.utime(path, (long_ago, long_ago))
    os.utime(fresh, (NOW.timestamp(), NOW.timestamp()))

    assert files_clean(now=NOW) == 1

    assert (stray.exists(), fresh.exists(), (folder() / found.file).exists()) == (False, True, True)
    fresh.unlink()


def test_the_file_of_an_upload_that_fails_is_not_kept(desk: Desk) -> None:
    before = set(folder().iterdir())
    found = desk.upload(b"\x89PNG\r\n\x1a\n" + b"0" * 100, name="posts.csv")
    assert (found.state, found.file) == ("failed", "")
    assert set(folder().iterdir()) == before
