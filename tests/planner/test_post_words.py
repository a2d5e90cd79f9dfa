"""Links to networks, media counted in words, settings of networks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Platform
from planner.models import Media
from planner.network_links import network_link
from planner.selectors.post_details import approval_notes, network_details
from planner.selectors.post_lines import media_words


@pytest.mark.parametrize(
    ("platform", "known", "link"),
    [
        ("facebook", "123456_789012", "https://www.facebook.com/123456_789012"),
        ("facebook", "https://www.facebook.com/story.php?id=1", "https://www.facebook.com/story.php?id=1"),
        ("linkedin", "urn:li:share:7123", "https://www.linkedin.com/feed/update/urn:li:share:7123"),
        ("youtube", "dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("pinterest", "1234567890", "https://www.pinterest.com/pin/1234567890/"),
        (
            "bluesky",
            "at://did:plc:abc123/app.bsky.feed.post/3kxyz",
            "https://bsky.app/profile/did:plc:abc123/post/3kxyz",
        ),
        ("instagram", "https://www.instagram.com/p/Cabc/", "https://www.instagram.com/p/Cabc/"),
        ("instagram", "17900000000000000", ""),
        ("tiktok", "7200000000000000000", ""),
        ("facebook", "", ""),
        ("facebook", "http://www.facebook.com/1", ""),
        ("facebook", "https://evil.test/www.facebook.com", ""),
        ("facebook", "https://facebook.com.evil.test/1", ""),
        ("facebook", "https://facebook.com@evil.test/1", ""),
        ("facebook", "https://notfacebook.com/1", ""),
        ("facebook", "https://facebook.com:8443/1", ""),
        ("facebook", "https://facebook.com\\@evil.test/1", ""),
        ("facebook", "https://[facebook.com/1", ""),
        ("facebook", "javascript://facebook.com/%0aalert(1)", ""),
        ("youtube", "dQw4w9WgXcQ&x=1", ""),
        ("linkedin", "urn:li:share:7123\n", ""),
        ("mastodon", "https://facebook.com/1", ""),
        ("", "123456_789012", ""),
    ],
)
def test_only_what_is_surely_a_page_of_the_network_is_a_link(platform: str, known: str, link: str) -> None:
    assert network_link(platform, known) == link


@given(platform=st.sampled_from([*Platform.values, "new", ""]), known=st.text(max_size=80))
def test_a_link_is_https_or_nothing(platform: str, known: str) -> None:
    link = network_link(platform, known)
    assert link == "" or (link.startswith("https://") and not any(sign.isspace() for sign in link))


def test_media_is_counted_in_words() -> None:
    kinds = ["image", "image/png", "IMAGE", "video", "video/mp4", "gif", "image/gif", "application/pdf", ""]
    assert media_words([Media(kind=kind) for kind in kinds]) == ["3 images", "2 videos", "2 GIFs", "2 files"]
    assert media_words([]) == []
    assert media_words([Media(kind="video")]) == ["1 video"]


def test_settings_of_networks_are_words_and_values() -> None:
    details = {
        "tiktok": {"privacyLevel": "PUBLIC_TO_EVERYONE", "enableDuet": False, "title": "", "none": None},
        "gmb": {"actionType": "book", "startDate": {"startDate": {"year": 2026}}},
        "pinterest": {"pinterestBoards": [{"accountId": "a", "boards": ["one", "two"]}], "boardIds": []},
        "linkedin": {},
    }
    assert [(item.group, item.name, item.value) for item in network_details(details, only=())] == [
        ("TikTok", "Privacy level", "PUBLIC_TO_EVERYONE"),
        ("TikTok", "Enable duet", "no"),
        ("Google Business", "Action type", "book"),
        ("Google Business", "Start date › Start date › Year", "2026"),
        ("Pinterest", "Pinterest boards 1 › Account id", "a"),
        ("Pinterest", "Pinterest boards 1 › Boards", "one, two"),
    ]
    assert {item.group for item in network_details(details, only={"google"})} == {"Google Business"}
    assert len(network_details({"tiktok": {str(number): number for number in range(1, 100)}}, only=())) == 60


def test_notes_of_an_approval_are_read_only_where_there_are_some() -> None:
    assert approval_notes({}) == []
    assert approval_notes({"postApprovalDetails": None}) == []
    held = {"postApprovalDetails": {"requesterNote": "Please look", "approverNote": ""}}
    assert [(note.name, note.value) for note in approval_notes(held)] == [("Note of who asked", "Please look")]
