"""Looking at what became of an import's posts: one look at a time, and a cheap one however many posts are on their way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from highlevel.inserting import bulk_insert
from highlevel.models import Change
from planner.models import CsvImport, CsvRow, Post
from planner.services.import_following import post_rows_follow
from planner.services.import_running import LOOK_AGAIN, LOOK_LATER, import_run, imports_to_run
from tests.planner.imports.desk import NOW, Desk, commit


def look(found: CsvImport, at: datetime) -> timedelta | None:
    return import_run(found.pk, clock=lambda: at)


def test_however_often_it_is_woken_one_look_follows(desk: Desk) -> None:
    found = commit(desk.checked([desk.row()]), desk.mia)
    assert imports_to_run(now=NOW + LOOK_AGAIN) == []
    later = NOW + LOOK_AGAIN + timedelta(seconds=1)
    assert imports_to_run(now=later) == [found.pk]
    assert look(found, later) == LOOK_LATER
    assert look(found, later) is None
    assert look(found, later + LOOK_AGAIN) is None
    assert imports_to_run(now=later + LOOK_LATER) == []
    assert imports_to_run(now=later + LOOK_LATER + timedelta(seconds=1)) == [found.pk]


def test_the_next_look_comes_soon_while_rows_end(desk: Desk) -> None:
    found = commit(desk.checked([desk.row(text=text) for text in ("a", "b")]), desk.mia)
    Post.objects.filter(csv_rows=found.rows.earliest("pk")).update(remote_id="remote-1")
    assert look(found, NOW + LOOK_LATER) == LOOK_AGAIN


def test_a_row_that_comes_back_is_not_kept_waiting(desk: Desk) -> None:
    found = commit(desk.checked([desk.row(text=text) for text in ("a", "b")]), desk.mia)
    post = found.rows.earliest("pk").posts.get()
    Change.objects.filter(subject=f"post:{post.pk}").update(state="refused", error_detail="No such page")
    later = NOW + LOOK_LATER
    assert look(found, later) == LOOK_AGAIN
    Post.objects.filter(pk=post.pk).update(remote_id="remote-1")
    post_rows_follow(post=post.pk, now=later)
    assert look(found, later) is not None
    found.refresh_from_db()
    assert found.counts == {"success": 1, "committed": 1}


@pytest.mark.parametrize("waiting", [20, 2_000])
def test_a_look_costs_the_same_however_many_rows_wait(
    desk: Desk, waiting: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    found = on_their_way(desk, waiting + 3)
    sent, gone, refused = (row.posts.get() for row in found.rows.order_by("number")[:3])
    Post.objects.filter(pk=sent.pk).update(remote_id="remote-1")
    Post.objects.filter(pk=gone.pk).update(gone_at=NOW)
    Change.objects.filter(subject=f"post:{refused.pk}").update(state="refused", error_detail="No such page")
    # Claim, import; which have ended; their posts, those themselves, their changes; a page of begin, hold, three ends,
    # figures and end; which more have ended; whether any waits, and for what limit; release.
    with django_assert_num_queries(17):
        assert look(found, NOW) == LOOK_AGAIN
    found.refresh_from_db()
    assert found.counts == {"success": 1, "failed": 2, "committed": waiting}


def on_their_way(desk: Desk, count: int) -> CsvImport:
    """An import of so many rows, each with a post that HighLevel has not got yet."""
    found = CsvImport.objects.create(
        person=desk.mia, state="sending", created_at=NOW, updated_at=NOW, counts={"committed": count}
    )
    posts = bulk_insert(Post(location=desk.here, status="scheduled", display_at=NOW) for _number in range(count))
    about: dict[str, Any] = {"csv_import": found, "state": "committed", "created_at": NOW}
    rows = bulk_insert(CsvRow(number=number, place=number, **about) for number in range(1, count + 1))
    links = CsvRow.posts.through
    bulk_insert(links(csvrow_id=row.pk, post_id=post.pk) for row, post in zip(rows, posts, strict=True))
    change: dict[str, Any] = {"location": desk.here, "operation": "post.create", "not_before": NOW, "created_at": NOW}
    bulk_insert(Change(subject=f"post:{post.pk}", **change) for post in posts)
    return found
