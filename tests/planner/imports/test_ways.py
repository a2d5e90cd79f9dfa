"""What people do with an import after its check: repair, confirm, follow, stop, undo, and take the failed rows home."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import ConnectedAccount, Member, Role
from highlevel.models import Change
from planner.models import CsvImport, HeaderMapping, Post
from planner.selectors.import_steps import import_steps
from planner.selectors.imports import first_problems, import_lines, may_change, row_lines
from planner.services.import_errors import ColumnsWrong, ImportProblem, NotNow
from planner.services.import_files import folder
from planner.services.import_reading import import_columns_set
from planner.services.import_repairing import import_row_edit, wrong_rows_file
from planner.services.import_undoing import import_cancel, import_undo, import_undo_preview
from tests.planner.imports.desk import (
    NOW,
    PICTURE,
    Desk,
    agency_file,
    check,
    codes,
    commit,
    only_row,
    plan_of,
    run,
    table,
)

TWO = {
    "socialAccountTypes": "FACEBOOK,INSTAGRAM",
    "facebookText": "For Facebook",
    "instagramText": "For Instagram",
    "instagramMediaUrls": PICTURE,
}


def at_highlevel(csv_import: CsvImport) -> None:
    """As if the outbox had sent every post."""
    for post in Post.objects.filter(csv_rows__csv_import=csv_import, remote_id=None):
        Post.objects.filter(pk=post.pk).update(remote_id=f"remote-{post.pk}")
        Change.objects.filter(subject=f"post:{post.pk}").update(state="done", settled_at=NOW)


def finished(desk: Desk, *rows: dict[str, str]) -> CsvImport:
    found = commit(desk.checked(rows or [desk.row()]), desk.mia)
    at_highlevel(found)
    return run(found)


def test_rows_end_as_their_posts_do(desk: Desk) -> None:
    found = commit(desk.checked([desk.row(text=text) for text in ("a", "b", "c")]), desk.mia)
    assert (found.state, found.status) == ("sending", "PROCESSING")
    first, second, _third = found.rows.all()
    Post.objects.filter(csv_rows=first).update(remote_id="remote-1")
    change = Change.objects.filter(subject=f"post:{second.posts.get().pk}")
    change.update(state="refused", error_code="rejected", error_detail="No such page")
    run(found)
    assert [row.state for row in found.rows.all()] == ["success", "failed", "committed"]
    assert found.rows.get(state="failed").error == "No such page"
    at_highlevel(found)
    found = run(found)
    # Only the outbox brings a row back that has ended, not the sight of its post.
    assert (found.state, found.status, found.counts) == ("done", "COMPLETED_WITH_ERRORS", {"success": 2, "failed": 1})
    assert found.completed_at == NOW


def test_a_limit_is_waited_for_and_its_end_is_told(desk: Desk) -> None:
    found = commit(desk.checked([desk.row()]), desk.mia)
    resumes = NOW + timedelta(hours=3)
    Change.objects.update(error_code="daily_limit", not_before=resumes)
    found = run(found)
    assert (found.status, found.rate_limit_reset_at) == ("RATE_LIMITED", resumes)
    at_highlevel(found)
    found = run(found)
    assert (found.status, found.rate_limit_reset_at) == ("COMPLETED", None)


def test_a_row_is_put_right_in_place(desk: Desk) -> None:
    found = desk.checked([desk.row(), desk.row(teamId="nowhere", text="second")])
    wrong = found.rows.get(state="blocked")
    fixed = import_row_edit(row=wrong, cells={"teamId": desk.here.remote_id, "junk": "x"}, now=NOW)
    assert (fixed.state, fixed.raw["teamId"]) == ("ready", desk.here.remote_id)
    assert "junk" not in fixed.raw
    again = import_row_edit(row=fixed, cells={"text": desk.row()["text"]}, now=NOW)
    assert [kept["code"] for kept in again.problems] == ["duplicate_row"]
    found.refresh_from_db()
    assert found.counts == {"ready": 1, "blocked": 1}
    import_row_edit(row=again, cells={"text": "third"}, now=NOW)
    found.refresh_from_db()
    assert commit(found, desk.mia).counts == {"committed": 2}
    with pytest.raises(NotNow):
        import_row_edit(row=fixed, cells={"text": "late"}, now=NOW)


def test_a_row_that_repeated_another_is_ready_once_that_one_says_something_else(desk: Desk) -> None:
    found = desk.checked([desk.row(), desk.row(), desk.row()])
    first, second, third = found.rows.order_by("number")
    assert [row.state for row in (first, second, third)] == ["ready", "blocked", "blocked"]

    import_row_edit(row=first, cells={"text": "=SUM(A1)"}, now=NOW)

    first, second, third = found.rows.order_by("number")
    assert (first.state, codes(first)) == ("warning", ["formula"])
    assert (second.state, codes(second)) == ("ready", [])
    assert third.state == "blocked"
    found.refresh_from_db()
    assert found.counts == {"ready": 1, "warning": 1, "blocked": 1}


def test_failed_rows_come_back_as_a_file_that_can_be_sent_again(desk: Desk) -> None:
    rows = [desk.row(), desk.row(teamId="nowhere", text="=1+1"), desk.row(teamId="nowhere", text="-5 %, today")]
    found = commit(desk.checked(rows), desk.mia)
    text = "".join(wrong_rows_file(found))
    held = list(csv.reader(io.StringIO(text, newline="")))
    assert held[0] == [*agency_file(rows).splitlines()[0].split(","), "reason"]
    assert [line[5] for line in held[1:]] == ["'=1+1", "'-5 %, today"]
    assert all(line[-1].startswith("Column “teamId”: “nowhere” is not one of") for line in held[1:])
    again = check(desk.upload(text.replace("nowhere", desk.here.remote_id)), desk.mia)
    assert again.counts == {"ready": 2}
    assert [plan_of(row)["posts"][0]["text"] for row in again.rows.all()] == ["=1+1", "-5 %, today"]


def test_a_second_upload_adds_what_is_missing(desk: Desk) -> None:
    rows = [desk.row(text="a"), desk.row(text="b", teamId="nowhere")]
    finished(desk, *rows)
    rows[1]["teamId"] = desk.here.remote_id
    found = desk.checked(rows)
    assert found.counts == {"already": 1, "ready": 1}
    assert commit(found, desk.mia).counts == {"already": 1, "committed": 1}
    assert sorted(Post.objects.values_list("text", flat=True)) == ["a", "b"]


def test_of_two_checked_files_with_the_same_row_one_makes_the_post(desk: Desk) -> None:
    first, second = desk.checked([desk.row(), desk.row(text="x")]), desk.checked([desk.row(), desk.row(text="y")])
    commit(first, desk.mia)
    assert commit(second, desk.mia).counts == {"already": 1, "committed": 1}
    assert Post.objects.count() == 3


def test_undoing_takes_back_what_is_not_out(desk: Desk) -> None:
    found = finished(desk, *(desk.row(text=text) for text in "abc"))
    out = found.rows.first().posts.get()  # type: ignore[union-attr]
    Post.objects.filter(pk=out.pk).update(status="published")
    preview = import_undo_preview(found)
    assert (preview.deleted, preview.dropped, preview.stay, len(preview.first)) == (2, 0, 1, 2)

    import_undo(csv_import=found, actor=desk.mia, now=NOW)
    import_undo(csv_import=found, actor=desk.mia, now=NOW)
    found = run(found)

    assert (found.state, found.counts) == ("undone", {"success": 1, "undone": 2})
    assert Post.objects.filter(deleting_at=None, gone_at=None).get() == out
    assert desk.checked([desk.row(text=text) for text in "abc"]).counts == {"already": 1, "ready": 2}


def test_undoing_leaves_the_posts_of_a_client_where_one_may_not_delete_any_more(desk: Desk) -> None:
    found = finished(desk, desk.row(text="a"), desk.row(text="b", teamId=desk.there.remote_id), desk.row(text="c"))
    import_undo(csv_import=found, actor=desk.mia, now=NOW)
    Member.objects.filter(user=desk.mia, location=desk.there).update(role=Role.CREATOR)
    found = run(found)
    assert (found.state, found.counts) == ("undone", {"success": 1, "undone": 2})
    assert Post.objects.get(deleting_at=None, gone_at=None).text == "b"


def test_undoing_before_anything_is_sent_leaves_nothing(desk: Desk) -> None:
    found = commit(desk.checked([desk.row()]), desk.mia)
    assert import_undo_preview(found).dropped == 1
    import_undo(csv_import=found, actor=desk.mia, now=NOW)
    assert run(found).state == "undone"
    assert not Post.objects.filter(gone_at=None).exists()
    assert set(Change.objects.values_list("state", flat=True)) == {"cancelled"}


def test_undoing_takes_back_what_came_of_a_row_that_failed(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    found, sent = in_part(desk)
    refused = only_row(found).posts.exclude(pk=sent.pk).get()
    assert found.counts == {"failed": 1}

    # The figures, the first of the posts.
    with django_assert_num_queries(2):
        preview = import_undo_preview(found)
    assert (preview.deleted, preview.dropped, preview.stay) == (1, 1, 0)
    assert preview.first == [sent, refused]
    import_undo(csv_import=found, actor=desk.mia, now=NOW)
    found = run(found)
    assert (found.state, found.counts) == ("undone", {"undone": 1})
    assert not Post.objects.filter(deleting_at=None, gone_at=None).exists()
    assert Change.objects.open().get().operation == "post.delete"


def in_part(desk: Desk) -> tuple[CsvImport, Post]:
    """An import whose one row failed, because HighLevel refused its post for Instagram, and the post that it took."""
    found = commit(desk.checked([desk.row(**TWO)]), desk.mia)
    sent, refused = only_row(found).posts.order_by("pk")
    Post.objects.filter(pk=sent.pk).update(remote_id="remote-1")
    Change.objects.filter(subject=f"post:{sent.pk}").update(state="done", settled_at=NOW)
    Change.objects.filter(subject=f"post:{refused.pk}").update(state="refused", error_detail="No such page")
    return run(found), sent


@pytest.mark.parametrize("cured", [TWO, {**TWO, "instagramText": "Shorter"}])
def test_what_highlevel_took_of_a_failed_row_is_not_made_again(desk: Desk, cured: dict[str, str]) -> None:
    first, sent = in_part(desk)
    again = desk.checked([desk.row(**cured)])
    assert (again.counts, codes(only_row(again))) == ({"warning": 1}, ["post_there"])
    again = commit(again, desk.mia)
    posts = set(only_row(again).posts.all())
    assert sent in posts
    assert [post.text for post in posts - {sent}] == [cured["instagramText"]]
    at_highlevel(again)
    assert run(again).counts == {"success": 1}
    assert Post.objects.filter(text=TWO["facebookText"]).get() == sent
    import_undo(csv_import=first, actor=desk.mia, now=NOW)
    run(first)
    assert Post.objects.get(pk=sent.pk).deleting_at is None


def test_of_two_rows_that_ask_for_what_is_there_one_takes_it_over(desk: Desk) -> None:
    _first, sent = in_part(desk)
    rows = [desk.row(**TWO), desk.row(**{**TWO, "instagramText": "Another"})]
    again = commit(desk.checked(rows), desk.mia)
    assert again.counts == {"committed": 2}
    first, second = again.rows.order_by("number")
    assert sent in first.posts.all()
    assert sorted(post.text for post in second.posts.all()) == ["Another", "For Facebook"]


def test_a_row_that_asks_only_for_what_is_there_makes_nothing(desk: Desk) -> None:
    _first, sent = in_part(desk)
    again = commit(desk.checked([desk.row(text=TWO["facebookText"])]), desk.mia)
    assert (again.counts, list(only_row(again).posts.all())) == ({"success": 1}, [sent])


def test_a_writer_does_not_undo_what_is_scheduled(desk: Desk) -> None:
    found = finished(desk)
    with pytest.raises(ImportProblem):
        import_undo(csv_import=found, actor=desk.carl, now=NOW)


def test_cancelling_leaves_no_file_and_no_post(desk: Desk) -> None:
    found = desk.checked([desk.row()])
    assert (folder() / found.file).exists()
    name = found.file
    import_cancel(csv_import=found, now=NOW)
    assert (found.state, (folder() / name).exists()) == ("cancelled", False)
    with pytest.raises(NotNow):
        commit(found, desk.mia)


def test_cancelling_a_commit_says_so_on_the_rows_that_are_left(desk: Desk) -> None:
    found = desk.checked([desk.row(text=text) for text in "abc"])
    CsvImport.objects.filter(pk=found.pk).update(state="committing")
    found.refresh_from_db()
    import_cancel(csv_import=found, now=NOW)
    assert (found.state, found.counts) == ("sending", {"ready": 3})
    found = run(found)
    assert (found.state, found.counts) == ("done", {"failed": 3})
    assert all("cancelled" in row.why for row in found.rows.all())


def test_an_account_that_went_away_fails_its_row_only(desk: Desk) -> None:
    rows = [desk.row(), desk.row(teamId=desk.there.remote_id, text="b"), desk.row(text="c")]
    found = desk.checked(rows)
    ConnectedAccount.objects.filter(pk=desk.elsewhere.pk).update(gone_at=NOW)
    found = commit(found, desk.mia)
    assert found.counts == {"committed": 2, "failed": 1}
    assert Post.objects.count() == 2


def test_a_date_that_passed_since_the_check_fails_its_row(desk: Desk) -> None:
    found = desk.checked([desk.row(), desk.row(text="b", postDate="2026-12-20T10:00:00Z")])
    found = commit(found, desk.mia, now=NOW + timedelta(days=12))
    assert found.counts == {"committed": 1, "failed": 1}


def test_columns_are_put_right_by_hand_and_remembered(desk: Desk) -> None:
    data = table([["teamId", "wo", "Caption", "postDate"], [desk.here.remote_id, "FACEBOOK", "Hello", ""]])
    found = desk.upload(data)
    with pytest.raises(ColumnsWrong) as caught:
        import_columns_set(csv_import=found, actor=desk.mia, now=NOW, kind="agency")
    assert [one.code for one in caught.value.problems] == ["header_missing"]
    check(found, desk.mia, mapping={"1": "networks", "2": "text"})
    assert plan_of(only_row(found))["posts"][0]["text"] == "Hello"
    assert HeaderMapping.objects.get().person == desk.mia
    again = desk.upload(data)
    assert again.headers["keys"] == ["location_id", "networks", "text", "when"]
    assert check(again, desk.mia, mapping=again.mapping).counts == {"ready": 1}


def test_a_checked_file_can_be_read_in_another_way(desk: Desk) -> None:
    found = desk.checked([desk.row(postDate="04/05/2027 10:00")])
    assert found.counts == {"blocked": 1}
    assert check(found, desk.mia, date_order="month").counts == {"ready": 1}
    assert found.rows.count() == 1


def test_headers_do_not_mind_case_blanks_and_marks(desk: Desk) -> None:
    data = agency_file([desk.row()]).replace("teamId", "TEAM ID").replace("socialAccountTypes", "Social_Account-Types")
    assert check(desk.upload(data), desk.mia).counts == {"ready": 1}


def test_pages_have_what_they_show(desk: Desk) -> None:
    found = desk.checked([desk.row(), desk.row(teamId="nowhere"), desk.row(teamId="", text="x")])
    assert [(one.code, one.number, one.first.row) for one in first_problems(found)] == [
        ("location_unknown", 1, 3),
        ("location_missing", 1, 4),
    ]
    (line, *_rest) = row_lines(found, list(found.rows.all()), desk.mia)
    assert line.posts[0].accounts == (desk.facebook,)
    assert [step.state for step in import_steps(found)] == ["done", "done", "now", "to_come", "to_come"]


def test_a_file_that_cannot_be_read_stops_in_the_first_step_on_every_page(desk: Desk) -> None:
    found = desk.upload('teamId,text\nloc,"never closed\n')
    for shown in ("", "results"):
        assert [step.state for step in import_steps(found, shown=shown)] == ["stopped", *["to_come"] * 4]


def test_who_sees_an_import(desk: Desk) -> None:
    here, both = desk.checked([desk.row()]), desk.checked([desk.row(text="x"), desk.row(teamId=desk.there.remote_id)])
    assert set(import_lines(desk.mia)) == {here, both}
    assert set(import_lines(desk.carl)) == {here}
    assert may_change(desk.carl, here)


def test_the_columns_of_advanced_files_and_their_failed_rows(desk: Desk) -> None:
    from planner.imports.columns import COLUMNS, FileKind
    from planner.imports.samples import group_row, sample

    columns = COLUMNS[FileKind.ADVANCED]
    assert len(columns) == 40
    found = desk.upload(sample(FileKind.ADVANCED))
    assert (found.kind, found.total_rows) == ("advanced", 1)
    check(found, desk.mia, kind="advanced", location=desk.here, accounts=[desk.facebook, desk.instagram])
    row = only_row(found)
    assert row.state == "ready", row.problems
    assert plan_of(row)["at"] == "2027-04-05T09:00:00+00:00"
    bad = [group_row(columns), [column.header for column in columns], ["yesterday", "text", *[""] * 38]]
    again = desk.upload(table(bad))
    check(again, desk.mia, kind="advanced", location=desk.here, accounts=[desk.facebook])
    lines = list(csv.reader(io.StringIO("".join(wrong_rows_file(again)), newline="")))
    assert (lines[0][0], lines[1][-1], lines[2][:2]) == ("All Social", "reason", ["yesterday", "text"])


@pytest.mark.parametrize("kind", ["basic", "agency"])
def test_samples_are_read_as_their_kind(desk: Desk, kind: str) -> None:
    from planner.imports.columns import FileKind
    from planner.imports.samples import sample

    assert desk.upload(sample(FileKind(kind))).kind == kind
