"""The Accounts page in a browser: states, filters, order and pages, by keyboard, light and dark, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast, make_cast
from tests.e2e.console import listen
from tests.e2e.visit import sign_in
from tests.factories import make_account, make_group, make_post


@pytest.fixture
def desk(live_server: Any, page: Page, transactional_db: None) -> Iterator[tuple[Page, Cast, str]]:
    """Ana signed in, 54 accounts in two locations; a message in the console fails the test."""
    cast = make_cast()
    said = listen(page)
    now = datetime.now(UTC)
    for number in range(50):
        make_account(cast.a, "linkedin", name=f"Profile {number:02}")
    expired = make_account(cast.b, name="Birch page", is_expired=True, expires_at=now - timedelta(days=3))
    make_account(cast.b, "instagram", name="birch.ig", expires_at=now + timedelta(days=3, hours=12))
    make_account(cast.b, "youtube", name="Birch films", missing_permission=True)
    make_account(cast.b, "myspace", name="<script>alert(1)</script>")
    make_group(cast.b, expired, name="Everywhere")
    make_post(cast.b, expired, at=now + timedelta(days=1))
    sign_in(page, live_server.url, cast.ana)
    page.goto(f"{live_server.url}/accounts/")
    yield page, cast, live_server.url
    assert said == []


def test_states_filters_order_and_pages(desk: tuple[Page, Cast, str]) -> None:
    page, _cast, url = desk
    first = page.locator("tbody tr").first
    expect(first).to_contain_text("Birch page")
    expect(first).to_contain_text("Expired")
    expect(first).to_contain_text("1 post")
    expect(page.locator("tbody tr").nth(2)).to_contain_text(re.compile("Expires in [34] days"))

    page.get_by_role("link", name="Last", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(4)
    page.get_by_role("link", name="First", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(25)

    page.get_by_role("columnheader", name="Account").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Account")).to_have_attribute("aria-sort", "ascending")
    expect(page).to_have_url(f"{url}/accounts/?location=all&sort=name")

    page.get_by_role("searchbox", name="Name of an account or client").focus()
    page.keyboard.type("birch")
    expect(page.locator("#count")).to_have_text("4 accounts")
    page.get_by_role("button", name="Network").click()
    page.get_by_role("checkbox", name="Instagram").check()
    expect(page.locator("#count")).to_have_text("1 account")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Clear", exact=True).click()
    expect(page.locator("#count")).to_have_text("54 accounts")

    page.get_by_role("navigation", name="Accounts by health").get_by_role("link", name="Missing permission").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Clear", exact=True).click()
    expect(page.locator("#count")).to_have_text("54 accounts")
    page.get_by_role("button", name="Group").click()
    page.locator("#choices-group").get_by_role("button", name="Everywhere").click()
    expect(page.locator("#count")).to_have_text("1 account")
    page.get_by_role("link", name="1 post", exact=True).click()
    expect(page.locator(".post")).to_have_count(1)


def test_accounts_are_accessible_in_every_look(
    desk: tuple[Page, Cast, str], assert_accessible_everywhere: Callable[[Page], None]
) -> None:
    page, _cast, url = desk
    assert_accessible_everywhere(page)
    page.goto(f"{url}/accounts/?health=expired&group=Everywhere&sort=price")
    assert_accessible_everywhere(page)
    page.goto(f"{url}/accounts/?q=nothing")
    assert_accessible_everywhere(page)
