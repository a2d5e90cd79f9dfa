"""Where the focus goes in the editor of a queue when what was focused is drawn anew, or is gone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_queues import desk, expect_order, row, texts  # noqa: F401
from tests.queues import paging

Desk = tuple[Page, paging.Page, str]


def press(page: Page, control: Any, key: str = "Enter") -> None:
    control.focus()
    page.keyboard.press(key)


def test_the_focus_stays_where_the_work_is(desk: Desk) -> None:  # noqa: F811
    page, _queue, _url = desk
    press(page, row(page, "Bravo").locator("[data-grip]"))
    press(page, page.locator("#item-menu").get_by_role("button", name="Take out"))
    expect_order(page, "ACDE")
    expect(row(page, "Charlie").locator("[data-grip]")).to_be_focused()

    press(page, row(page, "Charlie").get_by_role("checkbox"), "Space")
    press(page, page.get_by_role("button", name="To the bottom").first)
    expect_order(page, "ADEC")
    expect(page.get_by_role("button", name="To the bottom").first).to_be_focused()

    press(page, page.get_by_role("button", name="Undo"))
    expect_order(page, "ACDE")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect_order(page, "ABCDE")
    expect(page.get_by_role("button", name="Redo")).to_be_focused()
    page.keyboard.press("Enter")
    expect_order(page, "ACDE")

    press(page, page.get_by_role("link", name="Discard…"))
    press(page, page.get_by_role("button", name="Throw it away"))
    expect_order(page, "ABCDE")
    expect(page.get_by_role("heading", name="In the order they will go out")).to_be_focused()

    press(page, row(page, "Echo").locator("[data-grip]"), "Home")
    expect_order(page, "EABCD")
    press(page, page.get_by_role("button", name="Save to HighLevel"))
    expect(page.locator("#draft-words")).to_contain_text("Being saved to HighLevel")
    expect(page.locator("#draft-words")).to_be_focused()


def test_the_focus_stays_in_the_panels(desk: Desk) -> None:  # noqa: F811
    page, _queue, _url = desk
    slots = page.locator("#slots")
    press(page, slots.get_by_role("button", name="Take Monday 09:00 out"))
    expect(slots).to_contain_text("6 a week")
    expect(slots.get_by_role("button", name="Add a time on Monday")).to_be_focused()
    press(page, slots.get_by_text("Copy a day, or begin with a preset"))
    press(page, slots.get_by_role("button", name="Put it in"))
    expect(slots).to_contain_text("5 a week")
    expect(slots.get_by_role("button", name="Put it in")).to_be_focused()
    press(page, slots.get_by_role("link", name="As they were"))
    expect(slots).to_contain_text("7 a week")
    expect(slots.get_by_role("heading")).to_be_focused()

    slots.get_by_label("Monday, time 1").fill("25:00")
    press(page, slots.get_by_role("button", name="Save the times"))
    expect(slots.get_by_role("alert")).to_be_focused()

    press(page, page.get_by_role("link", name="Five weeks later"))
    press(page, page.get_by_role("link", name="Five weeks earlier"))
    expect(page.get_by_role("link", name="Five weeks earlier")).to_have_count(0)
    expect(page.get_by_role("link", name="Five weeks later")).to_be_focused()


@pytest.mark.parametrize("old", [False, True], ids=["browser", "browser without moveBefore"])
def test_what_is_typed_while_the_search_answers_is_not_lost(desk: Desk, old: bool) -> None:  # noqa: F811
    page, _queue, _url = desk
    if old:
        page.evaluate("delete Element.prototype.moveBefore")
    page.evaluate(
        """document.addEventListener("htmx:beforeSwap", () => {
            const field = document.getElementById("cycle-q");
            if (field.value !== "De") return;  // what else comes meanwhile
            field.value += "lta";
            field.dispatchEvent(new Event("input", { bubbles: true }));
        })"""
    )
    field = page.get_by_role("searchbox", name="Find in this queue")
    field.focus()
    page.keyboard.insert_text("De")  # at once: between two keys the search might be answered on a slow machine
    # the list that was looked for with all that was typed
    expect(page.locator("#cycle input[name=q]")).to_have_value("Delta")
    expect(texts(page)).to_have_text(["Delta"])
    expect(field).to_have_value("Delta")
    expect(field).to_be_focused()
