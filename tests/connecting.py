"""A client of a sandbox agency whose accounts can be connected, for tests with and without a browser."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import urljoin

import requests

from accounts.models import ConnectAttempt, Member, Role, User
from highlevel.models import Credential, Location
from highlevel.sandbox import Sandbox
from highlevel.sandbox.connect_people import PEOPLE
from tests.factories import make_member, make_user

NETWORKS = (
    "google", "facebook", "instagram", "linkedin", "tiktok", "tiktok-business", "youtube", "pinterest", "threads",
)  # fmt: skip
MARTA, DEVIKA, TOMAS = PEOPLE  # manages two new pages, one, none


@dataclass(frozen=True, slots=True)
class Desk:
    """A sandbox, one of its locations, and Mia, who manages it and is known to HighLevel."""

    box: Sandbox
    location: Location
    mia: User


def make_desk(box: Sandbox, name: str = "Harbour Dental") -> Desk:
    location = add_client(box, name)
    mia = make_user("mia@example.test", name="Mia")
    employ(box, mia, location)
    return Desk(box, location, mia)


def add_client(box: Sandbox, name: str) -> Location:
    """Another location of the sandbox, with a token of its own."""
    remote_id = box.add_location(name=name)
    location = Location.objects.create(
        name=name, remote_id=remote_id, company_id=box.company_id, timezone="Europe/London", colour="#2f6f8f"
    )
    Credential.objects.create(
        level=Credential.Level.LOCATION,
        kind=Credential.Kind.PRIVATE,
        company_id=box.company_id,
        location=location,
        access_token=box.private_token(remote_id),
    )
    return location


def employ(box: Sandbox, user: User, location: Location, role: Role = Role.MANAGER) -> Member:
    person = box.add_user(firstName=user.name, lastName="Test", location_ids=[location.remote_id])
    return make_member(user, location, role, remote_id=person["id"])


def listed(desk: Desk) -> list[dict[str, object]]:
    """The accounts that HighLevel has for the location."""
    return [
        account
        for account in desk.box.store.find("account", location=desk.location.remote_id, order="rowid")
        if not account.get("deleted")
    ]


def sign_in_at(box: Sandbox, address: str, *, answer: str = "sign_in", person: str = MARTA) -> str:
    """Do at the network's page what a person would do in the popup; returns the account id of its message."""
    page = requests.get(address, timeout=10)
    form = re.search(r'action="([^"]+)"', page.text)
    assert form, page.text
    last = requests.post(urljoin(box.url, form[1]), data={"answer": answer, "person": person}, timeout=10)
    message = re.search(r'"accountId": "([^"]*)"', html.unescape(last.text))
    assert message, last.text
    return message[1]


def last_attempt() -> ConnectAttempt:
    found = ConnectAttempt.objects.order_by("pk").last()
    assert found is not None
    return found
