"""The wizard in a browser: from a file to posts, mapping by hand, repair in place, leaving and coming back, undo."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from planner.models import CsvImport, Post
from planner.services.import_running import import_run
from tests.e2e.console import listen
from tests.e2e.visit import sign_in
from tests.planner.imports.clients import LATER
from tests.planner.imports.desk import Desk, agency_file, make_desk, table

REFUSED = ("status of 422", "status of 409", "status of 401", "Status Error Code 401")  # what the browser says of forms
Stage = tuple[Page, Desk, str]


@pytest.fixture
def stage(live_server: Any, page: Page, transactional_db: None) -> Iterator[Stage]:
    """Mia signed in at her desk; a message in the console fails the test."""
    desk, said = make_desk(), listen(page)
    sign_in(page, live_server.url, desk.mia)
    page.goto(f"{live_server.url}/imports/")
    yield page, desk, live_server.url
    assert [text for text in said if not any(words in text for words in REFUSED)] == []


def work() -> CsvImport:
    """What a worker would do with the newest import."""
    found = CsvImport.objects.get()
    import_run(found.pk)
    found.refresh_from_db()
    return found


def send(page: Page, text: str, name: str = "posts.csv") -> None:
    page.get_by_role("link", name="Import a file").first.click()
    page.get_by_label("Drop a file here").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Send and read it").click()
    page.wait_for_url("**/columns/")


def check(page: Page) -> None:
    page.get_by_role("button", name="Check the rows").click()
    page.wait_for_url("**/check/")
    expect(page.get_by_text("The rows are being checked")).to_be_visible()
    work()
    expect(page.get_by_role("region", name="Figures of the check")).to_be_visible()


def test_from_a_file_to_posts_and_back(stage: Stage) -> None:
    page, desk, _url = stage
    send(page, agency_file([desk.row(postDate=LATER), desk.row(postDate=LATER, text="Second", status="DRAFT")]))
    check(page)
    figures = page.get_by_role("region", name="Figures of the check")
    expect(figures).to_contain_text("2 ready")

    page.get_by_role("link", name="Three things to ask").click()
    drawer = page.get_by_role("dialog", name="Preview of a row")
    expect(drawer).to_contain_text("Friday 5 January 2035, 10:00 (London)")
    expect(drawer).to_contain_text("Harbour on Facebook")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()

    page.get_by_role("link", name="Continue with 2").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("2 rows become posts, exactly as the check showed")
    expect(page.get_by_text("1 is a draft: nothing goes out.")).to_be_visible()
    page.get_by_role("button", name="Make the posts").click()
    page.wait_for_url("**/results/")
    expect(page.get_by_text("Posts are being made from the rows.")).to_be_visible()
    address = page.url

    page.get_by_role("link", name="Posts", exact=True).click()  # leave while it goes on
    work()
    page.get_by_role("link", name="Imports", exact=True).first.click()
    page.get_by_role("link", name="posts.csv").click()
    expect(page).to_have_url(address)
    expect(page.get_by_text("HighLevel is being told of them one by one.")).to_be_visible()
    expect(page.locator("#row-2").get_by_role("link", name="post")).to_be_visible()

    page.get_by_role("link", name="Undo the import").click()
    expect(page.get_by_text("2 posts that HighLevel never had are dropped.")).to_be_visible()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("The posts of this import are being deleted.")).to_be_visible()
    work()
    expect(page.get_by_text("Mia took this import back.")).to_be_visible()
    expect(page.locator("#row-2")).to_contain_text("Undone")
    assert not Post.objects.filter(gone_at=None).exists()


def test_columns_are_matched_by_hand(stage: Stage) -> None:
    page, desk, _url = stage
    rows = [("ID", "Wann", "Netze", "Beitrag"), (desk.here.remote_id, "03/04/2035 10:00", "FACEBOOK", "Guten Tag")]
    send(page, table(rows, ";"), "kunden.csv")
    expect(page.get_by_text("What kind of file is this?")).to_be_visible()
    page.get_by_label("Agency file").check()
    names = {"ID": "teamId", "Wann": "postDate", "Netze": "socialAccountTypes", "Beitrag": "text"}
    for header, name in names.items():
        field = page.get_by_role("combobox", name=f"What “{header}” is")
        field.fill(name)
        field.press("Tab")
    expect(page.get_by_role("heading", name="4 columns are recognised")).to_be_visible()
    expect(page.get_by_text("1 of the first dates can be read both ways: 03/04/2035 10:00")).to_be_visible()
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_role("alert")).to_have_text(
        "Say whether the day or the month comes first in the dates of this file."
    )
    page.get_by_label("The day comes first").check()
    check(page)
    expect(page.locator("#row-2")).to_contain_text("3 Apr 2035, 10:00")


def test_a_row_is_repaired_in_place_by_keyboard(stage: Stage) -> None:
    page, desk, _url = stage
    send(
        page, agency_file([desk.row(postDate=LATER), desk.row(postDate=LATER, text="Second", socialAccountTypes="X1")])
    )
    check(page)
    page.get_by_role("link", name="Edit row 3").focus()
    page.keyboard.press("Enter")
    wrong = page.get_by_label("socialAccountTypes")
    expect(wrong).to_be_focused()
    wrong.fill("MYSPACE")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("It is still blocked:")
    expect(wrong).to_have_value("MYSPACE")
    expect(wrong).to_be_focused()
    wrong.fill("FACEBOOK")
    page.keyboard.press("Enter")
    expect(page.locator("#row-3")).to_contain_text("Ready")
    expect(page.get_by_role("region", name="Figures of the check")).to_contain_text("2 ready")
    expect(page.get_by_role("link", name="Continue with 2")).to_be_visible()
    page.get_by_role("link", name="Edit row 2").click()
    page.get_by_role("link", name="Close", exact=True).click()
    expect(page.locator("#row-2")).to_contain_text("Three things to ask")


def test_what_another_tab_changed_is_shown_before_it_is_made(stage: Stage) -> None:
    page, desk, _url = stage
    rows = [desk.row(postDate=LATER), desk.row(postDate=LATER, text="Second", socialAccountTypes="X1")]
    send(page, agency_file(rows))
    check(page)
    page.get_by_role("link", name="Continue with 1").click()
    expect(page.get_by_role("button", name="Make the posts")).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url.replace("confirm/", "check/"))
    other.get_by_role("link", name="Edit row 3").click()
    other.get_by_label("socialAccountTypes").fill("FACEBOOK")
    other.get_by_role("button", name="Save and check again").click()
    expect(other.locator("#row-3")).to_contain_text("edited here")
    expect(other.locator("#first-problems")).to_be_hidden()
    page.get_by_role("button", name="Make the posts").click()
    expect(page.get_by_role("alert")).to_contain_text("The rows have changed since this page was opened.")
    expect(page.get_by_text("2 rows become posts now.")).to_be_visible()
    assert CsvImport.objects.get().state == "checked"
    page.get_by_role("button", name="Make the posts").click()
    page.wait_for_url("**/results/")


def test_a_sign_in_that_ends_costs_no_repair(stage: Stage) -> None:
    page, desk, url = stage
    send(page, agency_file([desk.row(postDate=LATER)]))
    check(page)
    page.get_by_role("link", name="Edit row 2").click()
    page.get_by_label("text", exact=True).fill("Typed before it ended")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save and check again").click()
    dialog = page.get_by_role("dialog", name="You are signed out")
    expect(dialog).to_be_visible()
    other = page.context.new_page()
    sign_in(other, url, desk.mia)
    other.close()
    page.bring_to_front()
    if dialog.is_visible():
        dialog.get_by_role("button", name="I am signed in again").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Save and check again").click()
    expect(page.locator("#row-2")).to_contain_text("Typed before it ended")
    expect(page.locator("#row-2")).to_contain_text("edited here")


def test_an_import_is_not_cancelled_by_a_slip(stage: Stage) -> None:
    page, desk, _url = stage
    send(page, agency_file([desk.row(postDate=LATER)]))
    check(page)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Cancel the import").click()
    expect(page.get_by_role("link", name="Continue with 1")).to_be_visible()
    assert CsvImport.objects.get().state == "checked"
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Cancel the import").click()
    page.wait_for_url("**/results/")
    expect(page.get_by_text("The import was cancelled before any post was made.")).to_be_visible()
    expect(page.locator("#row-2")).to_contain_text("Not made")


def test_a_check_goes_on_while_nobody_looks(stage: Stage) -> None:
    page, desk, url = stage
    send(page, agency_file([desk.row(postDate=LATER)]))
    page.get_by_role("button", name="Check the rows").click()
    page.wait_for_url("**/check/")
    page.goto(f"{url}/imports/")
    expect(page.get_by_text("Being checked")).to_be_visible()
    work()
    page.get_by_role("link", name="posts.csv").click()
    expect(page.get_by_role("link", name="Continue with 1")).to_be_visible()


def test_rows_that_are_left_out_come_back_as_a_file(stage: Stage) -> None:
    page, desk, _url = stage
    send(
        page, agency_file([desk.row(postDate=LATER), desk.row(postDate=LATER, text="Second", socialAccountTypes="X1")])
    )
    check(page)
    with page.expect_download() as found:
        page.get_by_role("link", name="Download blocked rows").click()
    path = Path(found.value.path())
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert found.value.suggested_filename == "posts-left-out.csv"
    assert [row["text"] for row in rows] == ["Second"]
    assert "“X1” is not a network" in rows[0]["reason"]


def test_a_file_is_refused_before_it_is_sent(stage: Stage) -> None:
    page, _desk, url = stage
    page.goto(f"{url}/imports/new/")
    field = page.get_by_label("Drop a file here")
    field.set_input_files({"name": "photo.png", "mimeType": "image/png", "buffer": b"x"})
    expect(page.get_by_role("alert")).to_have_text("This is not a .csv or .xlsx file. Save it as one of these two.")
    page.evaluate("document.querySelector('[data-upload]').dataset.most = '3'")
    field.set_input_files({"name": "posts.csv", "mimeType": "text/csv", "buffer": b"too large"})
    expect(page.get_by_role("alert")).to_contain_text("larger than the 100 MB")
    field.set_input_files({"name": "posts.csv", "mimeType": "text/csv", "buffer": b"x"})
    expect(page.get_by_role("alert")).to_be_hidden()
    assert not CsvImport.objects.exists()


def test_everything_is_accessible_in_every_look(
    stage: Stage,
    assert_accessible_everywhere: Callable[[Page], None],
    assert_accessible: Callable[[Page], None],
) -> None:
    page, desk, url = stage
    assert_accessible_everywhere(page)
    rows = [
        desk.row(postDate=LATER),
        desk.row(postDate=LATER, text="Second", socialAccountTypes="X1"),
        desk.row(teamId="nobody", text="<script>alert(1)</script>"),
        desk.row(postDate="", status="", text="مرحبا"),
    ]
    send(page, agency_file(rows))
    address = page.url.removesuffix("columns/")
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Check the rows").click()
    page.wait_for_url("**/check/")
    assert_accessible_everywhere(page)
    work()
    expect(page.get_by_role("region", name="Figures of the check")).to_be_visible()
    assert_accessible_everywhere(page)
    page.locator("#row-3 .row-open").click()
    expect(page.locator(".row-preview")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Edit row 3").click()
    expect(page.locator(".row-editing")).to_be_visible()
    assert_accessible_everywhere(page)
    for name in ("rows/3/", "confirm/"):
        page.goto(address + name)
        assert_accessible_everywhere(page)
    page.get_by_role("button", name="Make the posts").click()
    page.wait_for_url("**/results/")
    work()
    page.goto(address + "results/")
    assert_accessible_everywhere(page)
    page.goto(address + "undo/")
    assert_accessible_everywhere(page)
    for name in ("/imports/", "/imports/new/", "/api-keys/"):
        page.goto(url + name)
        assert_accessible_everywhere(page)
    page.get_by_label("Name", exact=True).fill("Sheet")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_text("“Sheet” is made. Copy it now")).to_be_visible()
    assert_accessible_everywhere(page)


def test_a_real_worker_reads_checks_and_makes(stage: Stage, start_worker: Callable[..., Path], sandbox: Any) -> None:
    page, desk, _url = stage
    start_worker(sandbox.url)
    send(page, agency_file([desk.row(postDate=LATER, text=f"Text {number}") for number in range(40)]))
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_role("link", name="Continue with 40")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Continue with 40").click()
    page.get_by_role("button", name="Make the posts").click()
    expect(page.get_by_text("HighLevel is being told of them one by one.")).to_be_visible(timeout=60_000)
    assert Post.objects.count() == 40
    assert CsvImport.objects.get().started_at is not None
    assert timezone.now() > CsvImport.objects.get().created_at
