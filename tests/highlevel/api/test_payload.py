"""Reading and writing HighLevel's JSON."""

from __future__ import annotations

import contextlib
from dataclasses import FrozenInstanceError, dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from highlevel.api import BadReply, FacebookDetails, LinkPreview, Media, PostInput, RemoteAccount, RemotePost, Token
from highlevel.api.payload import Keys, Payload, instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf(Payload):
    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree(Payload):
    id: Annotated[str, Keys("_id", "id")]
    height: float | None = None
    is_green: bool | None = None
    grown_at: datetime | None = None
    leaves: tuple[Leaf, ...] = ()
    best_leaf: Leaf | None = None
    notes: dict[str, Any] | None = None


def tree(**raw: Any) -> Tree:
    return Tree.from_payload({"_id": "t1", **raw}, operation="get-tree")


def test_both_spellings_are_read_and_the_first_wins():
    assert Tree.from_payload({"id": "b"}, operation="o").id == "b"
    assert Tree.from_payload({"id": "b", "_id": "a"}, operation="o").id == "a"
    assert Tree.from_payload({"_id": "a", "id": "b"}, operation="o").id == "a"
    assert Tree.from_payload({"_id": None, "id": "b"}, operation="o").id == "b"


def test_token_fields_are_read_in_snake_and_camel_case():
    snake = {"access_token": "a", "refresh_token": "r", "expires_in": 86399, "locationId": "l", "userId": "u"}
    camel = {"accessToken": "a", "refreshToken": "r", "expiresIn": "86399", "locationId": "l", "userId": "u"}
    first, second = (Token.from_payload(raw, operation="o") for raw in (snake, camel))
    assert first == second
    assert first.expires_in == 86399


def test_a_token_does_not_show_itself():
    shown = repr(Token.from_payload({"access_token": "hush", "refresh_token": "hush2"}, operation="o"))
    assert "hush" not in shown


def test_unknown_keys_are_kept_and_the_raw_object_is_untouched():
    raw = {"_id": "t1", "height": "3.5", "colour": {"deep": 1}}
    read = Tree.from_payload(raw, operation="o")
    assert read.extra == {"colour": {"deep": 1}}
    assert read.raw is raw
    assert read.height == 3.5


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-22T05:32:49.463Z", datetime(2024, 1, 22, 5, 32, 49, 463000, UTC)),
        ("2024-01-22T05:32:49+05:30", datetime(2024, 1, 22, 0, 2, 49, tzinfo=UTC)),
        ("2024-01-22T05:32:49", datetime(2024, 1, 22, 5, 32, 49, tzinfo=UTC)),
        ("2024-01-22", datetime(2024, 1, 22, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_timestamps_become_utc(text, moment):
    read = tree(grownAt=text).grown_at
    assert read == moment
    assert read is None or read.utcoffset() == timedelta(0)


def test_numbers_and_truths_may_come_as_text():
    read = tree(isGreen="true", leaves=[{"name": 7, "size": "12"}])
    assert read.is_green is True
    assert read.leaves == (Leaf(name="7", size=12),)


def test_null_is_absent():
    assert tree(height=None, leaves=None, bestLeaf=None).leaves == ()


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ({"bestLeaf": {}}, "bestLeaf.name is missing"),
        ({"leaves": [{"name": "a"}, {"name": "b", "size": "big"}]}, r"leaves\[1\]\.size is not a number"),
        ({"leaves": {"name": "a"}}, "leaves is not a list"),
        ({"leaves": ["a"]}, r"leaves\[0\] is not an object"),
        ({"height": "nan"}, "height is not a number"),
        ({"height": True}, "height is not a number"),
        ({"isGreen": "perhaps"}, "isGreen is neither"),
        ({"grownAt": "yesterday"}, "grownAt is not a timestamp"),
        ({"grownAt": 5}, "grownAt is not a timestamp"),
        ({"bestLeaf": {"name": ["a"]}}, "bestLeaf.name is not text"),
        ({"bestLeaf": {"name": "a", "size": 1.5}}, "bestLeaf.size is not a whole number"),
        ({"notes": []}, "notes is not an object"),
    ],
)
def test_a_misfit_names_operation_and_field(raw, place):
    with pytest.raises(BadReply, match=place) as caught:
        tree(**raw)
    assert caught.value.operation == "get-tree"


@pytest.mark.parametrize("raw", [None, [], "text", 5])
def test_only_an_object_is_an_object(raw):
    with pytest.raises(BadReply, match="the answer is not an object"):
        Tree.from_payload(raw, operation="get-tree")


def test_payloads_are_frozen():
    with pytest.raises(FrozenInstanceError):
        tree().id = "other"  # type: ignore[misc]


def test_an_unknown_enum_value_stays_what_it_is():
    post = RemotePost.from_payload({"_id": "p", "status": "on_hold", "type": "poem"}, operation="o")
    assert (post.status, post.type) == ("on_hold", "poem")


def test_a_post_keeps_its_own_id_apart_from_the_networks():
    post = RemotePost.from_payload({"_id": "p", "postId": "fb_1", "parentPostId": None, "error": ""}, operation="o")
    assert (post.id, post.network_id, post.parent_post_id) == ("p", "fb_1", None)


def test_empty_detail_objects_are_no_obstacle():
    details: dict[str, Any] = {
        f"{name}PostDetails": {} for name in ("tiktok", "gmb", "linkedin", "pinterest", "facebook", "instagram")
    }
    post = RemotePost.from_payload({"_id": "p", "ogTagsDetails": {}, **details}, operation="o")
    assert post.facebook == FacebookDetails()


def test_an_account_says_when_it_expires():
    account = RemoteAccount.from_payload({"id": "a", "expire": "2026-12-01T00:00:00.000Z"}, operation="o")
    assert account.expires_at == datetime(2026, 12, 1, tzinfo=UTC)


def test_a_request_holds_known_keys_only_and_nothing_absent():
    sent = PostInput(
        account_ids=("a1",),
        user_id="u1",
        status="scheduled",
        schedule_date=datetime(2026, 12, 24, 18, 0, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        media=(Media(url="https://x/y.jpg", type="image/jpeg", raw={"secret": 1}),),
        link_preview=LinkPreview(og_title="T"),
        tags=(),
    ).to_payload()
    assert sent == {
        "accountIds": ["a1"],
        "userId": "u1",
        "type": "post",
        "status": "scheduled",
        "media": [{"url": "https://x/y.jpg", "type": "image/jpeg"}],
        "scheduleDate": "2026-12-24T12:30:00.000Z",
        "ogTagsDetails": {"ogTitle": "T"},
        "tags": [],
    }


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no zone"):
        instant(datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))


@given(st.integers(0, 4_000_000_000_000), st.timezones())
def test_instants_survive_the_round_trip(milliseconds, zone):
    millisecond = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)).astimezone(zone)
    assert tree(grownAt=instant(millisecond)).grown_at == millisecond


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
known = ["_id", "id", "status", "media", "tags", "displayDate", "insights", "user", "accountIds", "facebookPostDetails"]


@given(st.dictionaries(st.sampled_from(known) | st.text(), json_values))
def test_whatever_comes_is_a_post_or_a_bad_reply(raw):
    post = None
    with contextlib.suppress(BadReply):
        post = RemotePost.from_payload(raw, operation="get-posts")
    if post is not None:
        assert set(post.extra) <= set(raw)
        assert post.raw is raw
