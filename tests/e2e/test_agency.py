"""Connecting the agency in a real browser: out to HighLevel's consent page on another origin, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from highlevel.models import Credential, Location
from highlevel.sandbox import Sandbox
from tests.e2e.console import listen
from tests.e2e.visit import sign_in
from tests.factories import make_location, make_user
from tests.highlevel.connecting import code_from, company_credential, point_at

PATIENCE = 60_000  # milliseconds for the worker


@pytest.fixture
def box(settings: Any) -> Iterator[Sandbox]:
    with Sandbox(agency="empty", rate_limit=None) as made:
        point_at(settings, made)
        for name in ("Crumb & Ember", "Fern & Co", "Kiln & Clay"):
            made.add_location(name=name)
        yield made


@pytest.fixture
def ana(transactional_db: None) -> User:
    return make_user("ana@example.test", name="Ana", is_owner=True)


def test_an_owner_installs_and_chooses_by_keyboard_alone(
    live_server: Any,
    page: Page,
    box: Sandbox,
    ana: User,
    start_worker: Callable[..., Path],
    assert_accessible: Callable[[Page], None],
):
    said = listen(page)
    app = {"HIGHLEVEL_CLIENT_ID": box.client_id, "HIGHLEVEL_CLIENT_SECRET": box.client_secret}
    start_worker(box.url, HIGHLEVEL_COMPANY_ID="", HIGHLEVEL_TOKEN="", **app)
    sign_in(page, live_server.url, ana)
    page.locator(".side details.person summary").click()
    page.get_by_role("link", name="HighLevel", exact=True).click()
    expect(page.get_by_text("Not connected")).to_be_visible()
    page.get_by_role("link", name="Install in HighLevel").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Install the app")).to_be_visible()
    assert page.url.startswith(box.url)
    assert_accessible(page)
    page.get_by_role("button", name="Allow and install").focus()
    page.keyboard.press("Enter")

    page.wait_for_url(f"{live_server.url}/agency/**")
    assert "code" not in page.url
    expect(page.get_by_text("installed as a marketplace app")).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_count(3, timeout=PATIENCE)
    assert Credential.objects.get().company_id == box.company_id
    page.get_by_role("checkbox", name="Kiln & Clay").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 ticked")).to_be_visible()
    page.get_by_role("button", name="Work for the ticked").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("works for 1 more location")
    expect(page.locator("tr", has_text="Kiln & Clay")).to_contain_text("First sync")
    assert [row.name for row in Location.objects.filter(is_active=True)] == ["Kiln & Clay"]
    assert said == []


def test_refusing_says_so_and_one_location_can_be_installed(live_server: Any, page: Page, box: Sandbox, ana: User):
    sign_in(page, live_server.url, ana)
    page.goto(f"{live_server.url}/agency/")
    page.get_by_role("link", name="Install in HighLevel").click()
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_role("alert")).to_contain_text("Access was refused in HighLevel")
    page.get_by_role("link", name="Install in HighLevel").click()
    page.get_by_label("Where").select_option(label="Fern & Co (has the app)")
    page.get_by_role("button", name="Allow and install").click()
    expect(page.get_by_role("status")).to_contain_text("Fern & Co is connected")
    expect(page.locator("tr", has_text="Fern & Co")).to_contain_text("its own installation")


def test_a_token_is_pasted_refused_and_pasted_again(
    live_server: Any, page: Page, box: Sandbox, ana: User, assert_accessible: Callable[[Page], None]
):
    kiln = box.location_ids[2]
    sign_in(page, live_server.url, ana)
    page.goto(f"{live_server.url}/agency/")
    page.get_by_role("link", name="Paste a token").click()
    page.get_by_label("One location").check()
    page.get_by_label("Location id").fill(kiln)
    page.get_by_label("Token", exact=True).fill(box.private_token(box.location_ids[0]))
    page.get_by_role("button", name="Check and store").click()
    expect(page.get_by_role("alert")).to_contain_text("another location: Crumb & Ember")
    expect(page.get_by_label("Token", exact=True)).to_have_value("")
    assert_accessible(page)
    page.get_by_label("Token", exact=True).fill(box.private_token(kiln))
    page.get_by_role("button", name="Check and store").click()
    expect(page.get_by_role("status")).to_contain_text("The token works and is stored")
    expect(page.locator("tr", has_text="Kiln & Clay")).to_contain_text("its own token")


def test_ticking_searching_and_narrowing(live_server: Any, page: Page, box: Sandbox, ana: User):
    said = listen(page)
    for number in range(60):
        make_location(f"Client {number:02}", is_active=False, company_id=box.company_id)
    company_credential(box)
    sign_in(page, live_server.url, ana)
    page.goto(f"{live_server.url}/agency/")
    page.get_by_role("button", name="Tick all on this page").click()
    expect(page.get_by_text("50 ticked")).to_be_visible()
    page.get_by_role("button", name="Tick none").click()
    expect(page.get_by_text("None ticked")).to_be_visible()
    page.get_by_label("Name or id of a location").fill("client 5")
    expect(page.get_by_role("rowheader")).to_have_count(10)
    page.get_by_role("button", name="Tick all on this page").click()
    expect(page.get_by_text("10 ticked")).to_be_visible()
    page.get_by_role("button", name="Work for all 10 that match").click()
    expect(page.get_by_role("status")).to_contain_text("works for 10 more locations")
    page.get_by_role("navigation", name="Locations").get_by_role("link", name="Worked for", exact=False).first.click()
    expect(page.get_by_role("rowheader")).to_have_count(10)
    assert said == []


def test_the_pages_are_accessible_in_both_looks_and_widths(
    live_server: Any, page: Page, box: Sandbox, ana: User, assert_accessible_everywhere: Callable[[Page], None]
):
    sign_in(page, live_server.url, ana)
    for address in ("/agency/", "/agency/token/"):
        page.goto(live_server.url + address)
        assert_accessible_everywhere(page)
    held = company_credential(box, scopes="locations.readonly")
    make_location("Atlas Motors", company_id=box.company_id, pulled_at=datetime.now(UTC))
    make_location("Birch Bakery with a rather long name of its own", company_id=box.company_id, is_active=False)
    make_location("Crumb", company_id=box.company_id, paused_at=datetime.now(UTC), paused_code="location_inactive")
    for address in ("/agency/", "/agency/?problem=other_company", "/", "/sync/"):
        page.goto(live_server.url + address)
        page.evaluate("document.querySelectorAll('details.agency-scopes').forEach((part) => (part.open = true))")
        assert_accessible_everywhere(page)
    Credential.objects.filter(pk=held.pk).update(state="refused", problem="Invalid grant: refresh token is invalid")
    page.goto(f"{live_server.url}/agency/")
    assert_accessible_everywhere(page)
    page.goto(f"{live_server.url}/agency/callback/?code={code_from(box)}")
    expect(page.get_by_role("heading", name="Did you install Rota")).to_be_visible()
    assert_accessible_everywhere(page)
    page.goto(
        f"{box.url}/v2/oauth/chooselocation?client_id={box.client_id}&response_type=code&scope=users.readonly"
        f"&redirect_uri={live_server.url}/agency/callback/"
    )
    assert_accessible_everywhere(page)
