"""What each role opens, per location and for the agency."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.access import EVERY_ROLE, WRITERS, keeps_people, locations_for, require_role
from accounts.mirror import mirror_members
from accounts.models import Member, Role, User
from accounts.services.people import owner_set
from accounts.services.people_access import RANK, access_set, grantable_roles, managed_locations
from accounts.services.people_binding import acts_as
from accounts.services.people_errors import BeyondRole
from highlevel.api import RemoteUser
from highlevel.pull.reading import Read, read_row
from highlevel.pull.rows import sound
from tests.cast import Cast
from tests.factories import make_member, make_user

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_a_role_counts_in_its_own_location_only(cast: Cast, role: Role):
    person = make_user()
    make_member(person, cast.a, role)
    for asked in EVERY_ROLE:
        assert set(locations_for(person, asked)) == ({cast.a} if asked == role else set())
    if role in WRITERS:
        require_role(person, cast.a, *WRITERS)
    with pytest.raises(PermissionDenied):
        require_role(person, cast.b, role)


@pytest.mark.parametrize(
    ("role", "keeps", "gives"),
    [
        (Role.MANAGER, True, {Role.CREATOR, Role.APPROVER, Role.VIEWER}),
        (Role.CREATOR, False, set()),
        (Role.APPROVER, False, set()),
        (Role.VIEWER, False, set()),
    ],
)
def test_managers_keep_their_people_and_owners_everybody(cast: Cast, role: Role, keeps: bool, gives: set[Role]):
    person = make_user()
    make_member(person, cast.a, role)
    assert keeps_people(person) is keeps
    assert set(managed_locations(person)) == ({cast.a} if keeps else set())
    assert not keeps or set(grantable_roles(person)) == gives
    assert keeps_people(cast.ana)
    assert set(managed_locations(cast.ana)) == {cast.a, cast.b}
    assert set(grantable_roles(cast.ana)) == set(Role)


def test_roles_are_ranked_for_those_who_join_twice():
    assert sorted(RANK, key=RANK.__getitem__) == [Role.VIEWER, Role.APPROVER, Role.CREATOR, Role.MANAGER]


def test_a_person_is_one_member_of_a_location(cast: Cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_member(cast.ben, cast.a, Role.CREATOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create(location=cast.a, role="king")


def remote(**fields: object) -> Read[RemoteUser]:
    raw = sound({"id": "ghl-1", "name": "Ben of Atlas", "email": "BEN@Example.test", **fields})
    row, _problem = read_row(RemoteUser, raw.raw)
    assert row is not None
    return Read(row, raw)


class TestPulls:
    """A pull keeps what Rota decided, whatever HighLevel says about its users."""

    def test_role_and_person_stay(self, cast: Cast):
        make_member(cast.cleo, cast.a, Role.APPROVER, remote_id="ghl-1")
        mirror_members(location=cast.a, users=[remote(email="cleo@example.test", roles={"role": "admin"})], now=NOW)
        row = Member.objects.get(location=cast.a, remote_id="ghl-1")
        assert (row.user, row.role, row.name) == (cast.cleo, Role.APPROVER, "Ben of Atlas")

    def test_ended_access_does_not_come_back(self, cast: Cast):
        Member.objects.filter(user=cast.ben).update(remote_id="ghl-1")
        access_set(actor=cast.ana, person=cast.ben, locations=[cast.a], role=None, now=NOW)
        mirror_members(location=cast.a, users=[remote()], now=NOW)
        assert not cast.ben.locations().exists()

    def test_who_is_new_in_highlevel_gains_no_access(self, cast: Cast):
        mirror_members(location=cast.b, users=[remote()], now=NOW)
        assert list(cast.ben.locations()) == [cast.a]

    def test_a_member_without_a_highlevel_user_is_bound_by_email(self, cast: Cast):
        Member.objects.filter(user=cast.ben).update(remote_id=None)
        mirror_members(location=cast.a, users=[remote()], now=NOW)
        assert acts_as(user=cast.ben, location=cast.a) == "ghl-1"
        assert Member.objects.filter(location=cast.a, user=cast.ben).count() == 1
        assert Member.objects.get(user=cast.ben).role == Role.VIEWER

    def test_acting_as_nobody_holds_while_highlevel_says_nothing_new(self, cast: Cast):
        mirror_members(location=cast.a, users=[remote()], now=NOW)
        Member.objects.filter(user=cast.ben).update(remote_id=None)
        mirror_members(location=cast.a, users=[remote()], now=NOW)
        assert acts_as(user=cast.ben, location=cast.a) is None


def test_an_owner_speaks_through_the_highlevel_user_of_the_same_email(cast: Cast):
    assert acts_as(user=cast.ana, location=cast.a) is None
    Member.objects.create(location=cast.a, remote_id="ghl-ana", email="Ana@Example.test")
    assert acts_as(user=cast.ana, location=cast.a) == "ghl-ana"


def test_two_owners_cannot_unmake_each_other(cast: Cast):
    other = make_user("olga@example.test", is_owner=True)
    owner_set(actor=cast.ana, person=other, owner=False)
    with pytest.raises(BeyondRole):
        owner_set(actor=other, person=cast.ana, owner=False)
    assert User.objects.filter(is_owner=True).count() == 1
