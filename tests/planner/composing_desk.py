"""For tests of the composer: a client with accounts on every network, and somebody of each role who writes there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import ConnectedAccount, Platform, Role, User
from highlevel.models import Location
from planner.models import Category, Post, Tag
from tests.cast import HTMX
from tests.factories import make_account, make_category, make_group, make_location, make_member, make_tag, make_user

NETWORKS = [platform for platform in Platform.values if platform != Platform.COMMUNITY]


@dataclass
class Room:
    """A client in New York. `writer` is a manager whose own clock is Madrid's."""

    location: Location
    accounts: dict[str, ConnectedAccount]
    category: Category
    tag: Tag
    writer: User

    def client(self, person: User | None = None) -> Client:
        client = Client()
        client.force_login(person or self.writer, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def colleague(self, role: Role) -> User:
        person = make_user(name=f"{role} at work")
        make_member(person, self.location, role)
        return person

    @property
    def address(self) -> str:
        return f"/posts/compose/?location={self.location.pk}"

    def fields(self, *networks: str, **more: Any) -> dict[str, Any]:
        """What the form of a new post sends: tomorrow at nine on these networks. Dots are written as `__`."""
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")
        given = {
            "accounts": [str(self.accounts[name].pk) for name in networks or ("facebook",)],
            "text": "Three things to ask",
            "type": "post",
            "day": tomorrow,
            "time": "09:00",
            "panel": list(self.accounts),
            "do": "schedule",
        }
        return {**given, **{name.replace("__", "."): value for name, value in more.items()}}

    def opened(self, address: str = "", client: Client | None = None) -> dict[str, Any]:
        """What the form of a page would send if nothing were typed."""
        answer = (client or self.client()).get(address or f"{self.address}&new=1")
        assert answer.status_code == 200, answer.status_code
        return form_of(answer)


def form_of(answer: Any) -> dict[str, Any]:
    """The fields of the composer in an answer, as a browser without scripts would send them."""
    page = answer.content.decode()
    form = page[page.index('<form id="composer"') : page.index("</form>", page.index('<form id="composer"'))]
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        held = {name: unescape(value) for name, value in re.findall(r'([\w.-]+)="([^"]*)"', tag)}
        box = held.get("type") in ("checkbox", "radio")
        ticked = not box or re.search(r"\schecked\b", tag)
        if "name" in held and ticked and " disabled" not in tag:
            fields.setdefault(held["name"], []).append(held.get("value", "on" if box else ""))
    for name, text in re.findall(r'<textarea[^>]*\sname="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        fields.setdefault(name, []).append(unescape(text))
    for name, options in re.findall(r'<select[^>]*\sname="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields.setdefault(name, []).append(unescape(chosen[1]) if chosen else "")
    return fields


def send(client: Client, address: str, fields: dict[str, Any], *, htmx: bool = False) -> HttpResponse:
    """Send the form."""
    return client.post(address, fields, headers=HTMX if htmx else {})  # type: ignore[return-value]


def check(room: Room, fields: dict[str, Any], client: Client | None = None) -> Any:
    """What the page asks while somebody types."""
    return (client or room.client()).post(f"/posts/compose/{room.location.pk}/check/", fields, headers=HTMX)


def the_post() -> Post:
    return Post.objects.get()


@pytest.fixture
def room(db: None) -> Room:
    location = make_location("Atlas Motors", timezone="America/New_York")
    accounts = {name: make_account(location, name, name=f"atlas {name}") for name in NETWORKS}
    make_group(location, accounts["facebook"], accounts["instagram"], name="Meta")
    writer = make_user("mara@example.test", name="Mara", timezone="Europe/Madrid")
    make_member(writer, location, Role.MANAGER)
    tag = make_tag(location, "winter", remote_id="65f0c0ffee65f0c0ffee65f0")
    return Room(location, accounts, make_category(location, "Tips"), tag, writer)
