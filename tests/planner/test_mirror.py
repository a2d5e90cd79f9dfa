"""Posts, targets, media and tags as HighLevel's rows make them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import ConnectedAccount
from highlevel.models import Location
from planner.mirror.listing import mark_gone
from planner.models import Media, Post, PostStatus, PostTarget
from tests.factories import make_account, make_category, make_location, make_tag
from tests.planner.remote_posts import NOW, child, mirror, root

WINDOW = (NOW - timedelta(days=90), NOW + timedelta(days=180))


@pytest.fixture
def place(db: None) -> Location:
    place = make_location()
    for name in ("a1", "a2", "a3"):
        make_account(place, remote_id=name)
    return place


def targets() -> dict[str, tuple[str, str, str]]:
    return {
        row.account_remote_id: (row.remote_id, row.status, row.error)
        for row in PostTarget.objects.select_related("post")
    }


def test_a_post_is_read_in_full(place: Location) -> None:
    category, tag = make_category(place, remote_id="c1"), make_tag(place, remote_id="t1")
    mirror(
        place,
        root(
            "p1",
            summary="Whitening week",
            accountIds=["a1"],
            media=[{"url": "https://cdn.example/1.png", "type": "image", "caption": "Before", "altText": "Teeth"}],
            tags=["t1"],
            categoryId="c1",
            scheduleDate="2026-11-23T09:00:00.000Z",
            displayDate="2026-11-23T09:00:00.000Z",
            followUpComment="Book here",
            gmbPostDetails={"gmbEventType": "STANDARD"},
            facebookPostDetails={},
            postApprovalDetails={"approvalStatus": "approved"},
            source="csv",
            createdBy="user-1",
            type="reel",
            surprise=[1, {"deep": None}],
        ),
    )

    post = Post.objects.get()
    assert (post.text, post.type, post.status, post.source) == ("Whitening week", "reel", "scheduled", "csv")
    assert post.scheduled_at == post.display_at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert (post.category, list(post.tags.all()), post.follow_up_comment) == (category, [tag], "Book here")
    assert post.details == {"google": {"gmbEventType": "STANDARD"}}
    assert (post.approval_status, post.created_by, post.published_at) == ("approved", "user-1", None)
    assert post.remote["surprise"] == [1, {"deep": None}]
    media = post.media.get()
    assert (media.url, media.kind, media.caption, media.alt_text) == (
        "https://cdn.example/1.png", "image", "Before", "Teeth"
    )  # fmt: skip
    target = post.targets.get()
    assert (target.account, target.remote_id, target.status) == (
        ConnectedAccount.objects.get(remote_id="a1"),
        "",
        "scheduled",
    )


def test_the_network_is_told_by_the_account_not_by_the_row(place: Location) -> None:
    mirror(place, root("p1", accountIds=["a1"], platform="google"))
    account = PostTarget.objects.get().account
    assert account is not None
    assert account.platform == "facebook"


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"publishedAt": "2026-11-20T10:00:00Z", "scheduleDate": "2026-11-20T09:00:00Z"}, "2026-11-20T10:00"),
        ({"scheduleDate": "2026-11-20T09:00:00Z", "displayDate": "2026-11-21T09:00:00Z"}, "2026-11-20T09:00"),
        ({"status": "draft", "scheduleDate": None, "displayDate": "2026-11-21T09:00:00Z"}, "2026-11-21T09:00"),
        (
            {"status": "draft", "scheduleDate": None, "displayDate": None, "createdAt": "2026-11-19T08:00:00Z"},
            "2026-11-19T08:00",
        ),
        ({"status": "draft", "scheduleDate": None, "displayDate": None, "createdAt": None}, "1970-01-01T00:00"),
    ],
)
def test_the_date_of_a_post(place: Location, fields: dict[str, Any], shown: str) -> None:
    mirror(place, root("p1", **fields))
    assert Post.objects.get().display_at.isoformat()[:16] == shown


def test_a_scheduled_post_without_its_date_is_due_when_it_is_shown(place: Location) -> None:
    mirror(place, root("p1", scheduleDate=None, displayDate="2026-11-21T09:00:00Z"))
    assert Post.objects.get().scheduled_at == datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_unknown_words_are_no_reason_to_stop(place: Location) -> None:
    mirror(place, root("p1", status="teleported", type="hologram", source="mars", accountIds=["a1"]))
    post = Post.objects.get()
    assert (post.status, post.type, post.source) == (PostStatus.UNKNOWN, "post", "mars")
    assert (post.remote["status"], post.targets.get().status) == ("teleported", PostStatus.UNKNOWN)


def test_children_are_the_targets_and_other_accounts_speak_through_the_root(place: Location) -> None:
    mirror(
        place,
        root("p1", accountIds=["a1", "a2", "a3"], status="published"),
        child("k1", "p1", "a1", status="published", postId="fb-9", insights={"like": 3}),
        child("k2", "p1", "a2", status="failed", error="Token expired"),
    )
    assert targets() == {
        "a1": ("k1", "published", ""),
        "a2": ("k2", "failed", "Token expired"),
        "a3": ("", "published", ""),
    }
    first = PostTarget.objects.get(remote_id="k1")
    assert (first.network_post_id, first.insights) == ("fb-9", {"like": 3})


def test_a_child_takes_over_the_target_that_stood_for_its_account(place: Location) -> None:
    mirror(place, root("p1", accountIds=["a1", "a2"]))
    before = {row.account_remote_id: row.pk for row in PostTarget.objects.all()}
    mirror(place, child("k1", "p1", "a1"))
    assert {row.account_remote_id: row.pk for row in PostTarget.objects.all()} == before
    assert targets()["a1"][0] == "k1"


def test_several_rows_of_one_account_are_several_targets(place: Location) -> None:
    mirror(place, root("p1", accountIds=["a1"]), child("k1", "p1", "a1"), child("k2", "p1", "a1"))
    assert set(PostTarget.objects.values_list("account_remote_id", "remote_id")) == {("a1", "k1"), ("a1", "k2")}


def test_an_account_taken_off_a_post_loses_its_target(place: Location) -> None:
    mirror(place, root("p1", accountIds=["a1", "a2"]))
    mirror(place, root("p1", accountIds=["a2"], minute=1))
    assert set(targets()) == {"a2"}


def test_an_account_nobody_knows_is_named_and_made_good_later(place: Location) -> None:
    row = root("p1", accountIds=["a9"], tags=["t9"], categoryId="c9")
    mirror(place, row)
    assert (PostTarget.objects.get().account, PostTarget.objects.get().account_remote_id) == (None, "a9")
    assert mirror(place, row) == 0
    account, tag, category = (
        make_account(place, remote_id="a9"),
        make_tag(place, remote_id="t9"),
        make_category(place, remote_id="c9"),
    )
    assert mirror(place, row) == 1
    post = Post.objects.get()
    assert (post.targets.get().account, post.tags.get(), post.category) == (account, tag, category)


def test_a_child_without_its_parent_is_shown_and_replaced_by_it(place: Location) -> None:
    mirror(place, child("k1", "p1", "a1", summary="From the child"))
    post = Post.objects.get()
    assert (post.remote_id, post.text, post.remote, targets()) == (
        "p1", "From the child", {}, {"a1": ("k1", "scheduled", "")}
    )  # fmt: skip
    mirror(place, root("p1", summary="From the parent", accountIds=["a1", "a2"]))
    again = Post.objects.get()
    assert (again.pk, again.text, set(targets())) == (post.pk, "From the parent", {"a1", "a2"})


def test_a_root_older_than_the_one_that_is_held_decides_nothing(place: Location) -> None:
    mirror(place, root("p1", accountIds=["a1", "a2"], minute=5))
    mirror(place, root("p1", accountIds=["a3"], minute=1), child("k1", "p1", "a1"))
    assert set(targets()) == {"a1", "a2"}


def test_media_follow_their_post(place: Location) -> None:
    pictures = [{"url": f"https://cdn.example/{number}.png", "type": "image"} for number in range(3)]
    mirror(place, root("p1", media=pictures))
    first = Media.objects.get(position=0).pk
    mirror(place, root("p1", media=[pictures[0], pictures[2]], minute=1))
    assert list(Media.objects.values_list("position", "url")) == [(0, pictures[0]["url"]), (1, pictures[2]["url"])]
    assert Media.objects.get(position=0).pk == first


def test_nul_and_half_characters_are_replaced_and_nothing_else(place: Location) -> None:
    row = root(
        "p1", summary="a\x00b \ud800 🦷", media=[{"url": "u\x00", "type": "image"}], accountIds=["a1"], **{"k\x00": 1}
    )
    mirror(place, row)
    post = Post.objects.get()
    assert post.text == "a\ufffdb \ufffd 🦷"
    assert (post.remote["k\ufffd"], post.media.get().url) == (1, "u\ufffd")
    assert mirror(place, row) == 0


def test_texts_longer_than_their_column_are_cut(place: Location) -> None:
    mirror(place, root("p1", source="s" * 90, createdBy="c" * 90, accountIds=["a1"], postId="n" * 300))
    post, target = Post.objects.get(), PostTarget.objects.get()
    assert (len(post.source), len(post.created_by), len(target.network_post_id)) == (32, 64, 255)
    assert len(post.remote["source"]) == 90


def test_posts_of_two_locations_do_not_meet(place: Location) -> None:
    other = make_location("Other")
    mirror(place, root("p1", summary="Here"))
    mirror(other, root("p1", summary="There"), child("k1", "p1", "a1"))
    assert Post.objects.get(location=place).text == "Here"
    assert Post.objects.get(location=place).targets.count() == 0


def test_a_post_is_there_while_one_of_its_rows_is(place: Location) -> None:
    mirror(place, root("p1", accountIds=["a1", "a2"]), child("k1", "p1", "a1"), child("k2", "p1", "a2"), root("p2"))

    assert mark_gone(location=place, window=WINDOW, seen={"k1"}, began=NOW + timedelta(minutes=1), now=NOW) == 1

    assert Post.objects.get(remote_id="p1").gone_at is None
    assert Post.objects.get(remote_id="p2").gone_at == NOW
    assert targets()["a2"][1] == PostStatus.DELETED
    mirror(place, child("k2", "p1", "a2"))
    assert targets()["a2"][1] == PostStatus.SCHEDULED


def test_a_deleted_row_is_a_deleted_post(place: Location) -> None:
    mirror(place, root("p1", deleted=True))
    assert Post.objects.get().status == PostStatus.DELETED
    assert not Post.objects.present().exists()
