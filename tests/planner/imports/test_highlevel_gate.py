"""Who may have HighLevel's own import make posts that go out, and take them back: as with every other way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import ConnectedAccount, Member, Role
from planner.services.import_committing import import_commit
from planner.services.import_errors import ImportProblem
from planner.services.import_highlevel import import_finalize
from planner.services.import_undoing import import_undo
from tests.planner.imports.test_highlevel import begun, checked, rows, step, until
from tests.writing import Desk, desk

__all__ = ["desk"]


def test_a_writer_confirms_nothing_that_goes_out(desk: Desk) -> None:
    writer = desk.colleague(Role.CREATOR)
    body = rows(desk, 2)
    body[1][0] = ""
    made = checked(desk, body)
    import_commit(csv_import=made, actor=writer, now=desk.clock())
    step(desk, made)
    assert made.counts == {"committed": 1, "failed": 1}
    assert made.rows.get(state="failed").failure[0]["about"]["finding"] == "needs_approval"


def test_a_writer_finalises_and_deletes_drafts_only(desk: Desk) -> None:
    writer = desk.colleague(Role.CREATOR)
    made = begun(desk, rows(desk, 1))
    until(desk, made, "review")
    with pytest.raises(ImportProblem, match="manager"):
        import_finalize(csv_import=made, actor=writer, now=desk.clock())
    made.refresh_from_db()
    assert made.state == "review"
    import_finalize(csv_import=made, actor=desk.person, now=desk.clock())
    until(desk, made, "done")
    with pytest.raises(ImportProblem, match="manager"):
        import_undo(csv_import=made, actor=writer, now=desk.clock())

    draft = rows(desk, 1)
    draft[0][0] = ""
    made = begun(desk, draft)
    until(desk, made, "review")
    import_finalize(csv_import=made, actor=writer, now=desk.clock())
    until(desk, made, "done")
    import_undo(csv_import=made, actor=writer, now=desk.clock())
    until(desk, made, "undone")


def test_a_writer_finalises_and_takes_back_what_waits_for_an_approver(desk: Desk) -> None:
    writer = desk.colleague(Role.CREATOR)
    approver = str(Member.objects.get(user=desk.person).remote_id)
    made = begun(desk, rows(desk, 1), approver=approver)
    until(desk, made, "review")
    import_finalize(csv_import=made, actor=writer, now=desk.clock())
    until(desk, made, "done")
    import_undo(csv_import=made, actor=writer, now=desk.clock())
    until(desk, made, "undone")


def test_who_may_not_write_there_any_more_hands_nothing_over(desk: Desk) -> None:
    made = checked(desk, rows(desk, 2))
    import_commit(csv_import=made, actor=desk.person, now=desk.clock())
    Member.objects.filter(user=desk.person).update(role=Role.VIEWER)
    step(desk, made)
    assert (made.state, made.counts) == ("done", {"failed": 2})
    assert {row.failure[0]["code"] for row in made.rows.all()} == {"location_not_yours"}
    assert desk.states() == []


def test_what_has_changed_since_the_check_fails_its_row(desk: Desk) -> None:
    body = rows(desk, 2)
    body[1][0] = (desk.clock() + timedelta(days=9)).replace(microsecond=0, tzinfo=None).isoformat(" ")
    made = checked(desk, body)
    desk.clock.pass_(days=5)
    import_commit(csv_import=made, actor=desk.person, now=desk.clock())
    step(desk, made)
    assert made.counts == {"committed": 1, "failed": 1}


def test_rows_for_an_account_that_is_gone_are_not_handed_over(desk: Desk) -> None:
    made = checked(desk, rows(desk, 1))
    ConnectedAccount.objects.filter(pk__in=made.accounts).update(gone_at=desk.clock())
    import_commit(csv_import=made, actor=desk.person, now=desk.clock())
    step(desk, made)
    assert (made.counts, desk.states()) == ({"failed": 1}, [])
