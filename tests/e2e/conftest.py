"""Browser tests: the machine's own Chromium, the accessibility check, and both looks and two widths of a page."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.servers import find_browser, in_ci

# Playwright runs an event loop in the test's thread, where Django otherwise refuses to touch the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Milliseconds. Nothing waits longer than it must, and a machine under load takes its time.
expect.set_options(timeout=20_000)

WIDTHS = {"narrow": (390, 844), "wide": (1440, 900)}
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Look = Callable[[Page, str, str], None]
# What turns for ever is not waited for.
AT_REST = """() => Promise.all(
    document.getAnimations()
        .filter(one => Number.isFinite(one.effect.getComputedTiming().endTime))
        .map(one => one.finished.catch(() => null))
).then(() => null)"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder carries the mark `e2e`."""
    for item in items:
        if "/tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without a browser a test is skipped with the reason, and fails where CI is true."""
    if item.get_closest_marker("e2e") is None or find_browser():
        return
    reason = "There is no Chromium. Install it (Debian: apt install chromium) or set E2E_CHROMIUM to its path."
    if in_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    args = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    return {**browser_type_launch_args, "args": args, "executable_path": find_browser()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    width, height = WIDTHS["wide"]
    return {**browser_context_args, "viewport": {"width": width, "height": height}, "locale": "en-GB"}


@pytest.fixture
def look() -> Look:
    """A function that shows a page `light` or `dark`, `narrow` or `wide`: look(page, "dark", "narrow")."""

    def show(page: Page, scheme: str, width: str) -> None:
        page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")

    return show


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """A function that runs axe on a page and fails with each violation: the rule, why it matters, and the elements.

    It waits until pieces that were asked for have come and nothing fades in or out any more: axe judges what it sees.
    """

    def check(page: Page) -> None:
        expect(page.locator(".htmx-request")).to_have_count(0)
        page.evaluate(AT_REST)
        found = Axe().run(page).response["violations"]
        lines = [
            f"{rule['id']} ({rule['impact']}): {rule['help']}\n"
            + "\n".join(
                f"    {' '.join(map(str, node['target']))}\n      {node['html'][:200]}" for node in rule["nodes"]
            )
            for rule in found
        ]
        if lines:
            pytest.fail(f"axe finds {len(lines)} kinds of violation on {page.url}\n" + "\n".join(lines), pytrace=False)

    return check


@pytest.fixture
def assert_accessible_everywhere(assert_accessible: Callable[[Page], None], look: Look) -> Callable[[Page], None]:
    """A function that runs axe on a page in light and dark, narrow and wide, and finds no sideways scrolling."""

    def check(page: Page) -> None:
        for width in WIDTHS:
            for scheme in ("light", "dark"):
                look(page, scheme, width)
                assert_accessible(page)
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, f"{page.url} scrolls sideways by {wider} px at {WIDTHS[width][0]} px"

    return check
