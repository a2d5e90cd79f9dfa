"""Navigation, location switcher, palette and drawer in a browser; axe on every page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from planner.models import PostStatus
from tests.cast import Cast, make_cast
from tests.e2e.visit import sign_in
from tests.factories import make_account, make_location, make_post, make_run

PAGES = ("/", "/posts/", "/accounts/", "/sync/", "/sync/runs/", "/profile/", "/find/?q=tyres", "/locations/")


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    cast = make_cast()
    now = datetime.now(UTC)
    account = make_account(cast.a, "instagram", is_expired=True)
    make_account(cast.b, "facebook", expires_at=now + timedelta(days=2))
    make_post(cast.a, account, at=now + timedelta(minutes=5), text="Winter tyres: when is too late?")
    make_post(
        cast.b,
        at=now - timedelta(hours=2),
        text="Winter bread",
        status=PostStatus.FAILED,
        error="The image is too large.",
    )
    make_post(cast.b, at=now - timedelta(hours=1), text="Rye is back")
    make_run(cast.a)
    make_run(cast.b, state="failed", error_code="unreachable", error_operation="get-posts", trace_id="t-1")
    return cast


def test_switching_the_location_keeps_the_page(live_server: Any, page: Page, cast: Cast):
    for number in range(60):
        make_location(f"Client {number:02}")
    sign_in(page, live_server.url, cast.ana)
    page.goto(f"{live_server.url}/posts/")
    page.locator(".side .scope").click()
    field = page.get_by_role("searchbox", name="Name of a location")
    expect(field).to_be_focused()
    page.keyboard.type("birch")
    expect(page.locator("#switcher a.finder-item")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/posts/?location={cast.b.pk}")
    expect(page.locator(".side .scope-name")).to_have_text("Birch Bakery")
    page.goto(f"{live_server.url}/")
    expect(page.locator(".side .scope-name")).to_have_text("Birch Bakery")
    page.locator(".side .scope").click()
    page.locator("#switcher").get_by_role("link", name="All locations").click()
    expect(page.locator(".side .scope-name")).to_have_text("All locations")


def test_the_palette_finds_a_post_by_keyboard(live_server: Any, page: Page, cast: Cast):
    sign_in(page, live_server.url, cast.ana)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("winter ty")
    hit = page.locator("#palette").get_by_role("link", name="Winter tyres")
    expect(hit).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/posts/?location=all&open=*")
    expect(page.get_by_text("Winter tyres: when is too late?").first).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_the_drawer_leads_everywhere_on_a_phone(
    live_server: Any, page: Page, cast: Cast, look: Callable[[Page, str, str], None]
):
    look(page, "light", "narrow")
    sign_in(page, live_server.url, cast.ana)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("dialog", name="Menu").get_by_role("link", name="Sync", exact=True).click()
    page.wait_for_url("**/sync/")


def test_the_first_tab_skips_to_the_content(live_server: Any, page: Page, cast: Cast):
    sign_in(page, live_server.url, cast.ana)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_refusal_becomes_a_toast(live_server: Any, page: Page, cast: Cast):
    sign_in(page, live_server.url, cast.cleo)
    page.goto(f"{live_server.url}/sync/")
    cast.b.is_active = False
    cast.b.save()
    page.get_by_role("row", name="Birch Bakery").get_by_role("button").click()
    expect(page.get_by_role("status").filter(has_text="There is nothing here any more")).to_be_visible()


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_accessible(
    live_server: Any, page: Page, cast: Cast, address: str, assert_accessible_everywhere: Callable[[Page], None]
):
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    sign_in(page, live_server.url, cast.ana)
    page.goto(f"{live_server.url}{address}")
    assert_accessible_everywhere(page)
    assert refused == []


@pytest.mark.parametrize("dialog", ["palette", "switcher"])
def test_dialogs_are_accessible(
    live_server: Any, page: Page, cast: Cast, dialog: str, assert_accessible_everywhere: Callable[[Page], None]
):
    sign_in(page, live_server.url, cast.ana)
    page.locator(f'.framed [data-opens="{dialog}"]:visible').first.click()
    expect(page.locator(f"#{dialog} a.finder-item").first).to_be_visible()
    assert_accessible_everywhere(page)


def test_without_a_location_every_page_says_what_to_do(
    live_server: Any, page: Page, transactional_db: None, assert_accessible_everywhere: Callable[[Page], None]
):
    cast = make_cast()
    for location in (cast.a, cast.b):
        location.is_active = False
        location.save()
    sign_in(page, live_server.url, cast.ana)
    for address in ("/", "/posts/", "/accounts/", "/sync/"):
        page.goto(f"{live_server.url}{address}")
        expect(page.locator(".empty, [class*=empty]").first).to_be_visible()
        assert_accessible_everywhere(page)
