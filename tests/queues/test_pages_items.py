"""Writing in a draft: an item of a queue in the composer, and a new one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from planner.models import ComposerDraft, MediaUpload
from queues.models import DraftItem, QueueItem
from queues.services.items import item_content
from tests.cast import HISTORY, HTMX, Cast, cast  # noqa: F401  the fixture
from tests.factories import make_account, make_user
from tests.queues.drafting import NOW
from tests.queues.paging import Page, open_form, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(cast: Cast) -> Page:  # noqa: F811
    return Page(cast)


def send(page: Page, address: str, form: dict[str, Any], **fields: Any) -> Any:
    fields = {name.replace("__", "."): value for name, value in fields.items()}
    return page.client.post(address, {**form, **fields}, headers=HTMX)


def edit(page: Page, number: int, **fields: Any) -> Any:
    """Change fields of an item and keep that in the draft."""
    address = item(page, number)
    return send(page, address, open_form(page.client, address), **fields)


def item(page: Page, number: int) -> str:
    return f"{page.address}items/{page.keys[number]}/"


def content_of(page: Page, key: str) -> dict[str, Any]:
    session = page.session
    assert session is not None
    return item_content(session, key)


def listed(page: Page) -> str:
    body: str = page.client.get(page.address).content.decode()
    return body


def test_the_page_is_the_composer_with_the_text_and_the_way_back(page: Page):
    body = page.client.get(item(page, 0)).content.decode()
    assert "<textarea" in body
    assert "Alpha</textarea>" in body
    assert f'href="{page.address}"' in body
    assert 'id="counters-0"' in body
    assert 'name="day"' not in body
    assert "<html" in page.client.get(item(page, 0), headers=HISTORY).content.decode()
    assert page.session is None


def test_an_edit_is_a_step_and_leads_back_to_its_place(page: Page):
    answer = edit(page, 1, text=["New words"])
    assert answer.headers["HX-Redirect"] == f"{page.address}#item-{page.keys[1]}"
    assert texts_of(listed(page))[1] == "New words"
    assert "1 edited" in listed(page)
    assert DraftItem.objects.get().edits == {"summary": "New words"}
    assert page.step("undo").status_code == 200
    assert content_of(page, page.keys[1])["summary"] == "Bravo"


def test_it_works_without_scripts(page: Page):
    form = open_form(page.client, item(page, 0))
    answer = page.client.post(item(page, 0), {**form, "text": ["New words"]})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{page.address}#item-{page.keys[0]}"
    grown = page.client.post(item(page, 0), {**form, "do": "text"}).content.decode()
    assert "<html" in grown
    assert grown.count('class="big-text') == 2


def test_nothing_changed_is_no_step(page: Page):
    edit(page, 0)
    assert page.session is None
    assert "Nothing was changed." in listed(page)


def test_every_network_has_its_say_about_every_text(page: Page):
    make_account(page.cast.a, "instagram", remote_id="ig")
    address = item(page, 0)
    form = open_form(page.client, address)
    wanted = re.findall(r'name="accounts" value="(\d+)"', page.client.get(address).content.decode())
    long = "x" * 2_201
    said = send(page, address, form, do="check", accounts=wanted, text=["Short", long], text__origin=["-1", "-1"])
    body = said.content.decode()
    assert "Instagram: the text has 2,201 characters, the limit is 2,200. Shorten it." in body
    assert re.search(r'id="slot-text-1"[^>]*>.*?limit is 2,200', body, re.S)
    assert 'id="slot-text-0"' not in body
    assert re.search(r'id="counters-1"[^>]*hx-swap-oob.*?counter-over', body, re.S)
    assert "counter-over" not in re.findall(r'id="counters-0".*?</ul>', body, re.S)[0]
    assert "There is no date" not in body
    assert page.session is None


def test_errors_are_shown_once_and_then_may_be_kept(page: Page):
    make_account(page.cast.a, "instagram", remote_id="ig")
    wanted = re.findall(r'name="accounts" value="(\d+)"', page.client.get(item(page, 1)).content.decode())
    refused = edit(page, 1, accounts=wanted, text=["y" * 2_201])
    assert refused.status_code == 422
    body = refused.content.decode()
    assert "HighLevel may refuse the queue when it is saved" in body
    assert 'value="keep"' in body
    assert page.session is None
    kept = edit(page, 1, accounts=wanted, text=["y" * 2_201], do="keep")
    assert kept.headers["HX-Redirect"]
    shown = listed(page)
    assert "Kept in the draft with 2 errors." in shown
    assert "Instagram: the text has 2,201 characters" in shown
    assert "Instagram: an image or a video is needed" in shown


def test_texts_become_variations_and_a_text_again(page: Page):
    address = item(page, 0)
    form = open_form(page.client, address)
    grown = send(page, address, form, do="text").content.decode()
    assert grown.count("<textarea") == 2
    assert "autofocus" in grown
    assert page.session is None
    send(page, address, form, text=["One", "Two", "Three"], text__origin=["-1"] * 3)
    assert [entry["content"] for entry in content_of(page, page.keys[0])["variations"]] == ["One", "Two", "Three"]
    form = open_form(page.client, address)
    assert form["text"] == ["One", "Two", "Three"]
    assert form["text.origin"] == ["0", "1", "2"]
    assert page.client.get(address).content.decode().count("Goes out next") == 1
    moved = send(page, address, form, do="earlier:2").content.decode()
    assert re.findall(r">\n([^<]*)</textarea>", moved) == ["One", "Three", "Two"]
    assert re.findall(r'name="text.origin" value="(\d)"', moved) == ["0", "2", "1"]
    shrunk = send(page, address, form, do="drop:0").content.decode()
    assert re.findall(r">\n([^<]*)</textarea>", shrunk) == ["Two", "Three"]
    send(page, address, form, text=["Two"], text__origin=["1"])
    assert content_of(page, page.keys[0])["variations"] == []
    assert content_of(page, page.keys[0])["summary"] == "Two"


def test_mentions_of_a_variation_stay_with_it(page: Page):
    row = QueueItem.objects.get(pk=page.keys[0])
    said = [{"content": "One\r\n", "mentions": ["m1"]}, {"content": "Two", "mentions": ["m2"]}]
    row.content["variations"] = said
    row.variations = 2
    row.save()
    edit(page, 0, text=["Two!", "One\n", "Three"], text__origin=["1", "0", "-1"])
    variations = content_of(page, page.keys[0])["variations"]
    assert variations == [{"content": "Two!", "mentions": ["m2"]}, said[0], {"content": "Three"}]


def test_addresses_that_highlevel_has_taken_stop_nobody(page: Page):
    film = {"url": "http://old.test/a.mp4", "type": "video/mp4", "thumbnail": "http://old.test/a.jpg"}
    row = QueueItem.objects.get(pk=page.keys[0])
    row.content = {**row.content, "media": [film]}
    row.save()
    assert edit(page, 0, text=["Other words"]).status_code < 400
    held = content_of(page, page.keys[0])
    assert (held["summary"], held["media"]) == ("Other words", [film])
    assert edit(page, 0, media__cover=["http://new.test/b.jpg"]).status_code == 422


def test_files_are_added_described_moved_and_one_leads(page: Page):
    address, url = item(page, 0), "https://cdn.test/oven.png"
    form = open_form(page.client, address)
    shown = send(page, address, form, do="add", add=url).content.decode()
    assert f'name="media.url" value="{url}"' in shown
    row = {"media__url": [url], "media__kind": ["image/png"], "media__alt": ["An oven"]}
    rest = {"media__cover": [""], "media__caption": [""]}
    send(page, address, form, **row, **rest, media__primary=url)
    held = content_of(page, page.keys[0])
    assert held["primaryImage"] == url
    assert held["media"] == [{"url": url, "type": "image/png", "altText": "An oven"}]
    form = open_form(page.client, address)
    assert form["media.primary"] == [url]
    send(page, address, {name: value for name, value in form.items() if not name.startswith("media.")})
    assert content_of(page, page.keys[0])["media"] == []
    assert "primaryImage" not in content_of(page, page.keys[0])


def test_an_upload_is_measured_when_the_page_is_opened_again(page: Page):
    facts = {"mime": "image/png", "width": 1080, "height": 1080, "size": 40_000_000}
    upload = MediaUpload.objects.create(
        location=page.cast.a, name="oven.png", mime="image/png", size=40_000_000, facts=facts, created_at=NOW
    )
    row = {"media__url": [upload.address], "media__kind": ["image/png"], "media__alt": [""]}
    rest = {"media__cover": [""], "media__caption": [""]}
    edit(page, 0, **row, **rest, do="keep")
    assert content_of(page, page.keys[0])["media"] == [{"url": upload.address, "type": "image/png"}]
    body = page.client.get(item(page, 0)).content.decode()
    assert "oven.png" in body
    assert "MB" in re.findall(r'id="slot-media-0".*?</div>', body, re.S)[0]


def test_settings_of_networks_are_kept_and_taken_away(page: Page):
    address = item(page, 0)
    send(
        page,
        address,
        open_form(page.client, address),
        details__facebook__textFormatPresetId="106",
        follow_up_comment="Ask us",
    )
    held = content_of(page, page.keys[0])
    assert held["facebookPostDetails"] == {"type": "post", "textFormatPresetId": "106"}
    assert held["followUpComment"] == "Ask us"
    form = open_form(page.client, address)
    assert form["details.facebook.textFormatPresetId"] == ["106"]
    send(page, address, form, details__facebook__textFormatPresetId="", follow_up_comment="")
    edits = DraftItem.objects.get().edits
    # told, because HighLevel keeps what an edit leaves out
    assert (edits["facebookPostDetails"], edits["followUpComment"]) == ({"type": "post"}, "")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"accounts": []}, "No account is chosen."),
        ({"text": [" "]}, "Write something, or add a picture."),
        ({"text": ["One", ""], "text__origin": ["-1", "-1"]}, "This text is empty."),
        ({"text": ["x" * 20_001]}, "This is longer than 20000 letters"),
    ],
)
@pytest.mark.parametrize("do", ["save", "keep"])
def test_what_cannot_be_gets_a_sentence_and_keeps_the_words(page: Page, fields: dict[str, Any], words: str, do: str):
    answer = edit(page, 0, do=do, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'value="keep"' not in answer.content.decode()
    assert page.session is None


def test_an_empty_form_gets_a_sentence(page: Page):
    for path in (f"items/{page.keys[0]}/", "items/new/", "items/import/"):
        assert page.client.post(page.address + path, headers=HTMX).status_code == 422, path


def test_what_is_typed_is_kept_until_it_is_saved_or_thrown_away(page: Page):
    address = item(page, 0)
    form = open_form(page.client, address)
    send(page, address, form, do="check")
    assert not ComposerDraft.objects.exists()
    assert "Kept at" in send(page, address, form, do="check", text=["Half a thou"]).content.decode()
    again = page.client.get(address).content.decode()
    assert "Half a thou</textarea>" in again
    assert "Not saved yet" in again
    # neither another item nor a new post, nor anybody else, has it
    assert "Half a thou" not in page.client.get(item(page, 1)).content.decode()
    assert "Half a thou" not in page.client.get(f"/posts/compose/?location={page.cast.a.pk}").content.decode()
    hers = page.cast.client(make_user(name="Bea", is_owner=True))
    assert "Half a thou" not in hers.get(address).content.decode()
    send(page, address, open_form(page.client, address), do="discard")
    new = f"{page.address}items/new/"
    send(page, new, open_form(page.client, new), do="check")
    assert not ComposerDraft.objects.exists()
    assert "Alpha</textarea>" in page.client.get(address).content.decode()
    send(page, address, form, do="check", text=["Half a thou"])
    send(page, address, form, text=["A thought"])
    assert not ComposerDraft.objects.exists()


def test_who_moves_another_post_meanwhile_is_not_in_the_way(page: Page):
    form = open_form(page.client, item(page, 0))
    page.step(f"top {page.keys[4]}", client=page.cast.client(make_user(name="Bea", is_owner=True)))
    send(page, item(page, 0), form, text=["My words"])
    assert page.turn[:2] == ["Echo", "Alpha"]
    assert content_of(page, page.keys[0])["summary"] == "My words"


def test_who_writes_is_seen_by_the_others_at_the_draft(page: Page):
    form = open_form(page.client, item(page, 0))
    send(page, item(page, 0), form, do="check")
    assert page.session is None
    bea = page.cast.client(make_user(name="Bea", is_owner=True))
    page.step(f"top {page.keys[4]}", client=bea)
    send(page, item(page, 0), form, do="check")
    here = bea.post(f"{page.address}here/", {"version": 2}, headers=HTMX).content.decode()
    assert f"{page.cast.ana.name} is here too" in here


def test_two_who_edit_one_post_choose_field_by_field(page: Page):
    address = item(page, 0)
    form = open_form(page.client, address)
    send(page, address, form, follow_up_comment="Hers", text=["Her words"])
    answer = send(page, address, form, text=["My words"])
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Both of you changed this post" in body
    assert "My words" in body
    assert "Her words" in body
    base = re.findall(r'name="base" value="([^"]+)"', body)[0]
    taken = {"take.text": "ours", "take.follow_up_comment": "theirs"}
    send(page, address, {**form, "base": base, **taken}, text=["My words"])
    held = content_of(page, page.keys[0])
    assert (held["summary"], held["followUpComment"]) == ("My words", "Hers")


def test_back_to_the_original_drops_what_was_typed(page: Page):
    address = item(page, 0)
    edit(page, 0, text=["My words"])
    form = open_form(page.client, address)
    send(page, address, form, do="check", text=["More words"])
    answer = send(page, address, form, do="reset", text=["More words"])
    assert answer.headers["HX-Redirect"] == address
    body = page.client.get(address).content.decode()
    assert "Alpha</textarea>" in body
    assert "The post is as its original again." in body
    assert DraftItem.objects.get().reset


def test_an_item_that_is_not_there(page: Page):
    assert page.client.get(f"{page.address}items/999999/").status_code == 404
    assert page.client.get(f"{page.address}items/nonsense/").status_code == 404


def test_what_was_written_for_a_post_that_is_gone_can_be_added_as_a_new_one(page: Page):
    address = item(page, 0)
    form = open_form(page.client, address)
    page.step(f"delete {page.keys[0]}")
    answer = send(page, address, form, text=["My words"])
    body = answer.content.decode()
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#composer"
    assert "This post is not in the queue any more." in body
    assert "My words</textarea>" in body
    assert f'action="{page.address}items/new/"' in body


@pytest.mark.parametrize(("joins", "at"), [("top", 0), ("bottom", 5), ("sideways", 5)])
def test_a_new_post_joins_where_it_is_told(page: Page, joins: str, at: int):
    address = f"{page.address}items/new/"
    answer = send(page, address, open_form(page.client, address), text=["Fresh"], joins=joins)
    assert "#item-n1" in answer.headers["HX-Redirect"]
    assert texts_of(listed(page))[at] == "Fresh"
    assert "1 new" in listed(page)
    draft = DraftItem.objects.get()
    assert draft.edits == {
        "accountIds": [page.account.remote_id], "summary": "Fresh", "media": [], "type": "post"
    }  # fmt: skip


def test_one_account_is_ticked_already(page: Page):
    address = f"{page.address}items/new/"
    assert open_form(page.client, address)["accounts"] == [str(page.account.pk)]
    make_account(page.cast.a, "instagram")
    assert "accounts" not in open_form(page.client, address)


def test_an_item_costs_the_same_in_a_long_queue(cast: Cast, django_assert_num_queries: Any) -> None:  # noqa: F811
    for number in (2, 40):
        page = Page(cast, [f"Post {one}" for one in range(number)])
        # session, viewer, the frame's two; draft, queue, its items; the item, accounts; accounts, groups, categories,
        # tags, approvers of the client; what was kept
        with django_assert_num_queries(15):
            assert page.client.get(item(page, 0)).status_code == 200
