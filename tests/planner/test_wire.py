"""What is composed here, as HighLevel takes it."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import ConnectedAccount
from highlevel.models import Location
from planner.composing import Composition, MediaItem
from planner.wire import body_of


def sent(**fields: Any) -> dict[str, Any]:
    accounts = (ConnectedAccount(remote_id="a1", platform="facebook"),)
    return body_of(Composition(location=Location(), accounts=accounts, **fields), user_id="u1")


def test_settings_of_facebook_and_instagram_say_the_type_again() -> None:
    details = {"facebook": {"textFormatPresetId": "1"}, "instagram": {"type": "reel", "showOnFeed": True}, "google": {}}
    body = sent(type="story", details=details)
    assert body["facebookPostDetails"] == {"type": "story", "textFormatPresetId": "1"}
    assert body["instagramPostDetails"] == {"type": "reel", "showOnFeed": True}
    assert "gmbPostDetails" not in body


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("video/quicktime", "video/mov"),
        ("video/x-m4v", "video/mp4"),
        ("image/png", "image/png"),
        ("video", "video/mov"),
        ("image/heic", "image/heic"),
    ],
)
def test_files_go_by_the_names_that_highlevel_knows(kind: str, told: str) -> None:
    media = (MediaItem(url="https://media.example/oven.mov", kind=kind),)
    assert [item["type"] for item in sent(media=media)["media"]] == [told]
