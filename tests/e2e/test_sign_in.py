"""Getting in and out in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.cast import make_cast
from tests.e2e.visit import sign_in


def test_in_by_keyboard_and_out_again(live_server: Any, page: Page, transactional_db: None):
    cast = make_cast()
    page.goto(f"{live_server.url}/sync/")
    expect(page).to_have_url(f"{live_server.url}/sign-in/?next=/sync/")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(cast.ana.email)
    page.keyboard.press("Tab")
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    page.get_by_label("Password").fill("correct horse battery")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/sync/")
    page.locator(".side summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{live_server.url}/sign-in/")


def test_an_expired_session_leads_from_the_palette_to_the_sign_in_page(
    live_server: Any, page: Page, transactional_db: None
):
    cast = make_cast()
    sign_in(page, live_server.url, cast.ana)
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+k")
    page.wait_for_url("**/sign-in/?next=/")


def test_the_theme_and_the_language_are_ones_own(live_server: Any, page: Page, transactional_db: None):
    cast = make_cast()
    sign_in(page, live_server.url, cast.ana)
    page.goto(f"{live_server.url}/profile/")
    page.get_by_label("Theme").select_option("dark")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Your profile is saved.")
    assert (
        page.evaluate(
            "getComputedStyle(document.body).colorScheme || getComputedStyle(document.documentElement).colorScheme"
        )
        == "dark"
    )
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_role("status")).to_be_empty()


def test_signed_out_pages_are_accessible(
    live_server: Any, page: Page, db: None, assert_accessible_everywhere: Callable[[Page], None]
):
    for address in ("/sign-in/", "/nowhere/"):
        page.goto(f"{live_server.url}{address}")
        assert_accessible_everywhere(page)
