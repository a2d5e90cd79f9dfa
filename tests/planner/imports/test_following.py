"""A row that had failed follows its change when a person tries that again or gives it up on the Changes page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from highlevel.models import Change
from highlevel.outbox import change_cancel, change_retry, handler_of
from planner.models import CsvImport, CsvRow
from planner.services.import_committing import import_commit
from planner.services.import_following import posts_rows_after_undo
from planner.services.import_reading import import_columns_set, import_upload
from planner.services.import_running import import_run
from planner.services.import_undoing import import_undo
from tests.planner.imports.desk import agency_file
from tests.planner.imports.test_highlevel import begun, rows, step, until
from tests.writing import Desk, desk

__all__ = ["desk"]


@pytest.fixture
def refused(desk: Desk) -> CsvImport:
    """An agency file of two rows, of which HighLevel refused the first."""
    desk.agency.box.faults.add(operation="create-post", kind="refuse", status=400, message="No such page", times=1)
    made = imported(desk, desk.soon().isoformat())
    until(desk, made, "done")
    assert (made.status, made.counts) == ("COMPLETED_WITH_ERRORS", {"success": 1, "failed": 1})
    return made


def imported(desk: Desk, date: str) -> CsvImport:
    given = {"teamId": desk.location.remote_id, "status": "SCHEDULED", "socialAccountTypes": "FACEBOOK"}
    body = agency_file({**given, "postDate": date, "text": text} for text in ("one", "two"))
    made = import_upload(chunks=[body.encode()], name="june.csv", actor=desk.person, now=desk.clock())
    step(desk, made)
    import_columns_set(csv_import=made, actor=desk.person, now=desk.clock(), kind="agency")
    step(desk, made)
    import_commit(csv_import=made, actor=desk.person, now=desk.clock())
    return step(desk, made)


def decided(desk: Desk, made: CsvImport, decide: Callable[..., None]) -> CsvRow:
    """The row that had failed, once the decision about its change has been carried out."""
    row = made.rows.get(state="failed")
    decide(change=Change.objects.get(state="refused"), now=desk.clock())
    desk.send()
    import_run(made.pk, clock=desk.clock)
    made.refresh_from_db()
    row.refresh_from_db()
    return row


def test_sent_after_all_it_is_done(desk: Desk, refused: CsvImport) -> None:
    row = decided(desk, refused, change_retry)
    assert (row.state, row.error) == ("success", "")
    assert (refused.state, refused.status, refused.counts) == ("done", "COMPLETED", {"success": 2})
    assert refused.completed_at == desk.clock()


def test_refused_once_more_it_says_why_anew(desk: Desk, refused: CsvImport) -> None:
    desk.agency.box.faults.add(operation="create-post", kind="refuse", status=400, message="Still not", times=1)
    row = decided(desk, refused, change_retry)
    assert (row.state, row.error) == ("failed", "Still not")
    assert (refused.status, refused.counts) == ("COMPLETED_WITH_ERRORS", {"success": 1, "failed": 1})


def test_given_up_it_says_so(desk: Desk, refused: CsvImport) -> None:
    row = decided(desk, refused, change_cancel)
    assert (row.state, row.failure) == ("failed", [{"code": "given_up"}])


def test_a_row_that_another_import_has_brought_meanwhile_can_still_succeed(desk: Desk, refused: CsvImport) -> None:
    again = imported(desk, refused.rows.earliest("pk").raw["postDate"])
    assert again.counts == {"already": 1, "committed": 1}
    assert decided(desk, refused, change_retry).state == "success"
    assert refused.status == "COMPLETED"


def test_a_row_whose_post_highlevel_does_not_delete_is_not_undone(desk: Desk) -> None:
    made = imported(desk, desk.soon().isoformat())
    until(desk, made, "done")
    desk.agency.box.faults.add(operation="delete-post", kind="refuse", status=400, message="Busy", times=1)
    import_undo(csv_import=made, actor=desk.person, now=desk.clock())
    import_run(made.pk, clock=desk.clock)
    desk.send()
    made.refresh_from_db()
    assert (made.state, made.counts, len(desk.there())) == ("undone", {"success": 1, "undone": 1}, 1)
    assert imported(desk, made.rows.earliest("pk").raw["postDate"]).counts == {"already": 1, "committed": 1}

    change_retry(change=Change.objects.get(operation="post.delete", state="refused"), now=desk.clock())
    desk.send()
    made.refresh_from_db()
    assert made.counts == {"undone": 2}


def test_an_undone_import_is_not_counted_again_for_each_deletion(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = imported(desk, desk.soon().isoformat())
    until(desk, made, "done")
    posts = list(made.rows.values_list("posts", flat=True))
    import_undo(csv_import=made, actor=desk.person, now=desk.clock())
    import_run(made.pk, clock=desk.clock)
    desk.send()
    with django_assert_num_queries(3):
        posts_rows_after_undo(posts=posts)


def test_a_part_that_highlevel_takes_after_all_is_followed_again(desk: Desk) -> None:
    desk.agency.box.faults.add(operation="upload-csv", kind="refuse", status=400, message="No", times=1)
    made = begun(desk, rows(desk, 2))
    until(desk, made, "done")
    assert made.counts == {"failed": 2}
    change_retry(change=Change.objects.get(state="refused"), now=desk.clock())
    until(desk, made, "review")
    assert made.counts == {"committed": 2}


def test_a_change_leads_to_its_import(desk: Desk) -> None:
    desk.agency.box.faults.add(operation="upload-csv", kind="refuse", status=400, message="No", times=1)
    made = begun(desk, rows(desk, 1))
    desk.send()
    change = Change.objects.get()
    address = reverse("planner:import_show", args=[made.key])
    assert handler_of(change.operation).address(change) == address
    client = Client()
    client.force_login(desk.person)
    assert f'href="{address}"' in client.get(reverse("planner:change_list")).content.decode()
