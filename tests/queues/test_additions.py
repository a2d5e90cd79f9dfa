"""What queues add to Today and to the palette."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from queues.models import CategoryQueue, QueueItem
from tests.cast import HTMX, Cast, cast  # noqa: F401  the fixture
from tests.queues.paging import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(cast: Cast) -> Page:  # noqa: F811
    return Page(cast)


def today(page: Page) -> str:
    return page.client.get("/").content.decode()


def test_today_is_silent_about_queues_in_order(page: Page):
    assert "of the queue" not in today(page)
    assert "The queue Patient tips" not in today(page)


def test_today_names_a_queue_that_has_nothing_to_publish(page: Page):
    CategoryQueue.objects.update(slots_a_week=0)
    body = today(page)
    assert "The queue Patient tips runs and has nothing to publish." in body
    assert f'href="{page.address}"' in body
    assert "Nothing. No post is overdue" not in body


def test_today_names_errors_and_accounts_that_fail_before_a_slot(page: Page):
    soon = datetime.now(UTC) + timedelta(days=2)
    QueueItem.objects.filter(pk=page.keys[0]).update(has_errors=True)
    QueueItem.objects.filter(pk=page.keys[1]).update(scheduled_at=soon)
    QueueItem.objects.get(pk=page.keys[1]).accounts.add(page.account)
    page.account.is_expired = True
    page.account.save()
    body = today(page)
    assert "1 post of the queue Patient tips has an error." in body
    assert "1 post of the queue Patient tips meets an account that does not work then" in body


def test_a_draft_whose_queue_was_deleted_stays_on_today_until_it_is_thrown_away(page: Page):
    page.step(f"top {page.keys[4]}")
    assert "is gone from HighLevel" not in today(page)
    CategoryQueue.objects.update(gone_at=datetime.now(UTC))
    assert "The queue Patient tips is gone from HighLevel. What was drafted for it is kept here to read." in today(page)
    assert "What was drafted is kept here to read" in page.client.get(page.address).content.decode()
    page.client.post(f"{page.address}draft/", {"do": "discard", "version": 2}, headers=HTMX)
    assert "is gone from HighLevel" not in today(page)


def test_strangers_read_nothing_of_it(page: Page):
    CategoryQueue.objects.update(slots_a_week=0)
    assert "Patient tips" not in page.cast.as_cleo.get("/").content.decode()


@pytest.mark.parametrize("words", ["patient", "tips atlas"])
def test_the_palette_finds_a_queue_by_category_and_client(page: Page, words: str):
    found = page.client.get("/find/", {"q": words}, headers=HTMX | {"HX-Target": "find-results"}).content.decode()
    assert f'href="{page.address}"' in found
    assert page.address not in page.cast.as_cleo.get("/find/", {"q": words}).content.decode()
