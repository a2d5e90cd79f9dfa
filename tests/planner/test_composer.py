"""The composer: what is typed is what is written, nothing typed is lost, and bad input gets a clear answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Role
from highlevel.models import Change
from planner.models import Post, PostStatus
from tests.cast import HTMX, Cast, cast
from tests.factories import make_account, make_post
from tests.planner.composing_desk import Room, check, form_of, room, send, the_post

__all__ = ["cast", "room"]


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

    @pytest.mark.parametrize("rows", [2, 20])
    def test_opening_costs_the_same_with_many_rows(
        self, room: Room, rows: int, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(rows):
            make_post(room.location, make_account(room.location, name=f"Page {number}"), tags=(room.tag,))
        client = room.client()
        # session, person, location, roles; accounts, groups and theirs, members, categories, tags; boards; drafts, who
        # may send, duplicates; the frame: health, accounts waiting, who keeps people; the session is saved
        with django_assert_max_num_queries(24):
            client.get(f"{room.address}&new=1")

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
