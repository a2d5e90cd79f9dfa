"""Two versions of a post, side by side in a browser: of two people here, and of us and HighLevel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from highlevel.models.change import ChangeState
from highlevel.sandbox import Sandbox
from planner.composing import composition_of
from planner.models import Post
from planner.services.post_writing import post_rewrite
from tests.e2e.console import listen
from tests.e2e.visit import sign_in
from tests.pulling import change_post
from tests.writing import Desk, make_desk

Writing = tuple[Page, Desk, str]


@pytest.fixture
def writing(
    live_server: Any, page: Page, transactional_db: None, settings: Settings, sandbox: Sandbox, tmp_path: Path
) -> Iterator[Writing]:
    """Ana at her desk; a message in the console fails the test."""
    settings.FILES_DIR = tmp_path
    desk = make_desk(settings, sandbox)
    said = listen(page)
    sign_in(page, live_server.url, desk.person)
    yield page, desk, live_server.url
    assert [line for line in said if "409" not in line] == []


def rewrite(desk: Desk, post: Post, **fields: Any) -> None:
    held = Post.objects.get(pk=post.pk)
    composition = replace(composition_of(held), **fields)
    post_rewrite(post=held, version=held.version, composition=composition, actor=desk.person, now=desk.clock())


def test_two_people_here(writing: Writing, assert_accessible_everywhere: Callable[[Page], None]) -> None:
    page, desk, url = writing
    post = desk.write("What it was")
    page.goto(f"{url}/posts/{post.pk}/edit/")
    page.get_by_role("textbox", name="Text", exact=True).fill("What I wrote")
    rewrite(desk, post, text="What Ben wrote", follow_up_comment="Ben's comment")
    page.get_by_role("button", name="Save", exact=True).click()
    section = page.get_by_role("group", name="Both of you changed this post")
    expect(section).to_be_focused()
    text = section.get_by_role("group", name=re.compile("^Text"))
    for words in ("What it was", "What I wrote", "What Ben wrote"):
        expect(text).to_contain_text(words)
    assert_accessible_everywhere(page)

    text.get_by_role("radio", name=re.compile("What I wrote")).focus()
    page.keyboard.press("ArrowRight")
    expect(text.get_by_role("radio", name=re.compile("What Ben wrote"))).to_be_checked()
    page.keyboard.press("ArrowLeft")
    section.get_by_role("button", name="Save these").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/posts/{post.pk}/")
    post.refresh_from_db()
    assert (post.text, post.follow_up_comment) == ("What I wrote", "Ben's comment")


def test_us_and_highlevel(writing: Writing, assert_accessible_everywhere: Callable[[Page], None]) -> None:
    page, desk, url = writing
    post = desk.write("What it was")
    desk.send()
    rewrite(desk, post, text="What I wrote", follow_up_comment="My comment")
    change_post(desk.agency, desk.there()[0]["_id"], summary="What they wrote there")
    assert desk.send() == [ChangeState.REFUSED]

    page.goto(f"{url}/sync/changes/")
    expect(page.locator(".differences")).to_contain_text("What they wrote there")
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="Choose field by field").click()
    text = page.get_by_role("group", name=re.compile("^Text"))
    expect(text).to_contain_text("What they wrote there")
    assert_accessible_everywhere(page)
    text.get_by_role("radio", name=re.compile("In HighLevel")).check()
    page.get_by_role("button", name="Save these").click()
    page.wait_for_url(f"{url}/posts/{post.pk}/")
    assert desk.send() == [ChangeState.DONE]
    row = desk.there()[0]
    assert (row["summary"], row["followUpComment"]) == ("What they wrote there", "My comment")
