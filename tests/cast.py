"""Who plays in the tests: Ana owns the agency, Ben may only read location A, Cleo belongs to location B."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from accounts.models import Role, User
from highlevel.models import Location
from tests.factories import make_location, make_member, make_user


@dataclass(frozen=True, slots=True)
class Cast:
    """Two locations, three people and somebody who is not signed in, each with a client that is ready to ask."""

    a: Location
    b: Location
    ana: User
    ben: User
    cleo: User

    def client(self, user: User | None) -> Client:
        """A signed-in client, or a stranger's for None."""
        client = Client()
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    @property
    def as_ana(self) -> Client:
        return self.client(self.ana)

    @property
    def as_ben(self) -> Client:
        return self.client(self.ben)

    @property
    def as_cleo(self) -> Client:
        return self.client(self.cleo)

    @property
    def as_nobody(self) -> Client:
        return self.client(None)


def make_cast() -> Cast:
    a = make_location("Atlas Motors", timezone="America/New_York", colour="#b23a48")
    b = make_location("Birch Bakery", timezone="Asia/Kolkata", colour="#b5642b")
    ana = make_user("ana@example.test", name="Ana", is_owner=True, timezone="Europe/Madrid")
    ben = make_user("ben@example.test", name="Ben")
    cleo = make_user("cleo@example.test", name="Cleo")
    make_member(ben, a, Role.VIEWER)
    make_member(cleo, b, Role.CREATOR)
    return Cast(a, b, ana, ben, cleo)


@pytest.fixture
def cast(db: None) -> Cast:
    """The whole cast; tests import this fixture by name."""
    return make_cast()


HTMX = {"HX-Request": "true"}
HISTORY = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
