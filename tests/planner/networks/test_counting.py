"""Lengths, hashtags and mentions as each network counts them."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.networks import count, hashtags, mentions
from planner.networks.counting import encoded, graphemes, octets, utf16
from planner.networks.limits import Unit
from planner.networks.table import NETWORKS

FAMILY, FLAG, THUMB = "👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽"
# Each is one character to a person, and none joins with its neighbour.
CLUSTERS = [
    "a",
    "é",
    "e\u0301",
    "Z̷̧̛͓",
    "한",
    "\r\n",
    " ",
    "\u202e",
    "م",
    "ש\u05c1",
    "क्षि"[:2],
    FAMILY,
    FLAG,
    THUMB,
    "🇩🇪",
    "#️⃣",
    "\0",
]
LINKS = [
    "https://a.b",
    "http://bread.example/" + "x" * 90,
    "HTTPS://bread.example/?q=1#top",
    "https://brot.example/käse",
]


@pytest.mark.parametrize(
    ("text", "utf", "seen"),
    [
        ("", 0, 0),
        ("bread", 5, 5),
        ("e\u0301", 2, 1),
        (FAMILY, 11, 1),
        (FLAG, 6, 1),
        (THUMB, 4, 1),
        ("🇩🇪🇫🇷", 8, 2),
        ("a\r\nb", 4, 3),
        ("\u202eabc\u202c", 5, 5),
        ("𝔘", 2, 1),
    ],
)
def test_units(text: str, utf: int, seen: int) -> None:
    assert (count(text, "facebook").length, count(text, "bluesky").length) == (utf, seen)
    assert (count(text, "facebook").unit, count(text, "bluesky").unit) == (Unit.UTF16, Unit.GRAPHEMES)


@given(st.lists(st.sampled_from(CLUSTERS + LINKS)))
def test_bluesky_counts_what_is_seen_and_23_a_link(parts: list[str]) -> None:
    text = "\n".join(parts)
    expected = sum(23 if part in LINKS else 1 for part in parts) + max(0, len(parts) - 1)
    assert count(text, "bluesky").length == expected


@given(st.text())
def test_other_networks_count_as_browsers_do(text: str) -> None:
    units = len(text.encode("utf-16-le")) // 2
    assert utf16(text) == units
    for platform in ("facebook", "instagram", "tiktok", "mastodon"):
        assert count(text, platform).length == units
    assert graphemes(text) <= len(text)


@given(st.text())
def test_bytes_and_signs_in_an_address(text: str) -> None:
    assert octets(text) == sum(len(sign.encode()) for sign in text)
    assert encoded(text) == sum(len(quote(sign, safe="")) for sign in text)


@pytest.mark.parametrize("text", ["\ud83d", "a\udc00b", "\ud83d\ud83d"])
def test_halves_of_pairs_are_counted_all_the_same(text: str) -> None:
    assert count(text, "facebook").length == len(text)
    assert octets(text) > 0
    assert encoded(text) > 0


def test_limits_come_with_the_count() -> None:
    instagram = count("#a #b @c", "instagram")
    assert (instagram.limit, instagram.advised, instagram.hashtag_limit) == (2200, None, 30)
    assert (instagram.hashtags, instagram.mentions) == (2, 1)
    assert (count("", "facebook").limit, count("", "facebook").advised) == (62_000, 5_000)
    assert (count("", "threads").limit, count("", "threads").advised) == (None, 500)
    assert count("", "instagram", "story").limit == 0
    assert (count("", "mastodon").limit, count("", "mastodon").unit) == (None, Unit.UTF16)


@pytest.mark.parametrize(
    ("text", "instagram", "facebook", "bluesky"),
    [
        ("#bread", ["bread"], ["bread"], ["bread"]),
        ("＃パン", ["パン"], ["パン"], ["パン"]),
        ("#a#b", ["a", "b"], ["a"], ["a"]),
        ("x#a", ["a"], [], []),
        ("(#a)", ["a"], ["a"], []),
        ("#2026 #2026a", ["2026", "2026a"], ["2026a"], ["2026a"]),
        ("##a", ["a"], ["a"], []),
        ("# a #", [], [], []),
        ("#e\u0301te\u0301!", ["e\u0301te\u0301"], ["e\u0301te\u0301"], ["e\u0301te\u0301"]),
        ("#️⃣ #\u0301a", [], [], []),
        ("#🔥", ["🔥"], [], []),
        (f"#{FAMILY}x", [f"{FAMILY}x"], [], []),
        ("#مرحبا #हिन्दी", ["مرحبا", "हिन्दी"], ["مرحبا", "हिन्दी"], ["مرحبا", "हिन्दी"]),
        ("https://a.b/#frag &#39;", ["39"], [], []),
        ("#a\n#b\t#c", ["a", "b", "c"], ["a", "b", "c"], ["a", "b", "c"]),
        ("#snake_case-dash", ["snake_case"], ["snake_case"], ["snake_case"]),
    ],
)
def test_hashtags(text: str, instagram: list[str], facebook: list[str], bluesky: list[str]) -> None:
    assert list(hashtags(text, "instagram")) == list(hashtags(text, "tiktok")) == instagram
    assert list(hashtags(text, "facebook")) == list(hashtags(text, "linkedin")) == facebook
    assert list(hashtags(text, "bluesky")) == bluesky


@pytest.mark.parametrize(
    ("text", "instagram", "bluesky"),
    [
        ("@ana", ["ana"], []),
        ("@ana.bo.", ["ana.bo"], ["ana.bo"]),
        ("hi @ana, @bo!", ["ana", "bo"], []),
        ("mail@bread.example", [], []),
        ("@bread.bsky.social", ["bread.bsky.social"], ["bread.bsky.social"]),
        ("@@ana @", [], []),
        ("https://a.b/@ana", [], []),
    ],
)
def test_mentions(text: str, instagram: list[str], bluesky: list[str]) -> None:
    assert list(mentions(text, "instagram")) == instagram
    assert list(mentions(text, "bluesky")) == bluesky


@given(st.lists(st.sampled_from(["#", "a", "é", "7", "_", " ", "\n", "🔥", "e\u0301", "-", "&", "."])))
def test_instagram_makes_a_tag_of_each_sign_before_a_word(parts: list[str]) -> None:
    text = "".join(parts)
    starts = [
        place
        for place, sign in enumerate(text)
        if sign == "#" and place + 1 < len(text) and (text[place + 1].isalnum() or text[place + 1] in "_🔥")
    ]
    assert len(hashtags(text, "instagram")) == len(starts)


@given(st.text(), st.sampled_from([*NETWORKS, "mastodon", ""]))
def test_tags_and_names_are_parts_of_the_text(text: str, platform: str) -> None:
    assert all(tag in text for tag in hashtags(text, platform))
    assert all(name in text for name in mentions(text, platform))
