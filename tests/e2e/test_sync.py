"""Following a sync to its end: a real worker, a real sandbox, a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from highlevel.models import Credential, Location
from highlevel.sandbox import Sandbox
from planner.models import Post
from tests.e2e.visit import sign_in
from tests.factories import make_user

PATIENCE = 60_000  # milliseconds for two locations


def test_a_check_is_followed_to_its_end(
    live_server: Any,
    page: Page,
    example_sandbox: Sandbox,
    start_worker: Callable[..., Path],
    assert_accessible: Callable[[Page], None],
):
    box = example_sandbox
    for number, remote_id in enumerate(box.location_ids[:2]):
        location = Location.objects.create(name=f"Client {number}", remote_id=remote_id, company_id=box.company_id)
        Credential.objects.create(
            level=Credential.Level.LOCATION,
            kind=Credential.Kind.PRIVATE,
            company_id=box.company_id,
            location=location,
            access_token=box.location_token(remote_id),
        )
    ana = make_user(name="Ana", is_owner=True)
    sign_in(page, live_server.url, ana)
    page.goto(f"{live_server.url}/sync/")
    page.get_by_role("button", name="Check all now").click()
    checks = page.get_by_role("region", name="Checks under way")
    expect(checks).to_contain_text("Checking now")
    expect(checks.get_by_role("progressbar")).to_be_visible()
    assert_accessible(page)

    page.goto(f"{live_server.url}/")
    start_worker(box.url, HIGHLEVEL_COMPANY_ID=box.company_id)
    page.goto(f"{live_server.url}/sync/")
    expect(checks).to_contain_text("2 locations are up to date", timeout=PATIENCE)
    expect(page.locator("#sync-locations").get_by_text("Up to date")).to_have_count(2)
    expect(page.locator("#health-side")).to_contain_text("In step with HighLevel")
    assert Post.objects.filter(location__remote_id=box.location_ids[0]).exists()

    page.goto(f"{live_server.url}/sync/runs/")
    expect(page.get_by_role("rowheader")).to_have_count(2)
    page.get_by_role("link", name="Failed").click()
    expect(page.get_by_text("No run matches")).to_be_visible()
    expect(page).to_have_url(f"{live_server.url}/sync/runs/?state=failed")
