"""The Queues page: all clients' queues, their filters, a new one, and several at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Role
from highlevel.models import Change
from queues.models import CategoryQueue, QueueItem, QueueStatus
from tests.cast import HISTORY, HTMX, Cast, cast  # noqa: F401  the fixture
from tests.factories import make_account, make_category, make_member, make_queue
from tests.queues.drafting import DAILY, make_items
from tests.queues.paging import SHEET, Page

pytestmark = pytest.mark.django_db
LIST = HTMX | {"HX-Target": "results"}


@pytest.fixture
def page(cast: Cast) -> Page:  # noqa: F811
    return Page(cast)


def other_queue(cast: Cast, name: str = "Bread", **fields: Any) -> CategoryQueue:  # noqa: F811
    queue = make_queue(make_category(cast.b, name), time_slots=DAILY[:2], slots_a_week=2, **fields)
    make_items(queue, make_account(cast.b), [f"{name} {number}" for number in range(9)])
    return queue


def test_a_row_says_state_slots_cycle_next_post_and_needs(page: Page):
    soon = datetime.now(UTC) + timedelta(days=1)
    QueueItem.objects.filter(pk=page.keys[0]).update(scheduled_at=soon)
    QueueItem.objects.filter(pk=page.keys[1]).update(has_errors=True, errors=["INVALID_USER_ID"])
    body = page.client.get("/queues/").content.decode()
    for words in ("Patient tips", "Active", "5 days", "Alpha", "1 post with an error", "Repeats within 30 days"):
        assert words in body, words
    assert f'href="{page.address}?errors=1"' in body


def test_fragment_history_and_page(page: Page):
    piece = page.client.get("/queues/?q=tips", headers=LIST)
    assert "<html" not in piece.content.decode()
    assert piece.headers["HX-Push-Url"] == "/queues/?location=all&q=tips"
    assert "<html" in page.client.get("/queues/", headers=HISTORY | {"HX-Target": "results"}).content.decode()


def test_filters_narrow_and_what_cannot_be_read_is_named(page: Page):
    other_queue(page.cast, status=QueueStatus.PAUSED)
    assert "1 queue" in page.client.get("/queues/?q=bread", headers=LIST).content.decode()
    assert "Bread" not in page.client.get("/queues/?state=active", headers=LIST).content.decode()
    assert "Patient tips" in page.client.get("/queues/?problem=repeats&sort=slots", headers=LIST).content.decode()
    body = page.client.get("/queues/?state=odd&problem=odd&sort=odd&page=x").content.decode()
    assert "“odd” is not a state of a queue." in body
    assert "“odd” is not one of the choices." in body
    assert "“x” is not the number of a page." in body
    assert "No queue matches" in page.client.get("/queues/?q=nothing").content.decode()


def test_nobody_sees_queues_of_others(page: Page):
    other_queue(page.cast)
    body = page.cast.as_cleo.get("/queues/").content.decode()
    assert "Bread" in body
    assert "Patient tips" not in body


def test_the_empty_page_explains_what_a_queue_is(cast: Cast):  # noqa: F811
    body = cast.as_ana.get("/queues/").content.decode()
    assert "No queues yet" in body
    assert "New queue" in body
    assert "New queue" not in cast.as_ben.get("/queues/").content.decode()


class TestTogether:
    def test_the_preview_says_what_stops(self, page: Page):
        queue = other_queue(page.cast)
        picked: dict[str, str | list[int]] = {"do": "pause", "pick": [page.queue.pk, queue.pk]}
        body = page.client.get("/queues/together/", picked, headers=SHEET).content.decode()
        assert "Pause 2 queues?" in body
        assert "<b>30</b> slots in 30 days" in body
        assert CategoryQueue.objects.filter(status=QueueStatus.ACTIVE).count() == 2

    def test_pausing_and_resuming(self, page: Page):
        queue = other_queue(page.cast)
        picked = [page.queue.pk, queue.pk]
        answer = page.client.post("/queues/together/", {"do": "pause", "pick": picked}, headers=SHEET)
        assert answer.headers["HX-Redirect"] == "/queues/"
        assert CategoryQueue.objects.filter(status=QueueStatus.PAUSED).count() == 2
        assert page.client.post("/queues/together/", {"do": "resume", "pick": picked}).status_code == 302
        assert CategoryQueue.objects.filter(status=QueueStatus.ACTIVE).count() == 2

    @pytest.mark.parametrize(
        "sent", [{}, {"do": "pause"}, {"do": "explode", "pick": "1"}, {"do": "pause", "pick": "x"}]
    )
    def test_what_makes_no_sense(self, page: Page, sent: dict[str, str]):
        assert page.client.get("/queues/together/", sent).status_code == 200
        answer = page.client.post("/queues/together/", sent, headers=SHEET)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()

    def test_a_draft_among_them_is_refused_in_words(self, page: Page):
        CategoryQueue.objects.update(status=QueueStatus.DRAFT)
        answer = page.client.post("/queues/together/", {"do": "pause", "pick": page.queue.pk}, headers=SHEET)
        assert answer.status_code == 422
        assert "cannot be paused" in answer.content.decode()

    def test_readers_and_strangers(self, page: Page):
        sent = {"do": "pause", "pick": page.queue.pk}
        assert page.cast.as_ben.post("/queues/together/", sent).status_code == 403
        # a stranger's queue is none at all
        assert page.cast.as_cleo.post("/queues/together/", sent).status_code == 422
        assert CategoryQueue.objects.get().status == QueueStatus.ACTIVE


class TestNew:
    def test_a_category_without_a_queue_is_on_offer_and_asked_for(self, page: Page):
        make_member(page.cast.ana, page.cast.a, Role.MANAGER, remote_id="ana-hl")
        free = make_category(page.cast.a, "Offers")
        body = page.client.get("/queues/new/", headers=SHEET).content.decode()
        assert "Offers" in body
        assert ">Patient tips<" not in body
        sent = {"category": free.pk, "preset": "twice", "enable_future_posts": "on"}
        answer = page.client.post("/queues/new/", sent, headers=SHEET)
        assert answer.headers["HX-Redirect"] == "/queues/"
        change = Change.objects.get()
        assert change.operation == "queue.create"
        assert len(change.payload["timeSlots"]) == 14

    def test_what_is_missing_is_named(self, page: Page):
        make_category(page.cast.a, "Offers")
        answer = page.client.post("/queues/new/", headers=SHEET)
        body = answer.content.decode()
        assert answer.status_code == 422
        assert "Choose the category whose posts go out in turn." in body
        assert "Choose when its posts go out." in body

    def test_somebody_whom_highlevel_does_not_know_is_told(self, page: Page):
        free = make_category(page.cast.a, "Offers")
        answer = page.client.post("/queues/new/", {"category": free.pk, "preset": "daily"}, headers=SHEET)
        assert answer.status_code == 422
        assert "HighLevel knows you as nobody" in answer.content.decode()

    def test_only_writers(self, page: Page):
        assert page.cast.as_ben.get("/queues/new/").status_code == 403
        assert page.cast.as_cleo.get("/queues/new/").status_code == 200
