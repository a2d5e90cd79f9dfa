"""HighLevel's own import while somebody works on it in HighLevel's screens, and answers that do not say what happened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from highlevel.api import HighLevel, Lane
from highlevel.client import client_for
from highlevel.models import Change
from highlevel.outbox import change_cancel, change_retry
from planner.models import CsvImport, ImportPart
from planner.outbox.csv_imports import CSV_BEGIN, CSV_DELETE_ROW, CSV_FINALIZE
from planner.services.import_errors import ImportProblem, NotNow
from planner.services.import_highlevel import import_finalize, part_row_delete
from planner.services.import_undoing import import_undo
from tests.planner.imports.test_highlevel import begun, rows, step, until
from tests.writing import Desk, desk

__all__ = ["desk"]


def screens(desk: Desk) -> HighLevel:
    """What somebody does in HighLevel's own screens."""
    return client_for(desk.location, lane=Lane.PEOPLE, now=desk.clock())


def in_review(desk: Desk, number: int = 3) -> CsvImport:
    made = begun(desk, rows(desk, number))
    return until(desk, made, "review")


def remote_id(made: CsvImport) -> str:
    return str(made.parts.get().remote_id)


def finalized(desk: Desk, made: CsvImport) -> None:
    import_finalize(csv_import=made, actor=desk.person, now=desk.clock())


def test_finalised_in_highlevel_it_is_done_here(desk: Desk) -> None:
    made = in_review(desk)
    screens(desk).csv.finalize(csv_id=remote_id(made), user_id="somebody")
    desk.agency.box.clock.advance(timedelta(seconds=5))
    desk.agency.pull()
    until(desk, made, "done")
    assert made.counts == {"success": 3}


def test_deleted_in_highlevel_it_waits_for_nobody(desk: Desk) -> None:
    made = in_review(desk)
    screens(desk).csv.delete(csv_id=remote_id(made))
    desk.agency.pull()
    until(desk, made, "done")
    assert (made.counts, made.parts.get().status) == ({"undone": 3}, "deleted")
    assert all("deleted in HighLevel" in row.why for row in made.rows.all())


def test_deleted_in_highlevel_before_its_posts_are_made_it_ends(desk: Desk) -> None:
    made = in_review(desk)
    finalized(desk, made)
    screens(desk).csv.delete(csv_id=remote_id(made))
    until(desk, made, "done")
    assert made.counts == {"undone": 3}
    assert Change.objects.get(operation=CSV_FINALIZE).state == "refused"


def test_a_row_deleted_in_highlevel_ends_as_deleted(desk: Desk) -> None:
    made = in_review(desk)
    second = made.rows.order_by("number")[1]
    screens(desk).csv.delete_row(csv_id=remote_id(made), post_id=second.remote_id)
    finalized(desk, made)
    until(desk, made, "done")
    second.refresh_from_db()
    assert (made.counts, second.state) == ({"success": 2, "undone": 1}, "undone")
    assert "deleted in HighLevel" in second.why
    assert made.parts.get().rows_count == 2


def test_rows_that_are_not_all_listed_are_told_apart_by_what_they_say(desk: Desk) -> None:
    made = begun(desk, rows(desk, 3))
    desk.send()
    desk.agency.box.clock.advance(timedelta(seconds=5))
    listed = screens(desk).csv.get(csv_id=remote_id(made)).rows.rows
    screens(desk).csv.delete_row(csv_id=remote_id(made), post_id=str(listed[0].id))
    until(desk, made, "review")
    first, second, third = made.rows.order_by("number")
    assert (first.remote_id, second.remote_id, third.remote_id) == ("", listed[1].id, listed[2].id)
    finalized(desk, made)
    until(desk, made, "done")
    assert made.counts == {"failed": 1, "success": 2}
    first.refresh_from_db()
    assert first.failure == [{"code": "not_accepted"}]


def test_a_row_is_deleted_before_the_import_is_finalised(desk: Desk) -> None:
    made = in_review(desk)
    row = made.rows.order_by("number")[2]
    desk.agency.box.faults.add(operation="delete-csv-post", kind="drop_before", times=1)
    part_row_delete(row=row, actor=desk.person, now=desk.clock())
    finalized(desk, made)
    desk.send()
    assert dict(desk.states()[1:]) == {CSV_DELETE_ROW: "pending", CSV_FINALIZE: "pending"}
    until(desk, made, "done", most=40)
    assert made.counts == {"success": 2, "undone": 1}
    assert len(desk.there()) == 2


def test_while_highlevel_refuses_to_delete_a_row_nothing_is_finalised(desk: Desk) -> None:
    made = in_review(desk)
    row = made.rows.order_by("number")[2]
    desk.agency.box.faults.add(operation="delete-csv-post", kind="refuse", status=422, message="Busy", times=1)
    part_row_delete(row=row, actor=desk.person, now=desk.clock())
    desk.send()
    row.refresh_from_db()
    assert (row.state, row.why) == ("committed", "Busy")
    with pytest.raises(ImportProblem, match="row 4"):
        finalized(desk, made)
    made.refresh_from_db()
    assert made.state == "review"
    change_cancel(change=Change.objects.get(operation=CSV_DELETE_ROW), now=desk.clock())
    finalized(desk, made)
    until(desk, made, "done")
    assert made.counts == {"success": 3}


