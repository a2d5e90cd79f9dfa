"""The composer in a browser: write, attach, preview, schedule, see it settle; and nothing typed is ever lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django import Settings

from highlevel.models.change import ChangeState
from highlevel.sandbox import Sandbox
from planner.models import ComposerDraft, Post, PostStatus
from planner.services.measuring import media_measure
from tests.e2e.console import listen
from tests.e2e.visit import sign_in
from tests.factories import PASSWORD, make_post
from tests.films import make_mp4
from tests.foreign import foreign_site
from tests.writing import Desk, make_desk

Writing = tuple[Page, Desk, str]


@pytest.fixture
def writing(
    live_server: Any, page: Page, transactional_db: None, settings: Settings, sandbox: Sandbox, tmp_path: Path
) -> Iterator[Writing]:
    """Ana at her desk with the composer open; a message in the console fails the test."""
    settings.FILES_DIR = tmp_path
    desk = make_desk(settings, sandbox)
    said = listen(page)
    sign_in(page, live_server.url, desk.person)
    page.goto(f"{live_server.url}/posts/compose/?location={desk.location.pk}&new=1")
    yield page, desk, live_server.url
    assert [line for line in said if "401" not in line and "422" not in line and "409" not in line] == []


def fill_in(page: Page, desk: Desk, text: str = "Three things to ask") -> None:
    page.get_by_role("checkbox", name=re.compile("Harbour page")).check()
    page.get_by_role("textbox", name="Text", exact=True).fill(text)
    soon = desk.location.local(desk.soon(days=2))
    page.get_by_label("Date", exact=True).fill(soon.strftime("%Y-%m-%d"))
    page.get_by_label("Time", exact=True).fill("09:30")


def picture(folder: Path, name: str = "tooth.png") -> Path:
    path = folder / name
    Image.new("RGB", (1080, 1080), "teal").save(path)
    return path


def test_write_attach_preview_schedule_and_see_it_settle(writing: Writing, tmp_path: Path) -> None:
    page, desk, url = writing
    fill_in(page, desk, "Meet #DrOsei on Thursday")
    page.get_by_role("checkbox", name=re.compile("Harbour pictures")).check()
    page.locator("[data-uploads] input").set_input_files([picture(tmp_path), picture(tmp_path, "smile.png")])
    expect(page.locator(".media-row")).to_have_count(2)
    page.get_by_label("Alternative text of tooth.png").fill("A tooth")

    preview = page.get_by_role("article", name="Instagram")
    expect(preview).to_contain_text("Meet #DrOsei on Thursday")
    expect(preview.locator("img.thumb")).to_have_count(2)
    expect(page.locator("#counters")).to_contain_text("24 / 2,200")
    expect(page.locator("#wall")).to_contain_text("09:30")
    expect(page.locator("#kept")).to_contain_text("Kept at")

    page.get_by_role("button", name="Schedule").click()
    page.wait_for_url(re.compile(r"/posts/\d+/$"))
    stored = Post.objects.get()
    assert [item.alt_text for item in stored.media.all()] == ["A tooth", ""]
    assert set(desk.send(3)) == {ChangeState.DONE}
    (row,) = desk.there()
    assert row["summary"] == "Meet #DrOsei on Thursday"
    assert not any(item["url"].startswith("rota-upload") for item in row["media"])
    page.reload()
    expect(page.get_by_text(str(row["_id"]))).to_be_visible()
    page.goto(f"{url}/sync/changes/")
    expect(page.get_by_text("DrOsei")).to_have_count(0)


def test_everything_by_keyboard(writing: Writing) -> None:
    page, _desk, _url = writing
    page.get_by_role("checkbox", name=re.compile("Harbour page")).focus()
    page.keyboard.press("Space")
    page.get_by_role("textbox", name="Text", exact=True).focus()
    page.keyboard.type("By keyboard")
    page.get_by_label("Address of an image").focus()
    for name in ("one", "two"):
        page.keyboard.type(f"https://cdn.example/{name}.jpg")
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"{name}.jpg", exact=True)).to_be_visible()
        expect(page.get_by_label("Address of an image")).to_be_focused()
    page.get_by_role("button", name="Move two.jpg up").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".media-row").first).to_contain_text("two.jpg")
    expect(page.get_by_role("button", name="Move two.jpg down")).to_be_focused()
    page.get_by_role("radio", name="Every network").focus()
    page.get_by_role("checkbox", name=re.compile("Harbour pictures")).focus()
    page.keyboard.press("Space")
    page.get_by_role("radio", name="Every network").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Different text for Facebook")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("For Facebook alone")
    expect(page.get_by_role("article", name="Facebook")).to_contain_text("For Facebook alone")
    expect(page.get_by_role("article", name="Instagram")).to_contain_text("By keyboard")
    page.get_by_role("button", name="Save draft").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/posts/\d+/$"))
    assert sorted(Post.objects.values_list("text", "status")) == [
        ("By keyboard", PostStatus.DRAFT),
        ("For Facebook alone", PostStatus.DRAFT),
    ]


def add(page: Page, *urls: str) -> None:
    for number, url in enumerate(urls, page.locator(".media-row").count() + 1):
        page.get_by_label("Address of an image").fill(url)
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator(".media-row")).to_have_count(number)


def test_files_change_places_by_dragging(writing: Writing) -> None:
    page, _desk, _url = writing
    add(page, *(f"https://cdn.example/{name}.jpg" for name in ("one", "two", "three")))
    page.get_by_label("Alternative text of three.jpg").fill("The third")
    grip = page.locator(".media-row", has_text="three.jpg").locator("[data-grip]")
    grip.scroll_into_view_if_needed()
    held, first = grip.bounding_box(), page.locator(".media-row").first.bounding_box()
    assert held is not None
    assert first is not None
    page.mouse.move(held["x"] + held["width"] / 2, held["y"] + held["height"] / 2)
    page.mouse.down()
    page.mouse.move(held["x"] + held["width"] / 2, first["y"] + 2, steps=12)
    with page.expect_response(re.compile(r"/compose/\d+/media/")):
        page.mouse.up()
    # The server has numbered them anew, and what was typed went along.
    expect(page.locator("#row-0")).to_contain_text("three.jpg")
    expect(page.locator("#row-2")).to_contain_text("two.jpg")
    expect(page.get_by_label("Alternative text of three.jpg")).to_have_value("The third")
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url(re.compile(r"/posts/\d+/$"))
    stored = [(item.url.rpartition("/")[2], item.alt_text) for item in Post.objects.get().media.all()]
    assert stored == [("three.jpg", "The third"), ("one.jpg", ""), ("two.jpg", "")]


def test_addresses_that_will_not_do_are_told_and_cost_no_word(writing: Writing, settings: Settings) -> None:
    page, desk, _url = writing
    with foreign_site() as site:
        settings.HIGHLEVEL_BASE_URL = site.url
        web_page, film = site.say("/a.jpg", "<title>Sign in</title>"), site.say("/b.jpg", make_mp4(), "image/jpeg")
        fill_in(page, desk)
        add(page, "https://10.0.0.8/tooth.jpg")
        expect(page.locator("#slot-media-0")).to_contain_text("The file lies in a private network")
        page.get_by_role("button", name="Schedule").click()
        expect(page.get_by_role("alert")).to_contain_text("The file lies in a private network")
        address = page.get_by_label("Address of tooth.jpg")
        expect(address).to_be_focused()
        expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("Three things to ask")

        address.fill(web_page)
        address.press("Tab")
        expect(page.locator("#row-0 .measured")).to_contain_text("Measuring…")
        media_measure(web_page)
        expect(page.locator("#slot-media-0")).to_contain_text("This is not a picture, a film or a PDF")
        page.get_by_role("button", name="Schedule").click()
        expect(page.get_by_role("alert")).to_contain_text("Upload the file instead, or keep this as a draft meanwhile.")

        add(page, film)
        media_measure(film)
        expect(page.locator("#row-1 .measured")).to_contain_text("1080 × 1920")
        expect(page.locator("#slot-media-1")).to_contain_text("ends like a JPEG file, and the file is MP4")
        page.get_by_role("button", name="Remove a.jpg").click()
        expect(page.locator(".media-row")).to_have_count(1)
        page.get_by_role("button", name="Schedule").click()
        page.wait_for_url(re.compile(r"/posts/\d+/$"))
    stored = Post.objects.get()
    assert (stored.text, stored.status) == ("Three things to ask", PostStatus.SCHEDULED)
    assert [(item.url, item.kind) for item in stored.media.all()] == [(film, "video/mp4")]


def test_what_is_wrong_is_said_at_its_field_and_mended(writing: Writing) -> None:
    page, desk, _url = writing
    fill_in(page, desk)
    page.get_by_label("Date", exact=True).fill("2020-01-01")
    expect(page.locator("#slot-scheduled_at")).to_contain_text("The date has passed")
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_role("alert")).to_contain_text("It was not saved")
    expect(page.get_by_label("Date", exact=True)).to_be_focused()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("Three things to ask")
    page.get_by_label("Date", exact=True).fill(desk.location.local(desk.soon(days=2)).strftime("%Y-%m-%d"))
    expect(page.locator("#slot-scheduled_at")).to_be_empty()
    page.get_by_role("button", name="Schedule").click()
    page.wait_for_url(re.compile(r"/posts/\d+/$"))
    assert Post.objects.get().status == PostStatus.SCHEDULED


def test_a_double_click_writes_one_post(writing: Writing) -> None:
    page, desk, _url = writing
    fill_in(page, desk)
    expect(page.locator("#kept")).to_contain_text("Kept at")
    page.get_by_role("button", name="Schedule").dblclick()
    page.wait_for_url(re.compile(r"/posts/\d+/$"))
    assert Post.objects.count() == 1


def test_the_back_button_after_saving_writes_nothing_twice(writing: Writing) -> None:
    page, desk, _url = writing
    fill_in(page, desk)
    expect(page.locator("#kept")).to_contain_text("Kept at")
    page.get_by_role("button", name="Schedule").click()
    page.wait_for_url(re.compile(r"/posts/\d+/$"))
    page.go_back()
    expect(page.locator("#composer")).to_be_visible()
    assert Post.objects.count() == 1


def test_what_was_typed_is_there_again_and_can_be_thrown_away(writing: Writing) -> None:
    page, desk, url = writing
    page.get_by_role("textbox", name="Text", exact=True).fill("Half a thought")
    expect(page.locator("#kept")).to_contain_text("Kept at")
    page.goto(f"{url}/posts/compose/?location={desk.location.pk}")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("Half a thought")
    expect(page.locator("#kept")).to_contain_text("Not saved yet")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("")
    assert not ComposerDraft.objects.exists()


def test_a_sign_in_that_ends_costs_no_word(writing: Writing) -> None:
    page, desk, url = writing
    fill_in(page, desk, "Before it ended")
    expect(page.locator("#kept")).to_contain_text("Kept at")
    Session.objects.all().delete()
    page.get_by_role("textbox", name="Text", exact=True).press_sequentially(", and after")
    dialog = page.get_by_role("dialog", name="You are signed out")
    expect(dialog).to_be_visible()
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Sign in").click()
    other = opened.value
    other.get_by_label("E-mail").fill(desk.person.email)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(f"{url}/profile/")
    other.close()
    page.bring_to_front()
    if dialog.is_visible():
        dialog.get_by_role("button", name="I am signed in again").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Schedule").click()
    page.wait_for_url(re.compile(r"/posts/\d+/$"))
    assert Post.objects.get().text.startswith("Before it ended")


def test_sixty_thousand_characters_stay_usable(writing: Writing) -> None:
    page, desk, _url = writing
    fill_in(page, desk)
    # As pasting does; typing so much would measure the typist.
    paste = "(field, text) => { field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })); }"
    page.get_by_role("textbox", name="Text", exact=True).evaluate(paste, "Word 👩‍👩‍👧‍👦 #tag é\n" * 3000)
    expect(page.locator("#counters")).to_contain_text("/ 62,000", timeout=10_000)
    started = page.evaluate("performance.now()")
    page.get_by_role("textbox", name="Text", exact=True).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("the end of it")
    assert page.evaluate("performance.now()") - started < 3000
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url(re.compile(r"/posts/\d+/$"), timeout=15_000)
    assert Post.objects.get().text.endswith("the end of it")


def test_a_repeated_text_asks_for_a_reason(writing: Writing) -> None:
    page, desk, _url = writing
    make_post(desk.location, desk.accounts["facebook"], text="Three things to ask")
    fill_in(page, desk)
    expect(page.get_by_text("The same text is on one of these accounts")).to_be_visible()
    page.get_by_role("button", name="Schedule").click()
    reason = page.get_by_label("Reason to send it anyway")
    expect(reason).to_be_focused()
    reason.fill("The client wants it twice")
    page.get_by_role("button", name="Schedule").click()
    page.wait_for_url(re.compile(r"/posts/\d+/$"))
    assert Post.objects.count() == 2


def test_the_composer_is_accessible_in_every_look(
    writing: Writing, assert_accessible_everywhere: Callable[[Page], None]
) -> None:
    page, desk, url = writing
    assert_accessible_everywhere(page)
    fill_in(page, desk, "Text " * 40 + "#tag https://site.example/a")
    page.get_by_role("checkbox", name=re.compile("Harbour pictures")).check()
    add(page, "https://cdn.example/one.jpg", "http://cdn.example/two.jpg")
    page.get_by_label("Date", exact=True).fill("2020-01-01")
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_text("Card of a link").click()
    assert_accessible_everywhere(page)
    page.goto(f"{url}/posts/compose/?location=all")
    assert_accessible_everywhere(page)
