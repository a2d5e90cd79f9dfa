"""Each mistake is found where it was made, at the level that it deserves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.networks import Code, Content, Level, check
from tests.planner.networks.mistakes import MISTAKES, RIGHT, Mistake
from tests.planner.networks.stage import CLIP, NOW, PICTURE, account, plain


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_mistake(mistake: Mistake) -> None:
    chosen = account(mistake.platform, **dict(mistake.account))
    found = check(mistake.content, [chosen], now=NOW)
    level = Level.ERROR if mistake.refused else Level.WARNING
    assert (level, mistake.code, mistake.field) in [(each.level, each.code, each.field) for each in found]
    assert mistake.refused or not [each for each in found if each.level is Level.ERROR]

    draft = check(replace(mistake.content, status="draft"), [chosen], now=NOW)
    errors = {each.code for each in draft if each.level is Level.ERROR}
    assert errors == ({mistake.code} if mistake.even_draft else set())


@pytest.mark.parametrize(("name", "platform", "content"), RIGHT, ids=[name for name, *_ in RIGHT])
def test_what_is_right_is_let_through(name: str, platform: str, content: Content) -> None:
    assert check(content, [account(platform)], now=NOW) == []


def test_no_account_and_the_same_twice() -> None:
    codes = [each.code for each in check(plain("facebook"), [], now=NOW)]
    assert codes == [Code.ACCOUNTS_MISSING]
    twice = check(plain("facebook"), [account("facebook")] * 2, now=NOW)
    assert [each.code for each in twice] == [Code.ACCOUNT_TWICE]


def test_each_network_is_judged_by_its_own_rules_and_errors_come_first() -> None:
    content = replace(plain("facebook"), text="x" * 600, media=(PICTURE, PICTURE), follow_up_comment="More")
    found = check(content, [account(name) for name in ("google", "facebook", "threads", "bluesky")], now=NOW)
    assert [(each.level.value, each.code, each.network) for each in found] == [
        ("error", "text_too_long", "bluesky"),
        ("warning", "media_not_used", "google"),
        ("warning", "comment_unused", "google"),
        ("warning", "text_too_long", "threads"),
        ("warning", "comment_unused", "threads"),
        ("warning", "comment_unused", "bluesky"),
    ]


def test_two_accounts_of_a_network_are_told_once() -> None:
    pair = [replace(account("instagram"), id="a"), replace(account("instagram"), id="b")]
    assert [each.code for each in check(plain("facebook"), pair, now=NOW)] == [Code.MEDIA_MISSING]


def test_of_settings_of_networks_that_are_not_chosen_only_what_is_never_taken_matters() -> None:
    details: dict[str, dict[str, Any]] = {
        "google": {"gmbEventType": "EVENT"},
        "tiktok": {"enableDuet": True},
        "mastodon": {"title": "x"},
    }
    found = check(replace(plain("facebook"), details=details), [account("facebook")], now=NOW)
    assert [(each.code, each.field, each.network) for each in found] == [
        (Code.DETAIL_MISSING, "details.tiktok.privacyLevel", "tiktok")
    ]
    business = replace(plain("tiktok-business"), details={"tiktok": {"enableDuet": True}})
    assert len(check(business, [account("tiktok-business")], now=NOW)) == 1


def test_a_row_of_an_import_must_lie_ten_minutes_ahead() -> None:
    def codes(minutes: int, source: str) -> list[str]:
        content = replace(plain("facebook"), scheduled_at=NOW.replace(minute=minutes), source=source)
        return [each.code for each in check(content, [account("facebook")], now=NOW)]

    assert codes(9, "csv") == [Code.SCHEDULE_SOON]
    assert codes(10, "csv") == codes(11, "csv") == codes(1, "composer") == []


def test_in_an_import_a_file_on_a_drive_is_refused() -> None:
    file = replace(PICTURE, url="https://drive.google.com/file/d/1")
    content = replace(plain("facebook"), media=(file,), source="csv")
    assert [each.level for each in check(content, [account("facebook")], now=NOW)] == [Level.ERROR]


def test_what_is_not_known_of_a_file_does_not_speak_against_it() -> None:
    unknown = replace(CLIP, url="https://media.example/download?id=1", mime="")
    for platform in ("instagram", "tiktok", "pinterest", "facebook", "youtube"):
        content = replace(plain(platform, "video" if platform == "youtube" else "post"), media=(unknown,))
        assert check(content, [account(platform)], now=NOW) == []


@pytest.mark.parametrize("word", ["image", "video", "gif", "IMAGE"])
def test_highlevels_own_words_for_files(word: str) -> None:
    file = replace(PICTURE, url="https://media.example/1", mime=word)
    found = check(replace(plain("instagram"), media=(file,)), [account("instagram")], now=NOW)
    assert [each.code for each in found] == ([Code.MEDIA_FORMAT] if word == "gif" else [])


def test_the_sentence_says_what_is_wrong_the_limit_and_what_to_do() -> None:
    def said(**facts: Any) -> list[str]:
        content = replace(plain("instagram"), media=(replace(CLIP, **facts),))
        return [each.sentence for each in check(content, [account("instagram")], now=NOW)]

    assert said(duration=64) == ["Instagram: the video is 64 s, the limit is 60 s. Trim or replace it."]
    assert said(duration=60.01) == ["Instagram: the video is 60.1 s, the limit is 60 s. Trim or replace it."]
    assert said(size=100_000_001) == ["Instagram: the file has 100.01 MB, the limit is 100 MB. Shrink or replace it."]
    assert said(width=2560, height=1440) == ["Instagram: the file is 2560 × 1440 pixels, the limit is 1920. Shrink it."]
    long = check(replace(plain("instagram"), text="x" * 2201), [account("instagram")], now=NOW)
    assert long[0].sentence == "Instagram: the text has 2,201 characters, the limit is 2,200. Shorten it."
