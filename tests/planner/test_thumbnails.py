"""Small copies of foreign pictures: signed, bounded, kept, and never foreign bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.test import Client
from PIL import Image
from pytest_django import Settings

from config.celery import app
from highlevel.sandbox import Sandbox
from planner.services.media_uploads import media_upload_take
from planner.services.thumbnails import (
    SLOTS,
    Copy,
    thumbnail_make,
    thumbnail_now,
    thumbnail_path,
    thumbnails_clean,
    thumbnails_folder,
)
from planner.tasks import files_clean_task
from planner.thumbnail_links import thumbnail_address
from tests.cast import Cast, cast
from tests.films import make_mp4
from tests.foreign import Foreign, dripping, foreign_site, huge_png, picture

__all__ = ["cast"]


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Iterator[Foreign]:
    settings.FILES_DIR = tmp_path
    with foreign_site() as found:
        settings.HIGHLEVEL_BASE_URL = found.url
        yield found


def ask(url: str, size: int = 48) -> Any:
    """What a browser gets, whoever looks."""
    return Client().get(thumbnail_address(url, size))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def shown(answer: Any) -> Image.Image:
    assert answer["Content-Type"] == "image/webp"
    return Image.open(io.BytesIO(body(answer)))


def waiting_tasks() -> int:
    with app.connection_for_read() as connection:
        return int(connection.default_channel.client.llen("celery"))


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (picture(2000, 1000), (192, 96)),
        (picture(1000, 2000, "JPEG"), (96, 192)),
        (picture(50, 40, "GIF"), (50, 40)),
        (picture(3000, 100, "WEBP"), (288, 96)),
    ],
)
def test_a_picture_becomes_a_small_copy_that_is_kept(site: Foreign, data: bytes, size: tuple[int, int]):
    url = site.say("/a", data, "image/whatever")
    answer = ask(url)
    assert shown(answer).size == size
    assert answer["Cache-Control"] == "private, max-age=2592000"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert shown(ask(url)).size == size
    assert site.paths == ["/a"]


def test_a_transparent_picture_stays_so(site: Foreign):
    held = io.BytesIO()
    Image.new("RGBA", (80, 80), (255, 0, 0, 0)).save(held, "PNG")
    small = shown(ask(site.say("/a.png", held.getvalue(), "image/png")))
    assert small.convert("RGBA").getchannel("A").getextrema() == (0, 0)


def test_a_picture_from_a_telephone_is_turned(site: Foreign):
    exif = Image.Exif()
    exif[0x0112] = 6
    small = shown(ask(site.say("/a.jpg", picture(400, 200, "JPEG", exif=exif), "image/jpeg")))
    assert small.size == (96, 192)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"",
        picture(50, 50)[:40],
        huge_png(),
    ],
)
def test_what_is_no_picture_gets_a_drawing_of_ours(site: Foreign, data: bytes):
    url = site.say("/a.png", data, "image/png")
    answer = ask(url)
    assert answer["Content-Type"] == "image/svg+xml"
    assert b'width="4"' in answer.content
    assert b"alert" not in answer.content
    assert answer["Cache-Control"] == "private, max-age=600"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    ask(url)
    assert len(site.asked) == 1


def test_private_and_plain_addresses_are_not_asked(site: Foreign):
    with foreign_site() as inside:
        for url in (
            inside.say("/a.png", picture(), "image/png"),
            "https://127.0.0.1/a.png",
            "nonsense",
            "file:///etc/passwd",
        ):
            assert thumbnail_now(url, 48).state == Copy.FAILED
        assert inside.asked == []


def test_a_film_is_not_read(site: Foreign):
    film = make_mp4(body=40 * 1024 * 1024)
    answer = ask(site.say("/a.mp4", film, "video/mp4"))
    assert b"M10 8.5" in answer.content


def test_a_slow_server_is_left_to_a_worker(site: Foreign, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("planner.services.thumbnails.IN_REQUEST", 0.3)
    monkeypatch.setattr("planner.services.thumbnails.IN_TASK", 0.3)
    url = site.do("/slow", dripping(0.05, b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n"))
    answer = ask(url)
    assert (b'width="3"' in answer.content, answer["Cache-Control"]) == (True, "no-store")
    assert waiting_tasks() == 1
    ask(url)
    assert (waiting_tasks(), len(site.asked)) == (1, 1)
    assert thumbnail_make(url, 48) == Copy.FAILED
    assert thumbnail_now(url, 48).state == Copy.FAILED


def test_only_a_few_web_processes_wait_at_once(site: Foreign):
    url = site.say("/a.png", picture(), "image/png")
    for number in range(SLOTS):
        cache.add(f"thumbnail:slot:{number}", 1, 60)
    assert thumbnail_now(url, 48).state == Copy.PENDING
    assert (site.asked, waiting_tasks()) == ([], 1)
    assert thumbnail_make(url, 48) == Copy.READY
    assert thumbnail_now(url, 48).state == Copy.READY
    cache.delete("thumbnail:slot:1")
    assert thumbnail_now(url, 64).state == Copy.READY


@pytest.mark.parametrize("spoil", ["url", "size", "key", "nothing", "nonsense"])
def test_only_addresses_of_ours_are_answered(site: Foreign, spoil: str):
    address = thumbnail_address(site.say("/a.png", picture(), "image/png"), 48)
    spoilt = {
        "url": address.replace("a.png", "b.png"),
        "size": address.replace("size=48", "size=64"),
        "key": address[:-3] + "xyz",
        "nothing": address.partition("?")[0],
        "nonsense": address.replace("size=48", "size=１２"),
    }[spoil]
    assert Client().get(spoilt).status_code == 404
    assert site.asked == []


def test_an_upload_shows_before_highlevel_has_it(site: Foreign, cast: Cast):
    file = SimpleUploadedFile("tooth.png", picture(200, 200))
    upload = media_upload_take(location=cast.a, person=cast.ana, file=file, name="tooth.png", now=datetime.now(UTC))
    assert shown(ask(upload.address)).size == (96, 96)
    assert site.asked == []
    assert thumbnail_now("rota-upload:999999", 48).state == Copy.FAILED


def test_pictures_and_faces_of_the_sandbox(sandbox: Sandbox, settings: Settings, tmp_path: Path):
    settings.FILES_DIR, settings.HIGHLEVEL_BASE_URL = tmp_path, sandbox.url
    for path in ("pictures/wide/oven.png", "avatars/Ana%20Lindqvist.png"):
        assert thumbnail_now(f"{sandbox.url}/sandbox/{path}", 48).state == Copy.READY


def test_old_copies_go_and_new_ones_stay(site: Foreign, monkeypatch: pytest.MonkeyPatch):
    now = datetime.now(UTC)
    ages = {"a": 31, "b": 2, "c": 1}
    paths = {}
    for name, days in ages.items():
        url = site.say(f"/{name}.png", picture(), "image/png")
        assert thumbnail_now(url, 48).state == Copy.READY
        paths[name] = thumbnail_path(url, 48)
        old = (now - timedelta(days=days)).timestamp()
        os.utime(paths[name], (old, old))
    assert thumbnails_clean(now=now) == 1
    assert not paths["a"].exists()
    monkeypatch.setattr("planner.services.thumbnails.ROOM", paths["c"].stat().st_size)
    assert thumbnails_clean(now=now) == 1
    assert (paths["b"].exists(), paths["c"].exists()) == (False, True)
    assert [path.name for path in thumbnails_folder().glob("*/*")] == [paths["c"].name]


def test_the_daily_task_finds_nothing_to_do(site: Foreign, db: None):
    files_clean_task()


def test_the_tag_writes_a_picture_and_trusts_nothing():
    page = Template("{% load thumbnails %}{% thumbnail url alt 40 %}{% thumbnail none %}")
    html = page.render(Context({"url": 'https://a.test/"><script>', "alt": '"><b>', "none": ""}))
    assert "<script>" not in html
    assert "<b>" not in html
    assert 'loading="lazy"' in html
    assert 'width="40" height="40"' in html
    assert html.count("<img") == 1
