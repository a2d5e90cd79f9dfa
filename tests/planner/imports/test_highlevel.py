"""HighLevel's own import, driven from here against the sandbox: parts, review, finalising, undoing, and the list."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import ConnectedAccount, Role
from highlevel.models import Change
from highlevel.outbox import change_cancel
from planner.imports.columns import COLUMNS, FileKind
from planner.imports.samples import group_row
from planner.models import CsvImport, ImportPart
from planner.outbox.csv_imports import CSV_DELETE
from planner.services.import_committing import import_commit
from planner.services.import_errors import NotNow
from planner.services.import_highlevel import import_finalize, part_row_delete
from planner.services.import_parts import part_file
from planner.services.import_reading import import_columns_set, import_read, import_upload
from planner.services.import_running import import_run
from planner.services.import_undoing import import_undo, import_undo_preview
from tests.factories import make_account, make_category, make_tag
from tests.planner.imports.desk import table
from tests.writing import Desk, desk

__all__ = ["desk"]

BASIC = ["postAtSpecificTime (YYYY-MM-DD HH:mm:ss)", "content", "link (OGmetaUrl)", "imageUrls", "gifUrl", "videoUrls"]
PICTURE = "https://cdn.example.com/1.jpg"


def rows(desk: Desk, count: int, **cells: str) -> list[list[str]]:
    at = (desk.clock() + timedelta(days=3)).replace(microsecond=0, tzinfo=None)
    return [
        [(at + timedelta(minutes=number)).isoformat(" "), f"Post {number}", "", cells.get("images", ""), "", ""]
        for number in range(count)
    ]


def begun(desk: Desk, body: list[list[str]], *networks: str, **options: Any) -> CsvImport:
    """A basic file, checked and confirmed for HighLevel's import."""
    made = checked(desk, body, *networks, **options)
    import_commit(csv_import=made, actor=desk.person, now=desk.clock())
    return step(desk, made)


def checked(desk: Desk, body: list[list[str]], *networks: str, **options: Any) -> CsvImport:
    """A basic file, checked for HighLevel's import."""
    made = import_upload(chunks=[table([BASIC, *body]).encode()], name="june.csv", actor=desk.person, now=desk.clock())
    import_read(made, now=desk.clock())
    accounts = [desk.accounts[name] for name in networks or ("facebook",)]
    import_columns_set(
        csv_import=made,
        actor=desk.person,
        now=desk.clock(),
        kind=FileKind.BASIC,
        location=desk.location,
        accounts=accounts,
        engine="highlevel",
        **options,
    )
    step(desk, made)
    assert made.state == "checked", made.problem
    return made


def step(desk: Desk, made: CsvImport) -> CsvImport:
    """One turn of the runner."""
    import_run(made.pk, clock=desk.clock)
    made.refresh_from_db()
    return made


def until(desk: Desk, made: CsvImport, state: str, most: int = 12) -> CsvImport:
    """Let outbox, HighLevel and the runner take turns until the import stands there."""
    for _turn in range(most):
        if made.state == state:
            return made
        desk.send()
        desk.agency.box.clock.advance(timedelta(seconds=5))
        step(desk, made)
    raise AssertionError(f"It stays {made.state}: {desk.states()} {list(made.parts.values('status', 'error'))}")


def test_a_file_goes_through_in_parts_of_90(desk: Desk) -> None:
    made = begun(desk, rows(desk, 200))
    assert (made.state, made.counts) == ("sending", {"committed": 200})
    assert list(made.parts.values_list("rows_count", flat=True)) == [90, 90, 20]

    until(desk, made, "review")
    assert not desk.there()
    assert set(made.parts.values_list("status", flat=True)) == {"in_progress"}

    import_finalize(csv_import=made, actor=desk.person, now=desk.clock())
    until(desk, made, "done")

    assert (made.status, made.counts) == ("COMPLETED", {"success": 200})
    assert len(desk.there()) == 200
    assert {post["source"] for post in desk.there()} == {"csv"}
    assert set(made.parts.values_list("status", flat=True)) == {"completed"}


