"""The Posts page in a browser: search, filters, pages and whole posts, by keyboard, light and dark, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from planner.models import PostStatus
from tests.cast import Cast, make_cast
from tests.e2e.console import listen
from tests.e2e.visit import sign_in
from tests.factories import make_account, make_category, make_post, make_tag, make_target

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def desk(live_server: Any, page: Page, transactional_db: None) -> Iterator[tuple[Page, Cast, str]]:
    """Ana signed in, 60 posts in New York and 5 in Kolkata; a message in the console fails the test."""
    cast = make_cast()
    said = listen(page)
    facebook, instagram = make_account(cast.a, name="Atlas page"), make_account(cast.a, "instagram", name="atlas.ig")
    tips, winter = make_category(cast.a, "Tips"), make_tag(cast.a, "winter")
    make_category(cast.b, "Tips")
    for number in range(60):
        make_post(cast.a, facebook, at=NOON + timedelta(hours=number), text=f"Winter tyres {number}", category=tips)
    for number in range(4):
        make_post(
            cast.b, at=NOON + timedelta(days=9, hours=number), status=PostStatus.DRAFT, text="Fresh bread", tags=()
        )
    failed = make_post(
        cast.a,
        at=NOON + timedelta(days=8),
        status=PostStatus.FAILED,
        text="مرحبا <script>alert(1)</script>",
        tags=(winter,),
        media=("https://cdn.test/one.jpg", "https://cdn.test/two.jpg"),
        follow_up_comment="Book a table",
    )
    make_target(failed, facebook, status=PostStatus.PUBLISHED, error="", network_post_id="12345_67890")
    make_target(failed, instagram, error="The video is 64 s, the limit is 60 s.")
    sign_in(page, live_server.url, cast.ana)
    page.goto(f"{live_server.url}/posts/")
    yield page, cast, live_server.url
    assert said == []


def test_search_filter_page_and_open_by_keyboard(desk: tuple[Page, Cast, str]) -> None:
    page, _cast, url = desk
    count = page.locator("#count")
    expect(count).to_have_text("65 posts")

    search = page.get_by_role("searchbox", name="Words in the text")
    search.focus()
    page.keyboard.type("winter tyres")
    expect(count).to_have_text("60 posts")
    expect(page).to_have_url(f"{url}/posts/?location=all&q=winter+tyres")
    expect(search).to_be_focused()

    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Status")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Scheduled")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("link", name=re.compile("^Status Scheduled"))).to_be_visible()
    expect(page.get_by_role("checkbox", name="Scheduled")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Status")).to_be_focused()
    expect(page).to_have_url(f"{url}/posts/?location=all&q=winter+tyres&status=scheduled")

    page.get_by_role("link", name="Next", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".post")).to_have_count(10)
    assert "page=after-" in page.url
    page.go_back()
    expect(page.locator(".post")).to_have_count(50)

    opener = page.locator(".post summary").first
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".post-whole").first).to_contain_text("HighLevel id")
    page.keyboard.press("Enter")
    expect(page.locator(".post-whole").first).to_be_hidden()

    chip = page.get_by_role("link", name=re.compile("^Status Scheduled"))
    chip.focus()
    page.keyboard.press("Enter")
    expect(chip).to_have_count(0)
    expect(count).to_be_focused()
    page.get_by_role("link", name="Clear", exact=True).click()
    expect(count).to_have_text("65 posts")
    expect(search).to_have_value("")


def test_an_account_and_a_category_are_found_by_typing(desk: tuple[Page, Cast, str]) -> None:
    page, _cast, _url = desk
    page.get_by_role("button", name="Account").click()
    field = page.get_by_role("searchbox", name="Name of an account, network or client")
    expect(field).to_be_focused()
    expect(page.locator("#choices-account button")).to_have_count(2)
    page.keyboard.type("insta")
    expect(page.locator("#choices-account button")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("1 post")
    expect(page.get_by_role("link", name=re.compile("atlas.ig · Instagram · Atlas Motors"))).to_be_visible()
    expect(page.locator(".post-trouble")).to_have_text("Instagram: The video is 64 s, the limit is 60 s.")

    page.get_by_role("link", name="Clear", exact=True).click()
    expect(page.locator("#count")).to_have_text("65 posts")
    page.get_by_role("button", name="Status").click()
    page.get_by_role("checkbox", name="Scheduled").check()
    expect(page.locator("#count")).to_have_text("60 posts")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Category").click()
    expect(page.locator("#choices-category button")).to_contain_text(["Tips"])
    expect(page.locator("#choices-category")).to_contain_text("2 clients")
    page.locator("#choices-category button").click()
    expect(page.get_by_role("link", name=re.compile("^Category Tips"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Status Scheduled"))).to_be_visible()


def test_dates_are_applied_and_the_back_button_takes_them_off(desk: tuple[Page, Cast, str]) -> None:
    page, _cast, url = desk
    page.get_by_role("button", name="Dates").click()
    page.get_by_label("From").fill("2026-11-28")
    page.get_by_label("To and including").fill("2026-11-28")
    page.locator("#pick-dates").get_by_role("button", name="Apply").click()
    expect(page.locator("#count")).to_have_text("1 post")
    expect(page.get_by_role("link", name=re.compile("28 Nov 2026"))).to_be_visible()
    page.go_back()
    page.goto(f"{url}/posts/?start=someday")
    expect(page.get_by_role("alert")).to_have_text("The first day is not a date. Write it as 2026-11-30.")


def test_switching_the_location_keeps_the_search(desk: tuple[Page, Cast, str]) -> None:
    page, cast, url = desk
    page.goto(f"{url}/posts/?q=bread")
    page.goto(f"{url}/posts/?q=bread&location={cast.b.pk}")
    expect(page.locator("#count")).to_have_text("4 posts")
    expect(page.locator(".post-client")).to_have_count(0)


def test_posts_are_accessible_in_every_look(
    desk: tuple[Page, Cast, str],
    assert_accessible_everywhere: Callable[[Page], None],
    assert_accessible: Callable[[Page], None],
) -> None:
    page, _cast, url = desk
    page.goto(f"{url}/posts/?q=%3Cscript%3E&status=failed&tag=winter&status=bogus")
    page.locator(".post summary").first.click()
    expect(page.locator(".post-whole").first).to_contain_text("Book a table")
    assert_accessible_everywhere(page)
    page.goto(f"{url}/posts/")
    assert_accessible_everywhere(page)
    for name in ("Status", "Network", "Account", "Dates"):
        page.get_by_role("button", name=name).click()
        assert_accessible(page)
        page.keyboard.press("Escape")
    page.goto(f"{url}/posts/?q=nothing")
    assert_accessible_everywhere(page)
