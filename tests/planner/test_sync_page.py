"""The Sync page: figures, "check now", progress, runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from accounts.scope import Scope
from highlevel.models import SyncRun
from highlevel.models.sync_run import RunKind, RunState
from planner.selectors.sync import sync_page, sync_progress
from tests.cast import HISTORY, HTMX, Cast
from tests.factories import make_location, make_run

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
COUNTS = {
    "accounts": {"seen": 4, "written": 1, "gone": 0, "unreadable": 0, "expected": None, "done": True},
    "posts": {"seen": 240, "written": 12, "gone": 2, "unreadable": 1, "expected": 318, "done": False},
}


class TestLocations:
    def test_the_last_run_and_what_is_under_way(self, cast: Cast):
        make_run(cast.a, started=NOW - timedelta(minutes=9), counts=COUNTS, requests=9)
        make_run(cast.a, started=NOW - timedelta(minutes=3), state=RunState.INTERRUPTED, requests=2)
        make_run(cast.a, started=NOW - timedelta(minutes=1), state=RunState.RUNNING, requests=1)
        make_run(cast.a, started=NOW - timedelta(hours=25), requests=100)
        line = next(
            line for line in sync_page(Scope(cast.ana, None), number="1", now=NOW).lines if line.location == cast.a
        )
        assert line.last is not None
        assert (line.last.seen, line.last.written, line.last.gone) == (244, 13, 2)
        assert line.current is not None
        assert line.current.run.state == RunState.RUNNING
        assert line.requests == 12

    def test_trouble_comes_first_and_is_said_in_words(self, cast: Cast):
        make_run(
            cast.b,
            state=RunState.FAILED,
            error_code="bad_credentials",
            error_operation="get-posts",
            error_detail="Invalid JWT <script>",
            trace_id="trace-77",
        )
        page = cast.as_ana.get("/sync/").content.decode()
        assert page.index("Birch Bakery") < page.index("Atlas Motors")
        assert "HighLevel refuses the token." in page
        assert "<code>get-posts</code>" in page
        assert "<code>trace-77</code>" in page
        assert "Invalid JWT &lt;script&gt;" in page

    def test_every_location_is_reached_by_paging(self, cast: Cast):
        for number in range(110):
            make_location(f"Client {number:03}")
        client = cast.as_ana
        seen: set[str] = set()
        address = "/sync/"
        for _ in range(3):
            page = client.get(address).content.decode()
            seen.update(re.findall(r'id="location-(\d+)"', page))
            more = re.search(r'rel="next" href="([^"]+)"', page)
            address = f"/sync/{more[1]}" if more else ""
        assert address == ""
        assert len(seen) == 112

    @pytest.mark.parametrize("number", ["0", "x", "999999", ""])
    def test_a_page_that_is_none_gives_the_nearest(self, cast: Cast, number: str):
        assert cast.as_ana.get("/sync/", {"page": number}).status_code == 200

    def test_one_address_serves_page_and_table(self, cast: Cast):
        client = cast.as_ana
        table = client.get("/sync/", headers={**HTMX, "HX-Target": "sync-locations"})
        assert "<html" not in table.content.decode()
        assert 'id="health-side"' in table.content.decode()
        assert "HX-Request" in table["Vary"]
        assert "<html" in client.get("/sync/", headers=HISTORY).content.decode()

    def test_without_locations_it_says_what_to_do(self, cast: Cast):
        for location in (cast.a, cast.b):
            location.is_active = False
            location.save()
        assert "HIGHLEVEL_TOKEN" in cast.as_ana.get("/sync/").content.decode()
        assert "HIGHLEVEL_TOKEN" not in cast.as_ben.get("/sync/").content.decode()


class TestCheckNow:
    def test_one_location(self, cast: Cast):
        answer = cast.as_cleo.post("/sync/check/", {"which": cast.b.pk}, headers=HTMX)
        assert answer.status_code == 200
        page = answer.content.decode()
        assert 'hx-trigger="every 1s"' in page
        assert "Birch Bakery" in page
        run = SyncRun.objects.get()
        assert (run.location, run.kind, run.state) == (cast.b, RunKind.ASKED, RunState.WAITING)

    def test_all_chosen_ones(self, cast: Cast):
        answer = cast.as_ana.post("/sync/check/", {"which": "all"})
        assert answer.status_code == 302
        assert set(SyncRun.objects.values_list("location", flat=True)) == {cast.a.pk, cast.b.pk}

    def test_asking_twice_asks_once(self, cast: Cast):
        client = cast.as_ana
        for _ in range(2):
            client.post("/sync/check/", {"which": cast.a.pk}, headers=HTMX)
        assert SyncRun.objects.count() == 1

    @pytest.mark.parametrize("which", ["0", "x", "-1", "9" * 30, "٣"])
    def test_nonsense_is_not_found(self, cast: Cast, which: str):
        assert cast.as_ana.post("/sync/check/", {"which": which}).status_code == 404

    def test_an_empty_question_is_unclear(self, cast: Cast):
        client = cast.as_ana
        whole, piece = client.post("/sync/check/", {}), client.post("/sync/check/", {}, headers=HTMX)
        assert (whole.status_code, piece.status_code) == (422, 422)
        assert "<html" in whole.content.decode()
        assert 'role="alert"' in piece.content.decode()
        assert not SyncRun.objects.exists()

    def test_a_reader_may_not_and_sees_no_button(self, cast: Cast):
        client = cast.as_ben
        assert "Check now" not in client.get("/sync/").content.decode()
        assert client.post("/sync/check/", {"which": cast.a.pk}).status_code == 403
        assert client.post("/sync/check/", {"which": "all"}).status_code == 403
        assert client.post("/sync/check/", {"which": cast.b.pk}).status_code == 404
        assert not SyncRun.objects.exists()

    def test_all_means_all_that_one_may_check(self, cast: Cast):
        cast.as_cleo.post("/sync/check/", {"which": "all"})
        assert list(SyncRun.objects.values_list("location", flat=True)) == [cast.b.pk]

    def test_a_stranger_is_asked_to_sign_in(self, cast: Cast):
        assert cast.as_nobody.post("/sync/check/", {"which": "all"})["Location"].startswith("/sign-in/")

    def test_it_takes_a_post(self, cast: Cast):
        assert cast.as_ana.get("/sync/check/").status_code == 405


class TestProgress:
    def test_nothing_is_under_way(self, cast: Cast):
        answer = cast.as_ana.get("/sync/progress/", headers=HTMX)
        assert answer.status_code == 286

    def test_it_goes_on_until_the_last_one_ends(self, cast: Cast):
        client = cast.as_ana
        page = client.post("/sync/check/", {"which": "all"}, headers=HTMX).content.decode()
        poll = re.search(r'hx-get="([^"]+)"', page)
        assert poll is not None
        first, second = SyncRun.objects.order_by("pk")
        SyncRun.objects.filter(pk=first.pk).update(state=RunState.RUNNING, step="posts", counts=COUNTS)
        half = client.get(poll[1], headers=HTMX)
        assert half.status_code == 200
        assert "240 of 318 rows" in half.content.decode()
        assert "0 of 2 done" in half.content.decode()
        ended = datetime.now(UTC) + timedelta(seconds=1)
        SyncRun.objects.filter(pk=first.pk).update(state=RunState.DONE, finished_at=ended)
        assert "1 of 2 done" in client.get(poll[1], headers=HTMX).content.decode()
        SyncRun.objects.filter(pk=second.pk).update(state=RunState.FAILED, finished_at=ended)
        last = client.get(poll[1], headers=HTMX)
        assert last.status_code == 286
        assert "planner:sync-finished" in last["HX-Trigger"]
        assert "1 location has trouble" in last.content.decode()
        assert "every 1s" not in last.content.decode()

    def test_it_survives_leaving_the_page(self, cast: Cast):
        make_run(cast.a, state=RunState.WAITING, kind=RunKind.ASKED, finished_at=None)
        assert "every 1s" in cast.as_ana.get("/sync/").content.decode()

    def test_what_beat_does_by_itself_is_no_check(self, cast: Cast):
        make_run(cast.a, state=RunState.RUNNING, kind=RunKind.SCHEDULED)
        assert sync_progress(Scope(cast.ana, None), since=None) is None

    def test_others_see_nothing_of_it(self, cast: Cast):
        make_run(cast.b, state=RunState.RUNNING, kind=RunKind.ASKED)
        assert "Birch" not in cast.as_ben.get("/sync/progress/", headers=HTMX).content.decode()

    @pytest.mark.parametrize("since", ["x", "nan", "inf", "1e400", "-1", "99999999999999999"])
    def test_a_broken_instant_is_passed_over(self, cast: Cast, since: str):
        assert cast.as_ana.get("/sync/progress/", {"since": since}, headers=HTMX).status_code == 286

    def test_without_htmx_it_leads_to_the_page(self, cast: Cast):
        assert cast.as_ana.get("/sync/progress/")["Location"] == "/sync/"


class TestRuns:
    def test_states_are_filters(self, cast: Cast):
        make_run(cast.a, state=RunState.FAILED, error_code="timeout")
        make_run(cast.b)
        client = cast.as_ana
        page = client.get("/sync/runs/", {"state": "failed"}, headers={**HTMX, "HX-Target": "runs"}).content.decode()
        assert "<html" not in page
        assert "took too long to answer" in page
        assert "Birch Bakery" not in page
        assert "is not a state of a run" in client.get("/sync/runs/", {"state": "odd"}).content.decode()

    def test_the_switcher_is_the_filter_by_location(self, cast: Cast):
        make_run(cast.a)
        make_run(cast.b)
        page = cast.as_ana.get("/sync/runs/", {"location": cast.b.pk}).content.decode()
        assert page.count('scope="row"') == 1

    def test_every_run_is_reached_by_paging(self, cast: Cast):
        for number in range(120):
            make_run(cast.a, started=NOW - timedelta(minutes=number), requests=1000 + number)
        client, address, seen = cast.as_ana, "/sync/runs/", []
        while address:
            page = client.get(address).content.decode()
            seen += re.findall(r'data-label="Requests">1,(\d+)<', page)
            more = re.search(r'rel="next" href="([^"]+)"', page)
            address = f"/sync/runs/{more[1]}" if more else ""
        assert [int(number) for number in seen] == list(range(120))

    def test_a_place_that_cannot_be_read_is_said(self, cast: Cast):
        make_run(cast.a)
        page = cast.as_ana.get("/sync/runs/", {"page": "x"})
        assert page.status_code == 200
        assert "this is the first one" in page.content.decode()
        assert "<html" in cast.as_ana.get("/sync/runs/", headers=HISTORY).content.decode()

    def test_no_run_yet(self, cast: Cast):
        assert "No run matches" in cast.as_ana.get("/sync/runs/").content.decode()


class TestFind:
    def test_pages_locations_and_posts(self, cast: Cast):
        from tests.factories import make_post

        make_post(cast.a, text="Winter tyres: when is too late?")
        make_post(cast.b, text="Winter bread")
        client = cast.as_ana
        page = client.get("/find/", {"q": "winter"}, headers={**HTMX, "HX-Target": "find-results"}).content.decode()
        assert "<html" not in page
        assert "Winter tyres" in page
        assert "Winter bread" in page
        assert "Atlas Motors" in client.get("/find/", {"q": "atlas"}).content.decode()
        assert re.search(r'class="finder-item" href="/sync/"', client.get("/find/", {"q": "syn"}).content.decode())

    def test_others_posts_are_not_found(self, cast: Cast):
        from tests.factories import make_post

        make_post(cast.b, text="Winter bread")
        assert "Winter bread" not in cast.as_ben.get("/find/", {"q": "winter"}).content.decode()

    @pytest.mark.parametrize("text", ["zzz", "%", "_", "'; DROP TABLE", "\0", "x" * 500])
    def test_strange_words_find_nothing_and_break_nothing(self, cast: Cast, text: str):
        from tests.factories import make_post

        make_post(cast.a, text="Winter")
        answer = cast.as_ana.get("/find/", {"q": text})
        assert answer.status_code == 200

    def test_a_whole_page_and_its_dialog(self, cast: Cast):
        client = cast.as_ana
        assert "<html" in client.get("/find/").content.decode()
        assert "<html" in client.get("/find/", headers=HISTORY).content.decode()
        dialog = client.get("/find/", headers={**HTMX, "HX-Target": "palette-body"}).content.decode()
        assert 'role="search"' in dialog
        assert "<html" not in dialog
