"""Step 2 of connecting in every documented shape, and step 3 for each network."""

from __future__ import annotations

from typing import Any

import pytest

from highlevel.api import BadReply, Rejected
from tests.highlevel.api.scripted_server import Say

FACEBOOK = {"id": "244", "name": "Page", "avatar": "https://x/p", "isOwned": True, "isConnected": False}
INSTAGRAM = {"id": "178", "name": "insta", "avatar": "https://x/i", "pageId": "244", "isConnected": True}
GOOGLE: dict[str, Any] = {
    "location": {"name": "locations/1", "title": "Shop", "storeCode": "S1", "isVerified": True, "isConnected": False},
    "account": {
        "name": "accounts/2",
        "accountName": "Biz",
        "type": "PERSONAL",
        "verificationState": "VERIFIED",
        "vettedState": "VETTED",
        "role": "OWNER",
    },
}
LINKEDIN_PAGE = {"id": "urn:li:organization:1", "name": "Company"}
LINKEDIN_PERSON = {"id": "urn:li:person:A", "name": "John"}
TIKTOK_FLAT = {"openId": "723", "displayName": "Tok", "avatarUrl": "https://x/t", "isConnected": False}
CHANNEL = {"id": "UC1", "name": "Channel"}
PINTEREST_FLAT = {"id": "123", "username": "biz", "businessName": "Pins", "avatar": "https://x/b"}

# platform, results, and (kind, origin id, name) of what is found
SHAPES: list[tuple[str, Any, list[tuple[str, str | None, str]]]] = [
    ("facebook", {"pages": [FACEBOOK]}, [("page", "244", "Page")]),
    ("facebook", {"pages": []}, []),
    ("instagram", {"accounts": [INSTAGRAM]}, [("profile", "178", "insta")]),
    ("google", {"locations": GOOGLE}, [("location", "locations/1", "Shop")]),
    ("google", {"locations": [GOOGLE, GOOGLE]}, [("location", "locations/1", "Shop")] * 2),
    ("google", GOOGLE, [("location", "locations/1", "Shop")]),
    ("google", {}, []),
    (
        "linkedin",
        {"pages": [LINKEDIN_PAGE], "profile": [LINKEDIN_PERSON]},
        [("page", "urn:li:organization:1", "Company"), ("profile", "urn:li:person:A", "John")],
    ),
    (
        "linkedin",
        {"pages": [LINKEDIN_PAGE], "profile": LINKEDIN_PERSON},
        [("page", "urn:li:organization:1", "Company"), ("profile", "urn:li:person:A", "John")],
    ),
    ("tiktok", {"profile": [{"id": "723", "name": "Tok"}]}, [("profile", "723", "Tok")]),
    ("tiktok", TIKTOK_FLAT, [("profile", "723", "Tok")]),
    ("youtube", {"profile": [{"id": "UC1", "name": "Channel"}]}, [("profile", "UC1", "Channel")]),
    ("youtube", {"channels": [CHANNEL]}, [("profile", "UC1", "Channel")]),
    ("pinterest", {"profile": [{"id": "123", "name": "Pins"}]}, [("profile", "123", "Pins")]),
    ("pinterest", PINTEREST_FLAT, [("profile", "123", "Pins")]),
    ("threads", {"profile": [{"id": 55, "name": "Threads"}]}, [("profile", "55", "Threads")]),
    ("threads", [{"id": "55", "username": "handle"}], [("profile", "55", "handle")]),
    ("facebook", {"pages": ["nonsense", None, {"name": "No id"}]}, [("page", None, "No id")]),
]


@pytest.mark.parametrize(("platform", "results", "found"), SHAPES)
def test_every_shape_becomes_one_list(desk, platform, results, found):
    d = desk(Say(200, {"success": True, "statusCode": 200, "message": "Fetched", "results": results}))
    listed = d.client.connect.options(platform=platform, account_id="oa1")
    assert [(one.kind, one.origin_id, one.name) for one in listed.choices] == found
    assert listed.raw["results"] == results
    assert d.server.asked[0].path == f"/social-media-posting/oauth/loc1/{platform}/accounts/oa1"


def test_an_answer_without_any_list_is_a_bad_reply(desk):
    with pytest.raises(BadReply):
        desk(Say(200, b"[]x")).client.connect.options(platform="facebook", account_id="oa1")


