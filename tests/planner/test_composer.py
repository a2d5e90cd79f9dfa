"""The composer: what is typed is what is written, nothing typed is lost, and bad input gets a clear answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from highlevel.models import Change
from planner.history import history_of
from planner.models import ComposerDraft, Post, PostStatus
from tests.cast import HISTORY, HTMX, Cast, cast
from tests.factories import make_account, make_post
from tests.planner.composing_desk import Room, form_of, room, send, the_post

__all__ = ["cast", "room"]


def check(room: Room, fields: dict[str, Any], client: Client | None = None) -> Any:
    return (client or room.client()).post(f"/posts/compose/{room.location.pk}/check/", fields, headers=HTMX)


class TestOpening:
    def test_the_page_has_every_account_and_an_empty_text(self, room: Room) -> None:
        page = room.client().get(room.address)
        for account in room.accounts.values():
            assert f'value="{account.pk}"' in page.content.decode()
        assert form_of(page)["text"] == [""]

    def test_all_locations_ask_for_the_client_first(self, cast: Cast) -> None:
        page = cast.as_ana.get("/posts/compose/?location=all").content.decode()
        assert f"?location={cast.a.pk}" in page
        assert f"?location={cast.b.pk}" in page
        assert '<form id="composer"' not in page

    def test_a_reader_gets_403_a_stranger_404_nobody_the_sign_in(self, cast: Cast) -> None:
        address = f"/posts/compose/?location={cast.a.pk}"
        assert cast.as_ben.get(address).status_code == 403
        assert cast.as_ben.post(address).status_code == 403
        assert cast.as_cleo.get(address).status_code == 404
        assert cast.as_nobody.get(address).status_code == 302

    def test_a_post_of_somebody_else_is_not_edited(self, cast: Cast) -> None:
        post = make_post(cast.a, make_account(cast.a))
        assert cast.as_ben.get(f"/posts/{post.pk}/edit/").status_code == 403
        assert cast.as_cleo.get(f"/posts/{post.pk}/edit/").status_code == 404
        check_it = f"/posts/compose/{cast.b.pk}/check/"
        assert cast.as_cleo.post(check_it, {"post": post.pk}, headers=HTMX).status_code == 404

    def test_an_asked_date_stands_in_the_fields(self, room: Room) -> None:
        day = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%d")
        fields = room.opened(f"{room.address}&at={day}T14:30")
        assert (fields["day"], fields["time"]) == ([day], ["14:30"])
        assert room.opened(f"{room.address}&at=someday")["day"] == [""]

    def test_a_copy_says_the_same_without_a_date(self, room: Room) -> None:
        post = make_post(
            room.location, room.accounts["facebook"], text="Again", tags=(room.tag,), media=("https://a.test/a.jpg",)
        )
        fields = room.opened(f"{room.address}&copy={post.pk}")
        assert fields["text"] == ["Again"]
        assert fields["media.url"] == ["https://a.test/a.jpg"]
        assert fields["tags"] == [str(room.tag.pk)]
        assert fields["day"] == [""]

    def test_an_expired_account_is_shown_with_the_reason_and_a_way_on(self, room: Room) -> None:
        gone = make_account(room.location, "facebook", name="old page", is_expired=True)
        page = room.client().get(room.address).content.decode()
        box = page[page.index(f'value="{gone.pk}"') :][:200]
        assert "disabled" in box
        assert f"?reconnect={gone.pk}" in page


class TestSaving:
    def test_a_post_is_scheduled_on_the_clients_clock(self, room: Room) -> None:
        fields = room.fields("facebook", "instagram", media__url=["https://a.test/a.jpg"], media__alt=["A car"])
        fields |= {"title": "For us", "category": room.category.pk, "tags": [room.tag.pk], "type": "post"}
        answer = send(room.client(), room.address, fields)
        post = the_post()
        assert answer.headers["Location"] == f"/posts/{post.pk}/"
        assert (post.status, post.text, post.title) == (PostStatus.SCHEDULED, "Three things to ask", "For us")
        local = room.location.local(post.scheduled_at) if post.scheduled_at else None
        assert local is not None
        assert local.strftime("%H:%M") == "09:00"
        assert [media.alt_text for media in post.media.all()] == ["A car"]
        assert list(post.tags.all()) == [room.tag]
        assert Change.objects.get().operation == "post.create"

    def test_htmx_is_led_to_the_post(self, room: Room) -> None:
        answer = send(room.client(), room.address, room.fields(), htmx=True)
        assert answer.headers["HX-Redirect"] == f"/posts/{the_post().pk}/"

    @pytest.mark.parametrize(
        ("deed", "status"), [("draft", "draft"), ("schedule", "scheduled"), ("publish", "pending")]
    )
    def test_each_button_does_what_it_says(self, room: Room, deed: str, status: str) -> None:
        send(room.client(), room.address, room.fields(do=deed))
        assert the_post().status == status

    def test_approval_needs_somebody_who_is_asked(self, room: Room) -> None:
        assert send(room.client(), room.address, room.fields(do="review")).status_code == 422
        asked = room.writer.memberships.get().remote_id
        send(room.client(), room.address, room.fields(do="review", approver=asked, requester_note="Please"))
        assert (the_post().status, the_post().approver, the_post().requester_note) == ("in_review", asked, "Please")

    def test_different_texts_become_siblings(self, room: Room) -> None:
        fields = room.fields("facebook", "linkedin", version__linkedin="For business people")
        send(room.client(), room.address, fields)
        assert sorted(Post.objects.values_list("text", flat=True)) == ["For business people", "Three things to ask"]
        assert Post.objects.values("bundle").distinct().count() == 1
        first = Post.objects.get(text="For business people")
        page = room.client().get(f"/posts/{first.pk}/edit/").content.decode()
        assert "Written in one go with" in page

    def test_a_creator_has_no_button_that_sends_and_is_refused_all_the_same(self, room: Room) -> None:
        client = room.client(room.colleague(Role.CREATOR))
        page = client.get(room.address).content.decode()
        assert 'value="schedule"' not in page
        answer = send(client, room.address, room.fields())
        assert answer.status_code == 422
        assert "Send the post for approval" in answer.content.decode()
        assert not Post.objects.exists()

    def test_a_double_click_writes_once(self, room: Room) -> None:
        fields = {**room.opened(), **room.fields()}
        client = room.client()
        addresses = {send(client, room.address, fields).headers["Location"] for _click in range(2)}
        assert addresses == {f"/posts/{the_post().pk}/"}

    def test_the_back_button_with_new_words_asks_before_it_writes_again(self, room: Room) -> None:
        fields = {**room.opened(), **room.fields()}
        client = room.client()
        send(client, room.address, fields)
        again = send(client, room.address, {**fields, "text": "Something new"})
        assert again.status_code == 409
        assert f"/posts/{the_post().pk}/edit/" in again.content.decode()
        kept = form_of(again)
        assert kept["text"] == ["Something new"]
        assert kept["key"] != fields["key"]
        reason = {"reason": "It says more"}
        assert send(client, room.address, {**kept, **reason, "do": "schedule"}).status_code == 302
        assert Post.objects.count() == 2

    def test_text_arrives_to_the_last_byte(self, room: Room) -> None:
        text = "  \n👩‍👩‍👧‍👦 e\u0301 مرحبا <b>[x]</b> {{ y }} \t end \n\n" + "ß" * 1000
        send(room.client(), room.address, room.fields(text=text.replace("\n", "\r\n")))
        assert the_post().text == text

    def test_a_day_on_which_the_clocks_jump_says_what_it_becomes(self, room: Room) -> None:
        year = datetime.now(UTC).year + 1
        march = datetime(year, 3, 8, tzinfo=UTC)
        sunday = march + timedelta(days=(6 - march.weekday()) % 7)
        fields = room.fields(day=sunday.strftime("%Y-%m-%d"), time="02:30")
        said = check(room, fields).content.decode()
        assert "jump over that time" in said
        assert "03:30" in said
        send(room.client(), room.address, fields)
        assert room.location.local(the_post().scheduled_at).strftime("%H:%M") == "03:30"  # type: ignore[arg-type]

    def test_a_time_that_comes_twice_is_the_first(self, room: Room) -> None:
        year = datetime.now(UTC).year + 1
        november = datetime(year, 11, 1, tzinfo=UTC)
        sunday = november + timedelta(days=(6 - november.weekday()) % 7)
        fields = room.fields(day=sunday.strftime("%Y-%m-%d"), time="01:30")
        assert "twice" in check(room, fields).content.decode()
        send(room.client(), room.address, fields)
        assert the_post().scheduled_at == datetime(year, 11, sunday.day, 5, 30, tzinfo=UTC)


class TestBadInput:
    def test_an_empty_post_is_422_and_says_what_to_do(self, room: Room) -> None:
        answer = send(room.client(), room.address, {})
        assert answer.status_code == 422
        assert "Say what to do with it" in answer.content.decode()
        assert not Post.objects.exists()

    def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(self, room: Room) -> None:
        yesterday = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%d")
        fields = room.fields("instagram", text="#" + " #x" * 40, day=yesterday, title="Kept")
        answer = send(room.client(), room.address, fields, htmx=True)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert page.lstrip().startswith('<form id="composer"')
        assert "The date has passed" in page[page.index('id="slot-scheduled_at"') :][:600]
        assert "hashtags" in page[page.index('id="slot-text"') :][:600]
        assert 'aria-invalid="true"' in page
        assert form_of(answer)["text"] == [fields["text"]]
        assert form_of(answer)["title"] == ["Kept"]

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("day", "tomorrow", "This is no date and time"),
            ("day", "1850-01-01", "from 2000 to 2100"),
            ("time", "", "There is a date and no time"),
            ("accounts", ["99999999"], "none of this client"),
            ("accounts", ["x"], "none of this client"),
            ("category", "99999999", "none of this client"),
            ("tags", ["99999999"], "none of this client"),
        ],
    )
    def test_wrong_values_get_a_sentence(self, room: Room, field: str, value: Any, said: str) -> None:
        answer = send(room.client(), room.address, room.fields(**{field: value}))
        assert answer.status_code == 422
        assert said in answer.content.decode().replace("&#x27;", "'")

    def test_an_account_of_another_client_is_not_taken(self, cast: Cast, room: Room) -> None:
        foreign = make_account(cast.b)
        answer = send(room.client(), room.address, room.fields(accounts=[str(foreign.pk)], do="draft"))
        assert answer.status_code == 422

    def test_a_zero_character_does_no_harm(self, room: Room) -> None:
        send(room.client(), room.address, room.fields(text="A\0B"))
        assert the_post().text == "AB"

    def test_nobody_speaks_without_a_highlevel_user(self, room: Room) -> None:
        room.writer.memberships.update(remote_id=None)
        answer = send(room.client(), room.address, room.fields())
        assert answer.status_code == 422
        assert "HighLevel knows you as nobody" in answer.content.decode()


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

    def test_a_long_text_is_checked_quickly_enough(self, room: Room) -> None:
        text = "Word 👩‍👩‍👧‍👦 #tag " * 4000
        started = timezone.now()
        answer = check(room, room.fields(*room.accounts, text=text[:60_000]))
        assert answer.status_code == 200
        assert timezone.now() - started < timedelta(seconds=3)
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
            room.location, room.accounts["google"], text="a\r\nb ", details={"google": {"actionType": "BOOK"}}
        )
        fields = room.opened(f"/posts/{post.pk}/edit/")
        send(room.client(), f"/posts/{post.pk}/edit/", {**fields, "do": "schedule", "reason": ""})
        post.refresh_from_db()
        assert (post.text, post.details, post.version) == ("a\r\nb ", {"google": {"actionType": "BOOK"}}, 1)

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
