"""Hostile files: whatever comes in, it ends with a code, in bounded memory, and what the check says is done."""

from __future__ import annotations

import io
import re
import tempfile
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.imports.headers import read_headers
from planner.imports.problems import BadFile, Problem
from planner.imports.reading import Layout, records, take_in
from planner.models import CsvImport, Post
from planner.models.csv_import import COMMITTABLE, ROW_WRONG
from planner.services.import_repairing import reason_of
from tests.factories import make_account
from tests.planner.imports.desk import WHEN, Desk, agency_file, check, commit, table

FEW, MANY = 300, 21_000
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
PEAK = 48 * 1024 * 1024  # bytes of Python objects that reading a hostile file may take at a time

signs = st.sampled_from([*"\",;\t\n\r\0'=+-@#{}", "é", "€", "\ufeff", "\u2028", "\ud7ff", "😀", "a", "1", " "])
soup = st.text(signs | st.characters(exclude_categories=["Cs"]), max_size=60)
names = st.sampled_from(
    ["teamId", "TEAMID", "location", "postDate", "status", "socialAccountTypes", "accounts", "text", "facebookText"]
)
rows = st.lists(st.lists(soup, max_size=8), max_size=8)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32", "latin-1"])


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Tables, well made or not, in any letters."""
    held = [draw(st.lists(names | soup, max_size=8)), *draw(rows)]
    text = table(held, draw(st.sampled_from(",;\t"))) if draw(st.booleans()) else "\n".join(map(",".join, held))
    return text.encode(draw(encodings), "replace")


@st.composite
def books(draw: st.DrawFn) -> bytes:
    """Workbooks, some with a part replaced, left out or cut."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    clean = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20) | st.floats() | st.booleans()
    for row in draw(st.lists(st.lists(clean, max_size=5), max_size=5)):
        sheet.append([cell if cell == cell and cell not in (float("inf"), -float("inf")) else None for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    source, target = zipfile.ZipFile(stream), io.BytesIO()
    spoiled = draw(st.sampled_from(["", *source.namelist()]))
    packing = draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            # The hour at which the book was made would make each file another.
            data = MOMENT.sub(b"2026-01-01T00:00:00Z", source.read(name))
            if name == spoiled:
                data = draw(st.sampled_from([b"", data[:-9], data * 2, b"<x/>", data.replace(b"1", b"99999999")]))
            archive.writestr(zipfile.ZipInfo(name), data, packing)
    return target.getvalue()


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A file with some of its bytes changed, moved or left out."""
    data = bytearray(draw(texts() | books()))
    for _ in range(draw(st.integers(0, 4))):
        if not data:
            break
        place = draw(st.integers(0, len(data) - 1))
        data[place : place + draw(st.integers(0, 9))] = draw(st.binary(max_size=12))
    return bytes(data) * draw(st.sampled_from([1, 1, 1, 50]))


files = texts() | books() | spoiled() | st.binary(max_size=400)


def outcome(path: Path, name: str) -> Layout | Problem:
    try:
        layout = take_in(path, name=name)
        read_headers(layout.head)
    except BadFile as bad:
        return bad.problem
    return layout


def every_file_has_an_outcome(data: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "file"
        path.write_bytes(data)
        tracemalloc.start()
        try:
            found = outcome(path, name)
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < PEAK
        if isinstance(found, Problem):
            assert found.code
            assert "%(" not in str(found)
        else:
            held = records(path, encoding=found.encoding, delimiter=found.delimiter)
            assert sum(1 for _ in held) == found.above + found.records - found.bare


quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
endings = st.sampled_from(["a.csv", "a.xlsx"])


@given(files, endings)
@settings(max_examples=FEW, suppress_health_check=quiet)
def test_every_file_has_an_outcome(data: bytes, name: str) -> None:
    every_file_has_an_outcome(data, name)


@pytest.mark.full
@pytest.mark.timeout(7200)
def test_every_one_of_many_files_has_an_outcome() -> None:
    seen = 0

    @given(files, endings)
    @settings(max_examples=MANY, suppress_health_check=quiet)
    def every_one(data: bytes, name: str) -> None:
        nonlocal seen
        seen += 1
        every_file_has_an_outcome(data, name)

    every_one()
    print(f"{seen:,} files")
    assert seen >= MANY


cells = st.fixed_dictionaries(
    {},
    optional={
        "postDate": st.sampled_from([WHEN, "", "2026-12-05 10:00", "04/05/2027 9:00", "13/05/2027 9:00", "x"]) | soup,
        "status": st.sampled_from(["DRAFT", "SCHEDULED", "", "draft"]) | soup,
        "socialAccountTypes": st.sampled_from(["FACEBOOK", "INSTAGRAM", "FACEBOOK,INSTAGRAM", "TIKTOK", "X"]) | soup,
        "text": soup | st.sampled_from(["x" * 2_300, "x" * 70_000, "{{contact.name}}"]),
        "instagramText": soup,
        "facebookType": st.sampled_from(["POST", "STORY", "REEL", "live"]),
        "instagramType": st.sampled_from(["POST", "STORY", "REEL"]),
        "mediaUrls": st.sampled_from(
            ["", "https://cdn.example.com/1.jpg", "https://cdn.example.com/1.mp4", "https://10.0.0.1/1.jpg"]
        ),
        "facebookLink": st.sampled_from(["https://example.com", "nowhere"]),
        "approver": st.sampled_from(["Mia", "nobody"]),
        "tags": st.sampled_from(["winter", "Winter#winter", "summer"]),
        "category": st.sampled_from(["Tips", "None"]),
        "teamId": st.sampled_from(["nowhere"]),
    },
)


@pytest.mark.timeout(3600)  # a thousand files in the long form
@given(st.lists(cells, min_size=1, max_size=12))
@settings(suppress_health_check=quiet)
def test_what_the_check_says_is_what_the_commit_does(desk: Desk, drawn: list[dict[str, str]]) -> None:
    made = [desk.row(**{name: cell.replace("\0", "") for name, cell in row.items()}) for row in drawn]
    try_it(desk, agency_file(made))


def try_it(desk: Desk, data: str) -> None:
    """Check and commit; each row that was ready is the posts of its plan, every other none."""
    before = set(Post.objects.values_list("pk", flat=True))
    found = desk.upload(data)
    if found.state == "failed":
        assert found.problem["code"]
        return
    check(found, desk.mia)
    said = {row.pk: row for row in found.rows.all()}
    assert sum(found.counts.values()) == len(said)
    assert all(reason_of(row) for row in said.values() if row.state in ROW_WRONG)
    if found.counted(*COMMITTABLE):
        commit(found, desk.mia)
    made: set[int] = set()
    for row in CsvImport.objects.get(pk=found.pk).rows.prefetch_related("posts__targets"):
        before_it = said[row.pk]
        posts = list(row.posts.all())
        if before_it.state not in COMMITTABLE:
            assert (row.state, posts) == (before_it.state, [])
            continue
        assert row.state == "committed", row.error
        assert row.plan == before_it.plan
        planned = row.plan or {}
        accounts = sorted(pk for post in planned["posts"] for pk in post["accounts"])
        assert sorted(target.account_id or 0 for post in posts for target in post.targets.all()) == accounts
        assert {post.status for post in posts} == {planned["status"]}
        made |= {post.pk for post in posts}
    assert set(Post.objects.values_list("pk", flat=True)) - before == made


def test_the_check_keeps_its_word_on_every_network(desk: Desk) -> None:
    networks = ("google", "linkedin", "tiktok", "youtube", "pinterest", "threads", "bluesky")
    for network in networks:
        make_account(desk.here, network, name=f"Harbour on {network}")
    names = ("GOOGLE_BUSINESS", "LINKEDIN", "TIKTOK", "YOUTUBE", "PINTEREST", "THREADS", "BLUESKY")
    video, picture = "https://cdn.example.com/1.mp4", "https://cdn.example.com/1.jpg"
    made: list[dict[str, Any]] = [
        desk.row(socialAccountTypes=name, mediaUrls=media, text=f"{name} {media}", youtubeTitle="A title")
        for name in names
        for media in ("", video, picture)
    ]
    try_it(desk, agency_file(made))