@pytest.mark.parametrize(
    ("platform", "results", "problem"),
    [
        ("facebook", {"pages": [{"name": "No id"}]}, "missing_id"),
        ("instagram", {"accounts": [{**INSTAGRAM, "isBusinessAccount": False}]}, "not_business"),
        ("instagram", {"accounts": [{"id": "1", "name": "a"}]}, "missing_page"),
        ("google", {"locations": {"location": GOOGLE["location"]}}, "missing_account"),
        ("google", {"locations": {**GOOGLE, "location": {**GOOGLE["location"], "isVerified": False}}}, "not_verified"),
    ],
)
def test_what_cannot_be_connected_says_why_and_is_not_sent(desk, platform, results, problem):
    d = desk(Say(200, {"results": results}))
    choice = d.client.connect.options(platform=platform, account_id="oa1").choices[0]
    assert choice.problem == problem
    with pytest.raises(ValueError, match=problem):
        d.client.connect.attach(platform=platform, account_id="oa1", choice=choice)
    assert len(d.server.asked) == 1


@pytest.mark.parametrize(
    ("platform", "results", "body"),
    [
        (
            "facebook",
            {"pages": [FACEBOOK]},
            {"type": "page", "originId": "244", "name": "Page", "avatar": "https://x/p"},
        ),
        (
            "instagram",
            {"accounts": [INSTAGRAM]},
            {"originId": "178", "name": "insta", "avatar": "https://x/i", "pageId": "244"},
        ),
        (
            "google",
            {"locations": GOOGLE},
            {
                "location": GOOGLE["location"],
                "account": {key: value for key, value in GOOGLE["account"].items() if key != "role"},
            },
        ),
        (
            "linkedin",
            {"profile": LINKEDIN_PERSON},
            {
                "type": "profile",
                "originId": "urn:li:person:A",
                "name": "John",
                "avatar": "",
                "urn": "urn:li:person:A",
            },
        ),
        ("tiktok", TIKTOK_FLAT, {"type": "profile", "originId": "723", "name": "Tok", "avatar": "https://x/t"}),
        (
            "tiktok-business",
            {"profile": [{"id": "9", "name": "Biz", "verified": True, "username": "biz", "type": "BUSINESS"}]},
            {"type": "business", "originId": "9", "name": "Biz", "avatar": "", "verified": True, "username": "biz"},
        ),
        ("youtube", {"channels": [CHANNEL]}, {"type": "profile", "originId": "UC1", "name": "Channel", "avatar": ""}),
        (
            "pinterest",
            PINTEREST_FLAT,
            {"originId": "123", "name": "Pins", "avatar": "https://x/b", "username": "biz"},
        ),
        (
            "threads",
            {"profile": [{"id": "55", "name": "T", "username": "t"}]},
            {"type": "profile", "originId": "55", "name": "T", "avatar": ""},
        ),
    ],
)
def test_each_network_gets_the_form_it_knows(desk, platform, results, body):
    attached = {"_id": "r1", "oAuthId": "oa1", "name": "N", "originId": "o", "platform": platform}
    d = desk(Say(200, {"results": results}), Say(201, {"success": True, "results": attached}))
    choice = d.client.connect.options(platform=platform, account_id="oa1").choices[0]
    made = d.client.connect.attach(platform=platform, account_id="oa1", choice=choice)
    assert d.server.asked[1].json == body
    assert (made.id, made.oauth_id, made.platform) == ("r1", "oa1", platform)


def test_the_start_is_told_and_not_followed(desk):
    d = desk(Say(302, None, {"Location": "https://network.example/sign-in?state=1"}))
    start = d.client.connect.start(platform="facebook", user_id="u1", reconnect="acc")
    assert (start.status, start.redirect_url) == (302, "https://network.example/sign-in?state=1")
    assert len(d.server.asked) == 1
    assert d.server.asked[0].query == {"locationId": "loc1", "userId": "u1", "reconnect": "acc"}


def test_the_start_may_be_a_page_or_an_address_in_json(desk):
    d = desk(
        Say(200, b"<html>Go on</html>", {"Content-Type": "text/html"}),
        Say(200, {"results": {"url": "https://network.example/go"}}),
    )
    page = d.client.connect.start(platform="facebook", user_id="u1")
    assert (page.redirect_url, page.page, page.content_type) == (None, "<html>Go on</html>", "text/html")
    assert d.client.connect.start(platform="facebook", user_id="u1").redirect_url == "https://network.example/go"


def test_a_refused_start_is_a_refusal(desk):
    d = desk(Say(400, {"statusCode": 400, "message": "Bluesky is currently not supported"}))
    with pytest.raises(Rejected):
        d.client.connect.start(platform="bluesky", user_id="u1")