def test_rows_fail_where_highlevel_knows_who_confirmed_as_nobody(desk: Desk) -> None:
    colleague = desk.colleague(Role.MANAGER)
    made = checked(desk, rows(desk, 2))
    colleague.memberships.update(remote_id=None)
    import_commit(csv_import=made, actor=colleague, now=desk.clock())
    step(desk, made)
    assert (made.state, made.counts) == ("done", {"failed": 2})
    assert [row.failure[0]["code"] for row in made.rows.all()] == ["nobody_speaks"] * 2


def test_an_approver_leads_to_review_in_highlevel(desk: Desk) -> None:
    approver = desk.colleague("approver").memberships.get().remote_id  # type: ignore[arg-type]
    made = begun(desk, rows(desk, 2), approver=approver)
    until(desk, made, "review")
    import_finalize(csv_import=made, actor=desk.person, now=desk.clock())
    until(desk, made, "done")
    assert made.parts.get().status == "in_review"
    assert {post["status"] for post in desk.there()} == {"in_review"}


def test_rows_show_what_networks_have_against_them_and_can_be_deleted(desk: Desk) -> None:
    body = rows(desk, 3, images=PICTURE)
    body[1][3] = f"{PICTURE}?size=20000000"
    made = begun(desk, body, "instagram")
    until(desk, made, "review")
    first, second, third = made.rows.order_by("number")
    assert second.remote["medias"][0]["instagramError"] == "imageSize"
    assert (first.remote["errorMessage"], third.remote["errorMessage"]) == ("", "")

    part_row_delete(row=third, actor=desk.person, now=desk.clock())
    desk.send()
    third.refresh_from_db()
    made.refresh_from_db()
    assert (third.state, made.counts) == ("undone", {"committed": 2, "undone": 1})

    import_finalize(csv_import=made, actor=desk.person, now=desk.clock())
    until(desk, made, "done")
    assert made.counts == {"success": 1, "failed": 1, "undone": 1}
    assert made.status == "COMPLETED_WITH_ERRORS"
    second.refresh_from_db()
    assert second.error == "Invalid media format"


def test_a_lost_answer_begins_no_second_import(desk: Desk) -> None:
    desk.agency.box.faults.add(operation="set-accounts", kind="drop_after", times=1)
    made = begun(desk, rows(desk, 1))
    until(desk, made, "review")
    assert desk.agency.requests("set-accounts") == 1
    assert made.parts.get().remote_id


def test_an_import_that_highlevel_does_not_name_is_looked_for_and_begun_once(desk: Desk) -> None:
    faults = desk.agency.box.faults
    faults.add(operation="set-accounts", kind="missing_field", field="results.csvId", times=None)
    faults.add(operation="get-upload-status", kind="server_error", times=4)
    made = begun(desk, rows(desk, 1))
    until(desk, made, "review", most=60)
    assert desk.agency.requests("set-accounts") == 1
    assert made.parts.get().remote_id


def test_what_highlevel_refuses_fails_its_rows(desk: Desk) -> None:
    desk.agency.box.faults.add(operation="upload-csv", kind="refuse", status=400, message="No", times=1)
    made = begun(desk, rows(desk, 2))
    until(desk, made, "done")
    assert made.counts == {"failed": 2}
    assert made.rows.first().error  # type: ignore[union-attr]


def test_undoing_deletes_the_import_and_its_posts(desk: Desk) -> None:
    made = begun(desk, rows(desk, 2))
    until(desk, made, "review")
    import_finalize(csv_import=made, actor=desk.person, now=desk.clock())
    until(desk, made, "done")
    assert import_undo_preview(made).deleted == 2

    import_undo(csv_import=made, actor=desk.person, now=desk.clock())
    until(desk, made, "undone")

    assert desk.there() == []
    assert made.counts == {"undone": 2}
    assert made.parts.get().status == "deleted"


