"""The composer while somebody types, attaches files and edits: checked, kept, never lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from planner.history import history_of
from planner.models import ComposerDraft, Post, PostStatus
from tests.cast import HISTORY, HTMX, cast
from tests.factories import make_post, make_target
from tests.planner.composing_desk import Room, check, form_of, room, send

__all__ = ["cast", "room"]


class TestTyping:
    def test_a_check_answers_with_preview_counter_and_findings(self, room: Room) -> None:
        answer = check(room, room.fields("instagram", text="#tag hello", day="", time=""))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "preview-instagram" in page
        assert "10<span" in page
        assert "There is no date" in page
        assert 'id="slot-scheduled_at"' not in page  # what is merely missing is no error while somebody types

    def test_a_finding_that_is_gone_is_taken_from_its_field(self, room: Room) -> None:
        wrong = room.fields(day="nonsense")
        assert 'id="slot-scheduled_at" hx-swap-oob="true"><input' in check(room, wrong).content.decode()
        mended = check(room, {**room.fields(), "said": ["scheduled_at"]}).content.decode()
        assert 'id="slot-scheduled_at" hx-swap-oob="true"></div>' in mended

    def test_a_long_text_is_answered_with_a_small_page(self, room: Room) -> None:
        text = "Word 👩‍👩‍👧‍👦 #tag " * 4000
        answer = check(room, room.fields(*room.accounts, text=text[:60_000]))
        assert answer.status_code == 200
        assert len(answer.content) < 400_000

    def test_checking_costs_the_same_with_many_posts(self, room: Room, django_assert_max_num_queries: Any) -> None:
        for number in range(40):
            make_post(room.location, room.accounts["facebook"], text=f"Number {number}")
        client = room.client()
        # session, person; location, roles; six of the place, boards; the draft; duplicates; who may send
        with django_assert_max_num_queries(20):
            check(room, room.fields(), client)

    def test_what_is_typed_is_kept_and_stands_there_again(self, room: Room) -> None:
        client = room.client()
        fields = {**room.opened(client=client), "text": "Half a tho", "do": ""}
        answer = check(room, fields, client)
        assert "Kept at" in answer.content.decode()
        assert answer.headers["HX-Replace-Url"].endswith(f"draft={fields['key'][0]}")
        again = client.get(room.address)
        assert form_of(again)["text"] == ["Half a tho"]
        assert form_of(again)["key"] == fields["key"]
        assert "Not saved yet" in again.content.decode()
        assert form_of(client.get(f"{room.address}&new=1"))["text"] == [""]

    def test_a_page_on_which_nothing_was_typed_keeps_nothing(self, room: Room) -> None:
        check(room, room.opened())
        assert not ComposerDraft.objects.exists()

    def test_drafts_are_the_persons_own(self, room: Room) -> None:
        check(room, {**room.opened(), "text": "Mine"})
        other = room.client(room.colleague(Role.MANAGER))
        assert form_of(other.get(room.address))["text"] == [""]

    def test_others_are_listed_and_starting_over_throws_one_away(self, room: Room) -> None:
        client = room.client()
        for text in ("First", "Second", "Third"):
            check(room, {**room.opened(client=client), "text": text}, client)
        page = client.get(room.address)
        assert form_of(page)["text"] == ["Third"]
        assert "2 others unfinished" in page.content.decode()
        client.post(f"/posts/compose/{room.location.pk}/discard/", form_of(page))
        assert sorted(map(str, ComposerDraft.objects.all())) == ["First", "Second"]

    def test_saving_ends_the_draft(self, room: Room) -> None:
        client = room.client()
        fields = {**room.opened(client=client), **room.fields()}
        check(room, fields, client)
        assert ComposerDraft.objects.count() == 1
        send(client, room.address, fields)
        assert not ComposerDraft.objects.exists()

    def test_a_page_that_stays_gets_401_and_an_event_when_signed_out(self, room: Room) -> None:
        address = f"/posts/compose/{room.location.pk}/check/"
        answer = Client().post(address, room.fields(), headers={**HTMX, "X-Stay": "true"})
        assert answer.status_code == 401
        assert json.loads(answer.headers["HX-Trigger"]) == {"accounts:signed-out": {}}
        assert Client().post(address, room.fields(), headers=HTMX).headers["HX-Redirect"]

    def test_a_restored_history_gets_the_whole_page(self, room: Room) -> None:
        page = room.client().get(room.address, headers=HISTORY).content.decode()
        assert "<html" in page


class TestMedia:
    def test_files_are_added_moved_and_removed_without_scripts(self, room: Room) -> None:
        client = room.client()
        address = f"/posts/compose/{room.location.pk}/media/"
        fields = {**room.opened(client=client), "do": "add", "add": "https://a.test/1.jpg\nhttps://a.test/2.mp4"}
        page = client.post(address, fields)
        assert form_of(page)["media.url"] == ["https://a.test/1.jpg", "https://a.test/2.mp4"]
        assert form_of(page)["media.kind"] == ["image/jpeg", "video/mp4"]
        page = client.post(address, {**form_of(page), "do": "up:1"})
        assert form_of(page)["media.url"] == ["https://a.test/2.mp4", "https://a.test/1.jpg"]
        page = client.post(address, {**form_of(page), "do": "remove:0"})
        assert form_of(page)["media.url"] == ["https://a.test/1.jpg"]
        assert client.post(address, {**form_of(page), "do": "up:99"}).status_code == 200

    def test_htmx_gets_the_files_alone(self, room: Room) -> None:
        fields = {"do": "add", "add": "https://a.test/1.jpg"}
        page = room.client().post(f"/posts/compose/{room.location.pk}/media/", fields, headers=HTMX).content.decode()
        assert page.lstrip().startswith("<section")


class TestEditing:
    def test_an_edit_that_changes_nothing_changes_nothing(self, room: Room) -> None:
        post = make_post(
            room.location, room.accounts["google"], text="\n\na\r\nb ", details={"google": {"actionType": "BOOK"}}
        )
        fields = room.opened(f"/posts/{post.pk}/edit/")
        send(room.client(), f"/posts/{post.pk}/edit/", {**fields, "do": "schedule", "reason": ""})
        post.refresh_from_db()
        assert (post.text, post.details, post.version) == ("\n\na\r\nb ", {"google": {"actionType": "BOOK"}}, 1)

    def test_one_field_changes_one_field(self, room: Room) -> None:
        details = {"tiktok": {"privacyLevel": "SELF_ONLY", "future": [1]}, "bluesky": {"language": "en"}}
        post = make_post(room.location, room.accounts["facebook"], text="Old", details=details)
        address = f"/posts/{post.pk}/edit/"
        answer = send(room.client(), address, {**room.opened(address), "text": "New", "do": "schedule"})
        assert answer.status_code == 302, answer.content.decode()
        post.refresh_from_db()
        assert (post.text, post.details, post.version) == ("New", details, 2)
        assert set(history_of(post)[0].changes) == {"text"}

    @pytest.mark.parametrize("status", [PostStatus.PUBLISHED, PostStatus.IN_PROGRESS, PostStatus.DELETED])
    def test_what_is_out_of_reach_says_why_and_offers_a_new_one(self, room: Room, status: str) -> None:
        post = make_post(room.location, room.accounts["facebook"], status=status)
        answer = room.client().get(f"/posts/{post.pk}/edit/")
        assert answer.status_code == 409
        assert f"copy={post.pk}" in answer.content.decode()

    def test_two_people_get_both_versions_and_choose(self, room: Room) -> None:
        post = make_post(room.location, room.accounts["facebook"], text="Base", follow_up_comment="")
        address = f"/posts/{post.pk}/edit/"
        mine = room.opened(address)
        send(
            room.client(),
            address,
            {**room.opened(address), "text": "Theirs", "follow_up_comment": "Hi", "do": "schedule"},
        )
        answer = send(room.client(), address, {**mine, "text": "Mine", "title": "T", "do": "schedule"}, htmx=True)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert all(word in page for word in ("Base", "Theirs", "Mine", "Hi"))
        post.refresh_from_db()
        assert post.text == "Theirs"
        chosen = {**form_of(answer), "take.text": "ours", "do": "schedule"}
        assert send(room.client(), address, chosen).status_code == 302
        post.refresh_from_db()
        assert (post.text, post.follow_up_comment, post.title) == ("Mine", "Hi", "T")

    def test_what_was_only_looked_at_is_not_kept(self, room: Room) -> None:
        post = make_post(room.location, room.accounts["tiktok"], text="Base")
        make_target(post, room.accounts["facebook"])
        address = f"/posts/{post.pk}/edit/"
        opened = room.opened(address)
        assert len(opened["accounts"]) == 2
        for accounts in (opened["accounts"], opened["accounts"][::-1]):
            assert "Kept at" not in check(room, {**opened, "accounts": accounts}).content.decode()
        assert "Kept at" in check(room, {**opened, "accounts": opened["accounts"][:1]}).content.decode()

    def test_a_kept_edit_meets_what_changed_meanwhile(self, room: Room) -> None:
        post = make_post(room.location, room.accounts["facebook"], text="Base")
        address = f"/posts/{post.pk}/edit/"
        check(room, {**room.opened(address), "text": "Mine, half"})
        send(
            room.client(room.colleague(Role.MANAGER)),
            address,
            {**room.opened(address), "text": "Theirs", "do": "schedule"},
        )
        kept = room.opened(address)
        assert kept["text"] == ["Mine, half"]
        assert send(room.client(), address, {**kept, "do": "schedule"}).status_code == 409


class TestDuplicatesOnThePage:
    def test_a_repeated_text_is_shown_linked_and_wants_a_reason(self, room: Room) -> None:
        there = make_post(room.location, room.accounts["facebook"], text="Three things to ask ")
        assert f"/posts/{there.pk}/" in check(room, room.fields()).content.decode()
        refused = send(room.client(), room.address, room.fields())
        assert refused.status_code == 422
        send(room.client(), room.address, room.fields(reason="The client wants it twice"))
        post = Post.objects.latest("pk")
        assert post != there
        assert history_of(post)[0].additional_data == {"note": "The client wants it twice"}

    def test_a_draft_needs_no_reason(self, room: Room) -> None:
        make_post(room.location, room.accounts["facebook"], text="Three things to ask")
        assert send(room.client(), room.address, room.fields(do="draft")).status_code == 302
