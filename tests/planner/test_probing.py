"""Facts of files: by their content, bounded, and from a foreign address with as little of it as needed."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from PIL import Image
from pytest_django import Settings

from highlevel.sandbox.pictures import draw_mp4, draw_png
from planner.fetching import NotFound, PrivateAddress
from planner.probing import Damaged, Empty, Facts, ProbeProblem, TooManyPixels, UnknownKind, probe, probe_url
from planner.probing.remote import START, digest_of
from tests.films import make_mp4, make_pdf
from tests.foreign import Foreign, foreign_site, huge_png, picture, ranged

FILM: dict[str, Any] = {"width": 1080, "height": 1920, "duration": 12.0, "frame_rate": 30.0, "video_codec": "h264"}


def look(data: bytes) -> Facts:
    return probe(io.BytesIO(data))


@pytest.fixture
def site(settings: Settings) -> Iterator[Foreign]:
    with foreign_site() as found:
        settings.HIGHLEVEL_BASE_URL = found.url
        yield found


class TestFiles:
    @pytest.mark.parametrize(
        ("kind", "mime"),
        [
            ("PNG", "image/png"),
            ("JPEG", "image/jpeg"),
            ("GIF", "image/gif"),
            ("WEBP", "image/webp"),
            ("BMP", "image/bmp"),
            ("TIFF", "image/tiff"),
        ],
    )
    def test_pictures(self, kind: str, mime: str):
        data = picture(120, 80, kind)
        assert look(data) == Facts(mime=mime, size=len(data), width=120, height=80)

    def test_a_picture_of_the_sandbox(self):
        facts = look(draw_png("tooth", "wide"))
        assert (facts.mime, facts.width, facts.height) == ("image/png", 1200, 630)

    def test_a_picture_from_a_telephone_is_measured_as_it_is_shown(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        facts = look(picture(120, 80, "JPEG", exif=exif))
        assert (facts.width, facts.height) == (80, 120)

    def test_films(self):
        data = make_mp4()
        assert look(data) == Facts(mime="video/mp4", size=len(data), **FILM)
        assert look(make_mp4(headers_first=False)).to_json() == look(data).to_json()
        assert look(make_mp4(brand=b"qt  ")).mime == "video/mov"

    def test_a_film_that_says_nothing_of_itself(self):
        data = draw_mp4("reel")
        assert look(data) == Facts(mime="video/mp4", size=len(data))

    def test_documents(self):
        data = make_pdf(7)
        assert look(data) == Facts(mime="application/pdf", size=len(data), pages=7)

    def test_a_drawing_is_known_and_not_read(self):
        assert look(b'<?xml version="1.0"?>\n<svg xmlns="x"><script/></svg>').mime == "image/svg+xml"

    def test_facts_survive_being_kept(self):
        facts = look(make_mp4())
        assert Facts.from_json(facts.to_json()) == facts

    def test_a_path_will_do(self, tmp_path: Path):
        (tmp_path / "film.png").write_bytes(make_pdf(1))
        assert probe(tmp_path / "film.png").mime == "application/pdf"

    @pytest.mark.parametrize(
        ("data", "problem"),
        [
            (b"", Empty),
            (b"hello, this is a text", UnknownKind),
            (b"<html><body>no</body></html>", UnknownKind),
            (b"PK\x03\x04 a workbook", UnknownKind),
            (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, Damaged),
            (picture(50, 50)[:20], Damaged),
            (b"\xff\xd8\xff" + b"\0" * 100, Damaged),
            (b"%PDF-1.7\nnothing of the kind", Damaged),
            (huge_png(), TooManyPixels),
        ],
    )
    def test_what_is_no_file_of_a_post(self, data: bytes, problem: type[ProbeProblem]):
        with pytest.raises(problem) as caught:
            look(data)
        assert str(caught.value).endswith(".")

    def test_a_document_that_lies_about_its_pages(self):
        with pytest.raises(Damaged):
            look(make_pdf(2).replace(b"/Count 2", b"/Count 999999999"))

    @pytest.mark.parametrize("whole", [picture(40, 40), picture(40, 40, "JPEG"), make_mp4(), make_pdf(2)])
    def test_spoilt_files_never_do_worse_than_be_refused(self, whole: bytes):
        chance = random.Random(7)
        for _round in range(60):
            data = bytearray(whole[: chance.randrange(1, len(whole))])
            for _spot in range(chance.randrange(4)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            try:
                assert look(bytes(data)).size == len(data)
            except ProbeProblem:
                continue


class TestForeignFiles:
    def test_a_small_file_is_read_once(self, site: Foreign):
        url = site.say("/a.png", picture(300, 200), "text/plain", ETag='"1"')
        facts = probe_url(url)
        assert (facts.mime, facts.size, facts.width) == ("image/png", len(picture(300, 200)), 300)
        assert probe_url(url) == facts
        assert len(site.asked) == 1

    def test_a_large_film_with_its_headers_at_the_end_is_read_at_both_ends(self, site: Foreign):
        film = make_mp4(body=3 * START, headers_first=False)
        facts = probe_url(site.do("/film.mp4", ranged(film, "video/mp4")))
        assert facts == Facts(mime="video/mp4", size=len(film), **FILM)
        spans = [headers["range"] for _path, headers in site.asked]
        assert spans == [f"bytes=0-{START - 1}", f"bytes={3 * START + 28}-{len(film) - 1}"]

    def test_a_large_film_with_its_headers_first_is_read_once(self, site: Foreign):
        film = make_mp4(body=3 * START)
        assert probe_url(site.do("/film.mp4", ranged(film, "video/mp4"))) == Facts(
            mime="video/mp4", size=len(film), **FILM
        )
        assert len(site.asked) == 1

    def test_a_server_that_gives_no_parts_tells_less_of_a_film(self, site: Foreign):
        film = make_mp4(body=3 * START, headers_first=False)
        assert probe_url(site.say("/film.mp4", film, "video/mp4")) == Facts(mime="video/mp4", size=len(film))

    def test_a_large_document_is_read_whole(self, site: Foreign):
        data = make_pdf(3) + b"%" + b" " * START + b"\n"
        data = data.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%" + b" " * START + b"\n", 1)
        for page in (ranged(data, "application/pdf"), None):
            cache.clear()
            url = site.do("/a.pdf", page) if page else site.say("/a.pdf", data, "application/pdf")
            assert probe_url(url) == Facts(mime="application/pdf", size=len(data), pages=3)

    def test_an_unchanged_file_is_not_read_again_and_a_changed_one_is(self, site: Foreign):
        url = site.say("/a.png", picture(300, 200), "image/png", ETag='"1"')
        assert probe_url(url).width == 300
        forget_fresh(url)
        site.say("/a.png", b"x" * len(picture(300, 200)), "image/png", ETag='"1"')
        assert probe_url(url).width == 300
        forget_fresh(url)
        site.say("/a.png", picture(301, 200), "image/png", ETag='"2"')
        assert probe_url(url).width == 301

    def test_problems_are_told_and_remembered_for_a_minute(self, site: Foreign):
        url = f"{site.url}/nothing.png"
        for _try in range(2):
            with pytest.raises(NotFound):
                probe_url(url)
        assert len(site.asked) == 1
        with pytest.raises(UnknownKind):
            probe_url(site.say("/page", "<html>"))
        with pytest.raises(TooManyPixels):
            probe_url(site.say("/huge.png", huge_png(), "image/png"))
        with pytest.raises(Empty):
            probe_url(site.say("/empty.png", b"", "image/png"))
        with pytest.raises(PrivateAddress):
            probe_url("https://127.0.0.1/a.png")


def forget_fresh(url: str) -> None:
    """As if a minute had passed."""
    assert cache.delete(f"probe:fresh:{digest_of(url)}")
