"""Files from people: taken or refused in words, sent to the library once, and found in posts by their address."""

from __future__ import annotations

import http.client
import json
import os
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role
from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox import change_cancel, change_retry, change_send
from planner.composing import MediaItem, composition_of
from planner.fetching import fetch
from planner.models import Media, MediaUpload, Post, UploadState
from planner.outbox.subjects import POST_CREATE
from planner.outbox.uploading import MOST_ATTEMPTS
from planner.outbox.uploads import UploadLost, UploadNotReady, changes_for_uploads, resolve_uploads
from planner.services import media_uploads
from planner.services.media_uploads import media_upload_take, uploads_clean
from planner.services.post_writing import post_rewrite
from tests.cast import Cast, cast
from tests.factories import make_location, make_member, make_user
from tests.films import make_mp4, make_pdf
from tests.foreign import picture
from tests.outboxes import Clock, make_change, sweep
from tests.pulling import Agency, agency
from tests.writing import Desk, desk

__all__ = ["agency", "cast", "desk"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    """Each test starts with an empty folder."""
    settings.FILES_DIR = tmp_path


def take(
    location: Any, clock: Clock, data: bytes | None = None, name: str = "tooth.png", person: Any = None
) -> MediaUpload:
    content = picture() if data is None else data
    person = person or make_user(is_owner=True)
    file = SimpleUploadedFile(name, content, "application/octet-stream")
    return media_upload_take(location=location, person=person, file=file, name=name, now=clock())


def change_of(upload: MediaUpload) -> Change:
    return Change.objects.get(subject=f"upload:{upload.pk}")


def send(upload: MediaUpload, clock: Clock) -> str | None:
    return change_send(change_of(upload).pk, clock=clock, chance=lambda: 1.0)


def library(agency: Agency) -> list[dict[str, Any]]:
    return agency.box.store.find("media", location=agency.location.remote_id)


class TestSending:
    def test_a_file_reaches_the_library_once_and_byte_for_byte(self, agency: Agency, clock: Clock):
        upload = take(agency.location, clock, name="C:\\Bilder\\Zähne ✓.png")
        assert (upload.name, upload.mime, upload.state) == ("Zähne ✓.png", "image/png", UploadState.WAITING)
        assert upload.path.read_bytes() == picture()
        assert send(upload, clock) == State.DONE
        upload.refresh_from_db()
        (row,) = library(agency)
        assert (upload.state, upload.remote_id) == (UploadState.READY, row["_id"])
        assert row["name"] == upload.remote_name
        assert fetch(upload.url, most_bytes=10**6, timeout=5).body == picture()
        assert send(upload, clock) is None

    def test_a_film_is_sent_piece_by_piece(self, agency: Agency, clock: Clock) -> None:
        film = make_mp4(body=30 * 1024 * 1024)
        upload = take(agency.location, clock, film, "reel.mp4")
        assert upload.facts == {
            "mime": "video/mp4",
            "size": len(film),
            "width": 1080,
            "height": 1920,
            "duration": 12.0,
            "frame_rate": 30.0,
            "video_codec": "h264",
        }
        assert send(upload, clock) == State.DONE
        assert library(agency)[0]["size"] == len(film)

    @pytest.mark.parametrize("kind", ["drop_before", "drop_after", "server_error_after", "malformed"])
    def test_no_fault_puts_it_there_twice(self, agency: Agency, clock: Clock, kind: str):
        upload = take(agency.location, clock)
        agency.box.faults.add(kind=kind, operation="upload-media-content")
        assert send(upload, clock) == State.UNCONFIRMED
        for _round in range(3):
            clock.pass_(minutes=20)
            sweep(clock)
        upload.refresh_from_db()
        assert (upload.state, len(library(agency))) == (UploadState.READY, 1)
        assert upload.url == library(agency)[0]["url"].replace("sandbox://origin", agency.box.url)

    def test_a_refusal_is_kept_with_its_cause_and_can_be_tried_again(self, agency: Agency, clock: Clock):
        upload = take(agency.location, clock)
        agency.box.faults.add(kind="refuse", operation="upload-media-content")
        assert send(upload, clock) == State.REFUSED
        upload.refresh_from_db()
        assert (upload.state, upload.error) == (UploadState.REFUSED, "rejected")
        change_retry(change=change_of(upload), now=clock())
        assert send(upload, clock) == State.DONE
        upload.refresh_from_db()
        assert (upload.state, upload.error) == (UploadState.READY, "")

    def test_a_file_that_is_gone_is_refused(self, agency: Agency, clock: Clock):
        upload = take(agency.location, clock)
        upload.path.unlink()
        assert send(upload, clock) == State.REFUSED
        assert change_of(upload).error_code == "file_missing"

    def test_it_is_not_begun_for_ever(self, agency: Agency, clock: Clock):
        upload = take(agency.location, clock)
        Change.objects.filter(pk=change_of(upload).pk).update(attempts=MOST_ATTEMPTS)
        assert send(upload, clock) == State.REFUSED
        assert change_of(upload).error_code == "upload_endless"


class TestPosts:
    def body(self, *uploads: MediaUpload) -> dict[str, Any]:
        media = [{"url": upload.address, "type": upload.mime, "thumbnail": upload.address} for upload in uploads]
        return {"summary": "hi", "media": [*media, {"url": "https://cdn.example/a.png", "type": "image/png"}]}

    def test_an_upload_is_put_in_once_it_is_there(self, agency: Agency, clock: Clock):
        upload = take(agency.location, clock)
        body = self.body(upload)
        with pytest.raises(UploadNotReady):
            resolve_uploads(body, agency.location)
        send(upload, clock)
        upload.refresh_from_db()
        assert resolve_uploads(body, agency.location) == {
            "summary": "hi",
            "media": [
                {"url": upload.url, "type": "image/png", "thumbnail": upload.url},
                {"url": "https://cdn.example/a.png", "type": "image/png"},
            ],
        }
        assert body["media"][0]["url"] == upload.address

    def test_a_body_without_uploads_costs_nothing(self, agency: Agency, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert resolve_uploads(self.body(), agency.location) == self.body()
            assert resolve_uploads({"summary": "hi"}, agency.location) == {"summary": "hi"}
            assert changes_for_uploads(["https://cdn.example/a.png"]) == []

    def test_what_was_refused_or_belongs_to_another_client_is_lost(self, agency: Agency, clock: Clock):
        upload = take(agency.location, clock)
        with pytest.raises(UploadLost):
            resolve_uploads(self.body(upload), make_location("Elsewhere"))
        with pytest.raises(UploadLost):
            resolve_uploads({"media": [{"url": "rota-upload:999999"}]}, agency.location)
        change_cancel(change=change_of(upload), now=clock())
        with pytest.raises(UploadLost):
            resolve_uploads(self.body(upload), agency.location)

    def test_a_post_goes_after_its_uploads(self, agency: Agency, clock: Clock):
        first, second = take(agency.location, clock), take(agency.location, clock)
        send(first, clock)
        waited = changes_for_uploads([first.address, second.address, second.address, "rota-upload:x"])
        assert waited == [change_of(second)]
        post = make_change(agency.location, subject="post:1", not_before=clock())
        post.after.add(*waited)
        assert post not in Change.objects.ready(clock())
        send(second, clock)
        assert post in Change.objects.ready(clock())

    def test_a_post_that_is_written_waits_for_its_file_and_takes_its_address(self, desk: Desk):
        upload = take(desk.location, desk.clock, person=desk.person)
        item = MediaItem(upload.address, upload.mime, facts=upload.facts)
        post = desk.write("With a file", media=(item,))
        assert list(Change.objects.get(operation=POST_CREATE).after.all()) == [change_of(upload)]
        desk.send(2)
        upload.refresh_from_db()
        assert Media.objects.get(post=post).url == upload.url

        other = take(desk.location, desk.clock, person=desk.person)
        second = MediaItem(other.address, other.mime, facts=other.facts)
        held = Post.objects.get(pk=post.pk)
        edited = replace(composition_of(held), media=(second,))
        post_rewrite(post=held, version=held.version, composition=edited, actor=desk.person, now=desk.clock())
        desk.send(2)
        other.refresh_from_db()
        assert Media.objects.get(post=post).url == other.url


class TestCleaning:
    def test_a_file_goes_a_day_after_highlevel_has_it(self, agency: Agency, clock: Clock):
        ready, waiting, refused = (take(agency.location, clock) for _file in range(3))
        send(ready, clock)
        change_cancel(change=change_of(refused), now=clock())
        assert uploads_clean(now=clock.pass_(hours=23)) == 0
        assert uploads_clean(now=clock.pass_(hours=2)) == 1
        assert (ready.path.exists(), waiting.path.exists(), refused.path.exists()) == (False, True, True)
        ready.refresh_from_db()
        assert (ready.file, ready.state) == ("", UploadState.READY)
        assert uploads_clean(now=clock.pass_(days=30)) == 1
        assert (waiting.path.exists(), refused.path.exists()) == (True, False)

    def test_what_no_row_knows_goes_after_a_day(self, agency: Agency, clock: Clock):
        upload = take(agency.location, clock)
        stray = upload.path.with_name("stray.png")
        stray.write_bytes(b"x")
        assert uploads_clean(now=clock()) == 0
        old = (clock() - timedelta(days=2)).timestamp()
        os.utime(stray, (old, old))
        assert uploads_clean(now=clock()) == 1
        assert upload.path.exists()


class TestViews:
    @pytest.fixture
    def writer(self, cast: Cast) -> Client:
        person = make_user("dee@example.test", name="Dee")
        make_member(person, cast.a, Role.CREATOR)
        return cast.client(person)

    def post(self, client: Client, cast: Cast, *files: Any, **more: Any) -> Any:
        data = {"file": files[0] if len(files) == 1 else list(files)} if files else {}
        return client.post(reverse("planner:upload_create", args=[cast.a.pk]), data, **more)

    def test_a_file_is_taken(self, writer: Client, cast: Cast):
        answer = self.post(writer, cast, SimpleUploadedFile("tooth.png", picture(), "text/html"))
        assert answer.status_code == 201
        upload = MediaUpload.objects.get()
        told = answer.json()
        assert told["id"] == upload.pk
        assert told["address"] == f"rota-upload:{upload.pk}"
        assert (told["name"], told["mime"], told["state"], told["url"]) == ("tooth.png", "image/png", "waiting", "")
        assert told["facts"]["width"] == 64
        assert (upload.location, str(upload.person)) == (cast.a, "Dee")

    @pytest.mark.parametrize(
        ("name", "data", "words"),
        [
            ("tooth.png", b"", "empty"),
            ("tooth.png", b"MZ\x90\0 a program", "not a picture"),
            ("tooth.png", b"<html><script>alert(1)</script></html>", "not a picture"),
            ("tooth.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "JPEG, PNG"),
            ("tooth.webp", picture(kind="WEBP"), "JPEG, PNG"),
            ("tooth.jpg", picture(kind="JPEG")[:30], "damaged"),
        ],
    )
    def test_what_cannot_be_used_is_refused_in_words(
        self, writer: Client, cast: Cast, name: str, data: bytes, words: str
    ):
        answer = self.post(writer, cast, SimpleUploadedFile(name, data, "image/png"))
        assert answer.status_code == 422
        assert words in answer.json()["error"]
        assert not MediaUpload.objects.exists()
        assert not Change.objects.exists()

    def test_a_renamed_picture_is_taken_for_what_it_is(self, writer: Client, cast: Cast):
        answer = self.post(writer, cast, SimpleUploadedFile("report.pdf", picture(kind="JPEG"), "application/pdf"))
        assert answer.json()["mime"] == "image/jpeg"
        answer = self.post(writer, cast, SimpleUploadedFile("picture.png", make_pdf(4), "image/png"))
        assert (answer.json()["mime"], answer.json()["facts"]["pages"]) == ("application/pdf", 4)

    def test_none_and_several_are_refused(self, writer: Client, cast: Cast):
        assert self.post(writer, cast).status_code == 422
        two = [SimpleUploadedFile(f"{number}.png", picture()) for number in range(2)]
        assert self.post(writer, cast, *two).status_code == 422

    def test_a_picture_beyond_what_highlevel_takes_is_refused(
        self, writer: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(media_uploads, "LARGEST", 10)
        answer = self.post(writer, cast, SimpleUploadedFile("tooth.png", picture()))
        assert (answer.status_code, "25 MB" in answer.json()["error"]) == (413, True)
        assert self.post(writer, cast, SimpleUploadedFile("a.mp4", make_mp4())).status_code == 201

    def test_strangers_and_readers_may_not(self, cast: Cast):
        file = SimpleUploadedFile("tooth.png", picture())
        assert self.post(cast.as_cleo, cast, file).status_code == 404
        assert self.post(cast.as_ben, cast, file).status_code == 403
        assert self.post(cast.as_nobody, cast, file)["Location"].startswith("/sign-in/")
        assert self.post(cast.as_ana, cast, SimpleUploadedFile("tooth.png", picture())).status_code == 201

    def test_a_request_without_its_token_is_refused(self, cast: Cast):
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.ana, backend="django.contrib.auth.backends.ModelBackend")
        assert self.post(client, cast, SimpleUploadedFile("tooth.png", picture())).status_code == 403
        client.get("/")
        token = {"HTTP_X_CSRFTOKEN": client.cookies["csrftoken"].value}
        assert self.post(client, cast, SimpleUploadedFile("a.png", picture()), **token).status_code == 201

    def test_states_are_told_to_members_only(self, writer: Client, cast: Cast):
        mine = self.post(writer, cast, SimpleUploadedFile("a.png", picture())).json()["id"]
        address = reverse("planner:upload_states", args=[cast.a.pk])
        other = take(cast.b, Clock())
        asked = f"{address}?id={mine}&id={other.pk}&id=x&id=-1"
        (told,) = cast.as_ben.get(asked).json()["uploads"]
        assert (told["id"], told["state"]) == (mine, "waiting")
        assert cast.as_cleo.get(asked).status_code == 404
        Change.objects.filter(subject=f"upload:{mine}").update(state=State.SENDING)
        assert cast.as_ben.get(asked).json()["uploads"][0]["state"] == "sending"
        Change.objects.filter(subject=f"upload:{mine}").update(state=State.REFUSED)
        MediaUpload.objects.filter(pk=mine).update(state=UploadState.REFUSED, error="rejected")
        (told,) = cast.as_ben.get(asked).json()["uploads"]
        assert (told["state"], told["error"]) == ("refused", "HighLevel refused the request.")

    @pytest.mark.parametrize("number", [1, 30])
    def test_states_cost_the_same_for_many(self, cast: Cast, number: int, django_assert_num_queries):
        uploads = [take(cast.a, Clock(), person=cast.ana) for _one in range(number)]
        client = cast.as_ana
        asked = "&".join(f"id={upload.pk}" for upload in uploads)
        # session, person, location, uploads, open changes, scope
        with django_assert_num_queries(5):
            found = client.get(f"{reverse('planner:upload_states', args=[cast.a.pk])}?{asked}").json()
        assert len(found["uploads"]) == number


def test_two_gigabytes_are_refused_before_they_are_sent(live_server: LiveServer, cast: Cast):
    client = cast.as_ana
    cookie = client.cookies["sessionid"].value
    head = (
        f"POST {reverse('planner:upload_create', args=[cast.a.pk])} HTTP/1.1\r\nHost: localhost\r\n"
        f"Cookie: sessionid={cookie}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        f"Content-Length: {2 * 1024**3}\r\n\r\n--x\r\n"
    )
    with socket.create_connection((live_server.thread.host, live_server.thread.port), timeout=20) as line:
        line.sendall(head.encode())
        answer = http.client.HTTPResponse(line)
        answer.begin()
        body = answer.read()
    assert answer.status == 413
    assert "25 MB" in json.loads(body)["error"]
    assert not MediaUpload.objects.exists()
