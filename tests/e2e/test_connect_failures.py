"""What goes wrong with the window in which HighLevel signs somebody in: each has its sentence and a way on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from accounts.models import ConnectAttempt
from highlevel.sandbox import Sandbox
from tests.connecting import TOMAS, Desk, last_attempt, listed
from tests.e2e.test_connect import answer, desk, open_dialog, said

__all__ = ["desk", "said"]  # fixtures
State = ConnectAttempt.State
MESSAGE = "{page: '%s', platform: '%s', accountId: '%s', actionType: 'close'}"


@pytest.fixture
def elsewhere() -> Iterator[Sandbox]:
    """Another origin, which is not HighLevel's."""
    with Sandbox(agency="empty") as box:
        yield box


def start(page: Page, dialog: Locator, ends_at: str = "**/sandbox/sign-in/*") -> Page:
    with page.expect_popup() as opening:
        dialog.locator("button[value='facebook']").click()
    opening.value.wait_for_url(ends_at)
    return opening.value


def finish(page: Page, dialog: Locator, popup: Page) -> None:
    """After whatever went wrong, the same sign-in leads to the choices."""
    answer(popup)
    expect(dialog.get_by_role("heading", name="What to connect on Facebook")).to_be_visible()


def reopen(page: Page, dialog: Locator) -> Page:
    with page.expect_popup() as opening:
        dialog.get_by_role("button", name="Open the sign-in window").click()
    return opening.value


def noted(trouble: str) -> None:
    """The server has logged the trouble, and nobody has answered for the attempt."""
    ends = time.monotonic() + 10
    while last_attempt().problem != trouble and time.monotonic() < ends:
        time.sleep(0.05)
    assert (last_attempt().state, last_attempt().problem) == (State.STARTED, trouble)


def test_a_blocked_popup(page: Page, live_server: Any, desk: Desk, said: list[str]) -> None:
    dialog = open_dialog(page, live_server)
    page.evaluate("() => { window.realOpen = window.open; window.open = () => null; }")
    dialog.locator("button[value='facebook']").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Allow pop-ups for this site")
    page.evaluate("() => { window.open = window.realOpen; }")
    finish(page, dialog, reopen(page, dialog))


def test_a_closed_popup(
    page: Page, live_server: Any, desk: Desk, said: list[str], assert_accessible: Callable[[Page], None]
) -> None:
    dialog = open_dialog(page, live_server)
    popup = start(page, dialog)
    popup.get_by_role("button", name="Close this window").click()
    expect(dialog.get_by_role("alert")).to_contain_text("was closed before anybody had signed in")
    assert_accessible(page)
    noted("closed")
    finish(page, dialog, reopen(page, dialog))


def test_a_popup_that_stays_silent(page: Page, live_server: Any, desk: Desk, said: list[str]) -> None:
    page.clock.install()
    dialog = open_dialog(page, live_server)
    popup = start(page, dialog)
    page.clock.run_for(601_000)
    expect(dialog.get_by_role("alert")).to_contain_text("has not answered for a long time")
    finish(page, dialog, popup)


def test_a_dialog_that_is_left(page: Page, live_server: Any, desk: Desk, said: list[str]) -> None:
    dialog = open_dialog(page, live_server)
    popup = start(page, dialog)
    with page.expect_response("**/trouble/") as telling:
        page.bring_to_front()
        page.keyboard.press("Escape")
    assert telling.value.status == 204
    assert popup.is_closed()
    noted("abandoned")


def test_a_refusal(page: Page, live_server: Any, desk: Desk, said: list[str]) -> None:
    dialog = open_dialog(page, live_server)
    answer(start(page, dialog), "Refuse")
    expect(dialog.get_by_role("alert")).to_contain_text("was refused the access that it needs")
    with page.expect_popup() as opening:
        dialog.get_by_role("button", name="Try again").click()
    finish(page, dialog, opening.value)


def test_a_session_that_expired_at_the_network(page: Page, live_server: Any, desk: Desk, said: list[str]) -> None:
    dialog = open_dialog(page, live_server)
    answer(start(page, dialog), "Let the session expire")
    expect(dialog.get_by_role("alert")).to_contain_text("Session expired, please sign in again")
    expect(dialog.get_by_role("button", name="Try again")).to_be_visible()


def test_a_person_with_nothing_to_connect(page: Page, live_server: Any, desk: Desk, said: list[str]) -> None:
    dialog = open_dialog(page, live_server)
    answer(start(page, dialog), person=TOMAS)
    expect(dialog.get_by_text("HighLevel found nothing to connect")).to_be_visible()
    with page.expect_popup() as opening:
        dialog.get_by_role("button", name="Sign in again").click()
    finish(page, dialog, opening.value)


def test_a_foreign_window_is_not_believed(page: Page, live_server: Any, desk: Desk, said: list[str]) -> None:
    dialog = open_dialog(page, live_server)
    popup = start(page, dialog)
    page.evaluate(f"window.postMessage({MESSAGE % ('social_media_posting', 'facebook', 'a' * 24)}, '*')")
    expect(dialog.get_by_role("alert")).to_contain_text("from a window that was not opened here")
    with page.expect_popup() as opening:
        page.evaluate("(url) => window.open(url)", f"{desk.box.url}/sandbox/sign-in.js")
    opening.value.wait_for_load_state()
    opening.value.evaluate(f"opener.postMessage({MESSAGE % ('social-media-posting', 'facebook', 'b' * 24)}, '*')")
    noted("foreign_window")
    finish(page, dialog, popup)


