"""What is around the cycle: the preview, the weekly times, the settings, the state, single dates, the forecast."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Role
from highlevel.models import Change
from queues.models import CategoryQueue, QueueStatus
from tests.cast import HTMX, Cast, cast  # noqa: F401  the fixture
from tests.factories import make_account, make_member, make_user
from tests.queues.paging import EDITOR, SHEET, Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(cast: Cast) -> Page:  # noqa: F811
    return Page(cast)


def queue_of(page: Page) -> CategoryQueue:
    return CategoryQueue.objects.get(pk=page.queue.pk)


class TestPreview:
    def test_what_moves_is_marked_in_words_too(self, page: Page):
        calm = page.client.get(f"{page.address}preview/", headers=HTMX).content.decode()
        assert "as it will go out" in calm
        assert "out-moved" not in calm
        page.step(f"top {page.keys[4]}")
        moved = page.client.get(f"{page.address}preview/", headers=HTMX).content.decode()
        assert "as if saved" in moved
        assert "out-moved" in moved
        assert ", moved" in moved

    def test_later_and_earlier_weeks(self, page: Page):
        later = page.client.get(f"{page.address}preview/?weeks=5", headers=HTMX).content.decode()
        assert "weeks=0" in later
        assert "weeks=10" in later
        for text in ("-1", "x", "99999999"):
            assert page.client.get(f"{page.address}preview/?weeks={text}", headers=HTMX).status_code == 200

    def test_one_account_alone(self, page: Page):
        other = make_account(page.cast.a, "instagram", name="atlas.ig")
        body = page.client.get(f"{page.address}preview/?account={other.pk}", headers=HTMX).content.decode()
        assert 'class="out out-same"' not in body
        assert "selected" in body

    def test_without_htmx_it_is_on_the_page(self, page: Page):
        assert page.client.get(f"{page.address}preview/").status_code == 302


class TestSlots:
    def sent(self, **more: Any) -> dict[str, Any]:
        return {**{f"day{day}": ["09:00"] for day in range(7)}, **more}

    @pytest.mark.parametrize(
        ("do", "more", "number"),
        [
            ("add 1", {}, 8),
            ("drop 1 09:00", {}, 6),
            ("drop 1 23:00", {}, 7),
            ("copy", {"from": "1", "to": "workdays", "day1": ["08:00", "12:00"]}, 12),
            ("copy", {"from": "1", "to": "all", "day1": ["08:00", "12:00"]}, 14),
            ("preset", {"preset": "workdays"}, 5),
        ],
    )
    def test_a_button_changes_the_form_and_not_the_queue(self, page: Page, do: str, more: Any, number: int):
        answer = page.client.post(f"{page.address}slots/", self.sent(do=do, **more), headers=HTMX)
        assert answer.status_code == 200
        assert f"{number} a week" in answer.content.decode()
        assert queue_of(page).slots_a_week == 7

    def test_saving_changes_the_queue_and_shows_the_page_anew(self, page: Page):
        answer = page.client.post(f"{page.address}slots/", self.sent(do="save", day1=["9:30", "18:00"]), headers=HTMX)
        assert answer.headers["HX-Redirect"] == page.address
        assert queue_of(page).slots_a_week == 8
        assert {"dayOfWeek": 1, "time": "09:30"} in queue_of(page).time_slots
        assert Change.objects.count() == 1

    def test_bad_times_get_a_sentence_each_and_stay_in_the_form(self, page: Page):
        sent = self.sent(do="save", day1=["25:00", "noon"], day2=["09:00", "9:00"])
        answer = page.client.post(f"{page.address}slots/", sent, headers=HTMX)
        body = answer.content.decode()
        assert answer.status_code == 422
        assert body.count("is not a time") == 2
        assert "is there twice" in body
        assert 'value="noon"' in body
        assert queue_of(page).slots_a_week == 7

    def test_no_times_at_all(self, page: Page):
        answer = page.client.post(f"{page.address}slots/", {"do": "save"}, headers=HTMX)
        assert answer.status_code == 422
        assert "Give at least one weekly time" in answer.content.decode()

    @pytest.mark.parametrize("do", ["", "explode", "add 9", "copy", "preset"])
    def test_a_button_that_there_is_not(self, page: Page, do: str):
        answer = page.client.post(f"{page.address}slots/", self.sent(do=do), headers=HTMX)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()

    def test_a_reader_reads_them(self, page: Page):
        body = page.cast.as_ben.get(f"{page.address}slots/").content.decode()
        assert "09:00" in body
        assert "Save the times" not in body
        assert page.cast.as_ben.post(f"{page.address}slots/", self.sent(do="save")).status_code == 403


class TestSettings:
    def test_the_switches_are_explained_and_changed(self, page: Page):
        assert "goes out next" in page.client.get(f"{page.address}settings/", headers=SHEET).content.decode()
        sent = {"enable_future_posts": "on", "returns_within_days": "14"}
        answer = page.client.post(f"{page.address}settings/", sent, headers=SHEET)
        assert answer.headers["HX-Redirect"] == page.address
        queue = queue_of(page)
        assert (queue.enable_future_posts, queue.prioritize_new_content, queue.returns_within_days) == (True, False, 14)

    @pytest.mark.parametrize("days", ["", "-1", "many", "99999"])
    def test_days_that_are_none(self, page: Page, days: str):
        answer = page.client.post(f"{page.address}settings/", {"returns_within_days": days}, headers=SHEET)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.content.decode()

    def test_pausing_says_what_stops_and_that_slots_pass(self, page: Page):
        question = page.client.get(f"{page.address}state/?do=pause", headers=SHEET).content.decode()
        assert "Slots that come while it is paused pass." in question
        assert "30 slots of the coming 30 days stay empty." in question
        answer = page.client.post(f"{page.address}state/", {"do": "pause"}, headers=SHEET)
        assert answer.headers["HX-Redirect"] == page.address
        assert queue_of(page).status == QueueStatus.PAUSED
        assert "Paused: nothing goes out" in page.client.get(page.address).content.decode()

    def test_activating_what_has_no_slots_is_refused_in_words(self, page: Page):
        CategoryQueue.objects.update(status=QueueStatus.DRAFT, time_slots=[], slots_a_week=0)
        answer = page.client.post(f"{page.address}state/", {"do": "activate"}, headers=SHEET)
        assert answer.status_code == 422
        assert "has no weekly slots" in answer.content.decode()

    def test_deleting_leads_to_the_list(self, page: Page):
        answer = page.client.post(f"{page.address}state/", {"do": "delete"})
        assert answer.headers["Location"] == "/queues/"
        assert queue_of(page).gone_at is not None

    def test_only_managers_delete(self, page: Page):
        cora = make_user(name="Cora")
        make_member(cora, page.cast.a, Role.CREATOR)
        client = page.cast.client(cora)
        assert "Delete this queue" not in client.get(f"{page.address}settings/", headers=SHEET).content.decode()
        assert client.post(f"{page.address}state/", {"do": "delete"}).status_code == 403

    def test_the_scheduled_post_can_be_dropped(self, page: Page):
        CategoryQueue.objects.update(current_post_remote_id="p1")
        assert "do=drop" in page.client.get(f"{page.address}settings/", headers=SHEET).content.decode()
        assert page.client.post(f"{page.address}state/", {"do": "drop"}, headers=SHEET).status_code == 200
        assert Change.objects.get().operation == "queue.active_post.delete"

    @pytest.mark.parametrize("path", ["settings/", "state/"])
    def test_nothing_sent_is_answered_with_the_form(self, page: Page, path: str):
        assert page.client.post(page.address + path, headers=SHEET).status_code == 422
        assert page.cast.as_ben.get(page.address + path).status_code == 403


class TestDates:
    def at(self, page: Page) -> str:
        day = datetime.now(UTC) + timedelta(days=3)
        local = page.cast.a.local(day).replace(hour=9, minute=0, second=0, microsecond=0)
        return local.astimezone(UTC).isoformat()

    def test_what_goes_out_and_skipping_it_and_back(self, page: Page):
        at = self.at(page)
        shown = page.client.get(f"{page.address}dates/", {"at": at}, headers=SHEET).content.decode()
        assert "Skip this date" in shown
        assert any(text in shown for text in ("Charlie", "Delta", "Echo", "Bravo"))
        page.client.post(f"{page.address}dates/", {"do": "skip", "at": at}, headers=SHEET)
        assert queue_of(page).skipped_at == [at]
        assert "Let it go out" in page.client.get(f"{page.address}dates/", {"at": at}).content.decode()
        page.client.post(f"{page.address}dates/", {"do": "unskip", "at": at}, headers=SHEET)
        assert queue_of(page).skipped_at == []

    def test_a_date_that_has_passed(self, page: Page):
        sent = {"do": "skip", "at": "2026-01-01T09:00:00Z"}
        answer = page.client.post(f"{page.address}dates/", sent, headers=SHEET)
        assert answer.status_code == 422
        assert "has passed" in answer.content.decode()

    @pytest.mark.parametrize("at", ["", "tomorrow", "2026-01-01T09:00:00", "2026-99-01T09:00:00Z"])
    def test_no_date(self, page: Page, at: str):
        assert page.client.get(f"{page.address}dates/", {"at": at}).status_code == 404
        assert page.client.post(f"{page.address}dates/", {"do": "skip", "at": at}, headers=SHEET).status_code == 422

    def test_a_reader_looks_and_does_not_skip(self, page: Page):
        at = self.at(page)
        shown = page.cast.as_ben.get(f"{page.address}dates/", {"at": at}).content.decode()
        assert "Skip this date" not in shown
        assert page.cast.as_ben.post(f"{page.address}dates/", {"do": "skip", "at": at}).status_code == 403


class TestForecast:
    def test_it_says_what_is_wrong_and_what_is_not(self, page: Page):
        body = page.client.get(f"{page.address}forecast/", headers=HTMX).content.decode()
        assert "5 posts come back within 30 days" in body
        assert "No account expires before its posts." in body

    def test_an_account_that_expires_is_named(self, page: Page):
        page.account.expires_at = datetime.now(UTC) + timedelta(days=10)
        page.account.save()
        body = page.client.get(f"{page.address}forecast/").content.decode()
        assert "slots at risk" in body
        assert "Reconnect" in body

    def test_a_paused_queue_says_so(self, page: Page):
        CategoryQueue.objects.update(status=QueueStatus.PAUSED)
        assert "This queue is paused" in page.client.get(f"{page.address}forecast/", headers=HTMX).content.decode()

    def test_it_is_that_of_the_draft(self, page: Page):
        page.step(f"delete {page.keys[4]}", headers=EDITOR)
        body = page.client.get(f"{page.address}forecast/", headers=HTMX).content.decode()
        assert "4 posts come back" in body
