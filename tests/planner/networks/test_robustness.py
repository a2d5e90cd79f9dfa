"""Whatever is typed, sent by HighLevel or read from a file: the check answers, and always the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planner.networks import AccountFacts, Content, Level, MediaFacts, check, for_browser
from planner.networks.rules_details import CHOICES
from planner.networks.table import NETWORKS
from tests.planner.networks.stage import CLIP, KINDS, NOW, PICTURE, account, plain

ANY_TEXT = st.text(st.characters(), max_size=40)
PLATFORMS = st.sampled_from([*NETWORKS, "mastodon", ""])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)
OTHERS = """title link poll pdfTitle postAsPdf pinterestBoards boardIds collaborators startDate endDate url offerTitle
textFormatPresetId publishViaPushNotification videoDisclosure"""
KEYS = st.sampled_from([*sorted({path.split(".")[1] for path in CHOICES}), *OTHERS.split()])
NUMBERS = st.none() | st.integers(0, 10**13)
FILES = st.builds(
    MediaFacts,
    url=ANY_TEXT | st.just("https://media.example/oven.mp4"),
    mime=st.sampled_from(["", "image", "video", "gif", "image/png", "video/mp4", "x/y"]) | ANY_TEXT,
    size=NUMBERS,
    width=NUMBERS,
    height=NUMBERS,
    duration=st.none() | st.floats(0, 1e9),
    frame_rate=st.none() | st.floats(0, 1e6),
    video_codec=ANY_TEXT,
    audio_codec=ANY_TEXT,
    pages=st.none() | st.integers(0, 10**6),
    alt_text=ANY_TEXT,
    thumbnail=ANY_TEXT,
    thumbnail_size=NUMBERS,
)
CONTENTS = st.builds(
    Content,
    text=ANY_TEXT,
    type=st.sampled_from(["post", "story", "reel"]) | ANY_TEXT,
    media=st.lists(FILES, max_size=4).map(tuple),
    details=st.dictionaries(st.sampled_from(list(NETWORKS)), st.dictionaries(KEYS, JSON, max_size=5), max_size=4),
    follow_up_comment=ANY_TEXT,
    link_preview=st.dictionaries(st.sampled_from(["metaLink", "ogTitle"]), JSON, max_size=2),
    scheduled_at=st.none() | st.timedeltas(timedelta(-9), timedelta(9)).map(lambda by: NOW + by),
    status=st.sampled_from(["draft", "scheduled", "in_review", "published"]) | ANY_TEXT,
    approver=ANY_TEXT,
    tags=st.lists(ANY_TEXT, max_size=2).map(tuple),
    apply_watermark=st.none() | st.booleans(),
    source=st.sampled_from(["", "csv", "composer"]),
)
ACCOUNTS = st.lists(
    st.builds(AccountFacts, id=ANY_TEXT, platform=PLATFORMS, type=ANY_TEXT, name=ANY_TEXT, expired=st.booleans()),
    max_size=4,
)


@given(CONTENTS, ACCOUNTS)
def test_the_check_always_answers_and_errors_come_first(content: Content, accounts: list[AccountFacts]) -> None:
    found = check(content, accounts, now=NOW)
    assert found == check(content, accounts, now=NOW)
    levels = [each.level for each in found]
    assert levels == sorted(levels, key=lambda level: level is not Level.ERROR)
    assert all(each.sentence and each.code and each.field for each in found)


@given(ANY_TEXT | st.text(st.characters(), min_size=200, max_size=3000), st.sampled_from(KINDS))
def test_any_text_is_judged(text: str, kind: tuple[str, str]) -> None:
    check(replace(plain(*kind), text=text), [account(kind[0])], now=NOW)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0<>#"), min_size=1, max_size=120).filter(str.strip)


@st.composite
def right_posts(draw: st.DrawFn) -> tuple[str, Content]:
    """A post that keeps to every rule of its network."""
    platform, format = draw(st.sampled_from(KINDS))
    content = plain(platform, format)
    words: dict[str, Any] = {"alt_text": draw(WORDS)}
    if not content.media and format != "poll":
        content = replace(content, media=draw(st.sampled_from([(), (PICTURE,)])))
    files = tuple(
        replace(item, **words, duration=draw(st.none() | st.floats(4, 60)) if item.mime == CLIP.mime else None)
        for item in content.media
    )
    text = draw(WORDS) if content.text else ""
    comment = draw(WORDS) if NETWORKS[platform].comment else ""
    return platform, replace(content, text=text, media=files, follow_up_comment=comment)


@given(right_posts())
def test_nothing_speaks_against_what_keeps_to_the_rules(post: tuple[str, Content]) -> None:
    platform, content = post
    found = check(content, [account(platform)], now=NOW)
    assert [each for each in found if each.level is Level.ERROR] == []
    # A short story may exceed the older copy's 30 s.
    assert {each.code for each in found} <= {"media_duration"}


def test_the_browser_gets_the_same_table() -> None:
    told = json.loads(json.dumps(for_browser(), allow_nan=False))
    assert set(told["networks"]) == set(NETWORKS)
    bluesky = told["networks"]["bluesky"]
    assert (bluesky["unit"], bluesky["link"], bluesky["comment"]) == ("graphemes", 23, None)
    assert bluesky["formats"]["post"]["text"] == {"limit": 300, "advised": None}
    facebook = told["networks"]["facebook"]["formats"]
    assert facebook["post"]["text"] == {"limit": 62_000, "advised": 5_000}
    assert (facebook["reel"]["title"], facebook["reel"]["needs"]) == ("Facebook reel", "video")
    assert told["networks"]["instagram"]["formats"]["post"]["hashtags"]["limit"] == 30
    assert told["networks"]["community"]["supported"] is False
    assert told["details"]["youtube.title"]["limit"] == 100
