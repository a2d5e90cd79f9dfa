"""Connecting an account in a browser: the app and HighLevel's stand-in are different origins, the popup is real."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import ConnectAttempt, ConnectedAccount, Platform
from highlevel.sandbox import Sandbox
from tests.connecting import DEVIKA, MARTA, NETWORKS, Desk, last_attempt, listed, make_desk
from tests.e2e.console import listen
from tests.e2e.visit import sign_in


@pytest.fixture
def desk(transactional_db: None, sandbox: Sandbox, settings: Any) -> Desk:
    settings.HIGHLEVEL_BASE_URL = sandbox.url
    return make_desk(sandbox)


@pytest.fixture
def said(page: Page, live_server: Any, desk: Desk) -> list[str]:
    """Mia is signed in and looks at the accounts; what the console says is kept."""
    heard = listen(page)
    sign_in(page, live_server.url, desk.mia)
    return heard


def open_dialog(page: Page, live_server: Any) -> Locator:
    page.goto(f"{live_server.url}/accounts/")
    page.get_by_role("link", name="Connect an account").click()
    dialog = page.get_by_role("dialog", name="Connect an account")
    expect(dialog).to_be_visible()
    return dialog


def answer(popup: Page, button: str = "Sign in and allow", person: str = MARTA) -> None:
    popup.get_by_label(person).check()
    popup.get_by_role("button", name=button).click()


@pytest.mark.parametrize("platform", NETWORKS)
def test_each_network_from_choice_to_account(
    platform: str, page: Page, live_server: Any, desk: Desk, said: list[str]
) -> None:
    dialog = open_dialog(page, live_server)
    label = str(Platform(platform).label)
    page.evaluate("window.notReloaded = true")
    with page.expect_popup() as opening:
        dialog.locator(f"button[value='{platform}']").click()
    popup = opening.value
    popup.wait_for_url(f"{desk.box.url}/**")
    assert desk.box.url not in page.url
    expect(dialog.get_by_role("heading", name=f"Sign in to {label}")).to_be_focused()
    answer(popup)
    expect(dialog.get_by_role("heading", name=f"What to connect on {label}")).to_be_visible()
    dialog.get_by_role("checkbox").first.check()
    dialog.get_by_role("button", name="Connect what is ticked").click()
    expect(dialog.get_by_role("heading", name="1 account is connected")).to_be_visible()
    (account,) = listed(desk)
    row = ConnectedAccount.objects.get()
    assert (row.remote_id, row.platform, row.name) == (account["id"], platform, account["name"])
    assert popup.is_closed()
    expect(page.locator(f"#account-{row.pk}")).to_contain_text(row.name)
    expect(page.locator("#count")).to_have_text("1 account")
    expect(dialog.get_by_role("heading", name="1 account is connected")).to_be_focused()
    assert page.evaluate("window.notReloaded")
    assert last_attempt().state == ConnectAttempt.State.DONE
    assert said == []


def test_keyboard_only_and_accessible_at_every_step(
    page: Page,
    live_server: Any,
    desk: Desk,
    said: list[str],
    assert_accessible_everywhere: Callable[[Page], None],
    look: Callable[[Page, str, str], None],
) -> None:
    def check() -> None:
        assert_accessible_everywhere(page)
        look(page, "light", "wide")

    dialog = open_dialog(page, live_server)
    expect(dialog.get_by_role("heading", name="Choose a network")).to_be_focused()
    check()
    tab_to(page, "Facebook Pages")
    with page.expect_popup() as opening:
        page.keyboard.press("Enter")
    popup = opening.value
    popup.wait_for_url(f"{desk.box.url}/**")
    page.bring_to_front()
    check()
    popup.bring_to_front()
    tab_to(popup, "Sign in and allow")
    popup.keyboard.press("Enter")
    expect(dialog.get_by_role("heading", name="What to connect on Facebook")).to_be_focused()
    check()
    page.keyboard.press("Tab")
    page.keyboard.type("market")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to(page, "Connect what is ticked")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("heading", name="1 account is connected")).to_be_focused()
    check()
    tab_to(page, "Done")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert len(listed(desk)) == 1
    assert said == []


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the thing of that name has the focus."""
    for _press in range(30):
        page.keyboard.press("Tab")
        words = page.evaluate("document.activeElement.innerText || ''")
        if name in " ".join(words.split()):
            return
    pytest.fail(f"Tab does not reach {name!r}")


