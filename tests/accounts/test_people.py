"""The People page and what can be done on it: who has access to what, and who may change it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import Invitation, Member, Role, User
from accounts.services.people import owner_set, person_deactivate
from accounts.services.people_access import access_set
from accounts.services.people_binding import acts_as
from accounts.services.people_errors import BeyondRole, LastOwner
from tests.accounts.people import many_locations, max_manages_a, remote_user, role_in
from tests.cast import HISTORY, HTMX, Cast
from tests.factories import make_location, make_member, make_user

__all__ = ["max_manages_a"]

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PEOPLE = "/people/"


class TestList:
    def test_an_owner_sees_everybody_with_what_they_may(self, cast: Cast):
        page = cast.as_ana.get(PEOPLE).content.decode()
        for name in ("ana@example.test", "ben@example.test", "cleo@example.test"):
            assert name in page
        assert "Owner of the agency" in page

    def test_a_manager_sees_the_people_of_his_locations(self, cast: Cast, max_manages_a: User):
        page = cast.client(max_manages_a).get(PEOPLE).content.decode()
        assert "ben@example.test" in page
        assert "cleo@example.test" not in page
        assert "ana@example.test" not in page

    def test_for_others_there_is_no_such_page(self, cast: Cast):
        assert cast.as_ben.get(PEOPLE).status_code == 404
        assert cast.as_nobody.get(PEOPLE)["Location"] == "/sign-in/?next=/people/"

    def test_search_role_and_state_narrow_it(self, cast: Cast):
        make_user("gone@example.test", name="Gone", is_active=False)
        client = cast.as_ana

        def shown(**query: str) -> set[str]:
            page = client.get(PEOPLE, query).context["list"]
            return {line.person.email.split("@")[0] for line in page.lines}

        assert shown() == {"ana", "ben", "cleo"}
        assert shown(q="BEN example") == {"ben"}
        assert shown(role="creator") == {"cleo"}
        assert shown(role="owner") == {"ana"}
        assert shown(state="deactivated") == {"gone"}
        assert shown(location=str(cast.b.pk)) == {"ana", "cleo"}

    def test_nonsense_is_named_and_the_rest_still_works(self, cast: Cast):
        answer = cast.as_ana.get(PEOPLE, {"role": "king", "state": "asleep", "page": "x", "q": "be\0n"})
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "“king” is not a role." in page
        assert "“asleep” is not a state of a person." in page

    def test_htmx_gets_the_piece_and_history_the_page(self, cast: Cast):
        piece = cast.as_ana.get(PEOPLE, headers={**HTMX, "HX-Target": "people"}).content.decode()
        assert piece.lstrip().startswith("<section")
        whole = cast.as_ana.get(PEOPLE, headers={**HISTORY, "HX-Target": "people"}).content.decode()
        assert "<html" in whole

    def test_a_manager_of_elsewhere_is_told_why_nobody_is_shown(self, cast: Cast, max_manages_a: User):
        make_member(max_manages_a, cast.b, Role.VIEWER)
        page = cast.client(max_manages_a).get(PEOPLE, {"location": cast.b.pk}).content.decode()
        assert "You do not keep this location" in page
        assert "cleo@example.test" not in page

    @pytest.mark.parametrize("people", [3, 60])
    def test_the_cost_does_not_grow(self, cast: Cast, django_assert_num_queries, people: int):
        places = many_locations(people)
        for number in range(people):
            make_member(make_user(f"p{number}@example.test"), places[number], Role.CREATOR)
        client = cast.as_ana
        client.get(PEOPLE)
        # session, user; people counted, people, their roles; health, sync trouble and expired accounts of the frame
        with django_assert_num_queries(LIST_QUERIES):
            client.get(PEOPLE)


LIST_QUERIES = 7


class TestAccess:
    def change(self, client: Client, person: User, **fields: object):
        return client.post(f"/people/{person.pk}/access/", fields)

    def test_several_locations_at_once(self, cast: Cast):
        places = many_locations(5)
        answer = self.change(cast.as_ana, cast.ben, role="creator", ticked=[place.pk for place in places])
        assert answer.status_code == 302
        assert {role_in(cast.ben, place) for place in places} == {"creator"}
        assert role_in(cast.ben, cast.a) == "viewer"

    def test_all_five_hundred_that_match(self, cast: Cast, django_assert_max_num_queries):
        places = many_locations(500)
        with django_assert_max_num_queries(40):
            self.change(cast.as_ana, cast.ben, role="approver", which="matching", q="client")
        assert Member.objects.filter(user=cast.ben, role="approver", location__in=places).count() == 500
        self.change(cast.as_ana, cast.ben, role="none", which="matching", q="client 499", role_held="approver")
        assert Member.objects.filter(user=cast.ben, gone_at=None, role="approver").count() == 499

    def test_ended_access_opens_nothing_and_can_come_back(self, cast: Cast):
        client = cast.as_ben
        self.change(cast.as_ana, cast.ben, role="none", ticked=[cast.a.pk])
        assert client.get("/", {"location": cast.a.pk}).status_code == 404
        self.change(cast.as_ana, cast.ben, role="creator", ticked=[cast.a.pk])
        assert role_in(cast.ben, cast.a) == "creator"
        assert client.get("/", {"location": cast.a.pk}).status_code == 200

    def test_a_row_of_rotas_own_ends_and_comes_back_too(self, cast: Cast):
        Member.objects.filter(user=cast.ben).update(remote_id=None)
        access_set(actor=cast.ana, person=cast.ben, locations=[cast.a], role=None, now=NOW)
        assert role_in(cast.ben, cast.a) == ""
        access_set(actor=cast.ana, person=cast.ben, locations=[cast.a], role=Role.CREATOR, now=NOW)
        assert role_in(cast.ben, cast.a) == "creator"
        assert Member.objects.filter(user=cast.ben).count() == 1

    def test_the_mirrored_user_with_the_same_email_is_bound(self, cast: Cast):
        row = remote_user(cast.b, "BEN@Example.test")
        access_set(actor=cast.ana, person=cast.ben, locations=[cast.b], role=Role.CREATOR, now=NOW)
        row.refresh_from_db()
        assert (row.user, row.role) == (cast.ben, "creator")
        assert Member.objects.filter(location=cast.b, user=cast.ben).count() == 1
        assert acts_as(user=cast.ben, location=cast.b) == row.remote_id

    def test_a_second_call_changes_nothing_and_writes_no_line(self, cast: Cast):
        for _ in range(2):
            access_set(actor=cast.ana, person=cast.ben, locations=[cast.b], role=Role.CREATOR, now=NOW)
        assert LogEntry.objects.count() == 1

    def test_a_mirrored_user_who_has_gone_is_left_behind(self, cast: Cast):
        Member.objects.filter(user=cast.ben).update(gone_at=NOW)
        access_set(actor=cast.ana, person=cast.ben, locations=[cast.a], role=Role.CREATOR, now=NOW)
        assert role_in(cast.ben, cast.a) == "creator"
        assert acts_as(user=cast.ben, location=cast.a) is None

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"role": "creator"}, "Tick at least one location"),
            ({"role": "", "which": "matching"}, "Choose a role"),
            ({"role": "king", "which": "matching"}, "This role is not yours to give"),
            ({"role": "creator", "ticked": ["x"]}, "One of the locations does not exist"),
            ({"role": "creator", "ticked": ["999999"]}, "One of the locations is not yours to give"),
            ({}, "Choose a role"),
        ],
    )
    def test_wrong_input_gets_a_sentence(self, cast: Cast, fields: dict[str, object], sentence: str):
        answer = self.change(cast.as_ana, cast.ben, **fields)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()

    def test_what_was_ticked_is_kept(self, cast: Cast):
        page = self.change(cast.as_ana, cast.ben, role="king", ticked=[cast.b.pk]).content.decode()
        assert f'value="{cast.b.pk}" id="tick-{cast.b.pk}" aria-label="Birch Bakery" checked' in page

    def test_an_owners_access_is_not_narrowed(self, cast: Cast):
        answer = self.change(cast.as_ana, cast.ana, role="viewer", ticked=[cast.a.pk])
        assert answer.status_code == 422
        assert "reaches every location already" in answer.content.decode()

    @pytest.mark.parametrize("rows", [2, 120])
    def test_the_page_costs_the_same(self, cast: Cast, django_assert_num_queries, rows: int):
        for place in many_locations(rows)[: rows // 2]:
            make_member(cast.ben, place, Role.CREATOR)
        client = cast.as_ana
        client.get(f"/people/{cast.ben.pk}/")
        with django_assert_num_queries(PERSON_QUERIES):
            client.get(f"/people/{cast.ben.pk}/")


PERSON_QUERIES = 11


class TestManager:
    def test_his_own_locations_and_lower_roles_are_his(self, cast: Cast, max_manages_a: User):
        client = cast.client(max_manages_a)
        answer = client.post(f"/people/{cast.ben.pk}/access/", {"role": "creator", "ticked": [cast.a.pk]})
        assert answer.status_code == 302
        assert role_in(cast.ben, cast.a) == "creator"

    def test_other_locations_are_not(self, cast: Cast, max_manages_a: User):
        client = cast.client(max_manages_a)
        answer = client.post(f"/people/{cast.ben.pk}/access/", {"role": "creator", "ticked": [cast.b.pk]})
        assert answer.status_code == 422
        assert "Birch" not in answer.content.decode()
        assert role_in(cast.ben, cast.b) == ""
        assert client.get(f"/people/{cast.cleo.pk}/").status_code == 404
        with pytest.raises(BeyondRole):
            access_set(actor=max_manages_a, person=cast.ben, locations=[cast.b], role=Role.VIEWER, now=NOW)

    def test_nobody_becomes_a_manager_by_him(self, cast: Cast, max_manages_a: User):
        client = cast.client(max_manages_a)
        answer = client.post(f"/people/{cast.ben.pk}/access/", {"role": "manager", "ticked": [cast.a.pk]})
        assert answer.status_code == 422
        with pytest.raises(BeyondRole):
            access_set(actor=max_manages_a, person=cast.ben, locations=[cast.a], role=Role.MANAGER, now=NOW)

    def test_other_managers_are_not_his_to_change(self, cast: Cast, max_manages_a: User):
        other = make_user("mia@example.test", name="Mia")
        make_member(other, cast.a, Role.MANAGER)
        client = cast.client(max_manages_a)
        answer = client.post(f"/people/{other.pk}/access/", {"role": "none", "ticked": [cast.a.pk]})
        assert answer.status_code == 403
        assert role_in(other, cast.a) == "manager"

    def test_the_page_names_only_his_locations(self, cast: Cast, max_manages_a: User):
        make_member(cast.ben, cast.b, Role.CREATOR)
        page = cast.client(max_manages_a).get(f"/people/{cast.ben.pk}/").content.decode()
        assert "Atlas Motors" in page
        assert "Birch Bakery" not in page

    @pytest.mark.parametrize("verb", ["owner", "deactivate", "activate", "second-factor"])
    def test_what_is_an_owners_does_not_exist_for_him(self, cast: Cast, max_manages_a: User, verb: str):
        answer = cast.client(max_manages_a).post(f"/people/{cast.ben.pk}/{verb}/", {"owner": "yes"})
        assert answer.status_code == 404


class TestOwners:
    def test_one_is_made_and_unmade(self, cast: Cast):
        assert cast.as_ana.post(f"/people/{cast.ben.pk}/owner/", {"owner": "yes"}).status_code == 302
        cast.ben.refresh_from_db()
        assert cast.ben.is_owner
        User.objects.filter(pk=cast.ben.pk).update(is_staff=True, is_superuser=True)
        cast.as_ana.post(f"/people/{cast.ben.pk}/owner/", {"owner": "no"})
        cast.ben.refresh_from_db()
        assert (cast.ben.is_owner, cast.ben.is_staff, cast.ben.is_superuser) == (False, False, False)
        assert role_in(cast.ben, cast.a) == "viewer"

    def test_the_last_one_stays(self, cast: Cast):
        answer = cast.as_ana.post(f"/people/{cast.ana.pk}/owner/", {"owner": "no"})
        assert answer.status_code == 422
        assert "last owner" in answer.content.decode()
        cast.ana.refresh_from_db()
        assert cast.ana.is_owner

    @pytest.mark.parametrize("kept", [{"is_active": "on"}, {"is_owner": "on"}])
    def test_not_even_the_admin_takes_the_last_one(self, cast: Cast, kept: dict[str, str]):
        User.objects.filter(pk=cast.ana.pk).update(is_staff=True, is_superuser=True)
        client = cast.as_ana
        fields = {"email": "ana@example.test", "name": "Ana", "is_staff": "on", "is_superuser": "on", **kept}
        answer = client.post(f"/admin/accounts/user/{cast.ana.pk}/change/", fields)
        assert "This is the last owner of the agency." in answer.content.decode()
        cast.ana.refresh_from_db()
        assert (cast.ana.is_owner, cast.ana.is_active) == (True, True)

    def test_a_deactivated_owner_does_not_count(self, cast: Cast):
        make_user("old@example.test", is_owner=True, is_active=False)
        with pytest.raises(LastOwner):
            owner_set(actor=cast.ana, person=cast.ana, owner=False)

    def test_only_owners_make_owners(self, cast: Cast):
        with pytest.raises(BeyondRole):
            owner_set(actor=cast.ben, person=cast.ben, owner=True)

    def test_nonsense_is_refused(self, cast: Cast):
        answer = cast.as_ana.post(f"/people/{cast.ben.pk}/owner/", {})
        assert answer.status_code == 422
        assert "Choose whether" in answer.content.decode()


class TestLeaving:
    def test_sessions_end_at_once_for_pages_that_are_open_too(self, cast: Cast):
        client = cast.as_ben
        assert client.get("/").status_code == 200
        asked = cast.as_ana.get(f"/people/{cast.ben.pk}/deactivate/").content.decode()
        assert "Access to 1 location ends." in asked
        assert cast.as_ana.post(f"/people/{cast.ben.pk}/deactivate/").status_code == 302
        assert client.get("/")["Location"].startswith("/sign-in/")
        assert client.get("/find/", headers=HTMX)["HX-Redirect"].startswith("/sign-in/")
        assert client.post("/sync/check/", {"which": "all"}, headers=HTMX)["HX-Redirect"].startswith("/sign-in/")

    def test_old_sessions_do_not_come_back_with_the_person(self, cast: Cast):
        client = cast.as_ben
        cast.as_ana.post(f"/people/{cast.ben.pk}/deactivate/")
        cast.as_ana.post(f"/people/{cast.ben.pk}/activate/")
        cast.ben.refresh_from_db()
        assert cast.ben.is_active
        assert client.get("/")["Location"].startswith("/sign-in/")
        assert not cast.ben.locations().exists()

    def test_memberships_and_invitations_end_and_history_stays(self, cast: Cast):
        own = Member.objects.create(location=cast.b, user=cast.ben, role=Role.CREATOR)
        given = {"invited_by": cast.ben, "created_at": NOW, "expires_at": datetime(2099, 1, 1, tzinfo=UTC)}
        Invitation.objects.create(email="friend@example.test", token_digest="1", **given)
        person_deactivate(actor=cast.ana, person=cast.ben, now=NOW)
        own.refresh_from_db()
        assert (own.gone_at, own.role, own.user) == (NOW, "creator", cast.ben)
        assert Member.objects.get(location=cast.a, email="ben@example.test").user is None
        assert Invitation.objects.get().revoked_at == NOW
        line = cast.as_ana.get("/people/history/").content.decode()
        assert "Ana deactivated Ben" in line

    def test_nobody_deactivates_himself_or_the_last_owner(self, cast: Cast):
        assert cast.as_ana.post(f"/people/{cast.ana.pk}/deactivate/").status_code == 403
        other = make_user("olga@example.test", is_owner=True)
        person_deactivate(actor=other, person=cast.ana, now=NOW)
        other.refresh_from_db()
        with pytest.raises(BeyondRole):
            person_deactivate(actor=cast.ana, person=other, now=NOW)
        assert User.objects.filter(is_owner=True, is_active=True).count() == 1

    def test_access_is_not_given_to_somebody_who_left(self, cast: Cast):
        person_deactivate(actor=cast.ana, person=cast.ben, now=NOW)
        answer = cast.as_ana.post(f"/people/{cast.ben.pk}/access/", {"role": "viewer", "ticked": [cast.a.pk]})
        assert answer.status_code == 422
        assert "Ben is deactivated" in answer.content.decode()


class TestHistory:
    def test_each_change_leaves_a_line_that_can_be_read(self, cast: Cast):
        access_set(actor=cast.ana, person=cast.ben, locations=[cast.a, cast.b], role=Role.CREATOR, now=NOW)
        access_set(actor=cast.ana, person=cast.ben, locations=[cast.b], role=None, now=NOW)
        owner_set(actor=cast.ana, person=cast.ben, owner=True)
        page = cast.as_ana.get(f"/people/{cast.ben.pk}/").content.decode()
        assert "Ana made Ben creator in 2 locations." in page
        assert "Atlas Motors, Birch Bakery" in page
        assert "Ana ended the access of Ben to Birch Bakery." in page
        assert "Ana made Ben an owner of the agency." in page

    def test_only_owners_read_it(self, cast: Cast, max_manages_a: User):
        assert cast.client(max_manages_a).get("/people/history/").status_code == 404
        access_set(actor=cast.ana, person=cast.ben, locations=[cast.b], role=Role.CREATOR, now=NOW)
        assert "Birch" not in cast.client(max_manages_a).get(f"/people/{cast.ben.pk}/").content.decode()

    def test_a_hostile_name_is_text(self, cast: Cast):
        evil = make_user("evil@example.test", name="<img src=x onerror=alert(1)>%(actor)s")
        place = make_location("<b>Bold</b>")
        access_set(actor=cast.ana, person=evil, locations=[place], role=Role.VIEWER, now=NOW)
        page = cast.as_ana.get("/people/history/").content.decode()
        assert "<img" not in page
        assert "<b>Bold" not in page
