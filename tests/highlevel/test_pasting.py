"""Private integration tokens: what is proven before one is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from highlevel.models import Credential, Location
from highlevel.pasting import TokenNotKept, agency_token_keep, location_token_keep
from highlevel.sandbox import Sandbox
from highlevel.sandbox.resources.locations import set_active
from highlevel.sandbox.tokens import SCOPES
from tests.highlevel.connecting import company_credential, place_of, point_at

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)


@pytest.fixture
def box(settings: Any) -> Any:
    with Sandbox(agency="empty", rate_limit=None) as made:
        point_at(settings, made)
        yield made


@pytest.fixture
def kiln(box: Sandbox) -> str:
    return box.add_location(name="Kiln & Clay", timezone="Asia/Kolkata")


def refused(**given: Any) -> TokenNotKept:
    with pytest.raises(TokenNotKept) as problem:
        (location_token_keep if "location_id" in given else agency_token_keep)(**given, now=NOW)
    return problem.value


def test_a_location_token_is_stored_after_its_calls(box: Sandbox, kiln: str):
    token = box.private_token(kiln)
    kept = location_token_keep(location_id=kiln, token=token, now=NOW)
    held = Credential.objects.get()
    assert (held.kind, held.access_token, held.refresh_token, held.expires_at) == ("private", token, "", None)
    assert kept.lacks == ()
    assert kept.location == Location.objects.get(remote_id=kiln, name="Kiln & Clay", timezone="Asia/Kolkata")


def test_the_check_changes_nothing_in_highlevel(box: Sandbox, kiln: str):
    before = dict(box.store.kinds())
    location_token_keep(location_id=kiln, token=box.private_token(kiln), now=NOW)
    after = dict(box.store.kinds())
    assert {**after, "token": before.get("token", 0)} == {**before, "token": before.get("token", 0)}
    wrote = [entry for entry in box.log.entries() if entry.method != "GET" and entry.status in (200, 201)]
    assert {entry.operation for entry in wrote} <= {"get-posts", "get-comment-list", "get-statistics"}


@pytest.mark.parametrize("scope", ["socialplanner/post.write", "socialplanner/account.readonly", "users.readonly"])
def test_a_needed_scope_that_is_missing_is_named(box: Sandbox, kiln: str, scope: str):
    token = box.private_token(kiln, scopes=[name for name in SCOPES if name != scope])
    problem = refused(location_id=kiln, token=token)
    assert (problem.code, [entry.name for entry in problem.scopes]) == ("missing_scopes", [scope])
    assert not Credential.objects.exists()
    assert not Location.objects.exists()


def test_every_missing_scope_is_named_at_once(box: Sandbox, kiln: str):
    problem = refused(location_id=kiln, token=box.private_token(kiln, scopes=["locations.readonly"]))
    assert {"users.readonly", "socialplanner/post.write", "socialplanner/tag.readonly"} <= {
        entry.name for entry in problem.scopes
    }


def test_a_scope_that_can_be_left_out_is_named_and_the_token_kept(box: Sandbox, kiln: str):
    token = box.private_token(kiln, scopes=[name for name in SCOPES if "comments" not in name])
    kept = location_token_keep(location_id=kiln, token=token, now=NOW)
    assert [scope.name for scope in kept.lacks] == ["socialplanner/comments.readonly", "socialplanner/comments.write"]
    assert Credential.objects.count() == 1


def test_each_wrong_token_has_its_own_word(box: Sandbox, kiln: str):
    other = box.add_location(name="Fern")
    assert refused(location_id=kiln, token="pit-nobody").code == "not_accepted"
    mixed_up = refused(location_id=kiln, token=box.private_token(other))
    assert (mixed_up.code, mixed_up.name) == ("of_another_location", "Fern")
    assert refused(location_id=kiln, token=box.agency_token).code == "of_the_agency"
    assert refused(location_id="nowhere", token=box.agency_token).code == "unknown_location"
    of_one = refused(token=box.private_token(kiln))
    assert (of_one.code, of_one.name) == ("of_a_location", "Kiln & Clay")
    assert refused(token="pit-nobody").code == "not_accepted"
    set_active(box.world, kiln, False)
    assert refused(location_id=kiln, token=box.private_token(kiln)).code == "location_inactive"
    assert not Credential.objects.exists()


def test_highlevel_out_of_reach_is_told_apart_from_a_bad_token(box: Sandbox, kiln: str, settings: Any):
    box.faults.add(operation="get-posts", kind="unavailable", times=9)
    assert refused(location_id=kiln, token=box.private_token(kiln)).code == "unreachable"
    settings.HIGHLEVEL_BASE_URL = "http://127.0.0.1:9"
    assert refused(token=box.agency_token).code == "unreachable"
    assert not Credential.objects.exists()


def test_a_token_of_another_agency_is_refused(box: Sandbox, kiln: str, settings: Any):
    settings.HIGHLEVEL_COMPANY_ID = "another"
    assert refused(location_id=kiln, token=box.private_token(kiln)).code == "of_another_company"
    assert refused(token=box.agency_token).code == "of_another_company"


def test_the_same_token_twice_changes_nothing(box: Sandbox, kiln: str):
    token = box.private_token(kiln)
    location_token_keep(location_id=kiln, token=token, now=NOW)
    again = refused(location_id=kiln, token=token)
    assert (again.code, again.name) == ("already_held", "Kiln & Clay")
    agency_token_keep(token=box.agency_token, now=NOW)
    assert (refused(token=box.agency_token).code, Credential.objects.count()) == ("already_held", 2)


def test_a_rotated_token_replaces_the_old_one_and_resumes(box: Sandbox, kiln: str):
    location_token_keep(location_id=kiln, token=box.private_token(kiln), now=NOW)
    Location.objects.update(paused_at=NOW, paused_code="bad_credentials")
    Credential.objects.update(state="refused", problem="revoked")
    token = box.private_token(kiln)
    location_token_keep(location_id=kiln, token=token, now=NOW)
    held = Credential.objects.get()
    assert (held.access_token, held.state, held.problem, held.generation) == (token, "good", "", 1)
    assert Location.objects.get().paused_at is None


def test_a_working_app_is_not_given_up_for_a_token(box: Sandbox, kiln: str):
    company = company_credential(box)
    assert refused(token=box.agency_token).code == "app_connected"
    company.state = "refused"
    company.save()
    agency_token_keep(token=box.agency_token, now=NOW)
    held = Credential.objects.get()
    assert (held.kind, held.access_token, held.refresh_token) == ("private", box.agency_token, "")


def test_an_agency_token_proves_itself_by_minting(box: Sandbox, kiln: str):
    kept = agency_token_keep(token=box.agency_token, now=NOW)
    assert (kept.company_id, kept.location, kept.lacks) == (box.company_id, None, ())
    without = box.private_token(scopes=[name for name in SCOPES if name != "oauth.write"])
    Credential.objects.all().delete()
    problem = refused(token=without)
    assert (problem.code, problem.scopes[0].name) == ("missing_scopes", "oauth.write")


def test_an_agency_without_locations_says_so(box: Sandbox):
    assert refused(token=box.agency_token).code == "no_location"


def test_a_minted_row_gives_way_to_a_pasted_token(box: Sandbox):
    location = place_of(box)
    Credential.objects.create(level="location", location=location, kind="minted", company_id=box.company_id)
    token = box.private_token(location.remote_id)
    location_token_keep(location_id=location.remote_id, token=token, now=NOW)
    assert Credential.objects.get().kind == "private"
