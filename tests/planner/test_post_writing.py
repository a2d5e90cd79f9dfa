"""Writing posts: once in HighLevel whatever happens on the way, and never lost here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accounts.models import Member, Role
from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox import change_cancel, change_retry
from planner.composing import MediaItem, composition_of
from planner.history import history_of
from planner.models import Post, PostStatus
from planner.selectors.post_history import post_history
from planner.services.post_errors import EditConflict, NobodySpeaks, NotEditable, NotSendable
from planner.services.post_writing import Order, post_rewrite, posts_write
from tests.pulling import change_post
from tests.writing import Desk, desk

__all__ = ["desk"]

ARRIVED_UNANSWERED = ("drop_after", "server_error_after", "malformed")
DID_NOT_ARRIVE = ("drop_before", "server_error")


def rewrite(desk: Desk, post: Post, **fields: object) -> Post:
    held = Post.objects.get(pk=post.pk)
    composition = replace(composition_of(held), **fields)  # type: ignore[arg-type]
    return post_rewrite(post=held, version=held.version, composition=composition, actor=desk.person, now=desk.clock())


class TestCreating:
    def test_a_post_is_here_at_once_and_there_after_the_worker(self, desk: Desk) -> None:
        picture = MediaItem("https://cdn.example/tooth.png", "image/png", alt_text="A tooth")
        post = desk.write("Hello", "facebook", "instagram", media=(picture,), follow_up_comment=" first! ")
        assert (post.remote_id, post.status) == (None, PostStatus.SCHEDULED)
        assert desk.there() == []

        assert desk.send() == [State.DONE]

        post.refresh_from_db()
        (row,) = desk.there()
        assert (row["_id"], row["summary"], row["followUpComment"]) == (post.remote_id, "Hello", "first!")
        assert row["media"][0]["altText"] == "A tooth"
        assert len(row["accountIds"]) == 2
        assert set(post.targets.values_list("account__platform", flat=True)) == {"facebook", "instagram"}

    @pytest.mark.parametrize(
        "text", ["\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET} é é", "שלום <b>&amp;</b> [x](y)", "a" * 60_000]
    )
    def test_every_text_arrives_as_it_was_written(self, desk: Desk, text: str) -> None:
        post = desk.write(text)
        desk.send()
        assert desk.there()[0]["summary"] == text
        desk.agency.pull()
        post.refresh_from_db()
        assert post.text == text

    def test_the_same_key_writes_once(self, desk: Desk) -> None:
        order = Order(desk.compose())
        first = posts_write(order=order, actor=desk.person, now=desk.clock())
        second = posts_write(order=order, actor=desk.person, now=desk.clock())
        assert first == second
        assert Post.objects.count() == Change.objects.count() == 1

    def test_versions_become_siblings(self, desk: Desk) -> None:
        composition = desk.compose("For all", "facebook", "instagram", versions={"facebook": "For the page"})
        composition = replace(composition, media=(MediaItem("https://cdn.example/a.png", "image/png"),))
        posts = posts_write(order=Order(composition), actor=desk.person, now=desk.clock())
        assert [post.text for post in posts] == ["For the page", "For all"]
        assert posts[0].bundle == posts[1].bundle is not None
        desk.send()
        assert sorted(row["summary"] for row in desk.there()) == ["For all", "For the page"]

    def test_a_draft_needs_no_date(self, desk: Desk) -> None:
        desk.write("Some day", scheduled_at=None, status=PostStatus.DRAFT.value)
        assert desk.send() == [State.DONE]
        assert [row["status"] for row in desk.there()] == ["draft"]

    def test_what_goes_out_at_once_is_found_afterwards(self, desk: Desk) -> None:
        post = desk.write("Now!", scheduled_at=None, status=PostStatus.PUBLISHED.value)
        assert post.status == PostStatus.PENDING
        assert desk.send(2) == [State.UNCONFIRMED, State.DONE]
        post.refresh_from_db()
        assert [row["_id"] for row in desk.there()] == [post.remote_id]

    @pytest.mark.parametrize("kind", ARRIVED_UNANSWERED)
    def test_an_unanswered_post_is_found_and_not_sent_again(self, desk: Desk, kind: str) -> None:
        desk.agency.box.faults.add(operation="create-post", kind=kind)
        post = desk.write()
        assert desk.send(2) == [State.UNCONFIRMED, State.DONE]
        post.refresh_from_db()
        assert [row["_id"] for row in desk.there()] == [post.remote_id]

    @pytest.mark.parametrize("kind", DID_NOT_ARRIVE)
    def test_a_post_that_did_not_arrive_is_sent_again(self, desk: Desk, kind: str) -> None:
        desk.agency.box.faults.add(operation="create-post", kind=kind)
        desk.write()
        desk.send(6)
        assert len(desk.there()) == 1
        assert desk.states() == [("post.create", State.DONE)]

    def test_a_pull_that_meets_the_unanswered_post_first_makes_no_second_one(self, desk: Desk) -> None:
        desk.agency.box.faults.add(operation="create-post", kind="drop_after")
        post = desk.write()
        desk.send()
        desk.agency.pull()
        assert Post.objects.count() == 2
        desk.send()
        post.refresh_from_db()
        assert Post.objects.get() == post
        assert post.remote_id == desk.there()[0]["_id"]

    def test_of_two_alike_each_finds_its_own(self, desk: Desk) -> None:
        desk.agency.box.faults.add(operation="create-post", kind="drop_after", times=2)
        posts = [desk.write("Twice on purpose") for _turn in range(2)]
        desk.send(5)
        assert {Post.objects.get(pk=post.pk).remote_id for post in posts} == {row["_id"] for row in desk.there()}
        assert len(desk.there()) == 2

    def test_a_look_alike_that_somebody_else_made_leaves_it_to_a_person(self, desk: Desk) -> None:
        desk.agency.box.faults.add(operation="create-post", kind="drop_after")
        post = desk.write()
        desk.send()
        row = desk.there()[0]
        desk.agency.box.add_post(
            desk.location.remote_id,
            summary=row["summary"],
            accountIds=row["accountIds"],
            accountId=row["accountId"],
            scheduleDate=post.scheduled_at,
            status="scheduled",
        )
        assert desk.send() == [State.UNCONFIRMED]
        assert "2 posts" in Change.objects.get().error_detail

    def test_nobody_speaks_without_a_highlevel_user(self, desk: Desk) -> None:
        Member.objects.update(user=None)
        with pytest.raises(NobodySpeaks):
            desk.write()
        assert not Post.objects.exists()

    def test_a_creator_submits_and_does_not_schedule(self, desk: Desk) -> None:
        ben = desk.colleague(Role.CREATOR)
        order = Order(desk.compose())
        with pytest.raises(NotSendable, match="approval"):
            posts_write(order=order, actor=ben, now=desk.clock())
        draft = replace(order.composition, status=PostStatus.DRAFT.value)
        posts_write(order=Order(draft), actor=ben, now=desk.clock())
        assert desk.send() == [State.DONE]

    def test_giving_up_leaves_a_draft_that_can_be_scheduled_again(self, desk: Desk) -> None:
        post = desk.write()
        change_cancel(change=Change.objects.get(), now=desk.clock())
        post.refresh_from_db()
        assert post.status == PostStatus.DRAFT
        rewrite(desk, post, status=PostStatus.SCHEDULED.value)
        desk.send()
        assert [row["status"] for row in desk.there()] == ["scheduled"]

    def test_the_history_says_who_wrote_what(self, desk: Desk) -> None:
        post = desk.write("Hello")
        (entry,) = history_of(post)
        assert (entry.actor, entry.changes["text"]) == (desk.person, [None, "Hello"])


class TestRewriting:
    def test_an_edit_before_it_left_goes_into_the_creation(self, desk: Desk) -> None:
        rewrite(desk, desk.write("First words"), text="Second words")
        desk.send()
        assert [row["summary"] for row in desk.there()] == ["Second words"]
        assert desk.states() == [("post.create", State.DONE)]

    def test_an_edit_while_the_creation_is_in_doubt_waits_for_it(self, desk: Desk) -> None:
        desk.agency.box.faults.add(operation="create-post", kind="drop_after")
        post = desk.write("First words")
        desk.send()
        rewrite(desk, post, text="Second words")
        desk.send(3)
        assert [row["summary"] for row in desk.there()] == ["Second words"]
        assert desk.states() == [("post.create", State.DONE), ("post.edit", State.DONE)]

    def test_an_edit_of_one_field_tells_one_field(self, desk: Desk) -> None:
        post = desk.write("Words", follow_up_comment="First!")
        desk.send()
        before = desk.there()[0]
        rewrite(desk, post, text="Other words")
        change = Change.objects.latest("pk")
        assert set(change.payload) == {"summary", "title", "userId"}
        desk.send()
        after = desk.there()[0]
        assert {key for key in after if after[key] != before.get(key)} <= {"summary", "updatedAt"}

    def test_a_new_time_is_kept(self, desk: Desk) -> None:
        post = desk.write()
        desk.send()
        later = desk.soon(days=3)
        rewrite(desk, post, scheduled_at=later)
        desk.send()
        desk.agency.pull()
        post.refresh_from_db()
        assert (post.scheduled_at, post.status) == (later, PostStatus.SCHEDULED)

    def test_nothing_is_told_that_makes_no_difference(self, desk: Desk) -> None:
        post = desk.write()
        desk.send()
        rewrite(desk, post)
        rewrite(desk, post, title="For the team only")
        assert desk.states() == [("post.create", State.DONE)]
        assert Post.objects.get().title == "For the team only"

    def test_the_second_of_two_editors_is_told(self, desk: Desk) -> None:
        post = desk.write("Words")
        opened = post.version
        rewrite(desk, post, text="Ana's words")
        stale = replace(composition_of(post), text="Ben's words")
        with pytest.raises(EditConflict) as problem:
            post_rewrite(post=post, version=opened, composition=stale, actor=desk.person, now=desk.clock())
        assert problem.value.post.text == "Ana's words"
        assert Post.objects.get().text == "Ana's words"

    def test_a_pull_leaves_what_is_meant_here(self, desk: Desk) -> None:
        post = desk.write("Words")
        desk.send()
        rewrite(desk, post, text="Meant")
        change_post(desk.agency, desk.there()[0]["_id"], summary="Somebody else's", followUpComment="theirs")
        desk.agency.pull()
        post.refresh_from_db()
        assert post.text == "Meant"
        assert post.remote["summary"] == "Somebody else's"
        assert desk.send() == [State.REFUSED]

        change_cancel(change=Change.objects.latest("pk"), now=desk.clock())
        post.refresh_from_db()
        assert (post.text, post.follow_up_comment) == ("Somebody else's", "theirs")
        assert post_history(post, before=None).lines[0].note.startswith("A change was cancelled")

    def test_what_a_network_did_is_taken_even_with_an_edit_open(self, desk: Desk) -> None:
        post = desk.write("Words")
        desk.send()
        rewrite(desk, post, text="Too late")
        change_post(desk.agency, desk.there()[0]["_id"], status="published", publishedAt="2026-01-01T09:00:00.000Z")
        desk.agency.pull()
        post.refresh_from_db()
        assert (post.status, post.text) == (PostStatus.PUBLISHED, "Words")
        with pytest.raises(NotEditable, match="published"):
            rewrite(desk, post, text="Never")

    def test_a_refused_edit_is_replaced_by_the_next(self, desk: Desk) -> None:
        post = desk.write("Words")
        desk.send()
        desk.agency.box.faults.add(operation="edit-post", kind="refuse", detail={"status": 422, "message": "No"})
        rewrite(desk, post, text="Refused")
        assert desk.send() == [State.REFUSED]
        rewrite(desk, post, text="Taken")
        assert desk.send() == [State.DONE]
        assert [row["summary"] for row in desk.there()] == ["Taken"]

    def test_a_refused_creation_is_mended_and_sent(self, desk: Desk) -> None:
        desk.agency.box.faults.add(operation="create-post", kind="refuse", detail={"status": 422, "message": "No"})
        post = desk.write("Words")
        assert desk.send() == [State.REFUSED]
        change_retry(change=Change.objects.get(), now=desk.clock())
        desk.send()
        post.refresh_from_db()
        assert post.remote_id
