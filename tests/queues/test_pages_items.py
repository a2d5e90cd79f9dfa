"""Writing in a draft: the form of an item, a new one, and published posts that join."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from planner.models import PostStatus
from queues.models import DraftItem, EditSession, QueueItem
from queues.services.items import item_content
from tests.cast import HISTORY, Cast, cast  # noqa: F401  the fixture
from tests.factories import make_account, make_post, make_user
from tests.queues.paging import SHEET, Page, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(cast: Cast) -> Page:  # noqa: F811
    return Page(cast)


def form(page: Page, **fields: Any) -> dict[str, Any]:
    """A form as the sheet sends it."""
    sent = {"do": "save", "version": page.version, "wording": ["Alpha"], "origin": ["-1"]}
    return {**sent, "account": [page.account.remote_id], **fields}


def content_of(page: Page, key: str) -> dict[str, Any]:
    session = page.session
    assert session is not None
    return item_content(session, key)


def test_the_form_is_a_sheet_for_htmx_and_a_page_without(page: Page):
    address = f"{page.address}items/{page.keys[0]}/"
    sheet = page.client.get(address, headers=SHEET).content.decode()
    assert "<html" not in sheet
    assert ">Alpha</textarea>" in sheet
    assert "<html" in page.client.get(address).content.decode()
    assert "<html" in page.client.get(address, headers=HISTORY).content.decode()
    assert page.session is None


def test_an_edit_is_a_step_and_closes_the_sheet(page: Page):
    answer = page.client.post(f"{page.address}items/{page.keys[1]}/", form(page, wording=["New words"]), headers=SHEET)
    assert answer.status_code == 200
    assert answer.headers["HX-Retarget"] == "#editor"
    assert texts_of(answer.content.decode())[1] == "New words"
    assert "1 edited" in answer.content.decode()
    assert content_of(page, page.keys[1])["summary"] == "New words"
    assert page.step("undo").status_code == 200
    assert content_of(page, page.keys[1])["summary"] == "Bravo"


def test_nothing_changed_is_no_step(page: Page):
    answer = page.client.post(f"{page.address}items/{page.keys[0]}/", form(page), headers=SHEET)
    assert "Nothing was changed." in answer.content.decode()
    assert page.session is None


def test_wordings_become_variations_and_a_text_again(page: Page):
    address = f"{page.address}items/{page.keys[0]}/"
    grown = page.client.post(address, form(page, do="word"), headers=SHEET).content.decode()
    assert grown.count("<textarea") == 3
    assert page.session is None
    page.client.post(address, form(page, wording=["One", "Two"], origin=["-1", "-1"]), headers=SHEET)
    held = content_of(page, page.keys[0])
    assert [entry["content"] for entry in held["variations"]] == ["One", "Two"]
    shown = page.client.get(address, headers=SHEET).content.decode()
    assert "Goes out next" in shown
    shrunk = page.client.post(
        address, form(page, do="drop 1", wording=["One", "Two"], origin=["0", "1"]), headers=SHEET
    ).content.decode()
    assert ">Two</textarea>" in shrunk
    assert ">One</textarea>" not in shrunk
    page.client.post(address, form(page, wording=["Two"], origin=["1"]), headers=SHEET)
    assert content_of(page, page.keys[0])["variations"] == []
    assert content_of(page, page.keys[0])["summary"] == "Two"


def test_mentions_of_a_variation_stay_with_it(page: Page):
    row = QueueItem.objects.get(pk=page.keys[0])
    row.content["variations"] = [{"content": "One", "mentions": ["m1"]}, {"content": "Two", "mentions": ["m2"]}]
    row.variations = 2
    row.save()
    sent = form(page, wording=["Two!", "Three"], origin=["1", "-1"])
    page.client.post(f"{page.address}items/{page.keys[0]}/", sent, headers=SHEET)
    variations = content_of(page, page.keys[0])["variations"]
    assert variations[0] == {"content": "Two!", "mentions": ["m2"]}
    assert variations[1]["content"] == "Three"
    assert not variations[1].get("mentions")


def test_pictures_are_added_by_address_taken_off_and_one_leads(page: Page):
    address, url = f"{page.address}items/{page.keys[0]}/", "https://cdn.test/oven.png"
    shown = page.client.post(address, form(page, do="file", new_file=url), headers=SHEET).content.decode()
    assert f'value="{url}"' in shown
    page.client.post(address, form(page, file=[url], added=[url], primary=url), headers=SHEET)
    held = content_of(page, page.keys[0])
    assert held["primaryImage"] == url
    assert held["media"] == [{"url": url, "type": "image/png"}]
    page.client.post(address, form(page, added=[url]), headers=SHEET)
    assert content_of(page, page.keys[0])["media"] == []
    assert "primaryImage" not in content_of(page, page.keys[0])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"account": []}, "Choose at least one account for this post."),
        ({"wording": [" "]}, "Write something, or add a picture."),
        ({"wording": ["One", ""], "origin": ["-1", "-1"]}, "A wording is empty."),
        ({"wording": ["x" * 20_001]}, "This is longer than 20000 letters"),
        ({"do": "file", "new_file": "http://insecure.test/a.png"}, "begins with https://"),
        ({"do": "file", "new_file": "https://[broken"}, "https://name/path"),
        ({"do": "file", "new_file": "https://nas.local/a.png"}, "private network"),
    ],
)
def test_what_cannot_be_gets_a_sentence_and_keeps_the_form(page: Page, fields: dict[str, Any], words: str):
    answer = page.client.post(f"{page.address}items/{page.keys[0]}/", form(page, **fields), headers=SHEET)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert page.session is None


def test_an_empty_form_gets_a_sentence(page: Page):
    for path in (f"items/{page.keys[0]}/", "items/new/", "items/import/"):
        assert page.client.post(page.address + path, headers=SHEET).status_code == 422, path


def test_who_edits_what_somebody_moved_meanwhile_keeps_the_words_and_sends_again(page: Page):
    sent = form(page, wording=["My words"])
    page.step(f"top {page.keys[4]}", client=page.cast.client(make_user(name="Bea", is_owner=True)))
    answer = page.client.post(f"{page.address}items/{page.keys[0]}/", sent, headers=SHEET)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Bea changed this draft" in body
    assert ">My words</textarea>" in body
    assert 'name="version" value="2"' in body
    assert "queues:draft-moved" in answer.headers["HX-Trigger"]
    again = page.client.post(f"{page.address}items/{page.keys[0]}/", {**sent, "version": 2}, headers=SHEET)
    assert again.status_code == 200


def test_an_item_that_is_not_there(page: Page):
    assert page.client.get(f"{page.address}items/999999/").status_code == 404
    assert page.client.get(f"{page.address}items/nonsense/").status_code == 404
    answer = page.client.post(f"{page.address}items/999999/", form(page), headers=SHEET)
    assert answer.status_code == 409


@pytest.mark.parametrize(("place", "at"), [("top", 0), ("bottom", 5), ("sideways", 5)])
def test_a_new_post_joins_where_it_is_told(page: Page, place: str, at: int):
    answer = page.client.post(f"{page.address}items/new/", form(page, wording=["Fresh"], place=place), headers=SHEET)
    assert answer.status_code == 200
    assert texts_of(answer.content.decode())[at] == "Fresh"
    assert "1 new" in answer.content.decode()
    draft = DraftItem.objects.get()
    assert draft.edits["accountIds"] == [page.account.remote_id]


def test_one_account_is_ticked_already(page: Page):
    one = page.client.get(f"{page.address}items/new/", headers=SHEET).content.decode()
    assert f'value="{page.account.remote_id}" checked' in one
    make_account(page.cast.a, "instagram")
    several = page.client.get(f"{page.address}items/new/", headers=SHEET).content.decode()
    assert f'value="{page.account.remote_id}" checked' not in several


class TestImport:
    def post(self, page: Page, text: str) -> Any:
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

    def test_ticked_posts_join_at_the_end(self, page: Page):
        one, _other = self.post(page, "Old words"), self.post(page, "Older words")
        offer = page.client.get(f"{page.address}items/import/", headers=SHEET).content.decode()
        assert "2 published posts of Patient tips" in offer
        sent = {"do": "some", "post": [one.pk], "version": 0}
        answer = page.client.post(f"{page.address}items/import/", sent, headers=SHEET)
        assert answer.status_code == 200
        assert texts_of(answer.content.decode())[-1] == "Old words"
        rest = page.client.get(f"{page.address}items/import/", headers=SHEET).content.decode()
        assert "1 published post of Patient tips" in rest

    def test_all_of_them(self, page: Page):
        self.post(page, "Old words")
        self.post(page, "Older words")
        answer = page.client.post(f"{page.address}items/import/", {"do": "all", "version": 0}, headers=SHEET)
        assert "2 posts joined at the end." in answer.content.decode()

    def test_none_to_take_says_so(self, page: Page):
        assert "is in the queue already" in page.client.get(f"{page.address}items/import/").content.decode()
        answer = page.client.post(f"{page.address}items/import/", {"do": "all", "version": 0}, headers=SHEET)
        assert answer.status_code == 422
        assert not EditSession.objects.exists()

    def test_who_comes_second_is_told(self, page: Page):
        self.post(page, "Old words")
        page.step(f"top {page.keys[4]}")
        answer = page.client.post(f"{page.address}items/import/", {"do": "all", "version": 0}, headers=SHEET)
        assert answer.status_code == 409
