"""What the tests about people share: a manager of one location, and short ways to look and to arrange."""

from __future__ import annotations

import pytest

from accounts.models import Member, Role, User
from highlevel.models import Location
from tests.cast import Cast
from tests.factories import make_member, make_user


@pytest.fixture
def max_manages_a(cast: Cast) -> User:
    """Max, a manager of location A and of nothing else."""
    person = make_user("max@example.test", name="Max")
    make_member(person, cast.a, Role.MANAGER)
    return person


def role_in(person: User, location: Location) -> str:
    row = Member.objects.filter(user=person, location=location, gone_at=None).first()
    return row.role if row else ""


def remote_user(location: Location, email: str, **fields: str) -> Member:
    given = {"remote_id": f"ghl-{email}-{location.pk}", "name": email.split("@")[0].title()}
    return Member.objects.create(location=location, email=email, user=None, **{**given, **fields})


def many_locations(number: int) -> list[Location]:
    return Location.objects.bulk_create(
        Location(name=f"Client {place:03}", remote_id=f"many-{place}", company_id="c") for place in range(number)
    )