def test_a_row_that_highlevel_does_not_delete_leaves_its_part_waiting(desk: Desk) -> None:
    made = in_review(desk)
    row = made.rows.order_by("number")[2]
    desk.agency.box.faults.add(operation="delete-csv-post", kind="refuse", status=422, message="Busy", times=1)
    part_row_delete(row=row, actor=desk.person, now=desk.clock())
    finalized(desk, made)
    desk.send()
    until(desk, step(desk, made), "review")
    row.refresh_from_db()
    assert (row.state, row.why) == ("committed", "Busy")
    assert (desk.there(), made.parts.get().finalized_at) == ([], None)
    part_row_delete(row=row, actor=desk.person, now=desk.clock())
    finalized(desk, made)
    until(desk, made, "done")
    assert made.counts == {"success": 2, "undone": 1}


def test_a_deleted_row_is_not_deleted_again(desk: Desk) -> None:
    made = in_review(desk)
    row = made.rows.order_by("number")[0]
    part_row_delete(row=row, actor=desk.person, now=desk.clock())
    desk.send()
    row.refresh_from_db()
    assert "deleted" in row.why
    with pytest.raises(NotNow):
        part_row_delete(row=row, actor=desk.person, now=desk.clock())


def test_finalised_twice_it_is_finalised(desk: Desk) -> None:
    made = in_review(desk)
    screens(desk).csv.finalize(csv_id=remote_id(made), user_id="somebody")
    finalized(desk, made)
    until(desk, made, "done")
    assert (made.counts, len(desk.there())) == ({"success": 3}, 3)
    assert made.parts.get().error == ""


def test_a_refused_finalisation_that_is_tried_again_waits_for_nobody(desk: Desk) -> None:
    made = in_review(desk)
    desk.agency.box.faults.add(operation="start-csv-finalize", kind="refuse", status=422, message="Busy", times=1)
    finalized(desk, made)
    desk.send()
    until(desk, step(desk, made), "review")
    assert made.parts.get().finalized_at is None
    change_retry(change=Change.objects.get(operation=CSV_FINALIZE), now=desk.clock())
    desk.send()
    made.refresh_from_db()
    assert (made.state, made.parts.get().finalized_at) == ("sending", desk.clock())
    assert made.parts.get().error == ""


@pytest.mark.parametrize("kind", ["refuse", "unavailable"])
def test_undoing_is_not_held_up_by_a_finalisation_that_was_not_taken(desk: Desk, kind: str) -> None:
    made = in_review(desk)
    about: dict[str, Any] = {"status": 422, "message": "Busy"} if kind == "refuse" else {}
    desk.agency.box.faults.add(operation="start-csv-finalize", kind=kind, times=1, **about)
    finalized(desk, made)
    desk.send()
    made.refresh_from_db()
    import_undo(csv_import=made, actor=desk.person, now=desk.clock())
    until(desk, step(desk, made), "undone")
    assert made.counts == {"undone": 3}
    assert Change.objects.get(operation=CSV_FINALIZE).state == "cancelled"
    assert desk.there() == []


@pytest.mark.parametrize(("operation", "ends"), [(CSV_FINALIZE, "refused"), (CSV_DELETE_ROW, "done")])
def test_what_a_dead_worker_left_ends_when_the_import_is_gone(desk: Desk, operation: str, ends: str) -> None:
    made = in_review(desk)
    if operation == CSV_FINALIZE:
        finalized(desk, made)
    else:
        part_row_delete(row=made.rows.order_by("number")[0], actor=desk.person, now=desk.clock())
    change = Change.objects.get(operation=operation)
    claimed = {"state": "sending", "claim": "dead", "claimed_at": desk.clock(), "attempts": 1}
    Change.objects.filter(pk=change.pk).update(**claimed)
    screens(desk).csv.delete(csv_id=remote_id(made))
    desk.clock.pass_(hours=1)
    desk.send()
    change.refresh_from_db()
    assert change.state == ends


def test_a_part_that_cannot_be_read_keeps_no_other_waiting(desk: Desk) -> None:
    made = begun(desk, rows(desk, 100))
    desk.send()
    desk.agency.box.clock.advance(timedelta(seconds=5))
    desk.agency.box.faults.add(operation="get-csv-post", kind="malformed", times=1)
    step(desk, made)
    first, second = made.parts.all()
    assert (bool(first.error), second.status) == (True, "in_progress")
    until(desk, made, "review")
    assert not ImportPart.objects.exclude(error="").exists()


def test_an_import_that_arrived_although_it_was_given_up_is_in_the_list(desk: Desk) -> None:
    desk.agency.box.faults.add(operation="set-accounts", kind="drop_after", times=1)
    made = begun(desk, rows(desk, 2))
    desk.send()
    desk.agency.pull()
    assert CsvImport.objects.get() == made
    change_cancel(change=Change.objects.get(operation=CSV_BEGIN), now=desk.clock())
    desk.agency.pull()
    assert CsvImport.objects.exclude(pk=made.pk).get().origin == "highlevel"


def test_a_limit_that_holds_it_back_is_told(desk: Desk) -> None:
    made = begun(desk, rows(desk, 2))
    resumes = desk.soon(hours=3)
    Change.objects.update(error_code="daily_limit", not_before=resumes)
    desk.clock.pass_(minutes=1)
    step(desk, made)
    assert (made.status, made.rate_limit_reset_at) == ("RATE_LIMITED", resumes)
    desk.clock.pass_(hours=4)
    until(desk, made, "review")
    assert (made.status, made.rate_limit_reset_at) == ("PROCESSING", None)
