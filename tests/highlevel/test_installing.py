"""The way in as a marketplace app: what the code gives, and what becomes of every kind of trouble on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from highlevel.installing import NotInstalled, app_id, consent_address, install_finish, locations_choose
from highlevel.keeping import connected_company, credential_keep
from highlevel.models import Credential, Location, SyncRun
from highlevel.pull import locations_find
from highlevel.sandbox import Sandbox
from highlevel.sandbox.tokens import SCOPES as SANDBOX_SCOPES
from highlevel.scopes import SCOPES
from highlevel.tokens import company_token
from tests.factories import make_location
from tests.highlevel.connecting import REDIRECT, code_from, company_credential, place_of, point_at

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)


@pytest.fixture
def box(sandbox: Sandbox, settings: Any) -> Sandbox:
    point_at(settings, sandbox)
    return sandbox


def finish(code: str) -> Any:
    return install_finish(code=code, redirect_uri=REDIRECT, now=NOW)


def problem(code: str) -> str:
    with pytest.raises(NotInstalled) as refused:
        finish(code)
    return refused.value.code


def test_the_consent_page_is_asked_for_every_scope(box: Sandbox):
    address = urlsplit(consent_address(redirect_uri=REDIRECT, state="s-1"))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}" == box.url
    assert address.path == "/v2/oauth/chooselocation"
    assert asked["scope"].split() == [scope.name for scope in SCOPES]
    assert (asked["client_id"], asked["state"], asked["redirect_uri"]) == (box.client_id, "s-1", REDIRECT)
    assert app_id() == box.company["appId"]


def test_scopes_that_an_app_may_not_have_are_left_out(box: Sandbox, settings: Any):
    settings.HIGHLEVEL_SCOPES_LEFT_OUT = ["socialplanner/comments.readonly", "socialplanner/comments.write"]
    assert "comments" not in consent_address(redirect_uri=REDIRECT, state="s")


def test_a_company_code_gives_a_company_token(box: Sandbox):
    done = finish(code_from(box))
    held = Credential.objects.get()
    assert (done.company_id, done.location) == (box.company_id, None)
    assert (held.level, held.kind, held.company_id, held.state) == ("company", "oauth", box.company_id, "good")
    assert held.access_token.startswith("sat-")
    assert held.refresh_token.startswith("srt-")
    assert held.expires_at == NOW + timedelta(seconds=86_399)
    assert company_token(box.company_id, NOW) == held.access_token


def test_a_location_code_gives_a_location_that_is_worked_for(box: Sandbox):
    remote_id = box.add_location(name="Kiln & Clay", timezone="Asia/Kolkata")
    done = finish(code_from(box, remote_id))
    location = Location.objects.get()
    held = Credential.objects.get()
    assert done.location == location
    assert (location.name, location.timezone, location.is_active) == ("Kiln & Clay", "Asia/Kolkata", True)
    assert (held.level, held.kind, held.location) == ("location", "oauth", location)


def test_a_code_works_once(box: Sandbox):
    code = code_from(box)
    finish(code)
    before = Credential.objects.values("access_token", "refresh_token", "generation").get()
    assert problem(code) == "code_used"
    assert Credential.objects.values("access_token", "refresh_token", "generation").get() == before


def test_every_trouble_has_its_own_word_and_stores_nothing(box: Sandbox, settings: Any):
    assert problem("no such code") == "code_used"
    kinds = {"unavailable": "outcome_unknown", "drop_after": "outcome_unknown", "html": "outcome_unknown"}
    for kind, word in {**kinds, "refuse": "refused"}.items():
        box.faults.add(operation="get-access-token", kind=kind, times=1)
        assert problem(code_from(box)) == word, kind
    settings.HIGHLEVEL_CLIENT_SECRET = "wrong"
    assert problem(code_from(box)) == "app_refused"
    settings.HIGHLEVEL_CLIENT_SECRET = ""
    assert problem(code_from(box)) == "no_app"
    settings.HIGHLEVEL_CLIENT_SECRET = box.client_secret
    settings.HIGHLEVEL_BASE_URL = "http://127.0.0.1:9"
    assert problem(code_from(box)) == "unreachable"
    settings.HIGHLEVEL_BASE_URL = box.url
    box.faults.add(operation="get-access-token", kind="rate_limit", times=1, retry_after=300)
    assert problem(code_from(box)) == "unreachable"
    assert not Credential.objects.exists()
    assert not Location.objects.exists()


def test_the_code_is_sent_once_whatever_happens(box: Sandbox):
    for kind in ("server_error", "drop_after", "malformed"):
        box.faults.add(operation="get-access-token", kind=kind, times=1)
        before = len(box.log.entries("get-access-token"))
        problem(code_from(box))
        assert len(box.log.entries("get-access-token")) == before + 1


def test_a_paused_location_is_said_to_be_paused(box: Sandbox):
    from highlevel.sandbox.resources.locations import set_active

    remote_id = box.add_location(name="Kiln")
    code = code_from(box, remote_id)
    set_active(box.world, remote_id, False)
    assert problem(code) == "location_inactive"
    assert not Location.objects.exists()


def test_another_agency_is_refused(box: Sandbox, settings: Any):
    settings.HIGHLEVEL_COMPANY_ID = "another-company"
    assert problem(code_from(box)) == "other_company"
    assert not Credential.objects.exists()


def test_a_location_whose_name_cannot_be_read_is_connected_all_the_same(box: Sandbox):
    remote_id = box.add_location(name="Kiln")
    box.faults.add(operation="get-location", kind="unavailable", times=9)
    done = finish(code_from(box, remote_id))
    assert done.location is not None
    assert done.location.name == remote_id


def test_a_reconnect_replaces_the_pair_and_takes_up_what_was_paused(box: Sandbox):
    company_credential(box, state="refused", problem="revoked", renewal_claim="x", renewal_claimed_until=NOW)
    paused = place_of(box, paused_at=NOW, paused_code="credential_refused")
    own = place_of(box, "Own", paused_at=NOW, paused_code="bad_credentials")
    Credential.objects.create(
        level="location", location=own, kind="private", company_id=box.company_id, access_token="pit-1"
    )
    finish(code_from(box))
    held = Credential.objects.get(level="company")
    assert (held.state, held.problem, held.generation, held.renewal_claim) == ("good", "", 1, "")
    paused.refresh_from_db()
    own.refresh_from_db()
    assert paused.paused_at is None
    assert own.paused_at is not None


def test_an_answer_without_a_refresh_token_blanks_none(box: Sandbox):
    company_credential(box, refresh_token="kept")
    about = {"company_id": box.company_id, "location": None, "kind": Credential.Kind.OAUTH, "now": NOW}
    held = credential_keep(access_token="new", **about)  # type: ignore[arg-type]
    assert (held.access_token, held.refresh_token) == ("new", "kept")
    with pytest.raises(ValueError, match="no access token"):
        credential_keep(access_token="", **about)  # type: ignore[arg-type]
    held.refresh_from_db()
    assert held.access_token == "new"


def test_the_agency_that_is_served_is_the_first_that_was_connected(settings: Any):
    settings.HIGHLEVEL_COMPANY_ID = ""
    assert connected_company() == ""
    make_location(company_id="by-location")
    assert connected_company() == "by-location"
    Credential.objects.create(level="company", kind="private", company_id="by-token", access_token="pit")
    assert connected_company() == "by-token"
    settings.HIGHLEVEL_COMPANY_ID = "by-setting"
    assert connected_company() == "by-setting"


def test_choosing_locations_starts_their_pulls():
    new = [make_location(f"Client {number}", is_active=False) for number in range(3)]
    gone = make_location("Gone", is_active=False, gone_at=NOW)
    assert locations_choose(ids=[*(row.pk for row in new[:2]), gone.pk], work=True, now=NOW) == 2
    assert set(SyncRun.objects.values_list("location", "state")) == {(row.pk, "waiting") for row in new[:2]}
    assert locations_choose(ids=[row.pk for row in new], work=True, now=NOW) == 1
    assert locations_choose(ids=[new[0].pk], work=False, now=NOW) == 1
    assert not Location.objects.get(pk=new[0].pk).is_active


def test_an_app_lists_the_locations_that_have_it_and_works_for_none_yet(box: Sandbox):
    with box.store.transaction():
        for number in range(230):
            box.add_location(name=f"Client {number}", timezone="Asia/Kolkata", installed=number % 10 != 0)
    company_credential(box)
    assert locations_find(now=NOW) == 207
    assert set(Location.objects.values_list("is_active", "timezone")) == {(False, "Asia/Kolkata")}
    chosen = Location.objects.order_by("pk").first()
    assert chosen is not None
    locations_choose(ids=[chosen.pk], work=True, now=NOW)
    assert locations_find(now=NOW) == 0
    assert list(Location.objects.filter(is_active=True)) == [chosen]
    assert not Location.objects.exclude(gone_at=None).exists()


def test_an_agencys_own_token_works_for_every_location_at_once(box: Sandbox):
    box.add_location(name="One", installed=False)
    company_credential(box, kind="private", access_token=box.agency_token, refresh_token="")
    assert locations_find(now=NOW) == 1
    assert Location.objects.get().is_active


def test_an_app_that_may_not_know_who_has_it_lists_all(box: Sandbox):
    box.add_location(name="One", installed=False)
    scopes = [scope for scope in SANDBOX_SCOPES if scope != "oauth.readonly"]
    company_credential(box, refresh_token=box.refresh_token(scopes=scopes))
    assert locations_find(now=NOW) == 1
