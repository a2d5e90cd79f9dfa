"""Looking at what became of an import's posts: one look at a time, and a cheap one however many posts are on their way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from highlevel.inserting import bulk_insert
from highlevel.limits import limiter
from highlevel.models import Change
from planner.models import CsvImport, CsvRow, Post
from planner.services import import_settling
from planner.services.import_following import posts_rows_follow
from planner.services.import_running import LOOK_AGAIN, LOOK_LATER, import_run, imports_to_run
from planner.services.import_undoing import import_undo
from planner.services.import_waking import look_now
from tests.planner.imports.desk import NOW, Desk, commit

SLICE, SLICES = 20, 3


@pytest.fixture(autouse=True)
def _short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_settling, "SLICE", SLICE)
    monkeypatch.setattr(import_settling, "SLICES", SLICES)


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
    posts_rows_follow(posts=[post.pk], now=later)
    assert look(found, later) is not None
    found.refresh_from_db()
    assert found.counts == {"success": 1, "committed": 1}


@pytest.mark.parametrize("waiting", [10, SLICE * SLICES, SLICE * SLICES * 10])
def test_a_look_costs_no_more_however_many_rows_wait(
    desk: Desk, waiting: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    found = on_their_way(desk, waiting + 3)
    sent, gone, refused = (row.posts.get() for row in found.rows.order_by("number")[:3])
    Post.objects.filter(pk=sent.pk).update(remote_id="remote-1")
    Post.objects.filter(pk=gone.pk).update(gone_at=NOW)
    Change.objects.filter(subject=f"post:{refused.pk}").update(state="refused", error_detail="No such page")
    slices = min(SLICES, waiting // SLICE + 1)
    # Claim, import; of each slice its rows, their posts, which creations have ended; a page of begin, hold, three ends,
    # figures and end; whether any waits, whether a limit holds one, the locations' names; what was found; release.
    with django_assert_num_queries(14 + 3 * slices):
        assert look(found, NOW) == LOOK_AGAIN
    found.refresh_from_db()
    assert found.counts == {"success": 1, "failed": 2, "committed": waiting}


def test_the_next_look_goes_on_where_one_ended(desk: Desk) -> None:
    found = on_their_way(desk, SLICE * SLICES + 2)
    last = found.rows.latest("number")
    Post.objects.filter(csv_rows=last).update(remote_id="remote-1")
    assert look(found, NOW + LOOK_LATER) == LOOK_AGAIN
    assert CsvRow.objects.get(pk=last.pk).state == "committed"
    assert look(found, NOW + LOOK_LATER * 2) == LOOK_AGAIN
    assert CsvRow.objects.get(pk=last.pk).state == "success"
    found.refresh_from_db()
    assert found.cursor == 0


def test_a_request_budget_that_is_spent_is_told_with_its_end(desk: Desk) -> None:
    found = commit(desk.checked([desk.row(), desk.row(teamId=desk.there.remote_id)]), desk.mia)
    held_for = timedelta(hours=2)
    for place in (desk.here, desk.there):
        later = NOW + LOOK_LATER
        look(found, later)
        found.refresh_from_db()
        assert (found.status, found.rate_limit_reset_at) == ("PROCESSING", None)
        limiter().observe(place.remote_id, status=429, headers={}, retry_after=held_for.total_seconds())
        look_now(found.pk)
    look(found, later)
    found.refresh_from_db()
    assert found.status == "RATE_LIMITED"
    assert found.rate_limit_reset_at is not None
    assert timedelta(hours=1) < found.rate_limit_reset_at - later <= held_for + timedelta(seconds=1)


def on_their_way(desk: Desk, count: int) -> CsvImport:
    """An import of so many rows, each with a post that HighLevel has not got yet."""
    found = CsvImport.objects.create(
        person=desk.mia, state="sending", created_at=NOW, updated_at=NOW, counts={"committed": count}
    )
    posts = bulk_insert(Post(location=desk.here, status="scheduled", display_at=NOW) for _number in range(count))
    about: dict[str, Any] = {"csv_import": found, "location": desk.here, "state": "committed", "created_at": NOW}
    rows = bulk_insert(CsvRow(number=number, place=number, **about) for number in range(1, count + 1))
    links = CsvRow.posts.through
    bulk_insert(links(csvrow_id=row.pk, post_id=post.pk) for row, post in zip(rows, posts, strict=True))
    change: dict[str, Any] = {"location": desk.here, "operation": "post.create", "not_before": NOW, "created_at": NOW}
    bulk_insert(Change(subject=f"post:{post.pk}", **change) for post in posts)
    return found


@pytest.mark.parametrize("rows", [2, 40])
def test_undoing_many_costs_what_undoing_two_does(
    desk: Desk, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    found = commit(desk.checked(desk.row(text=f"Post {number}") for number in range(rows)), desk.mia)
    import_undo(csv_import=found, actor=desk.mia, now=NOW)
    with django_assert_max_num_queries(26):
        assert look(found, NOW) is None
    found.refresh_from_db()
    assert (found.state, found.counts) == ("undone", {"undone": rows})
    assert set(Change.objects.values_list("state", flat=True)) == {"cancelled"}
