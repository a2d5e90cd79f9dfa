"""What a link shows when it is shared: read from its page, bounded, and by a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Role
from config.celery import app
from highlevel.sandbox import Sandbox
from planner.fetching import FetchProblem, NotFound, PrivateAddress, WrongType
from planner.services.link_preview import READ, Asking, LinkPreview, link_preview, link_preview_asked
from planner.tasks import link_preview_task
from tests.cast import HTMX, Cast, cast
from tests.factories import make_member, make_user
from tests.foreign import Foreign, foreign_site, picture

__all__ = ["cast"]
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>The title</title>
<meta property="og:title" content="Whitening,   in\n three steps"><meta name="twitter:title" content="Tweeted">
<meta property="og:description" content="What to ask &amp; when &lt;b&gt;"><meta property="og:image" content="/a.png">
</head><body><meta property="og:title" content="second"></body></html>"""


@pytest.fixture
def site(settings: Settings) -> Iterator[Foreign]:
    with foreign_site() as found:
        settings.HIGHLEVEL_BASE_URL = found.url
        yield found


class TestReading:
    def test_a_page_that_describes_itself(self, site: Foreign):
        url = site.say("/tips", PAGE)
        found = link_preview(url)
        assert found == LinkPreview(url, "Whitening, in three steps", "What to ask & when <b>", f"{site.url}/a.png")
        assert found.to_wire() == {
            "metaLink": url,
            "ogTitle": "Whitening, in three steps",
            "ogDescription": "What to ask & when <b>",
            "metaImage": f"{site.url}/a.png",
        }
        assert link_preview(url) == found
        assert len(site.asked) == 1

    @pytest.mark.parametrize(
        ("head", "title", "description", "image"),
        [
            ("<title> Only a\ttitle </title>", "Only a title", "", ""),
            ('<meta name="twitter:title" content="T"><meta name="Description" content="D">', "T", "D", ""),
            ('<meta property="og:image" content="javascript:alert(1)">', "", "", ""),
            ('<meta property="og:image" content="//cdn.example/a.png">', "", "", "http://cdn.example/a.png"),
            ('<meta property="og:title" content="">  <title>Else</title>', "Else", "", ""),
            ('<meta property="og:title" content="a\u202eb\u0007c">', "abc", "", ""),
            ('<meta property="og:image" content="http://[broken">', "", "", ""),
            ("<title>👩\u200d🔬 می\u200cخواهم</title>", "👩\u200d🔬 می\u200cخواهم", "", ""),
            ("", "", "", ""),
        ],
    )
    def test_pages_that_say_less(self, site: Foreign, head: str, title: str, description: str, image: str):
        url = site.say("/", f"<html><head>{head}</head></html>", "text/html; charset=utf-8")
        assert link_preview(url) == LinkPreview(url, title, description, image)

    @pytest.mark.parametrize(
        ("charset", "mime", "meta"),
        [
            ("windows-1251", "text/html; charset=windows-1251", ""),
            ("shift_jis", "text/html", '<meta charset="shift_jis">'),
            ("utf-16", "text/html", ""),
            ("utf-8", "text/html; charset=nonsense", '<meta charset="utf-8">'),
        ],
    )
    def test_letters_of_other_charsets(self, site: Foreign, charset: str, mime: str, meta: str):
        title = "Привет" if charset != "shift_jis" else "こんにちは"
        url = site.say("/", f"<html><head>{meta}<title>{title}</title></head></html>".encode(charset), mime)
        assert link_preview(url).og_title == title

    def test_a_long_page_is_read_from_its_beginning(self, site: Foreign):
        url = site.say("/", PAGE + "<p>" * (3 * READ))
        assert link_preview(url).og_title == "Whitening, in three steps"
        url = site.say("/late", "<p>" * READ + PAGE)
        assert link_preview(url).og_title == ""

    def test_a_redirect_leads_to_the_page_and_the_link_stays(self, site: Foreign):
        site.say("/there/tips", PAGE.replace('"/a.png"', '"a.png"'))
        url = site.say("/go", status=302, Location="/there/tips")
        found = link_preview(url)
        assert (found.meta_link, found.meta_image) == (url, f"{site.url}/there/a.png")

    def test_an_article_of_the_sandbox(self, sandbox: Sandbox, settings: Settings):
        settings.HIGHLEVEL_BASE_URL = sandbox.url
        found = link_preview(f"{sandbox.url}/sandbox/articles/winter-tyres")
        assert found.og_title == "Winter tyres"
        assert found.meta_image == f"{sandbox.url}/sandbox/pictures/wide/winter-tyres.png"

    @pytest.mark.parametrize(
        ("body", "mime", "problem"),
        [
            (picture(), "image/png", WrongType),
            (picture(), "text/html", WrongType),
            (b"%PDF-1.4", "application/pdf", WrongType),
        ],
    )
    def test_no_page_is_said_so(self, site: Foreign, body: bytes, mime: str, problem: type[FetchProblem]):
        with pytest.raises(problem):
            link_preview(site.say("/", body, mime))

    def test_problems_are_remembered_for_whoever_asked(self, site: Foreign):
        url = f"{site.url}/nothing"
        with pytest.raises(NotFound):
            link_preview(url)
        asked = link_preview_asked(url)
        assert (asked.state, type(asked.problem)) == (Asking.FAILED, NotFound)
        with pytest.raises(PrivateAddress):
            link_preview("https://169.254.169.254/latest")


