"""What is around every page: location, navigation, health, language, zone, theme, errors."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from accounts.selectors.health import Verdict, sync_health
from accounts.templatetags.look import ink_on, safe_colour, zone_city
from highlevel.models import Location
from highlevel.models.sync_run import RunState
from tests.cast import HISTORY, HTMX, Cast
from tests.factories import make_account, make_location, make_run

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class TestScope:
    def test_all_locations_is_home(self, cast: Cast):
        page = cast.as_ana.get("/").content.decode()
        assert "All locations" in page

    def test_a_chosen_location_is_remembered(self, cast: Cast):
        client = cast.as_ana
        assert "Atlas Motors" in client.get("/sync/", {"location": cast.a.pk}).content.decode()
        later = client.get("/sync/").content.decode()
        assert "Atlas Motors" in later
        assert "Birch Bakery" not in later
        assert "Birch Bakery" in client.get("/sync/", {"location": "all"}).content.decode()
        assert "Birch Bakery" in client.get("/sync/").content.decode()

    @pytest.mark.parametrize("nonsense", ["0", "-1", "x", "99999999999999999999999", "1 OR 1", "٣"])
    def test_nonsense_is_not_found(self, cast: Cast, nonsense: str):
        assert cast.as_ana.get("/", {"location": nonsense}).status_code == 404

    def test_a_remembered_location_that_goes_is_forgotten(self, cast: Cast):
        client = cast.as_ana
        client.get("/", {"location": cast.a.pk})
        Location.objects.filter(pk=cast.a.pk).update(is_active=False)
        assert client.get("/sync/").status_code == 200
        assert "location" not in client.session

    def test_choosing_keeps_the_page_and_its_filters(self, cast: Cast):
        page = cast.as_ana.get("/locations/", {"next": "/posts/?status=failed&q=tyres&page=after-1_2&location=5"})
        links = re.findall(r'href="([^"]*location=\d+)"', page.content.decode())
        assert f"/posts/?status=failed&amp;q=tyres&amp;location={cast.a.pk}" in links

    @pytest.mark.parametrize(
        "evil", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)", "\\\\evil.example"]
    )
    def test_choosing_never_leads_away(self, cast: Cast, evil: str):
        page = cast.as_ana.get("/locations/", {"next": evil}).content.decode()
        links = re.findall(r'class="finder-item" href="([^"]*)"', page)
        assert len(links) == 3
        assert all(link.startswith("/?location=") for link in links)

    def test_five_hundred_locations_can_be_searched(self, cast: Cast):
        Location.objects.bulk_create(
            Location(name=f"Client {number:03}", remote_id=f"r{number}", company_id="c") for number in range(498)
        )
        client = cast.as_ana
        whole = client.get("/locations/").content.decode()
        assert "100 of 500 shown" in whole
        found = client.get("/locations/", {"q": "client 49"}).content.decode()
        assert found.count('class="finder-item"') == 9  # all locations, and 490 to 497
        assert "No location is called" in client.get("/locations/", {"q": "zebra"}).content.decode()

    def test_one_address_serves_page_and_pieces(self, cast: Cast):
        client = cast.as_ana
        assert "<html" in client.get("/locations/").content.decode()
        dialog = client.get("/locations/", headers={**HTMX, "HX-Target": "switcher-body"}).content.decode()
        assert "<html" not in dialog
        assert 'role="search"' in dialog
        rows = client.get("/locations/", headers={**HTMX, "HX-Target": "location-choices"})
        assert 'role="search"' not in rows.content.decode()
        assert "HX-Request" in rows["Vary"]
        assert "<html" in client.get("/locations/", headers=HISTORY).content.decode()


class TestHealth:
    def health(self):
        return sync_health(Location.objects.active(), now=NOW)

    def test_no_location(self, db: None):
        assert self.health().verdict == Verdict.NOTHING

    def test_in_step_is_as_old_as_the_oldest(self, db: None):
        for seconds in (10, 200):
            make_run(
                make_location(pulled_at=NOW - timedelta(seconds=seconds)), started=NOW - timedelta(seconds=seconds)
            )
        found = self.health()
        assert (found.verdict, found.locations, found.oldest) == (Verdict.IN_STEP, 2, NOW - timedelta(seconds=200))

    def test_a_location_that_was_never_pulled_waits(self, db: None):
        make_location(pulled_at=NOW)
        make_location()
        found = self.health()
        assert (found.verdict, found.waiting, found.oldest) == (Verdict.WAITING, 1, None)

    def test_only_the_latest_ended_run_counts(self, db: None):
        location = make_location(pulled_at=NOW)
        make_run(location, started=NOW - timedelta(minutes=9), state=RunState.FAILED)
        assert self.health().verdict == Verdict.TROUBLE
        make_run(location, started=NOW - timedelta(minutes=4), state=RunState.DONE)
        make_run(location, started=NOW - timedelta(minutes=1), state=RunState.RUNNING)
        assert self.health().verdict == Verdict.IN_STEP
        make_run(location, started=NOW - timedelta(minutes=3), state=RunState.PARTIAL)
        make_run(location, started=NOW - timedelta(minutes=2), state=RunState.INTERRUPTED)
        assert (self.health().verdict, self.health().troubled) == (Verdict.TROUBLE, 1)

    def test_missed_pulls_are_said(self, db: None):
        make_location(pulled_at=NOW - timedelta(minutes=16))
        assert self.health().verdict == Verdict.BEHIND

    def test_the_foot_says_it(self, cast: Cast):
        make_run(cast.a, state=RunState.FAILED)
        assert "1 location has sync trouble" in cast.as_ana.get("/profile/").content.decode()
        assert "sync trouble" not in cast.as_cleo.get("/profile/").content.decode()


class TestViewer:
    def test_the_persons_language_wins(self, cast: Cast):
        User.objects.filter(pk=cast.ana.pk).update(language="es")
        page = cast.as_ana.get("/profile/", headers={"Accept-Language": "en"})
        assert '<html lang="es"' in page.content.decode()
        assert page["Content-Language"] == "es"

    def test_without_a_choice_the_browsers_language_holds(self, cast: Cast):
        assert '<html lang="es"' in cast.as_ben.get("/profile/", headers={"Accept-Language": "es"}).content.decode()

    @pytest.mark.parametrize(
        ("chosen", "cookie", "shown"),
        [
            ("Europe/Madrid", "Asia/Tokyo", "10:00"),
            ("", "Asia/Tokyo", "18:00"),
            ("", "Nowhere/Land", "09:00"),
            ("", "", "09:00"),
        ],
    )
    def test_the_zone_is_chosen_then_the_browsers_then_utc(self, cast: Cast, chosen: str, cookie: str, shown: str):
        from django.template import Context, Template
        from django.test import RequestFactory

        from accounts.middleware import ViewerMiddleware

        request = RequestFactory().get("/")
        request.user = User(timezone=chosen)
        request.COOKIES["zone"] = cookie
        clock = Template("{{ at|time:'H:i' }}")
        answer = ViewerMiddleware(lambda _request: HttpResponse(clock.render(Context({"at": NOW}))))(request)
        assert isinstance(answer, HttpResponse)
        assert answer.content.decode() == shown

    def test_the_theme_cookie_is_believed_only_when_it_names_one(self, cast: Cast):
        client = cast.as_ana
        client.cookies["theme"] = 'x"><script>'
        assert "data-theme" not in client.get("/profile/").content.decode()
        client.cookies["theme"] = "light"
        assert 'data-theme="light"' in client.get("/profile/").content.decode()

    def test_the_admin_is_linked_for_staff_only(self, cast: Cast):
        User.objects.filter(pk=cast.ana.pk).update(is_staff=True)
        assert reverse("admin:index") in cast.as_ana.get("/profile/").content.decode()
        assert reverse("admin:index") not in cast.as_ben.get("/profile/").content.decode()


class TestNavigation:
    def test_the_page_one_is_on_is_marked(self, cast: Cast):
        page = cast.as_ana.get("/sync/runs/").content.decode()
        assert re.search(r'href="/sync/" aria-current="page"', page)
        assert not re.search(r'href="/" aria-current="page"', page)

    def test_expired_accounts_are_counted(self, cast: Cast):
        make_account(cast.a, is_expired=True)
        make_account(cast.b, "instagram", is_expired=True)
        assert re.search(r'class="menu-count">2<', cast.as_ana.get("/profile/").content.decode())
        assert re.search(r'class="menu-count">1<', cast.as_ben.get("/profile/").content.decode())


class TestErrors:
    def test_pages_and_sentences(self, cast: Cast):
        page = cast.as_ana.get("/nowhere/")
        assert page.status_code == 404
        assert "There is nothing here" in page.content.decode()
        sentence = cast.as_ana.get("/nowhere/", headers=HTMX)
        assert sentence.status_code == 404
        assert sentence["Content-Type"] == "text/plain; charset=utf-8"
        assert "<" not in sentence.content.decode()

    def test_a_broken_view_says_so_without_needing_the_database(self):
        from django.test import RequestFactory

        from accounts.views.errors import broken

        with override("en"):
            answer = broken(RequestFactory().get("/"))
        assert answer.status_code == 500
        assert "Something broke on our side" in answer.content.decode()

    def test_a_stale_form_is_explained(self, cast: Cast):
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.ana, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.post("/sync/check/", {"which": "all"})
        assert answer.status_code == 403
        assert "too old to be sent" in answer.content.decode()


def test_no_page_needs_inline_script_or_style(cast: Cast):
    make_account(cast.a)
    for address in ("/", "/posts/", "/accounts/", "/sync/", "/sync/runs/", "/profile/", "/find/", "/locations/"):
        answer = cast.as_ana.get(address)
        page = answer.content.decode()
        assert "unsafe-inline" not in answer["Content-Security-Policy"]
        assert not re.search(r"\sstyle=", page), address
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), address
        assert not re.search(r"\son\w+=", page), address


@pytest.mark.parametrize(
    ("given", "kept"), [("#AABBCC", "#aabbcc"), ("red", "#565a63"), ('#000"/><script>', "#565a63"), ("", "#565a63")]
)
def test_a_colour_is_a_colour(given: str, kept: str):
    assert safe_colour(given) == kept


def test_ink_on_colours_and_cities():
    assert (ink_on("#1b1d22"), ink_on("#ffee00")) == ("#ffffff", "#1b1d22")
    assert zone_city("America/Argentina/Buenos_Aires") == "Buenos Aires"
