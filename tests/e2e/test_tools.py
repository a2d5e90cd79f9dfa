"""The tools of the browser tests can fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

GOOD = '<html lang="en"><title>Post</title><main><h1>Post</h1><p>Hello</p></main></html>'


def test_axe_passes_a_good_page_and_names_what_is_wrong_with_a_bad_one(
    page: Page, assert_accessible_everywhere: Callable[[Page], None]
) -> None:
    page.set_content(GOOD)
    assert_accessible_everywhere(page)
    page.set_content(GOOD.replace("<p>Hello</p>", '<img src="cat.png">'))
    with pytest.raises(pytest.fail.Exception, match=r"image-alt \(critical\)"):
        assert_accessible_everywhere(page)


def test_a_page_that_is_too_wide_for_a_phone_is_noticed(
    page: Page, assert_accessible_everywhere: Callable[[Page], None]
) -> None:
    page.set_content(GOOD.replace("<p>", '<p style="width: 600px">'))
    with pytest.raises(AssertionError, match="scrolls sideways by"):
        assert_accessible_everywhere(page)


def test_the_look_reaches_the_page(page: Page, look: Callable[[Page, str, str], None]) -> None:
    page.set_content(GOOD)
    for scheme, dark in (("dark", True), ("light", False)):
        look(page, scheme, "narrow")
        assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is dark
        assert page.evaluate("innerWidth") == 390
