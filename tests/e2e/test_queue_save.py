"""A queue is edited in a browser, a real worker saves it, and HighLevel has it in that order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from pytest_django import Settings

from highlevel.sandbox import Sandbox
from tests.e2e.visit import sign_in
from tests.pulling import arrange
from tests.queues.saving import Saving


def test_what_was_arranged_is_what_highlevel_has(
    live_server: Any, page: Page, settings: Settings, sandbox: Sandbox, start_worker: Callable[..., Path]
) -> None:
    saving = Saving(arrange(settings, sandbox), 4)
    before = saving.said()
    sign_in(page, live_server.url, saving.ana)
    page.goto(f"{live_server.url}/queues/{saving.queue.pk}/")
    page.locator("[data-grip]").last.focus()
    page.keyboard.press("Home")
    expect(page.locator(".draft-bar")).to_contain_text("1 change")

    start_worker(sandbox.url)
    page.get_by_role("button", name="Save to HighLevel").click()

    expect(page.locator("#said")).to_have_text("Saved. HighLevel has the queue as you see it.", timeout=60_000)
    assert saving.said() == [before[3], *before[:3]]
