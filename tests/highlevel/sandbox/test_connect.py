"""Connecting accounts over HTTP: start, sign-in page, list, attach, reconnect."""

import html
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from highlevel.sandbox.connect_people import PEOPLE

from .conftest import SOCIAL, Desk

PLATFORMS = (
    "google", "facebook", "instagram", "linkedin", "tiktok", "tiktok-business", "youtube", "pinterest", "threads",
)  # fmt: skip
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def door(desk: Desk) -> Desk:
    desk.box.clock.set(NOW)
    desk.box.clock.stop()
    desk.speak_with(desk.box.private_token(desk.location_id))
    desk.box.limits.enabled = False
    return desk


def start(desk: Desk, platform: str, **query: str) -> requests.Response:
    given = {"locationId": desk.location_id, "userId": desk.box.company["ownerId"], **query}
    return desk.ask("GET", f"{SOCIAL}/oauth/{platform}/start", params=given, allow_redirects=False)


def sign_in(desk: Desk, platform: str, answer: str = "sign_in", person: str = PEOPLE[0], **query: str) -> Any:
    """The window message with which the sign-in ends, or None when there is none."""
    response = start(desk, platform, **query)
    assert response.status_code == 302, response.text
    where = response.headers["Location"]
    assert where.startswith(desk.box.url)
    page = requests.get(where, timeout=10)
    assert page.status_code == 200
    form = re.search(r'action="([^"]+)"', page.text)
    assert form
    last = requests.post(desk.box.url + form[1], data={"answer": answer, "person": person}, timeout=10)
    message = re.search(r'data-message="([^"]*)"', last.text)
    assert message
    assert "<script>" not in last.text
    return json.loads(html.unescape(message[1])) if message[1] else None


def offered(desk: Desk, platform: str, attempt: str, **query: str) -> requests.Response:
    return desk.ask("GET", f"{SOCIAL}/oauth/{{loc}}/{platform}/accounts/{attempt}", params=query)


def attach(desk: Desk, platform: str, attempt: str, body: dict[str, Any]) -> requests.Response:
    return desk.ask("POST", f"{SOCIAL}/oauth/{{loc}}/{platform}/accounts/{attempt}", json=body)


def body_for(platform: str, results: dict[str, Any]) -> dict[str, Any]:
    """Step 3's body for the first thing that step 2 offers."""
    if platform == "google":
        found = results["locations"]
        location = {name: found["location"][name] for name in ("name", "title", "storeCode")}
        return {"location": location, "account": found["account"]}
    entry = next(rows[0] for rows in results.values() if rows)
    body = {
        "originId": entry["id"],
        "name": entry["name"],
        "avatar": entry["avatar"],
        "type": entry.get("type", "page"),
    }
    if platform == "instagram":
        return {**{name: body[name] for name in ("originId", "name", "avatar")}, "pageId": entry["pageId"]}
    if platform == "linkedin":
        return {**body, "urn": entry["urn"]}
    if platform in ("tiktok", "tiktok-business", "youtube"):
        return {**body, "verified": entry["verified"], "username": entry["username"]}
    return body


