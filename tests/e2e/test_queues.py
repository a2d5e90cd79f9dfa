"""The editor of a queue in a browser: mouse and keyboard, items, slots, preview, saving, and two people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from queues.models import CategoryQueue, EditSession, QueueItem, SessionState
from tests.cast import Cast, make_cast
from tests.e2e.console import listen
from tests.e2e.visit import sign_in
from tests.factories import make_account, make_category, make_queue, make_user
from tests.queues import paging
from tests.queues.drafting import DAILY


@pytest.fixture
def desk(
    live_server: Any, page: Page, transactional_db: None, settings: Settings, tmp_path: Path
) -> Iterator[tuple[Page, paging.Page, str]]:
    """Ana signed in at the editor of a queue of five posts; a message in the console fails the test."""
    settings.FILES_DIR = tmp_path
    cast = make_cast()
    said = listen(page)
    queue = paging.Page(cast)
    make_account(cast.a, "instagram", name="atlas.ig")
    sign_in(page, live_server.url, cast.ana)
    page.goto(live_server.url + queue.address)
    yield page, queue, live_server.url
    assert [words for words in said if "409" not in words and "422" not in words] == []


def picture(folder: Path, name: str = "tooth.png") -> Path:
    path = folder / name
    Image.new("RGB", (1080, 1080), "teal").save(path)
    return path


def texts(page: Page) -> Any:
    return page.locator(".qi-text")


def expect_order(page: Page, letters: str) -> None:
    names = [next(text for text in paging.LETTERS if text[0] == letter) for letter in letters]
    expect(texts(page)).to_have_text(names)


def row(page: Page, name: str) -> Any:
    return page.locator(".qi", has=page.get_by_text(name, exact=True))


def test_reorder_by_mouse(desk: tuple[Page, paging.Page, str]) -> None:
    page, queue, _url = desk
    row(page, "Delta").locator("[data-grip]").drag_to(row(page, "Bravo"), target_position={"x": 240, "y": 6})
    expect(page.locator("#said")).to_have_text("Moved to position 2.")
    expect_order(page, "ADBCE")
    row(page, "Alpha").locator("[data-grip]").drag_to(row(page, "Echo"), target_position={"x": 240, "y": 60})
    expect(page.locator("#said")).to_have_text("Moved to position 5.")
    expect_order(page, "DBCEA")
    # several that are ticked move as one
    row(page, "Delta").get_by_role("checkbox").check()
    row(page, "Bravo").get_by_role("checkbox").check()
    expect(page.get_by_text("2 ticked")).to_be_visible()
    row(page, "Bravo").locator("[data-grip]").drag_to(row(page, "Alpha"), target_position={"x": 240, "y": 60})
    expect_order(page, "CEADB")
    expect(page.locator(".draft-bar")).to_contain_text("3 changes")
    assert queue.turn[0] == "Charlie"


def test_reorder_by_keyboard_alone(desk: tuple[Page, paging.Page, str]) -> None:
    page, _queue, _url = desk
    grip = row(page, "Charlie").locator("[data-grip]")
    grip.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect_order(page, "CABDE")
    expect(row(page, "Charlie").locator("[data-grip]")).to_be_focused()
    page.keyboard.press("End")
    expect_order(page, "ABDEC")
    page.keyboard.press("Control+z")
    expect(page.locator("#said")).to_have_text("Undone: “Charlie” was moved.")
    expect_order(page, "CABDE")
    page.keyboard.press("Control+Shift+z")
    expect_order(page, "ABDEC")

    # the menu has everything that a drag does
    row(page, "Alpha").locator("[data-grip]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#item-menu")).to_be_visible()
    expect(page.locator("#item-menu a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Move down", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#item-menu")).to_be_hidden()
    page.keyboard.press("Enter")
    page.get_by_label("To position…").fill("3")
    page.keyboard.press("Enter")
    expect_order(page, "BDAEC")
    expect(row(page, "Alpha").locator("[data-grip]")).to_be_focused()

    # a button that has nothing left to do hands the focus to its row
    down = page.get_by_role("button", name="Move “Echo” down")
    down.focus()
    page.keyboard.press("Enter")
    expect_order(page, "BDACE")
    expect(row(page, "Echo").locator("[data-grip]")).to_be_focused()


def test_ticked_posts_to_a_position_and_out(desk: tuple[Page, paging.Page, str]) -> None:
    page, _queue, _url = desk
    for name in ("Alpha", "Charlie"):
        row(page, name).get_by_role("checkbox").check()
    page.get_by_role("spinbutton", name="Position").fill("4")
    page.keyboard.press("Enter")
    expect_order(page, "BDEAC")
    expect(row(page, "Alpha").get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Take out").first.click()
    expect_order(page, "BDE")
    page.get_by_role("spinbutton", name="Position").wait_for(state="hidden")


def test_an_item_is_written_in_the_composer(desk: tuple[Page, paging.Page, str], tmp_path: Path) -> None:
    page, queue, _url = desk
    page.get_by_role("link", name="Bravo", exact=True).click()
    expect(page.get_by_role("heading", name="Edit a post")).to_be_visible()
    text = page.get_by_role("textbox", name="Text", exact=True)
    page.get_by_role("checkbox", name=re.compile("atlas.ig")).check()
    text.fill("x" * 2_201)
    wrong = page.locator("#slot-text-0")
    expect(wrong).to_contain_text("Instagram: the text has 2,201 characters, the limit is 2,200. Shorten it.")
    expect(page.locator("#counters-0 .counter-over")).to_contain_text("2,201")
    expect(page.locator("#kept")).to_contain_text("Kept at")

    # it is kept: the browser's way back loses nothing
    page.go_back()
    expect_order(page, "ABCDE")
    page.get_by_role("link", name="Bravo", exact=True).click()
    expect(text).to_have_value("x" * 2_201)
    text.fill("First words")
    expect(wrong).to_be_empty()

    page.get_by_role("button", name="Another text").click()
    second = page.get_by_role("textbox", name="Text 2")
    expect(second).to_be_focused()
    page.get_by_role("button", name="Keep in the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("This text is empty. Write it, or take it out.")
    second.fill("Second words")
    expect(page.locator(".preview-instagram .frame-text")).to_have_text("Second words")
    page.get_by_role("button", name="Move text 2 up").click()
    expect(page.get_by_role("textbox", name="Text 1")).to_have_value("Second words")
    page.locator("[data-uploads] input").set_input_files(picture(tmp_path))
    expect(page.locator(".media-row")).to_have_count(1)
    page.get_by_label("Alternative text of tooth.png").fill("A tooth")
    expect(page.locator(".verdict-ok")).to_be_visible()
    page.get_by_role("button", name="Keep in the draft").click()

    expect(page.locator("#toasts")).to_contain_text("The post is edited.")
    edited = page.locator(f"#item-{queue.keys[1]}")
    expect(edited).to_contain_text("Second words")
    expect(edited).to_contain_text("variation 1 of 2")
    expect(edited).to_contain_text("Edited")
    expect(edited.locator("img")).to_be_visible()

    # back to the original from its page
    edited.get_by_role("link", name="Second words", exact=True).click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Back to the original").click()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("Bravo")
    page.get_by_role("link", name="Back to the queue").click()
    expect(edited).to_contain_text("Original")


def test_a_copy_the_original_from_the_menu_and_a_new_post(desk: tuple[Page, paging.Page, str]) -> None:
    page, queue, _url = desk
    row(page, "Bravo").locator("[data-menu]").click()
    page.get_by_role("button", name="Copy", exact=True).last.click()
    expect(texts(page)).to_have_text(["Alpha", "Bravo", "Bravo", "Charlie", "Delta", "Echo"])
    expect(page.locator(".qi-new")).to_have_count(1)
    page.locator(f"#more-{queue.keys[1]}").click()
    page.get_by_role("button", name="Back to the original").click()
    expect(page.locator("#said")).to_have_text("1 post is as its original again.")

    page.get_by_role("link", name="Add a post").click()
    page.get_by_role("textbox", name="Text", exact=True).fill("Brand new")
    page.get_by_role("button", name="Add to the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("No account is chosen.")
    page.get_by_role("checkbox", name=re.compile("atlas.ig")).check()
    page.get_by_label("It goes out next").check()
    page.get_by_role("button", name="Add to the draft").click()
    # a picture is missing, which a draft can bear
    expect(page.get_by_role("alert")).to_contain_text("Instagram: an image or a video is needed. Add one.")
    page.get_by_role("button", name="Keep it with its errors").click()
    expect(page.locator("#toasts")).to_contain_text("Kept in the draft with 1 error.")
    expect(texts(page).first).to_have_text("Brand new")
    expect(page.locator(".qi-error")).to_contain_text("Instagram: an image or a video is needed.")


def test_the_preview_redraws_and_a_date_is_skipped(desk: tuple[Page, paging.Page, str]) -> None:
    page, _queue, _url = desk
    preview = page.locator("#preview")
    expect(preview.locator(".out-moved")).to_have_count(0)
    row(page, "Echo").get_by_role("button", name="Move “Echo” up").click()
    expect(preview.locator("a.out-moved").first).to_be_visible()
    preview.get_by_role("combobox").select_option(label="Instagram · atlas.ig")
    expect(preview.locator("a.out")).to_have_count(0)
    preview.get_by_role("combobox").select_option(label="All accounts")
    expect(preview.locator("a.out").first).to_be_visible()
    preview.get_by_role("link", name="Five weeks later").click()
    expect(preview.get_by_role("link", name="Five weeks earlier")).to_be_visible()
    preview.get_by_role("link", name="Five weeks earlier").click()
    expect(preview.get_by_role("link", name="Five weeks earlier")).to_have_count(0)
    preview.locator("a.out").nth(4).click()
    page.get_by_role("dialog").get_by_role("button", name="Skip this date").click()
    expect(page.locator(".qi", has_text="Date skipped")).to_have_count(1)
    expect(preview.locator(".out-skipped").first).to_be_visible()
    assert len(CategoryQueue.objects.get().skipped_at) == 1
    preview.locator("a.out-skipped").first.click()
    page.get_by_role("button", name="Let it go out").click()
    expect(page.locator(".qi", has_text="Date skipped")).to_have_count(0)


def test_weekly_times(desk: tuple[Page, paging.Page, str]) -> None:
    page, _queue, _url = desk
    slots = page.locator("#slots")
    expect(slots.get_by_role("button", name="Save the times")).to_be_hidden()
    slots.get_by_role("button", name="Add a time on Monday").click()
    expect(slots).to_contain_text("8 a week")
    slots.get_by_label("Monday, time 2").fill("25:00")
    slots.get_by_role("button", name="Save the times").click()
    expect(slots.get_by_role("alert")).to_contain_text("is not a time. Write it as 09:30.")
    slots.get_by_label("Monday, time 2").fill("17:30")
    slots.get_by_text("Copy a day, or begin with a preset").click()
    slots.get_by_role("button", name="Copy", exact=True).click()
    expect(slots).to_contain_text("12 a week")
    slots.get_by_role("button", name="Save the times").click()
    expect(page.locator("#toasts")).to_contain_text("The weekly times are changed.")
    expect(page.locator(".desk-facts")).to_contain_text("12 slots a week")


def test_discard_asks_and_save_tells_how_it_goes(desk: tuple[Page, paging.Page, str]) -> None:
    page, queue, _url = desk
    row(page, "Echo").get_by_role("button", name="Move “Echo” up").click()
    page.get_by_role("link", name="Discard…").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("“Echo” was moved")
    sheet.get_by_role("button", name="Throw it away").click()
    expect_order(page, "ABCDE")
    expect(page.locator(".draft-bar")).to_be_hidden()

    row(page, "Echo").get_by_role("button", name="Move “Echo” up").click()
    page.get_by_role("button", name="Save to HighLevel").click()
    expect(page.locator(".draft-bar")).to_contain_text("Being saved to HighLevel")
    expect(page.locator("[data-grip]")).to_have_count(0)
    # what the worker writes when HighLevel has the draft
    QueueItem.objects.filter(pk=queue.keys[4]).update(order=3500)
    EditSession.objects.filter(state=SessionState.SAVING).update(state=SessionState.SAVED)
    expect(page.locator("#said")).to_have_text("Saved. HighLevel has the queue as you see it.", timeout=10_000)
    expect_order(page, "ABCED")
    expect(page.locator("[data-grip]")).to_have_count(5)


def test_a_second_window_goes_on_with_the_draft(desk: tuple[Page, paging.Page, str]) -> None:
    page, queue, url = desk
    row(page, "Echo").get_by_role("button", name="Move “Echo” up").click()
    expect_order(page, "ABCED")
    other = page.context.new_page()
    other.goto(url + queue.address)
    expect_order(other, "ABCED")
    expect(other.locator(".draft-bar")).to_contain_text("1 change")
    other.get_by_role("button", name="Undo").click()
    expect_order(other, "ABCDE")
    # the first window has not seen that: it is told, and shows it
    row(page, "Alpha").get_by_role("button", name="Move “Alpha” down").click()
    expect(page.locator("#said")).to_contain_text("in another window")
    expect_order(page, "ABCDE")
    row(page, "Alpha").get_by_role("button", name="Move “Alpha” down").click()
    expect_order(page, "BACDE")


def test_two_people_see_each_other(desk: tuple[Page, paging.Page, str], browser: Browser) -> None:
    page, queue, url = desk
    row(page, "Echo").get_by_role("button", name="Move “Echo” up").click()
    expect_order(page, "ABCED")
    bea = make_user("bea@example.test", name="Bea", is_owner=True)
    context = browser.new_context()
    hers = context.new_page()
    sign_in(hers, url, bea)
    hers.goto(url + queue.address)
    expect(hers.locator("#here")).to_contain_text("Ana is here too", timeout=10_000)
    hers.get_by_role("button", name="Move “Delta” up").click()
    expect(hers.locator("#said")).to_contain_text("Moved to position 4")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#here")).to_contain_text("Bea is here too")
    expect_order(page, "ABCDE")
    context.close()


def test_a_long_queue_in_windows(live_server: Any, page: Page, transactional_db: None) -> None:
    cast = make_cast()
    queue = paging.Page(cast, [f"Post {number:03}" for number in range(130)])
    sign_in(page, live_server.url, cast.ana)
    page.goto(live_server.url + queue.address)
    expect(texts(page)).to_have_count(50)
    row(page, "Post 003").locator("[data-grip]").drag_to(page.get_by_role("link", name="Next 50").first)
    expect(page.locator("#said")).to_have_text("Moved to position 51.")
    page.get_by_role("link", name="Next 50").first.click()
    expect(texts(page).first).to_have_text("Post 003")
    page.get_by_role("searchbox", name="Find in this queue").fill("post 120")
    expect(texts(page)).to_have_text(["Post 120"])
    expect(page.get_by_role("searchbox", name="Find in this queue")).to_be_focused()


def test_the_editor_is_accessible_in_every_look(
    desk: tuple[Page, paging.Page, str], assert_accessible_everywhere: Callable[[Page], None]
) -> None:
    page, queue, _url = desk
    QueueItem.objects.filter(pk=queue.keys[1]).update(has_errors=True, errors=["INVALID_USER_ID"])
    page.get_by_role("button", name="Move “Echo” up").click()
    expect(page.locator("#forecast .note").first).to_be_visible()
    page.locator(".qi-tick").first.check()
    assert_accessible_everywhere(page)


def test_the_menu_and_the_sheets_are_accessible(
    desk: tuple[Page, paging.Page, str], assert_accessible: Callable[[Page], None]
) -> None:
    page, _queue, _url = desk
    page.get_by_role("button", name="Move “Echo” up").click()
    expect(page.get_by_role("link", name="Discard…")).to_be_visible()
    page.locator("[data-menu]").nth(2).click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    for name in ("Settings", "Pause", "Discard…"):
        page.get_by_role("link", name=name).click()
        expect(page.locator("#sheet-title")).to_be_visible()
        assert_accessible(page)
        page.keyboard.press("Escape")
    page.locator("a.out").first.click()
    expect(page.locator("#sheet-title")).to_be_visible()
    assert_accessible(page)


def test_the_page_of_an_item_is_accessible_in_every_look(
    desk: tuple[Page, paging.Page, str], assert_accessible_everywhere: Callable[[Page], None]
) -> None:
    page, queue, url = desk
    row_of = QueueItem.objects.get(pk=queue.keys[0])
    row_of.content["variations"] = [{"content": "One"}, {"content": "Two " + "x" * 2_300}]
    row_of.content["media"] = [{"url": "https://media.example/a.png", "type": "image/png"}] * 2
    row_of.variations = 2
    row_of.save()
    page.goto(f"{url}{queue.address}items/{queue.keys[0]}/")
    page.get_by_role("checkbox", name=re.compile("atlas.ig")).check()
    expect(page.locator("#slot-text-1")).to_contain_text("Shorten it.")
    page.get_by_role("button", name="Keep in the draft").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible_everywhere(page)


def test_the_list_filters_pauses_together_and_is_accessible(
    live_server: Any, page: Page, transactional_db: None, assert_accessible_everywhere: Callable[[Page], None]
) -> None:
    cast: Cast = make_cast()
    said = listen(page)
    paging.Page(cast)
    for name in ("Bread", "Cakes"):
        make_queue(make_category(cast.b, name), time_slots=DAILY[:3], slots_a_week=3)
    sign_in(page, live_server.url, cast.ana)
    page.goto(f"{live_server.url}/queues/")
    expect(page.locator("#count")).to_have_text("3 queues")
    assert_accessible_everywhere(page)
    page.get_by_label("Sort").select_option(label="Category")
    expect(page.get_by_role("columnheader", name="Queue")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("searchbox", name="Name of a category or client").fill("birch")
    expect(page.locator("#count")).to_have_text("2 queues")
    page.get_by_label("All on this page").check()
    expect(page.get_by_text("2 ticked")).to_be_visible()
    page.get_by_role("button", name="Pause…").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("heading", name="Pause 2 queues?")).to_be_focused()
    sheet.get_by_role("button", name="Pause").click()
    expect(page.locator("#toasts")).to_contain_text("2 queues are paused.")
    expect(page.locator(".queue-tally-paused")).to_contain_text("2")
    page.get_by_role("link", name="New queue").click()
    expect(page.get_by_role("heading", name="New queue")).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_role("link", name=re.compile("Patient tips")).click()
    expect(page.get_by_role("heading", name="Patient tips")).to_be_visible()
    assert said == []
