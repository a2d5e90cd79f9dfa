"""Disconnecting an account and following changes, by keyboard, in both looks and widths, with a real worker."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from accounts.models import ConnectedAccount
from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox.tasks import outbox_sweep_task
from highlevel.sandbox import Sandbox
from planner.outbox.subjects import POST_EDIT
from tests.cast import make_cast
from tests.e2e.conftest import Look
from tests.e2e.visit import sign_in
from tests.factories import make_account, make_post, make_user
from tests.outboxes import make_change
from tests.pulling import add_posts, arrange

NOW = datetime.now(UTC)
PATIENCE = 40_000  # milliseconds until a worker has done its part
Check = Callable[[Page], None]


def picture(page: Page, look: Look, name: str) -> None:
    """Keep pictures of the page where E2E_PICTURES names a folder."""
    folder = os.environ.get("E2E_PICTURES")
    for scheme in ("light", "dark") if folder else ():
        for width in ("narrow", "wide"):
            look(page, scheme, width)
            page.screenshot(path=f"{folder}/{name}-{scheme}-{width}.png")


def test_posts_move_and_the_account_goes(
    live_server: Any,
    page: Page,
    settings: Any,
    sandbox: Sandbox,
    start_worker: Callable[..., Path],
    assert_accessible: Check,
    look: Look,
) -> None:
    agency = arrange(settings, sandbox)
    sandbox.add_account(agency.location.remote_id, platform="facebook", name="Second page")
    add_posts(agency, 3)
    agency.pull()
    start_worker(sandbox.url, HIGHLEVEL_COMPANY_ID=sandbox.company_id)
    old, new = (ConnectedAccount.objects.get(name=name) for name in ("Harbour page", "Second page"))
    sign_in(page, live_server.url, make_user(name="Ana", is_owner=True))
    page.goto(f"{live_server.url}/accounts/")
    picture(page, look, "accounts")

    page.get_by_role("link", name="Disconnect Harbour page").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Disconnect an account")
    expect(dialog.get_by_role("link", name="3 scheduled posts")).to_be_visible()
    assert_accessible(page)
    picture(page, look, "disconnect")
    dialog.get_by_role("button", name="Disconnect", exact=True).focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Choose what becomes of what is planned")
    expect(dialog.get_by_role("group", name="Who takes over?")).to_be_focused()
    dialog.get_by_role("radio", name="Second page").focus()
    page.keyboard.press("Space")
    dialog.get_by_role("button", name="Disconnect", exact=True).focus()
    page.keyboard.press("Enter")

    page.wait_for_url(f"{live_server.url}/accounts/{old.pk}/disconnect/")
    expect(page.get_by_role("heading", name="Moving to Second page")).to_be_visible()
    expect(page.get_by_text("Until then you can take this back.")).to_be_visible(timeout=PATIENCE)
    assert_accessible(page)
    picture(page, look, "disconnecting")
    Change.objects.filter(state=State.PENDING).update(not_before=NOW)
    outbox_sweep_task()
    expect(page.get_by_role("heading", name="Disconnected", exact=True)).to_be_visible(timeout=PATIENCE)

    assert sandbox.store.get("account", old.remote_id) is None
    posts = sandbox.store.find("post", location=agency.location.remote_id)
    assert {doc["accountId"] for doc in posts} == {new.remote_id}
    page.get_by_role("link", name="All accounts").click()
    expect(page.get_by_text("Harbour page")).to_have_count(0)


def test_a_slip_is_taken_back(live_server: Any, page: Page) -> None:
    cast = make_cast()
    account = make_account(cast.a, name="Atlas page")
    make_post(cast.a, account)
    sign_in(page, live_server.url, cast.ana)
    page.goto(f"{live_server.url}/accounts/")
    page.get_by_role("link", name="Disconnect Atlas page").click()
    dialog = page.get_by_role("dialog", name="Disconnect an account")
    dialog.get_by_role("link", name="Keep it connected").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Disconnect Atlas page").click()
    dialog.get_by_role("button", name="Disconnect", exact=True).click()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(f"{live_server.url}/accounts/")
    expect(page.get_by_text("Atlas page stays connected.")).to_be_visible()
    expect(page.get_by_role("link", name="Disconnect Atlas page")).to_be_visible()


def test_the_changes_page(live_server: Any, page: Page, assert_accessible_everywhere: Check, look: Look) -> None:
    cast = make_cast()
    post = make_post(cast.a)
    about = {"operation": POST_EDIT, "subject": f"post:{post.pk}", "actor": cast.ana}
    text = {"title": "Three things to ask before whitening"}
    refused = {"state": State.REFUSED, "attempts": 1, "created_at": NOW - timedelta(hours=3)}
    make_change(cast.a, **about, **refused, payload={**text, "accountIds": ["a"]}, error_code="rejected",
                error_detail="Instagram Account, would require image or video", trace_id="0b5e7a")  # fmt: skip
    theirs = {"base": {"summary": "Old words"}, "outcome": {"seen": {"summary": "Their words"}}}
    about["subject"] = "post:90"
    make_change(
        cast.a, **about, **refused, **theirs, payload={**text, "summary": "Our words"}, error_code="changed_elsewhere"
    )
    make_change(cast.a, **about, payload={**text, "followUpComment": "x"})
    about["subject"] = "post:91"
    make_change(cast.b, **about, payload={**text, "summary": "x"}, state=State.UNCONFIRMED, attempts=1,
                not_before=NOW + timedelta(minutes=4), error_code="outcome_unknown")  # fmt: skip
    sign_in(page, live_server.url, cast.ana)
    expect(page.get_by_text("HighLevel refused 2 changes.")).to_be_visible()
    picture(page, look, "today")
    page.get_by_role("link", name="See why").click()
    expect(page.get_by_role("listitem").filter(has_text="HighLevel refused the request.")).to_be_visible()
    page.get_by_role("link", name="Not arrived yet").click()
    expect(page.get_by_text("Their words")).to_be_visible()
    assert_accessible_everywhere(page)
    picture(page, look, "changes")
    look(page, "light", "wide")

    page.get_by_role("button", name="Replace theirs").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is sent again now.")).to_be_visible()
    expect(page.get_by_text("It is sent again now.")).to_be_focused()
    Change.objects.filter(state=State.UNCONFIRMED).update(state=State.DONE)
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("The change has moved on meanwhile")).to_be_visible()


def test_the_page_of_a_disconnection_is_accessible(
    live_server: Any, page: Page, assert_accessible_everywhere: Check
) -> None:
    cast = make_cast()
    account, _other = make_account(cast.a, name="Atlas page"), make_account(cast.a, name="Atlas page two")
    make_post(cast.a, account)
    sign_in(page, live_server.url, cast.ana)
    page.goto(f"{live_server.url}/accounts/{account.pk}/disconnect/")
    assert_accessible_everywhere(page)
    page.get_by_label("Atlas page two").check()
    page.get_by_role("button", name="Disconnect", exact=True).click()
    expect(page.get_by_role("heading", name="Being disconnected")).to_be_visible()
    assert_accessible_everywhere(page)