def connected(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.ask("GET", SOCIAL + "/{loc}/accounts").json()["results"]["accounts"]
    return found


@pytest.mark.parametrize("platform", PLATFORMS)
def test_three_steps_connect_an_account(door: Desk, platform: str) -> None:
    message = sign_in(door, platform, page="integration")
    assert message == {
        "actionType": "close",
        "page": "social-media-posting",
        "platform": platform,
        "placement": "integration",
        "accountId": message["accountId"],
        "reconnectAccounts": [],
    }
    results = offered(door, platform, message["accountId"]).json()["results"]
    body = body_for(platform, results)
    answer = attach(door, platform, message["accountId"], body)
    assert answer.status_code == 201, answer.text
    record = answer.json()["results"]
    (account,) = connected(door)
    assert (account["platform"], account["originId"]) == (platform, record["originId"])
    assert account["id"] == record["oldId"]
    assert account["id"].startswith(f"{record['oAuthId']}_{door.location_id}_")
    assert account["isExpired"] is False

    again = attach(door, platform, message["accountId"], body)
    assert (again.status_code, again.json()["message"]) == (400, "This account is already connected")
    assert len(connected(door)) == 1
    if platform == "google":
        assert offered(door, platform, message["accountId"]).json()["results"]["locations"]["location"]["isConnected"]
    else:
        rows = next(iter(filter(None, offered(door, platform, message["accountId"]).json()["results"].values())))
        assert rows[0]["isConnected"] is True


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_page_names_its_network(door: Desk, platform: str) -> None:
    page = requests.get(start(door, platform).headers["Location"], timeout=10).text
    assert "<h1>Sign in to " in page
    assert all(person in html.unescape(page) for person in PEOPLE)
    for name in ("sign_in", "refuse", "close", "expired"):
        assert f'value="{name}"' in page


def test_both_spellings_of_the_page_can_be_had(door: Desk) -> None:
    door.box.world.settings["connect_page"] = "social_media_posting"
    assert sign_in(door, "facebook")["page"] == "social_media_posting"


def test_refusing_closing_and_an_expired_session(door: Desk) -> None:
    assert sign_in(door, "facebook", "refuse")["accountId"] == ""
    assert sign_in(door, "facebook", "close") is None
    expired = sign_in(door, "facebook", "expired")["accountId"]
    answer = offered(door, "facebook", expired)
    assert (answer.status_code, answer.json()["message"]) == (400, "Session expired, please sign in again")
    assert attach(door, "facebook", expired, {"type": "page", "originId": "1", "name": "x"}).status_code == 400
    stale = sign_in(door, "facebook")["accountId"]
    door.box.clock.advance(timedelta(hours=2))
    assert offered(door, "facebook", stale).status_code == 400


def test_a_sign_in_is_good_for_its_own_network_and_location(door: Desk) -> None:
    attempt = sign_in(door, "facebook")["accountId"]
    assert offered(door, "instagram", attempt).status_code == 400
    assert offered(door, "facebook", "0" * 24).status_code == 400
    unsigned = start(door, "facebook").headers["Location"].rpartition("/")[2]
    assert offered(door, "facebook", unsigned).status_code == 400
    other = Desk(door.box, door.box.add_location(name="Elsewhere"))
    assert offered(other, "facebook", attempt).status_code == 400
    other.http.close()


def test_a_page_answers_once(door: Desk) -> None:
    where = start(door, "facebook").headers["Location"]
    assert requests.post(where, data={"answer": "refuse"}, timeout=10).status_code == 200
    assert requests.post(where, data={"answer": "sign_in"}, timeout=10).status_code == 404
    assert requests.get(where, timeout=10).status_code == 404


def test_search_nobody_and_unusable_entries(door: Desk) -> None:
    attempt = sign_in(door, "facebook")["accountId"]
    pages = offered(door, "facebook", attempt).json()["results"]["pages"]
    assert [page["isOwned"] for page in pages] == [True, False]
    found = offered(door, "facebook", attempt, search="OLD").json()["results"]["pages"]
    assert found == pages[1:]
    body = {"type": "page", "originId": pages[1]["id"], "name": pages[1]["name"], "avatar": ""}
    assert "cannot be connected" in attach(door, "facebook", attempt, body).json()["message"]
    nobody = sign_in(door, "facebook", person=PEOPLE[2])["accountId"]
    assert offered(door, "facebook", nobody).json()["results"] == {"pages": []}
    stranger = {**body, "originId": "12345"}
    assert attach(door, "facebook", attempt, stranger).status_code == 400


def test_step_two_in_the_shape_of_the_examples(door: Desk) -> None:
    door.box.world.settings["connect_shape"] = "example"
    expected = {
        "facebook": {"pages"},
        "instagram": {"accounts"},
        "google": {"locations"},
        "linkedin": {"pages"},
        "tiktok": {"openId", "displayName", "avatarUrl", "isConnected"},
        "tiktok-business": {"profile"},
        "youtube": {"channels"},
        "pinterest": {"id", "username", "businessName", "avatar", "isConnected"},
        "threads": {"profile"},
    }
    for platform, keys in expected.items():
        attempt = sign_in(door, platform)["accountId"]
        assert set(offered(door, platform, attempt).json()["results"]) == keys, platform


def test_reconnecting_keeps_the_account_and_refreshes_it(door: Desk) -> None:
    account = door.account("facebook", name="Old friend", expire=NOW - timedelta(days=1))
    assert connected(door)[0]["isExpired"] is True
    message = sign_in(door, "facebook", reconnect="true")
    assert message["reconnectAccounts"] == [account["id"]]
    pages = offered(door, "facebook", message["accountId"]).json()["results"]["pages"]
    assert (pages[0]["id"], pages[0]["isConnected"]) == (account["originId"], False)
    body = {"type": "page", "originId": account["originId"], "name": "Old friend", "avatar": ""}
    answer = attach(door, "facebook", message["accountId"], body)
    assert (answer.status_code, answer.json()["results"]["oldId"]) == (201, account["id"])
    (renewed,) = connected(door)
    assert (renewed["id"], renewed["isExpired"]) == (account["id"], False)
    assert renewed["expire"] == "2026-07-31T00:00:00.000Z"


@pytest.mark.parametrize(
    ("platform", "body", "complaint"),
    [
        ("facebook", {"originId": "1", "name": "x"}, "type should not be empty"),
        (
            "facebook",
            {"type": "profile", "originId": "1", "name": "x"},
            "type must be one of the following values: page",
        ),
        ("youtube", {"name": "x"}, "originId should not be empty"),
        ("google", {"location": {"title": "x"}}, "location.name should not be empty"),
        ("linkedin", {"type": "page", "originId": "1", "name": "x", "pageId": "1"}, "property pageId should not exist"),
    ],
)
def test_step_three_is_validated(door: Desk, platform: str, body: dict[str, Any], complaint: str) -> None:
    answer = attach(door, platform, sign_in(door, platform)["accountId"], body)
    assert answer.status_code == 422
    assert complaint in answer.json()["message"]


def test_bluesky_and_strangers_are_turned_away(door: Desk) -> None:
    answer = start(door, "bluesky")
    assert (answer.status_code, answer.json()["message"]) == (400, "Bluesky is currently not supported")
    assert start(door, "myspace").status_code == 422
    door.speak_with("nonsense")
    assert start(door, "facebook").status_code == 401


def test_step_one_takes_part_in_faults_and_the_log(door: Desk) -> None:
    door.box.faults.add(operation="start-oauth", kind="unavailable", times=1)
    assert start(door, "facebook").status_code == 503
    assert start(door, "facebook").status_code == 302
    assert [entry.status for entry in door.box.log.entries(operation="start-oauth")] == [503, 302]


def test_the_closing_script_is_served_from_a_file(door: Desk) -> None:
    answer = requests.get(door.box.url + "/sandbox/sign-in.js", timeout=10)
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "postMessage" in answer.text