class TestView:
    @pytest.fixture
    def writer(self, cast: Cast) -> Client:
        person = make_user("dee@example.test", name="Dee")
        make_member(person, cast.a, Role.CREATOR)
        return cast.client(person)

    @pytest.fixture
    def address(self, cast: Cast) -> str:
        return reverse("planner:link_preview", args=[cast.a.pk])

    def test_a_worker_looks_and_the_page_asks(self, writer: Client, address: str, site: Foreign):
        url = site.say("/tips?a=1&b=ü", PAGE.replace("in\n three", "<script>alert(1)</script>"))
        site.pages["/tips"] = site.pages.pop("/tips?a=1&b=ü")
        pending = writer.post(address, {"url": url}, headers=HTMX)
        html = pending.content.decode()
        assert (pending.status_code, 'aria-busy="true"' in html) == (200, True)
        assert f'hx-get="{address}?url=http%3A%2F%2F127.0.0.1' in html
        assert "b%3D%C3%BC" in html
        assert site.asked == []
        link_preview_task(url)
        done = writer.get(address, {"url": url}, headers=HTMX).content.decode()
        assert "hx-get" not in done
        assert "<script>" not in done
        assert 'name="ogTitle" value="Whitening, &lt;script&gt;alert(1)&lt;/script&gt; steps"' in done
        assert 'name="metaImage"' in done
        assert 'src="/media/thumbnail/' in done

    def test_asking_twice_wakes_one_worker(self, writer: Client, address: str, site: Foreign):
        url = site.say("/tips", PAGE)
        for _try in range(3):
            assert b"aria-busy" in writer.post(address, {"url": url}).content
        with app.connection_for_read() as connection:
            assert connection.default_channel.client.llen("celery") == 1

    def test_a_problem_is_a_sentence(self, writer: Client, address: str, site: Foreign):
        url = f"{site.url}/nothing"
        writer.post(address, {"url": url})
        link_preview_task(url)
        assert "nothing at the address any more" in writer.get(address, {"url": url}).content.decode()

    def test_nobody_answering_is_said_with_a_way_on(self, writer: Client, address: str, site: Foreign):
        url = site.say('/"><b>', PAGE)
        html = writer.get(address, {"url": url}).content.decode()
        assert "Look now" in html
        assert "<b>" not in html
        assert "hx-post" in html

    @pytest.mark.parametrize("url", ["", "x" * 3000])
    def test_no_link_is_refused(self, writer: Client, address: str, url: str):
        assert writer.post(address, {"url": url}).status_code == 422

    def test_strangers_and_readers_may_not(self, cast: Cast, address: str):
        assert cast.as_cleo.post(address, {"url": "https://example.com"}).status_code == 404
        assert cast.as_ben.post(address, {"url": "https://example.com"}).status_code == 403
        assert cast.as_nobody.post(address)["Location"].startswith("/sign-in/")