def test_undoing_leaves_what_has_not_begun_and_tells_highlevel_nothing(desk: Desk) -> None:
    made = begun(desk, rows(desk, 2))
    import_undo(csv_import=made, actor=desk.person, now=desk.clock())
    assert step(desk, made).state == "undone"
    desk.send()
    assert made.counts == {"undone": 2}
    assert desk.agency.requests("set-accounts") == 0
    assert made.parts.get().status == "deleted"


def test_undoing_waits_for_a_part_that_may_be_on_its_way_and_has_it_deleted(desk: Desk) -> None:
    desk.agency.box.faults.add(operation="set-accounts", kind="drop_after", times=1)
    made = begun(desk, rows(desk, 2))
    desk.send()
    assert desk.states() == [("csv.begin", "unconfirmed")]
    import_undo(csv_import=made, actor=desk.person, now=desk.clock())
    assert step(desk, made).state == "undoing"
    until(desk, made, "undone")
    assert made.counts == {"undone": 2}
    assert desk.states() == [("csv.begin", "done"), ("csv.delete", "done")]


def test_who_gives_the_deletion_up_ends_the_undo_and_the_rows_stay(desk: Desk) -> None:
    made = begun(desk, rows(desk, 2))
    until(desk, made, "review")
    import_undo(csv_import=made, actor=desk.person, now=desk.clock())
    step(desk, made)
    change_cancel(change=Change.objects.get(operation=CSV_DELETE), now=desk.clock())
    until(desk, made, "undone")
    assert made.counts == {"committed": 2}
    assert Change.objects.filter(operation=CSV_DELETE).count() == 1


def test_only_an_import_in_review_can_be_finalised(desk: Desk) -> None:
    made = begun(desk, rows(desk, 1))
    with pytest.raises(NotNow):
        import_finalize(csv_import=made, actor=desk.person, now=desk.clock())


def test_a_part_has_highlevels_own_headers_and_the_locations_clock(desk: Desk) -> None:
    made = begun(desk, [["2027-07-05T09:00:00Z", "Hi, there", "", "", "", ""]])
    text = part_file(ImportPart.objects.select_related("csv_import", "location").get(csv_import=made)).decode()
    assert text.splitlines() == [",".join(BASIC), '2027-07-05 10:00:00,"Hi, there",,,,']


def advanced(desk: Desk, *body: dict[str, str], account: ConnectedAccount | None = None) -> CsvImport:
    """An advanced file of these rows, by column key, checked for HighLevel's import."""
    columns = COLUMNS[FileKind.ADVANCED]
    lines = [[row.get(column.key, "") for column in columns] for row in body]
    data = table([group_row(columns), [column.header for column in columns], *lines])
    made = import_upload(chunks=[data.encode()], name="june.csv", actor=desk.person, now=desk.clock())
    import_read(made, now=desk.clock())
    import_columns_set(
        csv_import=made,
        actor=desk.person,
        now=desk.clock(),
        kind=FileKind.ADVANCED,
        location=desk.location,
        accounts=[account or desk.accounts["facebook"]],
        engine="highlevel",
    )
    return step(desk, made)


def test_what_only_highlevels_import_can_do_blocks_no_row_of_it(desk: Desk) -> None:
    (at, *_cells), *_rest = rows(desk, 1)
    new = {"when": at, "text": "New labels", "tags": "never seen, nor this", "category": "Brand new"}
    kept = {
        "when": at,
        "text": "Its own settings",
        "optimization": "TRUE",
        "community.title": "Dear all",
        "community.notifyAllGroupMembers": "false",
    }
    made = advanced(desk, new, kept, {**kept, "optimization": "perhaps"})
    assert [row.state for row in made.rows.all()] == ["ready", "ready", "blocked"]
    assert made.rows.last().problems[0]["code"] == "boolean"  # type: ignore[union-attr]
    first = made.rows.get(number=3)

    # Once HighLevel has made the labels the row is still the same row.
    for number, name in enumerate(("never seen", "nor this")):
        make_tag(desk.location, name, remote_id=f"{number:024x}")
    make_category(desk.location, "Brand new")
    assert advanced(desk, new).rows.get().fingerprint == first.fingerprint


