"""Bulk actions and saved views in a browser: by keyboard alone, seen before they happen, undone, in every look."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from planner.models import Post, PostStatus
from tests.cast import Cast, make_cast
from tests.e2e.console import listen
from tests.e2e.visit import sign_in
from tests.factories import make_account, make_category, make_member, make_post, make_tag

DAY = timedelta(days=1)


@pytest.fixture
def desk(live_server: Any, page: Page, transactional_db: None) -> Iterator[tuple[Page, Cast, str]]:
    """Ana signed in at a client with eight planned posts; a message in the console fails the test."""
    cast = make_cast()
    said = listen(page)
    make_member(cast.ana, cast.a, Role.MANAGER)
    account = make_account(cast.a, name="Atlas page")
    make_category(cast.a, "Tips")
    make_tag(cast.a, "winter")
    now = datetime.now(UTC).replace(microsecond=0)
    for number in range(8):
        make_post(cast.a, account, at=now + (20 + number) * DAY, text=f"Winter tyres {number}")
    make_post(cast.a, account, at=now - DAY, status=PostStatus.PUBLISHED, text="Out already")
    sign_in(page, live_server.url, cast.ana)
    page.goto(f"{live_server.url}/posts/?location=all&q=tyres")
    yield page, cast, live_server.url
    assert [words for words in said if "422" not in words] == []


def dates() -> list[Any]:
    return list(Post.objects.filter(text__contains="tyres").order_by("pk").values_list("scheduled_at", flat=True))


def test_posts_are_moved_and_moved_back_by_keyboard(desk: tuple[Page, Cast, str]) -> None:
    page, _cast, _url = desk
    before = dates()
    bar = page.locator("[data-bulk]")
    expect(bar).to_be_hidden()
    ticks = page.get_by_role("checkbox", name=re.compile("^Choose Atlas Motors"))
    ticks.nth(1).focus()
    page.keyboard.press("Space")
    expect(bar).to_contain_text("1 chosen")
    ticks.nth(4).focus()
    page.keyboard.press("Shift+Space")
    expect(bar).to_contain_text("4 chosen")

    page.get_by_role("button", name="Reschedule").focus()
    page.keyboard.press("Enter")
    page.get_by_role("spinbutton", name="By").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Move 4 posts 3 days later")
    expect(page.locator("tbody tr")).to_have_count(4)
    assert dates() == before, "a plan changes nothing"

    page.get_by_role("button", name="Change 4 posts").focus()
    page.keyboard.press("Enter")
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("Done: Move 4 posts 3 days later.")
    expect(page).to_have_url(re.compile("q=tyres"))
    assert (
        sum(
            1
            for old, new in zip(before, dates(), strict=True)
            if timedelta(hours=71) <= new - old <= timedelta(hours=73)
        )
        == 4
    )

    toast.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-toast]")).to_contain_text("Undone: Move 4 posts 3 days later.")
    assert dates() == before


def test_everything_that_matches_and_what_is_left_out(desk: tuple[Page, Cast, str]) -> None:
    page, _cast, url = desk
    page.goto(f"{url}/posts/?location=all")
    page.locator("[data-tick]").first.check()
    page.get_by_label("All 9 that match").check()
    expect(page.locator("[data-bulk]")).to_contain_text("9 posts chosen")
    page.get_by_role("button", name="To draft").click()
    expect(page.locator("tbody")).to_contain_text("This post is published.")
    page.get_by_role("link", name=re.compile("^Left out")).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Change 8 posts").click()
    expect(page.locator("[data-toast]")).to_contain_text("Done: Make 9 posts drafts.")
    assert Post.objects.filter(status=PostStatus.DRAFT).count() == 8


def test_what_is_missing_is_asked_for_and_nothing_is_lost(desk: tuple[Page, Cast, str]) -> None:
    page, _cast, _url = desk
    page.locator("[data-tick]").first.check()
    page.get_by_role("button", name="Tags").click()
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_role("alert")).to_contain_text("Name at least one tag.")
    page.get_by_role("button", name="Tags").click()
    page.get_by_role("textbox", name="Tags, with commas between them").fill("winter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tag 1 post with “winter”")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".post")).to_have_count(8)


def test_a_view_is_kept_and_becomes_a_tab(desk: tuple[Page, Cast, str]) -> None:
    page, _cast, _url = desk
    page.get_by_role("button", name="Save as a view").click()
    page.keyboard.type("Tyres")
    page.keyboard.press("Enter")
    tab = page.get_by_role("navigation", name="Saved views").get_by_role("link", name="Tyres")
    expect(tab).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="All posts").click()
    expect(page.locator(".post")).to_have_count(9)
    tab.click()
    expect(page.locator(".post")).to_have_count(8)


def test_bulk_pages_are_accessible_in_every_look(
    desk: tuple[Page, Cast, str],
    assert_accessible_everywhere: Callable[[Page], None],
    assert_accessible: Callable[[Page], None],
) -> None:
    page, _cast, url = desk
    page.locator("[data-tick]").first.check()
    assert_accessible_everywhere(page)
    for name in ("Reschedule", "Tags", "Category"):
        page.locator("[data-bulk]").get_by_role("button", name=name).click()
        assert_accessible(page)
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Save as a view").click()
    assert_accessible(page)
    page.keyboard.type("Everything about winter tyres " * 2)
    page.locator("#save-view").get_by_label("For the whole team").check()
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Saved views")).to_be_visible()
    assert_accessible_everywhere(page)
    page.goto(f"{url}/posts/views/")
    assert_accessible_everywhere(page)
    page.goto(f"{url}/posts/?location=all")
    page.locator("[data-tick]").first.check()
    page.get_by_label("All 9 that match").check()
    page.get_by_role("button", name="To draft").click()
    expect(page.get_by_role("button", name="Change 8 posts")).to_be_visible()
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Change 8 posts").click()
    expect(page.locator("[data-toast]")).to_be_visible()
    assert_accessible_everywhere(page)
    page.goto(f"{url}/posts/sets/")
    assert_accessible_everywhere(page)
    page.locator(".sets a").first.click()
    assert_accessible_everywhere(page)
    page.goto(f"{url}/posts/{Post.objects.earliest('pk').pk}/")
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Delete", exact=True).click()
    assert_accessible(page)
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator("[data-toast]")).to_contain_text("The post is being deleted.")
    assert_accessible_everywhere(page)
