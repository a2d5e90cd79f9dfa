"""People in a real browser: inviting by keyboard alone, joining, the second factor, and every page's accessibility."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from accounts.models import Invitation, Member, Role, User
from accounts.services.people_access import access_set
from accounts.services.people_invitations import invitation_create
from highlevel.models import Location
from tests.cast import Cast, make_cast
from tests.factories import PASSWORD, make_member, make_user


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, in a database that the server's threads see."""
    return make_cast()


def sign_in(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


# The visible words only: a location's swatch holds its initial, hidden from assistive technology.
NAME_OF_FOCUSED = """() => {
  const at = document.activeElement;
  const named = (at.labels?.[0] ?? at).cloneNode(true);
  named.querySelectorAll("svg").forEach((drawing) => drawing.remove());
  return (at.getAttribute("aria-label") || named.textContent || "").trim();
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element with this accessible name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(NAME_OF_FOCUSED)
        if focused == name:
            return
    pytest.fail(f"Tab never reaches {name!r} on {page.url}", pytrace=False)


def test_the_keyboard_alone_invites_a_member(page: Page, live_server: Any, cast: Cast):
    sign_in(page, live_server.url, "ana@example.test")
    page.goto(f"{live_server.url}/people/")
    tab_to(page, "Invite somebody")
    page.keyboard.press("Enter")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type("nina@example.test")
    tab_to(page, "Role")
    page.keyboard.type("approver")
    tab_to(page, "Birch Bakery")
    page.keyboard.press("Space")
    tab_to(page, "Invite")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="nina@example.test")).to_be_visible()
    invitation = Invitation.objects.get()
    assert (invitation.role, [place.name for place in invitation.locations.all()]) == ("approver", ["Birch Bakery"])
    assert mail.outbox[0].to == ["nina@example.test"]


def test_a_wrong_invitation_keeps_what_was_typed(page: Page, live_server: Any, cast: Cast):
    sign_in(page, live_server.url, "ana@example.test")
    page.goto(f"{live_server.url}/people/invite/")
    page.get_by_label("E-mail").fill("nonsense")
    page.get_by_label("Name", exact=True).fill("Nina")
    page.get_by_label("Atlas Motors").check()
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_text("Enter a valid email address.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Nina")
    expect(page.get_by_label("Atlas Motors")).to_be_checked()


def test_the_invited_person_joins_and_meets_the_location(page: Page, live_server: Any, cast: Cast):
    sent = invitation_create(
        actor=cast.ana,
        email="nina@example.test",
        name="Nina",
        role=Role.CREATOR,
        locations=[cast.b],
        owner=False,
        now=datetime.now(UTC),
    )
    page.goto(f"{live_server.url}/invitation/{sent.token}/")
    page.get_by_label("Password").fill("seven quiet otters")
    page.get_by_role("button", name="Join").click()
    expect(page).to_have_url(f"{live_server.url}/")
    expect(page.get_by_text("Welcome to Rota.")).to_be_visible()


def test_many_locations_are_given_at_once(page: Page, live_server: Any, cast: Cast):
    Location.objects.bulk_create(
        Location(name=f"Client {number:03}", remote_id=f"c{number}", company_id="c") for number in range(120)
    )
    sign_in(page, live_server.url, "ana@example.test")
    page.goto(f"{live_server.url}/people/{cast.ben.pk}/")
    page.get_by_label("Name of a location").fill("client 11")
    expect(page.get_by_text("all 11 that match")).to_be_attached()
    page.get_by_label("Tick all on this page").check()
    page.get_by_label("Set").select_option("creator")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Access changed in 11 locations.")).to_be_visible()
    assert Member.objects.filter(user=cast.ben, role="creator").count() == 11


def test_an_open_page_ends_with_the_person(page: Page, live_server: Any, cast: Cast):
    sign_in(page, live_server.url, "ben@example.test")
    page.goto(f"{live_server.url}/posts/")
    cast.as_ana.post(f"/people/{cast.ben.pk}/deactivate/")
    page.keyboard.press("Control+K")
    expect(page).to_have_url(re.compile("/sign-in/"))


def test_the_second_factor_from_setting_up_to_signing_in(page: Page, live_server: Any, cast: Cast):
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    sign_in(page, live_server.url, "ben@example.test")
    page.goto(f"{live_server.url}/second-factor/")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("img", name="QR code for an authenticator app")).to_be_visible()
    device = TOTPDevice.objects.get()
    page.get_by_label("Code from the app").fill(f"{totp(device.bin_key):06d}")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_text("The second factor is on.")).to_be_visible()
    code = page.locator("#recovery-codes code").first.inner_text()
    page.context.clear_cookies()
    sign_in(page, live_server.url, "ben@example.test")
    expect(page.get_by_role("heading", name="Now the code")).to_be_visible()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{live_server.url}/")
    assert refused == []


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Every page has something to show."""
    max_ = make_user("max@example.test", name="Max Moreno")
    make_member(max_, cast.a, Role.MANAGER)
    access_set(actor=cast.ana, person=cast.ben, locations=[cast.a, cast.b], role=Role.APPROVER, now=datetime.now(UTC))
    User.objects.create_user("left@example.test", "x", name="Left", is_active=False)
    places = Location.objects.bulk_create(
        Location(name=f"Client {number:03}", remote_id=f"c{number}", company_id="c") for number in range(60)
    )
    access_set(actor=cast.ana, person=cast.cleo, locations=places, role=Role.CREATOR, now=datetime.now(UTC))
    given: dict[str, Any] = {
        "actor": cast.ana,
        "name": "Nina",
        "role": Role.CREATOR,
        "owner": False,
        "now": datetime.now(UTC),
    }
    invitation_create(email="nina@example.test", locations=places, **given)
    TOTPDevice.objects.create(user=cast.cleo, name="app", confirmed=True)
    return cast


@pytest.mark.parametrize(
    "address",
    [
        "/people/",
        "/people/?state=no_access&q=zz",
        "/people/{ben}/",
        "/people/{left}/",
        "/people/{ben}/deactivate/",
        "/people/{ben}/acts-as/{a}/",
        "/people/history/",
        "/people/invite/",
        "/people/invitations/",
        "/people/invitations/?show=closed",
        "/second-factor/",
    ],
)
def test_pages_are_accessible(
    page: Page, live_server: Any, busy: Cast, assert_accessible_everywhere: Callable[[Page], None], address: str
):
    sign_in(page, live_server.url, "ana@example.test")
    left = User.objects.get(email="left@example.test")
    page.goto(live_server.url + address.format(ben=busy.ben.pk, a=busy.a.pk, left=left.pk))
    expect(page.locator("main h1")).to_be_visible()
    assert_accessible_everywhere(page)


@pytest.mark.parametrize(
    "address", ["/password/", "/password/sent/", "/password/done/", "/password/x/y-z/", "/invitation/x/"]
)
def test_pages_before_signing_in_are_accessible(
    page: Page, live_server: Any, cast: Cast, assert_accessible_everywhere: Callable[[Page], None], address: str
):
    page.goto(live_server.url + address)
    expect(page.locator("main h1")).to_be_visible()
    assert_accessible_everywhere(page)


def test_the_steps_of_joining_and_of_the_factor_are_accessible(
    page: Page, live_server: Any, cast: Cast, assert_accessible_everywhere: Callable[[Page], None]
):
    given: dict[str, Any] = {
        "actor": cast.ana,
        "name": "",
        "role": Role.CREATOR,
        "owner": False,
        "now": datetime.now(UTC),
    }
    sent = invitation_create(email="nina@example.test", locations=[cast.a], **given)
    page.goto(f"{live_server.url}/invitation/{sent.token}/")
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Join").click()
    assert_accessible_everywhere(page)
    sign_in(page, live_server.url, "ben@example.test")
    page.goto(f"{live_server.url}/second-factor/")
    page.get_by_role("button", name="Set it up").click()
    assert_accessible_everywhere(page)
    device = TOTPDevice.objects.get()
    page.get_by_label("Code from the app").fill(f"{totp(device.bin_key):06d}")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Turn it on").click()
    assert_accessible_everywhere(page)
    page.goto(f"{live_server.url}/second-factor/")
    assert_accessible_everywhere(page)
    page.context.clear_cookies()
    sign_in(page, live_server.url, "ben@example.test")
    assert_accessible_everywhere(page)
