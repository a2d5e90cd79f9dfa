"""As which HighLevel user a person acts, and who may say so."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Member, User
from accounts.services.people_binding import acts_as, members_bind
from tests.accounts.people import max_manages_a, remote_user, role_in
from tests.cast import Cast
from tests.factories import make_member, make_user

__all__ = ["max_manages_a"]


class TestActsAs:
    def address(self, cast: Cast) -> str:
        return reverse("accounts:person_acts_as", args=[cast.ben.pk, cast.a.pk])

    def test_an_owner_chooses_another_one_and_nobody(self, cast: Cast):
        other = remote_user(cast.a, "desk@atlas.test")
        assert "desk@atlas.test" in cast.as_ana.get(self.address(cast)).content.decode()
        assert cast.as_ana.post(self.address(cast), {"member": other.pk}).status_code == 302
        assert acts_as(user=cast.ben, location=cast.a) == other.remote_id
        assert role_in(cast.ben, cast.a) == "viewer"
        cast.as_ana.post(self.address(cast), {"member": "nobody"})
        assert acts_as(user=cast.ben, location=cast.a) is None
        assert role_in(cast.ben, cast.a) == "viewer"
        other.refresh_from_db()
        assert other.user is None

    def test_a_manager_may_in_his_location(self, cast: Cast, max_manages_a: User):
        other = remote_user(cast.a, "desk@atlas.test")
        assert cast.client(max_manages_a).post(self.address(cast), {"member": other.pk}).status_code == 302

    @pytest.mark.parametrize("choice", ["", "x", "999999"])
    def test_nonsense_is_refused(self, cast: Cast, choice: str):
        answer = cast.as_ana.post(self.address(cast), {"member": choice})
        assert answer.status_code == 422
        assert "Choose a HighLevel user" in answer.content.decode()

    def test_somebody_elses_user_and_one_of_another_location_are_not_offered(self, cast: Cast):
        elsewhere = remote_user(cast.b, "desk@birch.test")
        dora = make_member(make_user("dora@example.test", name="Dora"), cast.a)
        page = cast.as_ana.get(self.address(cast)).content.decode()
        assert "desk@birch.test" not in page
        assert "Dora" not in page
        for row in (elsewhere, dora):
            assert cast.as_ana.post(self.address(cast), {"member": row.pk}).status_code == 422

    def test_a_pull_binds_who_acts_as_nobody_and_gives_nobody_access(self, cast: Cast):
        Member.objects.filter(user=cast.ben).update(remote_id=None)
        rows = [remote_user(cast.a, "Ben@example.test"), remote_user(cast.a, "cleo@example.test")]
        names = [str(row.remote_id) for row in rows]
        assert members_bind(location=cast.a, remote_ids=names) == 1
        assert acts_as(user=cast.ben, location=cast.a) == rows[0].remote_id
        assert role_in(cast.ben, cast.a) == "viewer"
        assert role_in(cast.cleo, cast.a) == ""
        assert members_bind(location=cast.a, remote_ids=names) == 0
