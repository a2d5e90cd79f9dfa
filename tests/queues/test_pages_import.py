"""Published posts that join a draft."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from planner.models import PostStatus
from queues.models import EditSession
from tests.cast import Cast, cast  # noqa: F401  the fixture
from tests.factories import make_post
from tests.queues.paging import SHEET, Page, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(cast: Cast) -> Page:  # noqa: F811
    return Page(cast)


def post(page: Page, text: str) -> Any:
    body = {
        "_id": text,
        "summary": text,
        "accountIds": [page.account.remote_id],
        "status": "published",
        "type": "post",
    }
    return make_post(
        page.cast.a,
        page.account,
        text=text,
        status=PostStatus.PUBLISHED,
        category=page.queue.category,
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
        remote=body,
    )


def test_ticked_posts_join_at_the_end(page: Page):
    one, _other = post(page, "Old words"), post(page, "Older words")
    offer = page.client.get(f"{page.address}items/import/", headers=SHEET).content.decode()
    assert "2 published posts of Patient tips" in offer
    sent = {"do": "some", "post": [one.pk], "version": 0}
    answer = page.client.post(f"{page.address}items/import/", sent, headers=SHEET)
    assert answer.status_code == 200
    assert texts_of(answer.content.decode())[-1] == "Old words"
    rest = page.client.get(f"{page.address}items/import/", headers=SHEET).content.decode()
    assert "1 published post of Patient tips" in rest


def test_all_of_them(page: Page):
    post(page, "Old words")
    post(page, "Older words")
    answer = page.client.post(f"{page.address}items/import/", {"do": "all", "version": 0}, headers=SHEET)
    assert "2 posts joined at the end." in answer.content.decode()


def test_none_to_take_says_so(page: Page):
    assert "is in the queue already" in page.client.get(f"{page.address}items/import/").content.decode()
    answer = page.client.post(f"{page.address}items/import/", {"do": "all", "version": 0}, headers=SHEET)
    assert answer.status_code == 422
    assert not EditSession.objects.exists()


def test_who_comes_second_is_told(page: Page):
    post(page, "Old words")
    page.step(f"top {page.keys[4]}")
    answer = page.client.post(f"{page.address}items/import/", {"do": "all", "version": 0}, headers=SHEET)
    assert answer.status_code == 409


def test_the_page_without_a_dialog_is_a_plain_form(page: Page):
    post(page, "Old words")
    whole = page.client.get(f"{page.address}items/import/").content.decode()
    assert f'action="{page.address}items/import/"' in whole
    assert f'hx-post="{page.address}items/import/"' not in whole
    answer = page.client.post(f"{page.address}items/import/", {"do": "all", "version": 0})
    assert answer.status_code == 302