def test_a_pin_goes_to_the_board_of_highlevels_settings(desk: Desk) -> None:
    (at, *_cells), *_rest = rows(desk, 1)
    pin = {"when": at, "text": "A pin", "images": PICTURE, "pinterest.title": "A pin"}
    made = advanced(desk, pin, account=make_account(desk.location, "pinterest"))
    assert [row.problems for row in made.rows.all()] == [[]]


def test_a_date_that_may_be_too_soon_for_an_import_is_said(desk: Desk) -> None:
    desk.location.refresh_from_db()
    soon = (desk.location.local(desk.clock()) + timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M:%S")
    (row,) = advanced(desk, {"when": soon, "text": "In a moment"}).rows.all()
    assert (row.state, row.problems[0]["about"]["finding"]) == ("warning", "schedule_soon")


def test_a_part_is_written_in_highlevels_words(desk: Desk) -> None:
    (at, *_cells), *_rest = rows(desk, 1)
    offer = {
        "when": at,
        "text": "An offer",
        "watermark": "FALSE",
        "facebook.type": "Post",
        "google.eventType": "OFFER",
        "google.actionType": "Learn more",
        "google.offerTitle": "Two for one",
        "google.startDate": "25.07.2027 9:00",
        "google.endDate": "2027-07-26T09:00:00Z",
        "google.termsConditions": "https://example.com/terms",
        "google.couponCode": "TWO",
        "google.redeemOnlineUrl": "https://example.com/two",
        "tiktok.privacyLevel": "PUBLIC_TO_EVERYONE",
        "tiktok.enableDuet": "VERDADERO",
    }
    made = advanced(desk, offer)
    import_commit(csv_import=made, actor=desk.person, now=desk.clock())
    step(desk, made)
    part = ImportPart.objects.select_related("csv_import", "location").get(csv_import=made)
    groups, headers, cells = csv.reader(io.StringIO(part_file(part).decode(), newline=""))
    written = dict(zip([column.key for column in COLUMNS[FileKind.ADVANCED]], cells, strict=True))
    assert (groups[0], headers[0], len(cells)) == ("All Social", "postAtSpecificTime (YYYY-MM-DD HH:mm:ss)", 40)
    assert {key: word for key, word in written.items() if word != offer.get(key, "")} == {
        "watermark": "false",
        "facebook.type": "post",
        "google.eventType": "offer",
        "google.actionType": "learn_more",
        "google.startDate": "2027-07-25 09:00:00",
        "google.endDate": "2027-07-26 10:00:00",
        "tiktok.privacyLevel": "everyone",
        "tiktok.enableDuet": "true",
    }


def test_imports_of_highlevels_screens_appear_in_the_list(desk: Desk) -> None:
    made = begun(desk, rows(desk, 2))
    until(desk, made, "review")
    made.rows.all().delete()
    made.parts.all().delete()
    CsvImport.objects.all().delete()
    Change.objects.all().delete()

    desk.agency.pull()
    desk.agency.pull()

    found = CsvImport.objects.get()
    assert (found.origin, found.engine, found.kind, found.location) == (
        "highlevel",
        "highlevel",
        "basic",
        desk.location,
    )
    until(desk, found, "review")
    assert [row.raw["content"] for row in found.rows.all()] == ["Post 0", "Post 1"]
    import_finalize(csv_import=found, actor=desk.person, now=desk.clock())
    until(desk, found, "done")
    assert found.counts == {"success": 2}
