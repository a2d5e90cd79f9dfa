"""Files in the composer: judged as typed, measured by a worker, told at their place, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from config.celery import app
from config.dev.ports import free_port
from planner.composer.measuring import look_at
from planner.history import history_of
from planner.models import Media, Post, PostCheck, PostStatus, UploadState
from planner.models.post_check import CheckKind
from planner.probing.remote import digest_of
from planner.services.measuring import MOST, Measuring, media_measure, media_measure_ask, media_measured
from planner.services.media_uploads import media_upload_take
from planner.services.post_checks import EARLY_AGAIN, post_check_before_due, post_checks_claim
from tests.cast import HTMX
from tests.factories import make_post
from tests.foreign import Foreign, foreign_site, huge_png, picture
from tests.planner.composing_desk import Room, check, form_of, room, send, the_post

__all__ = ["room"]


@pytest.fixture
def site(settings: Settings) -> Iterator[Foreign]:
    with foreign_site() as found:
        settings.HIGHLEVEL_BASE_URL = found.url
        yield found


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def files(*urls: str) -> dict[str, Any]:
    """The fields of these files, as the page sends them."""
    blank = [""] * len(urls)
    return {"media.url": list(urls), "media.kind": blank, "media.alt": blank, "media.cover": blank}


def measure(*urls: str) -> None:
    """As workers would."""
    for url in urls:
        media_measure(url)


def asked() -> int:
    """How often a worker is asked to look at something."""
    with app.connection_for_read() as connection:
        return int(connection.default_channel.client.llen("celery"))


class TestAddresses:
    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("http://cdn.example/a.jpg", "The address of the file is not secure."),
            ("https://10.0.0.8/a.jpg", "The file lies in a private network"),
            ("https://nas/a.jpg", "The file lies in a private network"),
            ("a.jpg", "This is not the web address of a file."),
            ("https://[::1/a.jpg", "This is not the web address of a file."),
        ],
    )
    def test_what_cannot_be_fetched_is_told_as_typed_and_nothing_is_lost(self, room: Room, url: str, said: str) -> None:
        fields = room.fields(**files(url), title="For spring")
        typed = {"do": "add", "add": url}
        assert said in words(send(room.client(), f"/posts/compose/{room.location.pk}/media/", typed, htmx=True))
        assert said in words(check(room, fields))
        refused = send(room.client(), room.address, fields)
        kept = form_of(refused)
        assert refused.status_code == 422
        assert said in words(refused)
        assert (kept["media.url"], kept["text"], kept["title"]) == ([url], [fields["text"]], ["For spring"])
        assert not Post.objects.exists()

    def test_a_draft_can_always_be_saved_and_is_held_against_it_later(self, room: Room) -> None:
        send(room.client(), room.address, room.fields(**files("https://nas/a.jpg"), do="draft"))
        address = f"/posts/{the_post().pk}/edit/"
        answer = send(room.client(), address, {**room.opened(address), **room.fields(**files("https://nas/a.jpg"))})
        assert answer.status_code == 422

    def test_what_highlevel_has_taken_is_warned_of_and_stays_savable(self, room: Room) -> None:
        post = make_post(room.location, room.accounts["facebook"], media=("http://cdn.example/a.jpg",))
        address = f"/posts/{post.pk}/edit/"
        opened = room.opened(address)
        changed = {**opened, "text": "Other words", "do": "schedule"}
        assert "said-warning" in words(check(room, {**changed, "post": str(post.pk)}))
        assert send(room.client(), address, changed).status_code == 302
        moved = {**room.opened(address), "media.url": ["http://other.example/a.jpg"], "do": "schedule"}
        assert send(room.client(), address, moved).status_code == 422

    def test_cards_and_settings_lead_people_to_public_pages(self, room: Room) -> None:
        card = {"link_preview.metaLink": "http://intranet/", "link_preview.metaImage": "http://a.example/a.png"}
        page = words(check(room, room.fields("facebook", **card)))
        assert 'id="slot-link_preview-metaLink" hx-swap-oob="true"><input' in page
        assert "The address of the picture is not secure." in page
        broken = {"link_preview.metaLink": "https://[x/", "link_preview.ogTitle": "A card"}
        assert "This is not a web address." in words(check(room, room.fields("facebook", **broken)))

    def test_an_address_that_was_not_added_yet_is_saved_too(self, room: Room) -> None:
        fields = room.fields(add="https://cdn.example/one.jpg")
        assert send(room.client(), room.address, fields).status_code == 302
        assert [item.url for item in the_post().media.all()] == ["https://cdn.example/one.jpg"]

    def test_an_edit_of_a_files_words_is_saved_and_told(self, room: Room) -> None:
        post = make_post(room.location, room.accounts["facebook"], media=("https://cdn.example/a.jpg",))
        address = f"/posts/{post.pk}/edit/"
        send(room.client(), address, {**room.opened(address), "media.alt": ["A tooth"], "do": "schedule"})
        assert post.media.get().alt_text == "A tooth"
        assert list(history_of(post)[0].changes) == ["media"]


class TestMeasuring:
    def test_typing_asks_a_worker_once_and_only_for_what_may_be_fetched(self, room: Room, site: Foreign) -> None:
        url = site.say("/a.png", picture(1080, 1080), "image/png")
        fields = room.fields(**files(url, "https://10.0.0.8/a.jpg", "rota-upload:1"))
        for _time in range(2):
            check(room, fields)
        assert asked() == 1
        assert site.asked == []
        assert look_at(room.location, url).state == Measuring.PENDING

    def test_one_person_has_only_so_many_looked_at(self, room: Room) -> None:
        media_measure_ask([f"https://cdn.example/{number}.png" for number in range(MOST + 5)], person=room.writer)
        assert asked() == MOST

    def test_the_card_asks_until_the_facts_are_known_and_the_page_is_checked(self, room: Room, site: Foreign) -> None:
        url = site.say("/a.png", picture(1080, 1350), "image/png")
        address, client = f"/posts/compose/{room.location.pk}/measured/", room.client()
        client.post(f"/posts/compose/{room.location.pk}/media/", {"do": "add", "add": url}, headers=HTMX)
        first = client.get(address, {"url": url}, headers=HTMX)
        assert "Measuring…" in words(first)
        assert "hx-get" in words(first)
        measure(url)
        second = client.get(address, {"url": url}, headers=HTMX)
        assert "1080 × 1350" in words(second)
        assert "hx-get" not in words(second)
        assert "planner:check" in second.headers["HX-Trigger"]

    def test_the_card_of_an_upload_follows_it(self, room: Room, settings: Settings, tmp_path: Any) -> None:
        settings.FILES_DIR = tmp_path
        upload = media_upload_take(
            location=room.location,
            person=room.writer,
            file=SimpleUploadedFile("a.png", picture(), "image/png"),
            name="a.png",
            now=datetime.now(UTC),
        )
        page = words(send(room.client(), f"/posts/compose/{room.location.pk}/media/", files(upload.address), htmx=True))
        assert "On its way to HighLevel’s media library" in page
        assert "hx-get" in page
        assert "64 × 48" in page
        assert look_at(room.location, upload.address).wait == "3s"
        upload.url, upload.state = "https://library.example/a.png", UploadState.READY
        upload.save()
        answer = room.client().get(f"/posts/compose/{room.location.pk}/measured/", {"url": upload.address})
        assert "64 × 48" in words(answer)
        assert "hx-get" not in words(answer)
        assert look_at(room.location, "rota-upload:99").state == Measuring.FAILED

    def test_what_was_measured_is_judged_and_stored(self, room: Room, site: Foreign) -> None:
        url = site.say("/a.jpg", picture(100, 100), "image/jpeg")
        measure(url)
        fields = room.fields("google", **files(url), **{"details.google.gmbEventType": "STANDARD"})
        page = words(check(room, fields))
        assert "100 × 100 pixels" in page
        assert "The address ends like a JPEG file, and the file is PNG." in page
        assert send(room.client(), room.address, {**fields, "do": "draft"}).status_code == 302
        stored = Media.objects.get()
        assert (stored.kind, stored.facts["width"], stored.facts["mime"]) == ("image/png", 100, "image/png")

    def test_without_redis_nothing_is_measured_and_writing_goes_on(self, room: Room, settings: Settings) -> None:
        client = room.client()
        cache = {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{free_port()}"}
        settings.CACHES = {"default": cache}
        fields = room.fields(**files("https://cdn.example/a.jpg"))
        assert "Not measured yet" in words(send(client, f"/posts/compose/{room.location.pk}/media/", fields, htmx=True))
        assert send(client, room.address, fields).status_code == 302
        assert Media.objects.get().url == "https://cdn.example/a.jpg"

    def test_a_file_that_cannot_be_used_is_refused_with_a_way_on(self, room: Room, site: Foreign) -> None:
        page = site.say("/page.jpg", "<html><title>Sign in</title>", "text/html")
        gone, closed = f"{site.url}/gone.jpg", site.say("/closed.jpg", status=403)
        huge = site.say("/huge.png", huge_png(), "image/png")
        measure(page, gone, closed, huge)
        fields = room.fields(**files(page, gone, closed, huge))
        refused = send(room.client(), room.address, fields)
        assert refused.status_code == 422
        for said in (
            "This is not a picture, a film or a PDF, whatever its name says. Upload the file instead,",
            "There is nothing at the address any more. Upload the file instead, or keep this as a draft meanwhile.",
            "The server does not give this to everybody.",
            "The picture has more pixels than any network shows.",
        ):
            assert said in words(refused)
        assert send(room.client(), room.address, {**fields, "do": "draft"}).status_code == 302

    @pytest.mark.parametrize("code", ["too_slow", "unresolved", "unreachable"])
    def test_what_may_pass_by_itself_is_only_warned_of(self, room: Room, code: str) -> None:
        url = "https://cdn.example/a.jpg"
        media_measure_ask([url], person=room.writer)
        cache.set(f"measured:kept:{digest_of(url)}", {"problem": code}, 60)
        page = words(check(room, room.fields(**files(url))))
        assert "said-warning" in page
        assert "Rota looks again before the post is due" in page
        assert send(room.client(), room.address, room.fields(**files(url))).status_code == 302

    @pytest.mark.parametrize("code", ["no_server", "bad_certificate"])
    def test_what_is_wrong_with_the_address_is_refused(self, room: Room, code: str) -> None:
        url = "https://cdn.example/a.jpg"
        media_measure_ask([url], person=room.writer)
        cache.set(f"measured:kept:{digest_of(url)}", {"problem": code}, 60)
        assert send(room.client(), room.address, room.fields(**files(url))).status_code == 422

    def test_a_problem_stands_until_somebody_looked_anew(self, room: Room, site: Foreign) -> None:
        url = f"{site.url}/late.png"
        measure(url)
        check(room, room.fields(**files(url)))
        assert asked() == 0
        cache.delete(f"measured:asked:{digest_of(url)}")  # as if two minutes had passed
        check(room, room.fields(**files(url)))
        assert asked() == 1
        assert media_measured([url])[url].state == Measuring.FAILED
        cache.delete(f"probe:fresh:{digest_of(url)}")
        site.say("/late.png", picture(), "image/png")
        measure(url)
        assert media_measured([url])[url].state == Measuring.DONE


class TestAfterSaving:
    def later(self, days: int) -> str:
        return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%d")

    def look(self, now: datetime) -> list[PostCheck | None]:
        claim, posts = post_checks_claim(now=now)
        return [post_check_before_due(post_id=pk, claim=claim, now=now) for pk in posts]

    def test_a_file_that_nobody_had_measured_is_looked_at_soon(self, room: Room, site: Foreign) -> None:
        fields = room.fields(**files(f"{site.url}/gone.jpg"), day=self.later(9), text=f"See {site.url}/nowhere")
        assert send(room.client(), room.address, fields).status_code == 302
        now = datetime.now(UTC)
        (found,) = self.look(now)
        assert found is not None
        assert (found.kind, found.ok) == (CheckKind.WRITTEN, False)
        assert [one.sentence for one in found.told] == ["File 1: There is nothing at the address any more."]
        assert "There is nothing at the address" in words(room.client().get(f"/posts/{the_post().pk}/"))
        assert self.look(now) == []
        site.say("/gone.jpg", picture(1080, 1080, "JPEG"), "image/jpeg")
        cache.clear()
        (again,) = self.look(now + EARLY_AGAIN)
        assert again is not None
        assert again.ok
        assert self.look(now + 2 * EARLY_AGAIN) == []

    def test_a_server_that_was_down_is_asked_again_and_today_says_so_meanwhile(self, room: Room, site: Foreign) -> None:
        url = site.say("/a.jpg", b"busy", status=503)
        measure(url)
        fields = room.fields(**files(url), day=self.later(9))
        assert send(room.client(), room.address, fields).status_code == 302
        now = datetime.now(UTC)
        cache.clear()
        (found,) = self.look(now)
        assert found is not None
        assert not found.ok
        assert "The server of the address cannot be reached" in words(room.client().get("/"))
        site.say("/a.jpg", picture(1080, 1080, "JPEG"), "image/jpeg")
        cache.clear()
        (again,) = self.look(now + EARLY_AGAIN)
        assert again is not None
        assert again.ok
        assert "The server of the address cannot be reached" not in words(room.client().get("/"))

    def test_what_was_measured_or_is_near_or_a_draft_is_not(self, room: Room, site: Foreign) -> None:
        url = site.say("/a.jpg", picture(1080, 1080, "JPEG"), "image/jpeg")
        measure(url)
        client = room.client()
        send(client, room.address, room.fields(**files(url), day=self.later(9)))
        unknown = files("https://cdn.example/a.jpg")
        send(client, room.address, room.fields(**unknown, day="", time="", do="draft", text="A draft"))
        assert Post.objects.count() == 2
        assert not PostCheck.objects.exists()
        assert set(Post.objects.values_list("status", flat=True)) == {PostStatus.SCHEDULED, PostStatus.DRAFT}
