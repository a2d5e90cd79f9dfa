"""Files that come another way: dropped onto the page, larger than a form holds in memory, through HighLevel's import."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect
from pytest_django import Settings

from highlevel.sandbox import Sandbox
from planner.models import CsvImport
from planner.services.import_running import import_run
from tests.e2e.console import listen
from tests.e2e.visit import sign_in
from tests.planner.imports.desk import make_desk, table
from tests.planner.imports.test_highlevel import BASIC, PICTURE, rows, step, until
from tests.writing import make_desk as make_agency

DROP = """(drop, { head, row, rows }) => {
  const held = new DataTransfer();
  held.items.add(new File([head + row.repeat(rows)], "june.csv", { type: "text/csv" }));
  for (const name of ["dragenter", "dragover"]) {
    drop.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: held }));
  }
  const zone = document.querySelector(".drop");
  const lit = zone.classList.contains("drop-over");
  drop.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: held }));
  return lit && !zone.classList.contains("drop-over");
}"""


def test_a_large_file_is_dropped_onto_the_page(
    live_server: Any, page: Page, transactional_db: None, settings: Settings
) -> None:
    desk, said = make_desk(), listen(page)
    sign_in(page, live_server.url, desk.mia)
    page.goto(f"{live_server.url}/imports/new/")
    file = {"head": "teamId,text,socialAccountTypes\n", "row": f"{desk.here.remote_id},{'x' * 3_000},FACEBOOK\n"}
    assert page.locator(".kinds").evaluate(DROP, {**file, "rows": 1_000})
    page.wait_for_url("**/columns/")
    made = CsvImport.objects.get()
    import_run(made.pk)
    expect(page.get_by_text("3 columns are recognised")).to_be_visible()
    made.refresh_from_db()
    assert made.file_size > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    assert (made.file_name, made.total_rows) == ("june.csv", 1_000)
    assert said == []


def test_a_file_goes_through_highlevels_own_import(
    live_server: Any, page: Page, transactional_db: None, settings: Settings, sandbox: Sandbox
) -> None:
    desk, said = make_agency(settings, sandbox), listen(page)
    body = rows(desk, 3, images=PICTURE)
    body[1][3] = f"{PICTURE}?size=20000000"
    sign_in(page, live_server.url, desk.person)
    page.goto(f"{live_server.url}/imports/new/")
    file = {"name": "june.csv", "mimeType": "text/csv", "buffer": table([BASIC, *body]).encode()}
    page.get_by_label("Drop a file here").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Send and read it").click()
    page.wait_for_url("**/columns/")

    page.get_by_label("Client", exact=True).select_option(label=desk.location.name)
    page.get_by_label(str(desk.accounts["instagram"])).check()
    page.get_by_label("HighLevel's own import").check()
    page.get_by_role("button", name="Check the rows").click()
    page.wait_for_url("**/check/")
    made = step(desk, CsvImport.objects.get())
    page.get_by_role("link", name="Continue with 3").click()
    expect(page.get_by_text("No post is made before you finalise.")).to_be_visible()
    page.get_by_role("button", name="Hand them to HighLevel").click()
    page.wait_for_url("**/results/")

    until(desk, step(desk, made), "review")
    expect(page.get_by_text("HighLevel has looked at the rows.")).to_be_visible()
    expect(page.get_by_text("It has something against 1 row, and may make no post of it.")).to_be_visible()
    expect(page.locator("#row-3")).to_contain_text("Not accepted")
    expect(page.locator("#row-2")).to_contain_text("Waiting")
    page.get_by_role("button", name="Finalise").click()
    made.refresh_from_db()
    until(desk, made, "done")
    expect(page.get_by_text("1 row failed; each says why below.")).to_be_visible()
    expect(page.locator("#row-3")).to_contain_text("Failed")
    assert (made.counts, len(desk.there())) == ({"success": 2, "failed": 1}, 2)
    assert said == []
