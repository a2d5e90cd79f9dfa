"""The list as a CSV file: every row, as it is filtered, safe to open, in constant memory."""

from __future__ import annotations

import csv
import gc
import io
import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.scope import Scope
from planner.models import Post, PostStatus
from planner.selectors.post_export import CHUNK, export_rows
from planner.selectors.post_filters import PostFilters
from planner.views.post_export import FORMULA, export_lines
from tests.cast import Cast
from tests.factories import make_account, make_category, make_post, make_tag, make_target

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def export(client: Client, query: str = "") -> list[dict[str, str]]:
    answer: Any = client.get(f"/posts/export/{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="posts-')
    content = b"".join(answer.streaming_content).decode()
    assert content.startswith("\ufeff"), "spreadsheets know by it that this is UTF-8"
    return list(csv.DictReader(io.StringIO(content[1:])))


def test_the_columns(cast: Cast):
    page, profile = make_account(cast.a, name="Atlas page"), make_account(cast.a, "instagram", name="atlas.ig")
    post = make_post(
        cast.a,
        at=NOON,
        status=PostStatus.FAILED,
        text="مرحبا\nworld, “quoted”",
        category=make_category(cast.a, "Tips"),
        tags=(make_tag(cast.a, "winter"), make_tag(cast.a, "tyres")),
        media=("https://cdn.test/a.jpg",),
        follow_up_comment="Book",
    )
    make_target(post, page, status=PostStatus.PUBLISHED, network_post_id="12345_67890")
    make_target(post, profile, error="Too long.")
    (row,) = export(cast.as_ana)
    assert row == {
        "Post": str(post.pk),
        "Client": "Atlas Motors",
        "Time zone": "America/New_York",
        "Date and time at the client": "2026-11-20 07:00",
        "Date and time in UTC": "2026-11-20 12:00",
        "Status": "Failed",
        "Type": "Post",
        "Networks": "Facebook, Instagram",
        "Accounts": "Atlas page, atlas.ig",
        "Text": "مرحبا\nworld, “quoted”",
        "Follow-up comment": "Book",
        "Category": "Tips",
        "Tags": "tyres, winter",
        "Media": "https://cdn.test/a.jpg",
        "Links": "https://www.facebook.com/12345_67890",
        "Errors": "atlas.ig: Too long.",
    }


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.sampled_from([*FORMULA, ""]))
def test_no_cell_is_a_formula_and_no_text_is_lost(text: str, start: str):
    (line,) = list(export_lines(["Text"], [[start + text]]))[1:]
    (cell,) = next(csv.reader(io.StringIO(line, newline="")))
    assert not cell.startswith(FORMULA)
    assert cell in (start + text, f"'{start}{text}")


def test_only_what_the_filters_let_through_and_the_person_may_see(cast: Cast):
    make_post(cast.a, text="Winter")
    make_post(cast.a, text="Summer")
    make_post(cast.b, text="Winter there")
    assert {row["Text"] for row in export(cast.as_ben)} == {"Winter", "Summer"}
    assert {row["Text"] for row in export(cast.as_ana, "?q=winter")} == {"Winter", "Winter there"}
    assert {row["Text"] for row in export(cast.as_ana, f"?q=winter&location={cast.b.pk}")} == {"Winter there"}
    assert cast.as_nobody.get("/posts/export/").status_code == 302


def fill(cast: Cast, number: int) -> None:
    Post.objects.bulk_create(
        Post(
            location=cast.a,
            remote_id=f"p{at}",
            text="x" * 500,
            status=PostStatus.SCHEDULED,
            scheduled_at=NOON,
            display_at=NOON + timedelta(minutes=at // 3),
        )
        for at in range(number)
    )


def test_every_row_comes_once_in_chunks(cast: Cast):
    fill(cast, 2 * CHUNK + 7)
    with CaptureQueriesContext(connection) as captured:
        rows = list(export_rows(PostFilters(Scope(cast.ana, None))))
    wanted = [str(pk) for pk in Post.objects.order_by("-display_at", "-pk").values_list("pk", flat=True)]
    assert [row[0] for row in rows] == wanted
    assert len(captured) == 3 * 4, "posts, results, tags, media of each chunk"


def test_memory_does_not_grow_with_rows(cast: Cast):
    peaks = []
    for number in (5 * CHUNK, 20 * CHUNK):
        Post.objects.all().delete()
        fill(cast, number)
        tracemalloc.start()
        for count, _row in enumerate(export_rows(PostFilters(Scope(cast.ana, None))), start=1):
            if count % CHUNK == 0:
                gc.collect()  # only what is still held counts
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert count == number
    assert peaks[1] < 1.5 * peaks[0]
