"""The HighLevel page: what an owner sees, chooses and is told; strangers find nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from highlevel.models import Credential, Location, SyncRun
from highlevel.sandbox import Sandbox
from tests.cast import HISTORY, HTMX, Cast, cast  # noqa: F401
from tests.factories import make_location
from tests.highlevel.connecting import code_from, company_credential, point_at

PAGES = ["/agency/", "/agency/install/", "/agency/finish/", "/agency/token/"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def box(sandbox: Sandbox, settings: Any, cast: Cast) -> Sandbox:  # noqa: F811
    """A sandbox of the agency that the cast's locations belong to."""
    point_at(settings, sandbox)
    Location.objects.update(company_id=sandbox.company_id)
    return sandbox


def text_of(answer: Any) -> str:
    """The words of a page, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def begin(client: Client) -> str:
    """Start an installation; the state that HighLevel would send back."""
    answer = client.get("/agency/install/")
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer["Location"]).query)["state"][0]


def come_back(client: Client, **query: str) -> str:
    """Return from HighLevel, and read the page that it ends on."""
    answer = client.get("/agency/callback/", query)
    assert answer.status_code == 302
    assert "code" not in parse_qs(urlsplit(answer["Location"]).query)
    return text_of(client.get(answer["Location"]))


@pytest.mark.parametrize("address", PAGES)
def test_only_owners_find_the_pages(cast: Cast, address: str):  # noqa: F811
    assert cast.as_nobody.get(address)["Location"].startswith("/sign-in/?next=")
    assert cast.as_ben.get(address).status_code == 404
    assert cast.as_cleo.post(address).status_code in (404, 405)


@pytest.mark.parametrize("address", ["/agency/locations/", "/agency/look/"])
def test_only_owners_change_anything(cast: Cast, address: str):  # noqa: F811
    assert cast.as_ben.post(address, {"pick": cast.a.pk, "do": "rest"}).status_code == 404
    assert cast.as_nobody.post(address).status_code == 302
    assert cast.as_ana.get(address).status_code == 405
    assert Location.objects.filter(is_active=True).count() == 2


def test_the_page_says_at_a_glance_how_rota_is_connected(cast: Cast, box: Sandbox):  # noqa: F811
    ana = cast.as_ana
    assert "not connected" in text_of(ana.get("/agency/")).lower()
    own = Credential.objects.create(
        level="location", location=cast.a, kind="private", company_id=box.company_id, access_token="pit-1"
    )
    assert "1 location has a token of its own" in text_of(ana.get("/agency/"))
    held = company_credential(box, kind="private", refresh_token="")
    page = text_of(ana.get("/agency/"))
    assert "private integration token, which lasts" in page
    assert "its own token" in page
    Credential.objects.filter(pk=held.pk).update(kind="oauth")
    assert "installed as a marketplace app" in text_of(ana.get("/agency/"))
    Credential.objects.filter(pk=held.pk).update(state="refused", problem="Invalid grant")
    page = text_of(ana.get("/agency/"))
    assert "no longer accepts" in page
    assert "Invalid grant" in page
    own.delete()


def test_scopes_that_were_not_granted_are_named(cast: Cast, box: Sandbox):  # noqa: F811
    company_credential(box, scopes="locations.readonly users.readonly")
    assert "Not possible now:" in text_of(cast.as_ana.get("/agency/"))


def test_an_installation_from_the_page_to_the_end(cast: Cast, box: Sandbox):  # noqa: F811
    ana = cast.as_ana
    page = come_back(ana, code=code_from(box), state=begin(ana))
    assert "The agency is connected" in page
    assert Credential.objects.get().company_id == box.company_id


def test_every_way_back_that_fails_has_its_own_sentence(cast: Cast, box: Sandbox):  # noqa: F811
    ana = cast.as_ana
    said = [
        come_back(ana, error="access_denied", state=begin(ana)),
        come_back(ana, error="server_error", state=begin(ana)),
        come_back(ana, code=code_from(box), state="made-up"),
        come_back(ana, state=begin(ana)),
        come_back(ana, code="made-up", state=begin(ana)),
    ]
    words = ["refused in HighLevel", "stopped the installation", "does not belong", "without a code", "used before"]
    assert [word in page for word, page in zip(words, said, strict=True)] == [True] * 5
    assert not Credential.objects.exists()


def test_a_state_counts_once_and_for_this_browser_only(cast: Cast, box: Sandbox):  # noqa: F811
    ana, other = cast.as_ana, cast.as_ana
    state = begin(ana)
    assert "does not belong" in come_back(other, code=code_from(box), state=state)
    assert "is connected" in come_back(ana, code=code_from(box), state=state)
    assert "does not belong" in come_back(ana, code=code_from(box), state=state)


def test_a_state_ends_after_a_quarter_of_an_hour(cast: Cast, box: Sandbox):  # noqa: F811
    ana = cast.as_ana
    state = begin(ana)
    session = ana.session
    session["agency_states"] = {state: (datetime.now(UTC) - timedelta(seconds=1)).timestamp()}
    session.save()
    assert "longer than 15 minutes" in come_back(ana, code=code_from(box), state=state)
    assert not Credential.objects.exists()


def test_highlevel_out_of_reach_and_another_agency(cast: Cast, box: Sandbox, settings: Any):  # noqa: F811
    ana = cast.as_ana
    code, state = code_from(box), begin(ana)
    settings.HIGHLEVEL_BASE_URL = "http://127.0.0.1:9"
    assert "could not be reached" in come_back(ana, code=code, state=state)
    settings.HIGHLEVEL_BASE_URL, settings.HIGHLEVEL_COMPANY_ID = box.url, "another"
    assert "another agency" in come_back(ana, code=code_from(box), state=begin(ana))
    assert not Credential.objects.exists()


def test_an_installation_from_the_marketplace_is_asked_about_first(cast: Cast, box: Sandbox):  # noqa: F811
    ana = cast.as_ana
    code = code_from(box)
    answer = ana.get("/agency/callback/", {"code": code})
    assert answer["Location"] == "/agency/finish/"
    page = ana.get("/agency/finish/")
    assert "Did you install Rota" in text_of(page)
    assert code not in page.content.decode()
    assert not Credential.objects.exists()
    assert ana.post("/agency/finish/", {"finish": "yes"})["Location"] == "/agency/"
    assert Credential.objects.get().kind == "oauth"
    assert ana.get("/agency/finish/")["Location"] == "/agency/"


def test_an_installation_that_is_dropped_stores_nothing(cast: Cast, box: Sandbox):  # noqa: F811
    ana = cast.as_ana
    ana.get("/agency/callback/", {"code": code_from(box)})
    ana.post("/agency/finish/", {"cancel": "yes"})
    assert "no longer counts" in text_of(ana.post("/agency/finish/", {"finish": "yes"}, follow=True))
    assert not Credential.objects.exists()


def test_somebody_who_is_not_signed_in_keeps_the_code_until_they_are(cast: Cast, box: Sandbox):  # noqa: F811
    nobody = cast.as_nobody
    code = code_from(box)
    answer = nobody.get("/agency/callback/", {"code": code})
    assert answer["Location"] == "/agency/finish/"
    assert code not in str(dict(nobody.session))
    assert nobody.get("/agency/finish/")["Location"] == "/sign-in/?next=/agency/finish/"
    assert not Credential.objects.exists()


def test_without_an_app_the_page_says_what_is_missing(cast: Cast, box: Sandbox, settings: Any):  # noqa: F811
    settings.HIGHLEVEL_CLIENT_ID = ""
    ana = cast.as_ana
    assert "/agency/install/" not in ana.get("/agency/").content.decode()
    assert "HIGHLEVEL_CLIENT_ID" in text_of(ana.get("/agency/install/", follow=True))


def test_a_problem_in_the_address_is_one_of_ours(cast: Cast):  # noqa: F811
    page = cast.as_ana.get("/agency/", {"problem": "<b>call this number</b>"}).content.decode()
    assert "call this number" not in page
    assert 'role="alert"' not in page


@pytest.fixture
def places(cast: Cast) -> list[Location]:  # noqa: F811
    return [make_location(f"Client {number:02}", is_active=False) for number in range(12)]


def test_ticked_locations_are_worked_for_and_pulled(cast: Cast, places: list[Location]):  # noqa: F811
    picked = [row.pk for row in places[:3]]
    answer = cast.as_ana.post("/agency/locations/", {"pick": picked, "do": "work", "state": "new"}, follow=True)
    assert "works for 3 more locations" in text_of(answer)
    assert answer.redirect_chain[0][0] == "/agency/?state=new#agency-list"
    assert set(Location.objects.filter(is_active=True)) == {cast.a, cast.b, *places[:3]}
    assert set(SyncRun.objects.values_list("location", flat=True)) == set(picked)


def test_all_that_match_are_worked_for(cast: Cast, places: list[Location]):  # noqa: F811
    cast.as_ana.post("/agency/locations/", {"do": "work_all", "q": "Client 1"})
    assert {row.name for row in Location.objects.filter(is_active=True)} == {
        "Atlas Motors",
        "Birch Bakery",
        "Client 10",
        "Client 11",
    }


def test_locations_are_let_go(cast: Cast):  # noqa: F811
    cast.as_ana.post("/agency/locations/", {"pick": [cast.a.pk], "do": "rest"})
    assert list(cast.ana.locations()) == [cast.b]


@pytest.mark.parametrize(
    "data", [{}, {"do": "work"}, {"pick": "1"}, {"pick": "x", "do": "work"}, {"pick": "9" * 30, "do": "rest"}]
)
def test_an_unclear_choice_changes_nothing(cast: Cast, data: dict[str, str]):  # noqa: F811
    answer = cast.as_ana.post("/agency/locations/", data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_the_list_is_searched_narrowed_and_paged(cast: Cast, places: list[Location]):  # noqa: F811
    ana = cast.as_ana
    assert "Client 07" in text_of(ana.get("/agency/", {"q": "client 07"}))
    assert "Atlas" not in text_of(ana.get("/agency/", {"state": "new"}))
    assert "No location matches" in text_of(ana.get("/agency/", {"q": "zzz"}))
    for number in range(60):
        make_location(f"More {number:02}")
    first, second = ana.get("/agency/"), ana.get("/agency/", {"page": "2"})
    assert "1–50 of 74" in text_of(first)
    assert "More 59" in text_of(second)


def test_a_paused_location_shows_cause_and_way_back(cast: Cast):  # noqa: F811
    Location.objects.filter(pk=cast.a.pk).update(paused_at=datetime.now(UTC), paused_code="location_inactive")
    page = text_of(cast.as_ana.get("/agency/", {"state": "paused"}))
    assert "HighLevel has paused this location" in page
    assert "Make the location active in HighLevel" in page
    assert "Birch Bakery" not in page


def test_htmx_gets_the_list_alone_and_history_the_page(cast: Cast):  # noqa: F811
    ana = cast.as_ana
    piece = ana.get("/agency/", headers={**HTMX, "HX-Target": "agency-list"}).content.decode()
    whole = ana.get("/agency/", headers={**HISTORY, "HX-Target": "agency-list"}).content.decode()
    assert piece.lstrip().startswith("<section")
    assert "<html" in whole
    assert "HX-Request" in ana.get("/agency/")["Vary"]


@pytest.mark.parametrize("rows", [2, 20])
def test_the_cost_of_the_page_does_not_grow(cast: Cast, rows: int, django_assert_num_queries: Any):  # noqa: F811
    for number in range(rows):
        Credential.objects.create(
            level="location",
            location=make_location(f"More {number}", paused_at=datetime.now(UTC) if number % 2 else None),
            kind="private",
            company_id="company-1",
            access_token=f"pit-{number}",
        )
    ana = cast.as_ana
    # session, person; connection: company by token, by location, its credential, own tokens, last webhook;
    # list: tabs, number, page, its credentials, those not worked for; frame: health, accounts that expired
    with django_assert_num_queries(14):
        ana.get("/agency/")


def test_a_new_connection_without_locations_is_being_read(cast: Cast, box: Sandbox):  # noqa: F811
    company_credential(box)
    Location.objects.update(gone_at=datetime.now(UTC))
    client = cast.as_ana
    page = client.get("/agency/").content.decode()
    assert 'hx-trigger="every 2s"' in page
    Credential.objects.update(updated_at=datetime.now(UTC) - timedelta(minutes=3))
    assert 'hx-trigger="every 2s"' not in client.get("/agency/").content.decode()


def test_looking_for_new_locations_asks_a_worker(cast: Cast, box: Sandbox):  # noqa: F811
    assert "reads the list of locations now" in text_of(cast.as_ana.post("/agency/look/", follow=True))
