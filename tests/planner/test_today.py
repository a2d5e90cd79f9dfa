"""The Today page."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from accounts.scope import Scope
from planner.models import PostStatus
from planner.selectors.today import next_post, today_page
from tests.cast import HISTORY, HTMX, Cast
from tests.factories import make_account, make_location, make_post, make_run, make_target, make_user

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)  # a Sunday: 15:00 in New York, 01:30 on Monday in Kolkata


@pytest.fixture(autouse=True)
def at_eight_in_the_evening():
    with time_machine.travel(NOW, tick=False):
        yield


def texts(lines) -> list[str]:
    return [line.text for line in lines]


def everything(cast: Cast) -> Scope:
    return Scope(cast.ana, None)


class TestGoingOut:
    def test_today_is_the_clients_own_day(self, cast: Cast):
        for location, at, text in (
            (cast.a, datetime(2026, 11, 22, 5, 0, tzinfo=UTC), "first minute in New York"),
            (cast.a, datetime(2026, 11, 22, 4, 59, tzinfo=UTC), "yesterday in New York"),
            (cast.a, datetime(2026, 11, 23, 4, 59, tzinfo=UTC), "last minute in New York"),
            (cast.b, datetime(2026, 11, 22, 18, 30, tzinfo=UTC), "first minute in Kolkata"),
            (cast.b, datetime(2026, 11, 22, 18, 29, tzinfo=UTC), "yesterday in Kolkata"),
        ):
            make_post(location, at=at, text=text, status=PostStatus.IN_REVIEW)
        out = today_page(everything(cast), now=NOW).going_out
        assert texts(out.before) == ["first minute in New York", "first minute in Kolkata"]
        assert texts(out.after) == ["last minute in New York"]
        assert (out.first, out.last) == (date(2026, 11, 22), date(2026, 11, 23))

    def test_drafts_and_what_is_gone_do_not_go_out(self, cast: Cast):
        make_post(cast.a, at=NOW, status=PostStatus.DRAFT)
        make_post(cast.a, at=NOW, status=PostStatus.DELETED)
        make_post(cast.a, at=NOW, gone_at=NOW)
        assert today_page(everything(cast), now=NOW).going_out.total == 0

    @pytest.mark.parametrize(
        ("before", "after", "shown"), [(30, 30, (6, 14)), (30, 2, (18, 2)), (2, 30, (2, 18)), (3, 3, (3, 3))]
    )
    def test_the_lines_around_now_are_shown_and_all_are_counted(
        self, cast: Cast, before: int, after: int, shown: tuple[int, int]
    ):
        for number in range(before):
            make_post(cast.a, at=NOW - timedelta(minutes=number + 1), status=PostStatus.PUBLISHED, text=f"b{number}")
        for number in range(after):
            make_post(cast.a, at=NOW + timedelta(minutes=number), text=f"a{number}")
        out = today_page(everything(cast), now=NOW).going_out
        assert (len(out.before), len(out.after)) == shown
        assert out.before[-1].text == "b0"
        assert out.after[0].text == "a0"
        assert out.total == before + after
        assert f"{sum(shown)} of {before + after} shown" in cast.as_ana.get("/").content.decode()

    def test_times_are_the_clients_and_the_zone_is_named_where_it_differs(self, cast: Cast):
        make_post(cast.a, at=NOW + timedelta(minutes=30))
        make_post(make_location("Madrid Books", timezone="Europe/Madrid"), at=NOW + timedelta(minutes=30))
        page = cast.as_ana.get("/").content.decode()
        there, here = re.findall(r'<span class="day-time">(.*?)</span>\s*<svg', page, re.S)
        assert "15:30" in there
        assert "New York" in there
        assert "21:30 on your clock" in there
        assert "21:30" in here
        assert "Madrid" not in re.sub(r'title="[^"]*"', "", here)

    def test_an_unknown_zone_is_utc(self, cast: Cast):
        make_post(make_location("Lost", timezone="Mars/Olympus"), at=NOW, text="on Mars")
        assert "on Mars" in texts(today_page(everything(cast), now=NOW).going_out.after)


class TestNeedsADecision:
    def test_overdue_is_said_after_a_quarter_of_an_hour(self, cast: Cast):
        make_post(cast.a, at=NOW - timedelta(minutes=16), text="late")
        make_post(cast.a, at=NOW - timedelta(minutes=14), text="on its way")
        make_post(cast.a, at=NOW - timedelta(days=40), text="forgotten", status=PostStatus.PENDING)
        overdue = today_page(everything(cast), now=NOW).overdue
        assert (texts(overdue.shown), overdue.total) == (["late", "forgotten"], 2)
        page = cast.as_ana.get("/").content.decode()
        assert "HighLevel has not said that it went out" in page
        assert ">Overdue<" in page

    def test_failures_say_where_and_why(self, cast: Cast):
        instagram, facebook = make_account(cast.a, "instagram"), make_account(cast.a, "facebook")
        post = make_post(cast.a, facebook, at=NOW - timedelta(hours=2), status=PostStatus.PUBLISHED, text="partly")
        make_target(post, instagram, status=PostStatus.FAILED, error="The video is 64 s long, the limit is 60 s.")
        make_post(cast.a, at=NOW - timedelta(days=6), status=PostStatus.FAILED, text="wholly", error="Token expired")
        make_post(cast.a, at=NOW - timedelta(days=8), status=PostStatus.FAILED, text="long ago")
        failed = today_page(everything(cast), now=NOW).failed
        assert (texts(failed.shown), failed.total) == (["partly", "wholly"], 2)
        page = re.sub(r"\s+", " ", cast.as_ana.get("/").content.decode())
        assert (
            '<b>Atlas Motors</b> Instagram: <span dir="auto">The video is 64 s long, the limit is 60 s.</span>' in page
        )
        assert "Partly failed" in page

    def test_more_than_fit_are_counted(self, cast: Cast):
        for _ in range(9):
            make_post(cast.a, at=NOW - timedelta(hours=1), status=PostStatus.FAILED)
        page = cast.as_ana.get("/").content.decode()
        assert "6 of 9 failures of the last 7 days shown" in page

    def test_nothing_needs_anybody(self, cast: Cast):
        assert "No post is overdue or in danger, and none failed" in cast.as_ana.get("/").content.decode()


class TestAccountsAtRisk:
    def test_the_posts_that_would_fail_are_counted(self, cast: Cast):
        expiring = make_account(cast.a, "facebook", expires_at=NOW + timedelta(days=2, hours=1))
        expired = make_account(cast.a, "instagram", is_expired=True)
        locked = make_account(cast.b, "linkedin", missing_permission=True)
        make_account(cast.b, "tiktok", expires_at=NOW + timedelta(days=15))
        make_post(cast.a, expiring, expired, at=NOW + timedelta(days=1))
        make_post(cast.a, expiring, expired, at=NOW + timedelta(days=3))
        make_post(cast.a, expired, at=NOW - timedelta(days=3), status=PostStatus.PUBLISHED)
        make_post(cast.a, expired, at=NOW + timedelta(days=3), gone_at=NOW)
        found = today_page(everything(cast), now=NOW).accounts
        assert found.total == 3
        assert [(line.account, line.health, line.posts, line.days) for line in found.shown] == [
            (expired, "expired", 2, None),
            (locked, "no_permission", 0, None),
            (expiring, "expires_soon", 1, 2),
        ]
        page = cast.as_ana.get("/").content.decode()
        assert "2 scheduled posts at risk" in page
        assert "2 days" in page

    def test_accounts_that_are_gone_are_nobodys_worry(self, cast: Cast):
        make_account(cast.a, is_expired=True, gone_at=NOW)
        assert today_page(everything(cast), now=NOW).accounts.total == 0


class TestEmpty:
    def test_without_locations_an_owner_reads_what_to_do(self, db: None, client):
        client.force_login(make_user(is_owner=True), backend="django.contrib.auth.backends.ModelBackend")
        assert "check the token and the company id" in client.get("/").content.decode()

    def test_without_locations_others_read_whom_to_ask(self, db: None, client):
        client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
        assert "An owner of your agency can make you a member" in client.get("/").content.decode()

    def test_a_day_without_posts_names_the_next(self, cast: Cast):
        make_post(cast.a, at=NOW + timedelta(days=3), text="later")
        soon = make_post(cast.b, at=NOW + timedelta(days=2), text="sooner")
        assert next_post(everything(cast), now=NOW) == soon
        assert "The next post is for Birch Bakery" in cast.as_ana.get("/").content.decode()

    def test_no_post_at_all(self, cast: Cast):
        assert "No post is scheduled." in cast.as_ana.get("/").content.decode()


class TestWho:
    def test_each_sees_their_own_clients(self, cast: Cast):
        make_post(cast.a, at=NOW, text="for Atlas")
        make_post(cast.b, at=NOW, text="for Birch")
        make_account(cast.b, is_expired=True)
        make_run(cast.b, state="failed", error_code="unreachable")
        assert "for Birch" in cast.as_ana.get("/").content.decode()
        page = cast.as_ben.get("/").content.decode()
        assert "for Atlas" in page
        assert "Birch" not in page
        assert "could not be reached" not in page

    def test_one_location_can_be_chosen(self, cast: Cast):
        make_post(cast.a, at=NOW, text="for Atlas")
        make_post(cast.b, at=NOW, text="for Birch")
        page = cast.as_ana.get("/", {"location": cast.b.pk}).content.decode()
        assert "for Birch" in page
        assert "for Atlas" not in page

    def test_it_is_read_only(self, cast: Cast):
        assert cast.as_ana.post("/").status_code == 405

    def test_history_gets_the_whole_page(self, cast: Cast):
        assert "<html" in cast.as_ana.get("/", headers=HISTORY).content.decode()
        assert "<html" in cast.as_ana.get("/", headers=HTMX).content.decode()


def test_hostile_text_is_text(cast: Cast):
    cast.a.name = "<img src=x onerror=alert(1)>"
    cast.a.colour = '"/><b>'
    cast.a.save()
    account = make_account(cast.a, "<svg/onload=alert(1)>")
    make_post(cast.a, account, at=NOW, text="<script>alert(1)</script>")
    make_post(cast.a, account, at=NOW - timedelta(hours=1), status=PostStatus.FAILED, error="<b>refused</b>")
    page = cast.as_ana.get("/").content.decode()
    for word in ("<img src=x", "<script>alert", "<b>refused", "<svg/onload", '"/><b>'):
        assert word not in page


def test_sync_troubles_are_named(cast: Cast):
    make_run(cast.a, started=NOW - timedelta(minutes=9), state="failed", error_code="unreachable")
    make_run(cast.a, started=NOW - timedelta(minutes=4), state="done")
    make_run(cast.b, started=NOW - timedelta(minutes=4), state="partial", error_code="rate_limited")
    page = cast.as_ana.get("/").content.decode()
    assert "HighLevel asked for a pause" in page
    assert "could not be reached" not in page
