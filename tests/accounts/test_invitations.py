"""Inviting people, and what an invitation's link does for whom."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Invitation, Member, Role, User
from accounts.services.people import person_deactivate
from accounts.services.people_errors import InvitationClosed
from accounts.services.people_invitations import (
    Sent,
    invitation_accept,
    invitation_accept_new,
    invitation_create,
    invitation_revoke,
    token_digest,
)
from tests.cast import Cast
from tests.factories import PASSWORD, make_location, make_member, make_user

INVITE = "/people/invite/"
LINK = re.compile(r"http://testserver(/invitation/[\w-]+/)")


def invite(cast: Cast, email: str = "nina@example.test", **fields: Any) -> Sent:
    given: dict[str, Any] = {
        "name": "",
        "role": Role.CREATOR,
        "locations": [cast.a],
        "owner": False,
        "now": datetime.now(UTC),
    }
    return invitation_create(email=email, **{"actor": cast.ana, **given, **fields})


def address(sent: Sent) -> str:
    return f"/invitation/{sent.token}/"


def manager_of_a(cast: Cast) -> User:
    person = make_user("max@example.test", name="Max")
    make_member(person, cast.a, Role.MANAGER)
    return person


class TestInviting:
    def test_a_mail_and_a_link_that_is_nowhere_stored(self, cast: Cast):
        fields = {"email": "Nina@Example.test", "name": "Nina", "role": "creator", "locations": [cast.a.pk]}
        page = cast.as_ana.post(INVITE, fields).content.decode()
        shown, mailed = LINK.search(page), LINK.search(str(mail.outbox[0].body))
        assert shown is not None
        assert mailed is not None
        assert shown.group(1) == mailed.group(1)
        assert mail.outbox[0].to == ["nina@example.test"]
        assert "Ana invites you" in mail.outbox[0].subject
        token = shown.group(1).split("/")[2]
        invitation = Invitation.objects.get()
        assert invitation.email == "nina@example.test"
        assert invitation.token_digest == token_digest(token) != token
        assert token not in cast.as_ana.get("/people/invitations/").content.decode()

    @pytest.mark.parametrize(
        ("change", "field", "sentence"),
        [
            ({"email": "nonsense"}, "email", "valid email"),
            ({"email": ""}, "email", "required"),
            ({"role": "king"}, "role", "king"),
            ({"locations": []}, "locations", "Tick at least one location"),
            ({"locations": ["x"]}, "locations", "does not exist"),
            ({"name": "x" * 151}, "name", "150"),
        ],
    )
    def test_wrong_input_is_told_at_its_field_and_nothing_typed_is_lost(
        self, cast: Cast, change: dict[str, Any], field: str, sentence: str
    ):
        given: dict[str, Any] = {
            "email": "nina@example.test",
            "name": "Nina",
            "role": "approver",
            "locations": [cast.b.pk],
            **change,
        }
        answer = cast.as_ana.post(INVITE, given)
        page = answer.content.decode()
        assert answer.status_code == 422
        problems = re.search(rf'id="id_{field}_error">(.*?)</div>', page, re.DOTALL)
        assert problems is not None
        assert sentence in problems.group(1)
        if "email" not in change:
            assert 'value="nina@example.test"' in page
        if "role" not in change:
            assert '<option value="approver" selected>' in page
        if "locations" not in change:
            assert re.search(rf'name="locations" value="{cast.b.pk}"[^>]* checked', page)
        assert not Invitation.objects.exists()
        assert mail.outbox == []

    def test_an_empty_post_is_refused(self, cast: Cast):
        assert cast.as_ana.post(INVITE, {}).status_code == 422

    @pytest.mark.parametrize(
        ("email", "sentence"),
        [
            ("ana@example.test", "is an owner and reaches every location"),
            ("BEN@example.test", "already has this role"),
            ("left@example.test", "was deactivated"),
            ("waits@example.test", "already has an open invitation"),
        ],
    )
    def test_who_cannot_be_invited(self, cast: Cast, email: str, sentence: str):
        make_user("left@example.test", is_active=False)
        invite(cast, "waits@example.test")
        answer = cast.as_ana.post(INVITE, {"email": email, "role": "viewer", "locations": [cast.a.pk]})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()

    def test_an_expired_invitation_makes_way(self, cast: Cast):
        invite(cast, now=datetime.now(UTC) - timedelta(days=8))
        invite(cast)
        assert Invitation.objects.filter(revoked_at=None).count() == 1

    def test_a_mail_server_that_refuses_leaves_the_link(self, cast: Cast, settings: Any):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
        fields = {"email": "nina@example.test", "role": "creator", "locations": [cast.a.pk]}
        page = cast.as_ana.post(INVITE, fields).content.decode()
        assert "The mail could not be sent" in page
        assert LINK.search(page)
        assert Invitation.objects.count() == 1

    def test_a_hostile_name_makes_no_header(self, cast: Cast):
        User.objects.filter(pk=cast.ana.pk).update(name="Ana\r\nBcc: all@example.test")
        fields = {"email": "nina@example.test", "role": "creator", "locations": [cast.a.pk]}
        assert cast.as_ana.post(INVITE, fields).status_code == 200
        assert "\n" not in mail.outbox[0].subject

    def test_five_hundred_locations_are_one_page(self, cast: Cast, django_assert_max_num_queries):
        for number in range(40):
            make_location(f"Client {number}")
        client = cast.as_ana
        with django_assert_max_num_queries(8):
            assert client.get(INVITE).content.decode().count('name="locations"') == 42


class TestManagersInvite:
    def test_into_his_own_locations_below_his_role(self, cast: Cast):
        client = cast.client(manager_of_a(cast))
        page = client.get(INVITE).content.decode()
        assert "Atlas Motors" in page
        assert "Birch Bakery" not in page
        fields = {"email": "nina@example.test", "role": "approver", "locations": [cast.a.pk]}
        assert client.post(INVITE, fields).status_code == 200
        assert Invitation.objects.get().invited_by.email == "max@example.test"

    @pytest.mark.parametrize("role", ["manager", "owner"])
    def test_no_higher(self, cast: Cast, role: str):
        client = cast.client(manager_of_a(cast))
        answer = client.post(INVITE, {"email": "n@example.test", "role": role, "locations": [cast.a.pk]})
        assert answer.status_code == 422
        assert not Invitation.objects.exists()

    def test_nowhere_else(self, cast: Cast):
        client = cast.client(manager_of_a(cast))
        answer = client.post(INVITE, {"email": "n@example.test", "role": "viewer", "locations": [cast.b.pk]})
        assert answer.status_code == 422
        assert "Birch" not in answer.content.decode()

    def test_he_keeps_only_invitations_into_his_locations(self, cast: Cast):
        client = cast.client(manager_of_a(cast))
        sent = [invite(cast, "b@example.test", locations=[cast.b]), invite(cast, "o@example.test", owner=True)]
        sent.append(invite(cast, "ab@example.test", locations=[cast.a, cast.b]))
        invite(cast, "a@example.test")
        page = client.get("/people/invitations/").content.decode()
        assert "a@example.test" in page
        assert not re.search(r"\b(b|o|ab)@example\.test", page)
        for other in sent:
            for verb in ("again", "revoke"):
                assert client.post(f"/people/invitations/{other.invitation.pk}/{verb}/").status_code == 404

    def test_creators_and_strangers_have_no_such_page(self, cast: Cast):
        for verb in (cast.as_cleo.get, cast.as_cleo.post):
            assert verb(INVITE).status_code == 404
        assert cast.as_nobody.get(INVITE).status_code == 302


class TestJoining:
    def test_a_new_person_sets_name_and_password_and_is_in(self, cast: Cast, client: Client):
        row = Member.objects.create(location=cast.a, remote_id="ghl-nina", email="NINA@example.test", user=None)
        sent = invite(cast, name="Nina")
        page = client.get(address(sent)).content.decode()
        assert "Ana invites you" in page
        assert "Atlas Motors" in page
        assert 'value="Nina"' in page
        answer = client.post(address(sent), {"name": "Nina N.", "new_password": "seven quiet otters"})
        assert answer["Location"] == "/"
        assert client.get("/").status_code == 200
        nina = User.objects.get(email="nina@example.test")
        assert (nina.name, nina.is_owner, nina.is_staff) == ("Nina N.", False, False)
        row.refresh_from_db()
        assert (row.user, row.role) == (nina, "creator")

    def test_as_an_owner(self, cast: Cast, client: Client):
        sent = invite(cast, owner=True, locations=[])
        client.post(address(sent), {"name": "Nina", "new_password": "seven quiet otters"})
        assert User.objects.get(email="nina@example.test").is_owner

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"name": "", "new_password": "seven quiet otters"}, "name"),
            ({"name": "Nina", "new_password": "short"}, "new_password"),
            ({"name": "Nina", "new_password": "password1234"}, "new_password"),
            ({"name": "Nina", "new_password": "nina@example.test"}, "new_password"),
            ({}, "name"),
        ],
    )
    def test_bad_input_keeps_the_invitation(self, cast: Cast, client: Client, fields: dict[str, str], field: str):
        sent = invite(cast)
        answer = client.post(address(sent), fields)
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in answer.content.decode()
        assert Invitation.objects.open(datetime.now(UTC)).exists()

    def test_who_has_a_sign_in_signs_in_and_joins(self, cast: Cast, client: Client):
        sent = invite(cast, "cleo@example.test", role=Role.APPROVER)
        page = client.get(address(sent)).content.decode()
        assert f"/sign-in/?next=%2Finvitation%2F{sent.token}%2F" in page
        assert "new_password" not in page
        client.post(address(sent), {"name": "Evil", "new_password": "seven quiet otters"})
        cast.cleo.refresh_from_db()
        assert cast.cleo.check_password(PASSWORD)
        way = {"email": "cleo@example.test", "password": PASSWORD, "next": address(sent)}
        assert client.post("/sign-in/", way)["Location"] == address(sent)
        assert client.post(address(sent))["Location"] == "/"
        assert Member.objects.get(user=cast.cleo, location=cast.a).role == "approver"
        assert Member.objects.get(user=cast.cleo, location=cast.b).role == "creator"

    def test_nobody_falls_by_joining(self, cast: Cast):
        boss = manager_of_a(cast)
        sent = invite(cast, "max@example.test", role=Role.VIEWER, locations=[cast.a, cast.b])
        invitation_accept(invitation=sent.invitation, person=boss, now=datetime.now(UTC))
        assert Member.objects.get(user=boss, location=cast.a).role == "manager"
        assert Member.objects.get(user=boss, location=cast.b).role == "viewer"

    def test_another_persons_link_is_not_for_you(self, cast: Cast):
        sent = invite(cast)
        for verb in (cast.as_cleo.get, cast.as_cleo.post):
            answer = verb(address(sent))
            assert answer.status_code == 403
            page = answer.content.decode()
            assert "This invitation is for somebody else" in page
            assert "nina@example.test" not in page
            assert "Atlas" not in page

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_each_dead_link_has_its_own_sentence(self, cast: Cast, client: Client, method: str):
        expired = invite(cast, "e@example.test", now=datetime.now(UTC) - timedelta(days=8))
        revoked = invite(cast, "r@example.test")
        invitation_revoke(actor=cast.ana, invitation=revoked.invitation, now=datetime.now(UTC))
        used = invite(cast, "u@example.test")
        join: dict[str, Any] = {"name": "U", "password": "seven quiet otters", "now": datetime.now(UTC)}
        invitation_accept_new(invitation=used.invitation, **join)
        boss = manager_of_a(cast)
        orphan = invite(cast, "i@example.test", actor=boss)
        Member.objects.filter(user=boss).update(role=Role.VIEWER)
        wanted = {
            address(expired): (410, "has expired"),
            address(revoked): (410, "was taken back"),
            address(used): (410, "was used already"),
            address(orphan): (410, "no longer holds"),
            "/invitation/nonsense/": (404, "leads to no invitation"),
        }
        for link, (status, sentence) in wanted.items():
            answer = getattr(client, method)(link)
            assert (answer.status_code, sentence in answer.content.decode()) == (status, True), link
            assert "Atlas" not in answer.content.decode()

    def test_a_link_works_once(self, cast: Cast):
        sent = invite(cast)
        join: dict[str, Any] = {"invitation": sent.invitation, "name": "N", "password": "seven quiet otters"}
        invitation_accept_new(now=datetime.now(UTC), **join)
        with pytest.raises(InvitationClosed):
            invitation_accept_new(now=datetime.now(UTC), **join)
        assert User.objects.filter(email="nina@example.test").count() == 1

    def test_a_deactivated_inviter_gives_nothing(self, cast: Cast, client: Client):
        olga = make_user("olga@example.test", is_owner=True)
        sent = invite(cast, actor=olga)
        person_deactivate(actor=cast.ana, person=olga, now=datetime.now(UTC))
        assert client.get(address(sent)).status_code == 410

    def test_only_what_the_inviter_still_keeps_is_given(self, cast: Cast):
        boss = manager_of_a(cast)
        row = make_member(boss, cast.b, Role.MANAGER)
        sent = invite(cast, actor=boss, locations=[cast.a, cast.b])
        row.delete()
        join: dict[str, Any] = {"name": "N", "password": "seven quiet otters", "now": datetime.now(UTC)}
        nina = invitation_accept_new(invitation=sent.invitation, **join)
        assert list(nina.locations()) == [cast.a]


class TestKeeping:
    def test_sending_again_replaces_the_link(self, cast: Cast, client: Client):
        old = invite(cast)
        page = cast.as_ana.post(f"/people/invitations/{old.invitation.pk}/again/").content.decode()
        link = LINK.search(page)
        assert link is not None
        assert client.get(address(old)).status_code == 404
        assert client.get(link.group(1)).status_code == 200
        assert len(mail.outbox) == 1

    def test_an_expired_one_can_be_sent_again(self, cast: Cast, client: Client):
        old = invite(cast, now=datetime.now(UTC) - timedelta(days=8))
        assert "Expired" in cast.as_ana.get("/people/invitations/").content.decode()
        page = cast.as_ana.post(f"/people/invitations/{old.invitation.pk}/again/").content.decode()
        link = LINK.search(page)
        assert link is not None
        assert client.get(link.group(1)).status_code == 200

    def test_taking_back_ends_it(self, cast: Cast, client: Client):
        sent = invite(cast)
        where = f"/people/invitations/{sent.invitation.pk}"
        assert cast.as_ana.post(f"{where}/revoke/").status_code == 302
        assert client.get(address(sent)).status_code == 410
        assert "Taken back" in cast.as_ana.get("/people/invitations/", {"show": "closed"}).content.decode()
        answer = cast.as_ana.post(f"{where}/again/", follow=True)
        assert "used or taken back" in answer.content.decode()

    @pytest.mark.parametrize("number", [2, 40])
    def test_the_list_costs_the_same(self, cast: Cast, django_assert_num_queries, number: int):
        for place in range(number):
            invite(cast, f"n{place}@example.test", locations=[cast.a, cast.b])
        client = cast.as_ana
        client.get("/people/invitations/")
        # session, user; invitations counted, invitations, their locations; health and accounts of the frame
        with django_assert_num_queries(7):
            client.get("/people/invitations/")
