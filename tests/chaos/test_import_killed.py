"""A worker that is killed in the middle of a commit leaves nothing out and makes nothing twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Count

from highlevel.models import Change
from planner.models import CsvImport, CsvRow, Media, Post, PostTarget
from planner.services.import_committing import import_commit
from planner.services.import_reading import import_columns_set, import_read, import_upload
from planner.services.import_running import import_run
from tests.planner.imports.desk import PICTURE, Desk, agency_file, make_desk
from tests.servers import product_environment

RUN = """
import django
django.setup()
from planner.services.import_running import import_run
print("ready", flush=True)
print(import_run({key}), flush=True)
"""


@pytest.mark.timeout(300)
def test_killed_some_times(transactional_db: None) -> None:
    _kill(rows=800, times=3, seed=3, within=0.4)


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(5))
def test_killed_fifty_times(transactional_db: None, seed: int) -> None:
    """Ten kills at random points of a commit of 5,000 rows, for each of five seeds."""
    _kill(rows=5_000, times=10, seed=seed, within=2.0)


def _kill(*, rows: int, times: int, seed: int, within: float) -> None:
    """Kill so often in the middle of a commit, up to `within` seconds after it goes on; where one is done before that,
    another file is begun."""
    desk, chance = make_desk(), random.Random(seed)
    killed, made = 0, 0
    while killed < times:
        found = _checked(desk, rows, series=made)
        assert found.counts == {"ready": rows}
        import_commit(csv_import=found, actor=desk.mia, now=datetime.now(UTC))
        while killed < times and CsvImport.objects.get(pk=found.pk).state == "committing":
            killed += _run_and_kill(found, after=chance.uniform(0, within))
            _all_or_nothing(found)
            CsvImport.objects.filter(pk=found.pk).update(claimed_until=datetime.now(UTC) - timedelta(seconds=1))
        while CsvImport.objects.get(pk=found.pk).state == "committing":
            import_run(found.pk)
        found.refresh_from_db()
        assert found.counts == {"committed": rows}
        assert CsvRow.objects.filter(csv_import=found, state="committed").count() == rows
        made += 1

    made *= rows
    assert CsvRow.objects.annotate(made=Count("posts")).filter(made=1).count() == made
    assert (Post.objects.count(), PostTarget.objects.count(), Media.objects.count()) == (made, 2 * made, made)
    assert Change.objects.values("subject").distinct().count() == Change.objects.count() == made
    assert Post.objects.values("text").distinct().count() == made


def _checked(desk: Desk, rows: int, *, series: int) -> CsvImport:
    start = (datetime.now(UTC) + timedelta(days=30)).replace(microsecond=0)
    body = (
        desk.row(
            text=f"Post {number} of file {series}",
            postDate=(start + timedelta(minutes=number)).isoformat(),
            socialAccountTypes="FACEBOOK,INSTAGRAM",
            mediaUrls=PICTURE,
        )
        for number in range(rows)
    )
    now = datetime.now(UTC)
    found = import_upload(chunks=[agency_file(body).encode()], name="posts.csv", actor=desk.mia, now=now)
    import_read(found, now=now)
    import_columns_set(csv_import=found, actor=desk.mia, now=now, kind="agency")
    import_run(found.pk)
    found.refresh_from_db()
    return found


def _run_and_kill(found: CsvImport, *, after: float) -> bool:
    """Let a process of its own carry the plan out, and kill it so many seconds after it begins; whether that hit it
    before the commit was through."""
    environment = product_environment("http://127.0.0.1:9", LOG_LEVEL="ERROR")
    source = RUN.format(key=found.pk)
    command = [sys.executable, "-c", source]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n", process.communicate()[1].decode()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        _, errors = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), errors.decode()
    return process.returncode != 0 and CsvImport.objects.get(pk=found.pk).state == "committing"


def _all_or_nothing(found: CsvImport) -> None:
    """What the dead worker leaves is whole: each row that is committed has its post, and no other has."""
    rows = CsvRow.objects.filter(csv_import=found).annotate(made=Count("posts"))
    assert not rows.filter(state="committed").exclude(made=1).exists()
    assert not rows.exclude(state="committed").exclude(made=0).exists()
    assert Post.objects.filter(csv_rows__csv_import=found).count() == rows.filter(state="committed").count()
    assert not Post.objects.filter(csv_rows=None).exists()
