"""Deleting posts: HighLevel forgets them, once, and for a moment it can be taken back."""

from __future__ import annotations

import pytest

from accounts.models import Role
from highlevel.models.change import ChangeState as State
from planner.models import Post, PostStatus
from planner.services.post_deleting import posts_delete, posts_undelete
from planner.services.post_errors import NotEditable
from tests.writing import Desk, desk

__all__ = ["desk"]


def written(desk: Desk, number: int) -> list[Post]:
    posts = [desk.write(f"Post number {turn}") for turn in range(number)]
    desk.send()
    return posts


def delete(desk: Desk, posts: list[Post]) -> None:
    posts_delete(posts=posts, actor=desk.person, now=desk.clock())


@pytest.mark.parametrize("number", [1, 3, 4, 51, 101])
def test_all_of_them_are_gone(desk: Desk, number: int) -> None:
    posts = written(desk, number)
    delete(desk, posts)
    assert Post.objects.filter(deleting_at=None).count() == 0
    desk.send()
    assert desk.there() == []
    assert Post.objects.filter(status=PostStatus.DELETED, deleting_at=None).exclude(gone_at=None).count() == number
    bunches = desk.agency.requests("bulk-delete-social-planner-posts")
    assert bunches == (0 if number <= 3 else -(-number // 50))


def test_it_waits_a_moment_and_can_be_taken_back(desk: Desk) -> None:
    (post,) = written(desk, 1)
    delete(desk, [post])
    assert posts_undelete(posts=[post], actor=desk.person, now=desk.clock()) == [post]
    desk.send(2)
    assert len(desk.there()) == 1
    post.refresh_from_db()
    assert (post.deleting_at, post.gone_at) == (None, None)


def test_a_bunch_is_taken_back_as_a_whole(desk: Desk) -> None:
    posts = written(desk, 5)
    delete(desk, posts)
    assert posts_undelete(posts=posts[:2], actor=desk.person, now=desk.clock()) == []
    assert len(posts_undelete(posts=posts, actor=desk.person, now=desk.clock())) == 5
    desk.send(2)
    assert len(desk.there()) == 5


def test_what_never_left_goes_at_once(desk: Desk) -> None:
    post = desk.write()
    delete(desk, [post])
    post.refresh_from_db()
    assert post.gone_at is not None
    desk.send(2)
    assert desk.agency.requests("create-post") == 0


def test_what_is_in_doubt_is_found_first_and_deleted_then(desk: Desk) -> None:
    desk.agency.box.faults.add(operation="create-post", kind="drop_after")
    post = desk.write()
    desk.send()
    delete(desk, [post])
    desk.send(3)
    assert desk.there() == []
    assert desk.states() == [("post.create", State.DONE), ("post.delete", State.DONE)]


@pytest.mark.parametrize("kind", ["drop_after", "server_error_after", "drop_before", "server_error", "malformed"])
@pytest.mark.parametrize("number", [1, 5])
def test_an_unanswered_deletion_is_done_again_without_harm(desk: Desk, kind: str, number: int) -> None:
    posts = written(desk, number)
    desk.agency.box.faults.add(operation="*", kind=kind)
    delete(desk, posts)
    desk.send(4)
    assert desk.there() == []
    assert {state for _operation, state in desk.states()} == {State.DONE}


def test_what_a_bunch_left_behind_is_deleted_by_itself(desk: Desk) -> None:
    posts = written(desk, 5)
    delete(desk, posts)
    lost = Post.objects.get(pk=posts[0].pk)
    desk.agency.box.faults.add(
        operation="bulk-delete-social-planner-posts", kind="missing_field", detail={"field": "results.deletedCount"}
    )
    desk.send(2)
    assert desk.there() == []
    lost.refresh_from_db()
    assert lost.gone_at is not None


def test_a_refusal_leaves_the_post_as_it_was(desk: Desk) -> None:
    (post,) = written(desk, 1)
    desk.agency.box.faults.add(operation="delete-post", kind="refuse", detail={"status": 422, "message": "No"})
    delete(desk, [post])
    assert desk.send() == [State.REFUSED]
    post.refresh_from_db()
    assert (post.deleting_at, post.gone_at, post.status) == (None, None, PostStatus.SCHEDULED)


def test_a_creator_may_not_delete_what_is_planned(desk: Desk) -> None:
    (post,) = written(desk, 1)
    ben = desk.colleague(Role.CREATOR)
    with pytest.raises(NotEditable):
        posts_delete(posts=[post], actor=ben, now=desk.clock())
    assert desk.states() == [("post.create", State.DONE)]
