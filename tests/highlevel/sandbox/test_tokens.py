"""Installing the app, exchanging, refreshing and minting tokens, and what each may do."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from highlevel.sandbox.resources.locations import set_active
from highlevel.sandbox.tokens import SCOPES

from .conftest import SOCIAL, Desk

CALLBACK = "https://rota.example/callback?keep=1"


def exchange(desk: Desk, *, camel: bool = False, as_json: bool = False, **fields: Any) -> requests.Response:
    names = {"client_id": "clientId", "client_secret": "clientSecret", "grant_type": "grantType"}
    names |= {"refresh_token": "refreshToken", "redirect_uri": "redirectUri"}
    body = {"client_id": desk.box.client_id, "client_secret": desk.box.client_secret, **fields}
    if camel:
        body = {names.get(name, name): value for name, value in body.items()}
    url = desk.box.url + "/oauth/token"
    return requests.post(url, json=body, timeout=10) if as_json else requests.post(url, data=body, timeout=10)


def consent(desk: Desk, **fields: Any) -> dict[str, list[str]]:
    """Allow the app on the page as a browser does; the query of the address it leads to."""
    asked = {
        "response_type": "code",
        "client_id": desk.box.client_id,
        "redirect_uri": CALLBACK,
        "scope": "locations.readonly oauth.write oauth.readonly socialplanner/post.readonly",
        "state": "s&1",
    }
    page = requests.get(desk.box.url + "/v2/oauth/chooselocation", params=asked, timeout=10)
    assert page.status_code == 200
    assert "Kiln &amp; Clay" in page.text
    answer = requests.post(
        desk.box.url + "/v2/oauth/chooselocation",
        data={**asked, "answer": "allow", **fields},
        allow_redirects=False,
        timeout=10,
    )
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://rota.example/callback?keep=1&")
    return parse_qs(urlsplit(answer.headers["Location"]).query)


@pytest.mark.parametrize("camel", [False, True])
@pytest.mark.parametrize("as_json", [False, True])
def test_install_exchange_refresh(desk: Desk, camel: bool, as_json: bool) -> None:
    back = consent(desk)
    assert back["state"] == ["s&1"]
    style: dict[str, Any] = {"camel": camel, "as_json": as_json}
    fields: dict[str, Any] = {"grant_type": "authorization_code", "code": back["code"][0], "redirect_uri": CALLBACK}
    first = exchange(desk, **style, **fields)
    assert first.status_code == 200, first.text
    access, refresh = ("accessToken", "refreshToken") if camel else ("access_token", "refresh_token")
    pair = first.json()
    assert pair["userType"] == "Company"
    assert pair["companyId"] == desk.box.company_id
    assert pair["approvedLocations"] == [desk.location_id]
    assert pair["expiresIn" if camel else "expires_in"] == 86_399
    assert exchange(desk, **style, **fields).json()["message"] == "Invalid grant: authorization code is invalid"

    renewed = exchange(desk, **style, grant_type="refresh_token", refresh_token=pair[refresh])
    assert renewed.status_code == 200
    assert renewed.json()[access] != pair[access]
    again = exchange(desk, **style, grant_type="refresh_token", refresh_token=pair[refresh])
    assert (again.status_code, again.json()["message"]) == (400, "Invalid grant: refresh token is invalid")

    desk.speak_with(renewed.json()[access])
    assert desk.ask("GET", "/locations/search").json()["locations"][0]["id"] == desk.location_id


def test_consent_for_one_location_and_refusal(desk: Desk) -> None:
    other = desk.box.add_location(name="Not yet", installed=False)
    code = consent(desk, locationId=other)["code"][0]
    pair = exchange(desk, grant_type="authorization_code", code=code).json()
    assert (pair["userType"], pair["locationId"]) == ("Location", other)
    assert desk.box.store.get("location", other)["installed"] is True  # type: ignore[index]
    refused = consent(desk, answer="refuse")
    assert (refused["error"], refused["state"]) == (["access_denied"], ["s&1"])
    assert "code" not in refused


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"client_id": "someone"}, "The client id is unknown."),
        ({"redirect_uri": "javascript:alert(1)"}, "The redirect address must be a web address."),
        ({"scope": "a<b"}, "These scopes are not valid: a&lt;b"),
        ({"response_type": "token"}, "The response type must be code."),
    ],
)
def test_consent_page_refuses_a_bad_request(desk: Desk, changed: dict[str, str], reason: str) -> None:
    asked = {"response_type": "code", "client_id": desk.box.client_id, "redirect_uri": CALLBACK}
    asked |= {"scope": "users.readonly", **changed}
    page = requests.get(desk.box.url + "/v2/oauth/chooselocation", params=asked, timeout=10)
    assert page.status_code == 400
    assert reason in page.text


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"grant_type": ""}, 400, "Missing parameter: grant_type"),
        ({"grant_type": "password"}, 400, "Invalid parameter: grant_type"),
        ({"grant_type": "refresh_token"}, 400, "Missing parameter: refresh_token"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "Invalid grant: refresh token is invalid"),
        ({"grant_type": "refresh_token", "client_secret": "x"}, 401, "Invalid client: client credentials are invalid"),
    ],
)
def test_token_endpoint_refusals(desk: Desk, fields: dict[str, Any], status: int, message: str) -> None:
    answer = exchange(desk, **fields)
    assert (answer.status_code, answer.json()["message"]) == (status, message)


def test_one_refresh_token_serves_one_of_many(desk: Desk) -> None:
    refresh = desk.box.refresh_token(desk.location_id)
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(exchange, desk, grant_type="refresh_token", refresh_token=refresh) for _ in range(8)]
    assert sorted(call.result().status_code for call in calls) == [200] + [400] * 7


def test_an_inactive_location_is_refused_and_its_refresh_token_survives(desk: Desk) -> None:
    refresh = desk.box.refresh_token(desk.location_id)
    set_active(desk.box.world, desk.location_id, False)
    call = desk.ask("GET", SOCIAL + "/{loc}/accounts")
    assert (call.status_code, call.json()["message"]) == (401, "Location is not active")
    refused = exchange(desk, grant_type="refresh_token", refresh_token=refresh)
    assert (refused.status_code, refused.json()["message"]) == (400, "Location is not active")
    set_active(desk.box.world, desk.location_id, True)
    assert exchange(desk, grant_type="refresh_token", refresh_token=refresh).status_code == 200


def test_access_tokens_expire_by_the_sandboxs_clock(desk: Desk) -> None:
    assert desk.ask("GET", SOCIAL + "/{loc}/accounts").status_code == 200
    desk.box.clock.advance(timedelta(days=1))
    expired = desk.ask("GET", SOCIAL + "/{loc}/accounts")
    assert (expired.status_code, expired.json()["error"]) == (401, "Unauthorized")
    desk.speak_with(desk.box.private_token(desk.location_id))
    assert desk.ask("GET", SOCIAL + "/{loc}/accounts").status_code == 200


@pytest.mark.parametrize("modern", [True, False])
def test_the_agencys_private_token_mints_location_tokens(desk: Desk, modern: bool) -> None:
    desk.speak_with(desk.box.agency_token)
    path = "/oauth/location-token" if modern else "/oauth/locationToken"
    body = {"companyId": desk.box.company_id, "locationId": desk.location_id}
    answer = desk.ask("POST", path, data=body)
    assert answer.status_code == 200, answer.text
    minted = answer.json()
    assert ("refreshToken" in minted, "refresh_token" in minted) == (modern, False)
    assert desk.ask("GET", SOCIAL + "/{loc}/accounts").status_code == 401
    desk.speak_with(minted["accessToken" if modern else "access_token"])
    assert desk.ask("GET", SOCIAL + "/{loc}/accounts").status_code == 200
    assert desk.ask("POST", path, data=body).status_code == 401


def test_minting_refusals(desk: Desk) -> None:
    desk.speak_with(desk.box.agency_token)
    elsewhere = {"companyId": "other", "locationId": desk.location_id}
    assert desk.ask("POST", "/oauth/location-token", data=elsewhere).status_code == 400
    assert desk.ask("POST", "/oauth/location-token", data={}).status_code == 422
    set_active(desk.box.world, desk.location_id, False)
    body = {"companyId": desk.box.company_id, "locationId": desk.location_id}
    assert desk.ask("POST", "/oauth/location-token", data=body).json()["message"] == "Location is not active"


def test_installed_locations_both_ways(desk: Desk) -> None:
    for number in range(4):
        desk.box.add_location(name=f"Shop {number}", installed=number % 2 == 0, address="1 High Street")
    desk.speak_with(desk.box.agency_token)
    asked = {"companyId": desk.box.company_id, "appId": desk.box.company["appId"]}

    old = desk.ask("GET", "/oauth/installedLocations", params={**asked, "limit": "2", "skip": "1"}).json()
    assert (len(old["locations"]), old["count"]) == (2, 5)
    names, token, pages = [], None, 0
    while True:
        more: dict[str, str] = {"pageToken": token} if token else {}
        page = desk.ask("GET", "/oauth/installed-locations", params={**asked, "pageSize": "2", **more}).json()
        names += [row["name"] for row in page["items"]]
        pages += 1
        token = page["pagination"].get("nextPageToken")
        if not page["pagination"]["hasNextPage"]:
            break
    assert (names, pages) == (["Kiln & Clay", "Shop 0", "Shop 1", "Shop 2", "Shop 3"], 3)
    installed = desk.ask("GET", "/oauth/installed-locations", params={**asked, "isInstalled": "false"}).json()
    assert [row["name"] for row in installed["items"]] == ["Shop 1", "Shop 3"]
    unknown = desk.ask("GET", "/oauth/installed-locations", params={**asked, "appId": "zzz"})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "RESOURCE_NOT_FOUND")


def test_a_missing_scope_is_a_401_with_its_own_words(desk: Desk) -> None:
    scopes = [scope for scope in SCOPES if scope != "socialplanner/post.write"]
    desk.speak_with(desk.box.location_token(desk.location_id, scopes))
    assert desk.posts() == []
    refused = desk.create(desk.plan(desk.account("facebook")))
    assert refused.status_code == 401
    assert refused.json()["message"] == "The token is not authorized for this scope."
    assert refused.json()["error"] == "Unauthorized"


def test_a_token_speaks_for_its_own_location(desk: Desk) -> None:
    other = desk.box.add_location(name="Elsewhere")
    assert desk.ask("GET", f"{SOCIAL}/{other}/accounts").status_code == 401
    assert desk.ask("GET", f"/locations/{other}").status_code == 401
    users = {"companyId": desk.box.company_id, "locationId": other}
    assert desk.ask("GET", "/users/search", params=users).status_code == 401


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"Authorization": ""}, "Invalid token: access token is missing"),
        ({"Authorization": "Bearer nobody"}, "Invalid token: access token is invalid"),
        ({"Version": ""}, "version header was not found."),
        ({"Version": "2019-01-01"}, "version header is invalid."),
    ],
)
def test_headers_that_are_refused(desk: Desk, headers: dict[str, str], message: str) -> None:
    answer = desk.ask("GET", SOCIAL + "/{loc}/accounts", headers=headers)
    assert (answer.status_code, answer.json()["message"]) == (401, message)


@pytest.mark.parametrize("version", ["v3", "2021-07-28", "2021-04-15"])
def test_versions_that_are_accepted(desk: Desk, version: str) -> None:
    assert desk.ask("GET", SOCIAL + "/{loc}/accounts", headers={"Version": version}).status_code == 200


def test_a_refresh_token_opens_no_door(desk: Desk) -> None:
    desk.speak_with(desk.box.refresh_token(desk.location_id))
    assert desk.ask("GET", SOCIAL + "/{loc}/accounts").status_code == 401