def test_a_foreign_origin_is_not_believed(
    page: Page, live_server: Any, desk: Desk, said: list[str], elsewhere: Sandbox
) -> None:
    dialog = open_dialog(page, live_server)
    popup = start(page, dialog)
    page_of_the_network = popup.url
    popup.goto(f"{elsewhere.url}/sandbox/sign-in.js")
    popup.evaluate(f"opener.postMessage({MESSAGE % ('social-media-posting', 'facebook', 'a' * 24)}, '*')")
    expect(dialog.get_by_role("alert")).to_contain_text("from an address that is not HighLevel's")
    noted("foreign_origin")
    popup.goto(page_of_the_network)
    finish(page, dialog, popup)


def test_an_answer_for_another_network_and_messages_about_other_things(
    page: Page, live_server: Any, desk: Desk, said: list[str]
) -> None:
    dialog = open_dialog(page, live_server)
    popup = start(page, dialog)
    for other in ("'hello'", "null", "{page: 'contacts'}", "{page: ['social-media-posting']}", "7"):
        popup.evaluate(f"opener.postMessage({other}, '*')")
    popup.evaluate(f"opener.postMessage({MESSAGE % ('social-media-posting', 'youtube', 'a' * 24)}, '*')")
    expect(dialog.get_by_role("alert")).to_contain_text("answered for another network")
    assert last_attempt().state == State.STARTED
    finish(page, dialog, popup)


def test_an_answer_that_comes_twice_counts_once(page: Page, live_server: Any, desk: Desk, said: list[str]) -> None:
    dialog = open_dialog(page, live_server)
    desk.box.world.settings["connect_page"] = "social_media_posting"
    popup = start(page, dialog)
    reports = []
    page.on("request", lambda request: reports.append(request.url) if "/report/" in request.url else None)
    account_id = popup.url.rpartition("/")[2]
    twice = MESSAGE % ("social_media_posting", "facebook", account_id)
    popup.evaluate(f"opener.postMessage({twice}, '*'); opener.postMessage({twice}, '*')")
    expect(dialog.get_by_role("alert")).to_contain_text("OAuth account not found")  # nobody has signed in yet
    page.wait_for_timeout(300)
    assert len(reports) == 1


def test_step_one_that_fails_is_said_in_the_popup(
    page: Page, live_server: Any, desk: Desk, said: list[str], assert_accessible_everywhere: Callable[[Page], None]
) -> None:
    desk.box.faults.add(operation="start-oauth", kind="unavailable", times=2)
    dialog = open_dialog(page, live_server)
    popup = start(page, dialog, "**/start/")
    expect(popup.get_by_role("alert")).to_contain_text("HighLevel had a fault of its own")
    assert_accessible_everywhere(popup)
    popup.get_by_role("link", name="Try again").click()
    popup.wait_for_url(f"{desk.box.url}/**")
    finish(page, dialog, popup)


def test_step_three_without_an_answer_is_unconfirmed_and_then_found(
    page: Page, live_server: Any, desk: Desk, said: list[str], assert_accessible: Callable[[Page], None]
) -> None:
    dialog = open_dialog(page, live_server)
    finish(page, dialog, start(page, dialog))
    desk.box.faults.add(operation="attach-oauth-accounts", kind="drop_after", times=1)
    desk.box.faults.add(operation="get-account", kind="unavailable", times=2)
    dialog.get_by_role("checkbox").first.check()
    dialog.get_by_role("button", name="Connect what is ticked").click()
    expect(dialog.get_by_text("Unconfirmed")).to_be_visible()
    assert_accessible(page)
    dialog.get_by_role("button", name="Look it up now").click()
    expect(dialog.get_by_role("heading", name="1 account is connected")).to_be_visible()
    assert len(listed(desk)) == 1
    assert len(desk.box.log.entries(operation="attach-oauth-accounts")) == 1


def test_a_rota_session_that_ended_leads_to_the_sign_in(
    page: Page, live_server: Any, desk: Desk, said: list[str]
) -> None:
    dialog = open_dialog(page, live_server)
    popup = start(page, dialog)
    page.context.clear_cookies(name="sessionid")
    answer(popup)
    page.wait_for_url(f"{live_server.url}/sign-in/**")
    assert listed(desk) == []


def test_another_opener_policy_would_cut_the_window_off(
    page: Page, live_server: Any, desk: Desk, said: list[str]
) -> None:
    """Why the product serves its own: under Django's, the page and its window lose sight of each other."""

    def as_django_would(route: Route) -> None:
        answered = route.fetch()
        route.fulfill(response=answered, headers={**answered.headers, "cross-origin-opener-policy": "same-origin"})

    page.route("**/accounts/", as_django_would)
    dialog = open_dialog(page, live_server)
    start(page, dialog)
    expect(dialog.get_by_role("alert")).to_contain_text("was closed before anybody had signed in")


def test_a_token_that_highlevel_refuses_is_said(page: Page, live_server: Any, desk: Desk, said: list[str]) -> None:
    dialog = open_dialog(page, live_server)
    desk.location.credentials.update(access_token="pit-worn-out")
    popup = start(page, dialog, "**/start/")
    expect(popup.get_by_role("alert")).to_contain_text("HighLevel refuses the token")