def test_several_at_once_with_a_result_each_and_more_of_the_same_sign_in(
    page: Page, live_server: Any, desk: Desk, said: list[str]
) -> None:
    dialog = open_dialog(page, live_server)
    with page.expect_popup() as opening:
        dialog.locator("button[value='facebook']").click()
    answer(opening.value)
    expect(dialog.get_by_role("checkbox")).to_have_count(2)
    for box in dialog.get_by_role("checkbox").all():
        box.check()
    dialog.get_by_role("button", name="Connect what is ticked").click()
    expect(dialog.get_by_role("heading", name="1 account is connected")).to_be_visible()
    results = dialog.get_by_role("listitem").filter(has_text="Harbour Dental")
    expect(results.nth(0)).to_contain_text("Connected")
    expect(results.nth(1)).to_contain_text("Refused")
    expect(results.nth(1)).to_contain_text("missing permissions or not verified")
    dialog.get_by_role("link", name="Choose others of this sign-in").click()
    first = dialog.get_by_role("checkbox").first
    expect(first).to_be_disabled()
    expect(dialog.get_by_text("It is connected already.")).to_be_visible()
    assert len(listed(desk)) == 1


def test_an_expired_account_is_reconnected(page: Page, live_server: Any, desk: Desk, said: list[str]) -> None:
    theirs = desk.box.add_account(
        desk.location.remote_id,
        platform="facebook",
        name="Old friend",
        expire=desk.box.clock.now() - timedelta(days=3),
    )
    row = ConnectedAccount.objects.create(
        location=desk.location,
        platform="facebook",
        name="Old friend",
        remote_id=theirs["id"],
        origin_id=theirs["originId"],
        is_expired=True,
    )
    page.goto(f"{live_server.url}/accounts/")
    page.get_by_role("link", name="Reconnect Old friend").click()
    dialog = page.get_by_role("dialog", name="Connect an account")
    expect(dialog.get_by_role("heading", name="Reconnect Old friend")).to_be_visible()
    with page.expect_popup() as opening:
        dialog.get_by_role("button", name="Sign in to Facebook").click()
    answer(opening.value)
    expect(dialog.get_by_role("checkbox", name="Old friend")).to_be_checked()
    dialog.get_by_role("button", name="Connect what is ticked").click()
    expect(dialog.get_by_role("heading", name="1 account is connected")).to_be_visible()
    again = ConnectedAccount.objects.get()
    assert (again.pk, again.is_expired) == (row.pk, False)
    expect(page.locator(f"#account-{row.pk}")).not_to_contain_text("Expired")


def test_the_whole_page_does_it_without_htmx(page: Page, live_server: Any, desk: Desk, said: list[str]) -> None:
    page.route("**/htmx*.js", lambda route: route.abort())
    page.goto(f"{live_server.url}/connect/")
    page.get_by_role("button", name="YouTube").click()
    expect(page.get_by_role("heading", name="Sign in to YouTube")).to_be_visible()
    page.wait_for_load_state()
    with page.expect_popup() as opening:
        page.get_by_role("button", name="Open the sign-in window").click()
    answer(opening.value, person=DEVIKA)
    expect(page.get_by_role("heading", name="What to connect on YouTube")).to_be_visible()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Connect what is ticked").click()
    expect(page.get_by_role("heading", name="1 account is connected")).to_be_visible()
    assert ConnectedAccount.objects.get().platform == "youtube"


def test_the_whole_page_does_it_with_htmx(
    page: Page,
    live_server: Any,
    desk: Desk,
    said: list[str],
    assert_accessible_everywhere: Callable[[Page], None],
) -> None:
    page.goto(f"{live_server.url}/connect/")
    assert_accessible_everywhere(page)
    with page.expect_popup() as opening:
        page.get_by_role("button", name="Threads").click()
    answer(opening.value)
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Connect what is ticked").click()
    expect(page.get_by_role("heading", name="1 account is connected")).to_be_visible()
    assert said == []
