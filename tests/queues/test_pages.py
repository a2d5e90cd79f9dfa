"""The page of one queue: what is on it for whom, and the steps that a draft takes from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from queues.models import CategoryQueue, EditSession, QueueItem, QueueStatus, SessionState
from queues.services.sessions import session_open
from tests.cast import HISTORY, HTMX, Cast, cast  # noqa: F401  the fixture
from tests.factories import make_member, make_user
from tests.queues.drafting import make_items
from tests.queues.paging import EDITOR, LETTERS, SHEET, Page, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(cast: Cast) -> Page:  # noqa: F811
    return Page(cast)


def test_the_page_shows_the_cycle_from_the_next_post_on_and_begins_no_draft(page: Page):
    CategoryQueue.objects.update(current_order=3000)
    answer = page.client.get(page.address)
    body = answer.content.decode()
    assert answer.status_code == 200
    assert texts_of(body) == ["Charlie", "Delta", "Echo", "Alpha", "Bravo"]
    assert "a full cycle takes 5 days" in body
    assert 'id="preview"' in body
    assert 'id="slots"' in body
    assert 'id="forecast"' in body
    assert page.session is None


def test_a_fragment_for_htmx_and_the_whole_page_for_a_history_restore(page: Page):
    piece = page.client.get(page.address, headers=EDITOR).content.decode()
    assert "<html" not in piece
    assert 'id="editor"' in piece
    assert "hx-swap-oob" in piece
    whole = page.client.get(page.address, headers=HISTORY | {"HX-Target": "editor"}).content.decode()
    assert "<html" in whole
    assert "hx-swap-oob" not in whole


@pytest.mark.parametrize(
    ("do", "more", "expected"),
    [
        ("up 2", {}, "ACBDE"),
        ("down 0", {}, "BACDE"),
        ("top 4", {}, "EABCD"),
        ("bottom 0", {}, "BCDEA"),
        ("to 0", {"place": 3}, "BCADE"),
        ("before 4", {"target": 1}, "AEBCD"),
        ("after 0", {"target": 3}, "BCDAE"),
        ("top", {"pick": [2, 4]}, "CEABD"),
        ("down", {"pick": [0, 1]}, "CABDE"),
        ("down", {"pick": [0, 2]}, "BDACE"),
        ("to", {"pick": [0, 1], "place": 4}, "CDEAB"),
        ("after", {"pick": [0, 1], "target": 2}, "CABDE"),
        ("delete 1", {}, "ACDE"),
    ],
)
def test_a_step_begins_a_draft_and_shows_what_it_did(page: Page, do: str, more: dict[str, Any], expected: str):
    verb, _space, number = do.partition(" ")
    asked = f"{verb} {page.keys[int(number)]}" if number else verb
    given = {name: value for name, value in more.items() if name == "place"}
    if "target" in more:
        given["target"] = page.keys[more["target"]]
    if "pick" in more:
        given["pick"] = [page.keys[index] for index in more["pick"]]
    answer = page.step(asked, **given)
    assert answer.status_code == 200, answer.content.decode()
    wanted = [next(text for text in LETTERS if text[0] == letter) for letter in expected]
    assert page.turn == wanted
    assert texts_of(answer.content.decode()) == wanted
    assert "queues:draft-changed" in answer.headers["HX-Trigger"]
    assert "1 change" in answer.content.decode()


def test_what_moves_nothing_leaves_no_draft_behind(page: Page):
    assert page.step(f"up {page.keys[0]}").status_code == 200
    assert page.session is None
    assert not EditSession.objects.exists()


def test_undo_and_redo(page: Page):
    page.step(f"top {page.keys[4]}")
    page.step(f"delete {page.keys[0]}")
    answer = page.step("undo")
    assert "Undone: “Alpha” was taken out." in answer.content.decode()
    assert page.turn == ["Echo", "Alpha", "Bravo", "Charlie", "Delta"]
    page.step("undo")
    assert page.turn == LETTERS
    assert page.step("undo").status_code == 422
    assert "Done again: “Echo” was moved." in page.step("redo").content.decode()


def test_a_copy_stands_behind_its_original_and_a_reset_goes_back(page: Page):
    page.step(f"clone {page.keys[1]}")
    assert page.turn == ["Alpha", "Bravo", "n1", "Charlie", "Delta", "Echo"]
    answer = page.step(f"reset {page.keys[0]}")
    assert answer.status_code == 200
    assert "1 post is as its original again." in answer.content.decode()


def test_without_htmx_a_step_leads_back_to_the_page_with_a_sentence(page: Page):
    answer = page.step(f"top {page.keys[4]}", headers={})
    assert answer.status_code == 302
    assert answer.headers["Location"] == page.address
    assert "Moved to position 1." in page.client.get(page.address).content.decode()


@pytest.mark.parametrize(
    "sent", [{}, {"do": "top", "version": 0}, {"do": "explode 1", "version": 0}, {"do": "top 1", "version": "x"}]
)
def test_what_makes_no_sense_gets_a_sentence(page: Page, sent: dict[str, Any]):
    answer = page.client.post(f"{page.address}steps/", sent, headers=EDITOR)
    assert answer.status_code == 422
    assert 'class="tone-bad"' in answer.content.decode()
    assert page.session is None


def test_a_position_that_there_is_not_names_the_last_one(page: Page):
    answer = page.step(f"to {page.keys[0]}", place=99)
    assert answer.status_code == 422
    assert "There is no such position. The last one is 5." in answer.content.decode()


def test_who_comes_second_gets_the_fresh_list_and_who_was_first(page: Page):
    page.step(f"top {page.keys[4]}")
    bea = make_user(name="Bea", is_owner=True)
    client = page.cast.client(bea)
    late = page.step(f"top {page.keys[3]}", version=0, client=client)
    body = late.content.decode()
    assert late.status_code == 409
    assert "Ana changed this draft in another window" in body
    assert texts_of(body)[0] == "Echo"
    assert 'data-version="2"' in body
    assert page.step(f"top {page.keys[3]}", version=2, client=client).status_code == 200
    assert page.turn[:2] == ["Delta", "Echo"]


def test_a_step_in_a_draft_that_was_closed_shows_the_live_queue(page: Page):
    page.step(f"top {page.keys[4]}")
    page.client.post(f"{page.address}draft/", {"do": "discard", "version": 2})
    answer = page.step(f"top {page.keys[3]}", version=2)
    assert answer.status_code == 409
    assert "This draft was closed in another window" in answer.content.decode()
    assert texts_of(answer.content.decode()) == LETTERS


def test_a_reader_sees_the_live_queue_and_no_draft(page: Page):
    page.step(f"top {page.keys[4]}")
    body = page.cast.as_ben.get(page.address).content.decode()
    assert texts_of(body) == LETTERS
    assert 'name="do"' not in body
    assert "draft-bar" not in body
    refused = page.step(f"top {page.keys[4]}", client=page.cast.as_ben)
    assert refused.status_code == 403


def test_a_stranger_finds_nothing(page: Page):
    for path in ("", "preview/", "forecast/", "slots/", "settings/", "state/", "dates/", "draft/", "items/new/"):
        assert page.cast.as_cleo.get(page.address + path).status_code == 404, path
    for path in ("steps/", "draft/", "here/", "slots/", "settings/", "state/", "dates/", "items/new/", "items/import/"):
        assert page.cast.as_cleo.post(page.address + path).status_code == 404, path


def test_a_creator_may_edit(page: Page):
    cora = make_user(name="Cora")
    make_member(cora, page.cast.a, Role.CREATOR)
    assert page.step(f"top {page.keys[4]}", client=page.cast.client(cora)).status_code == 200


def test_a_long_queue_is_shown_in_windows_and_found_by_words(cast: Cast):  # noqa: F811
    page = Page(cast, [f"Post {number:03}" for number in range(120)])
    first = page.client.get(page.address).content.decode()
    assert len(texts_of(first)) == 50
    assert "1–50 of 120" in first
    assert texts_of(page.client.get(f"{page.address}?skip=100").content.decode())[0] == "Post 100"
    # past the end is the last window, what is no number the first
    assert texts_of(page.client.get(f"{page.address}?skip=5000").content.decode())[0] == "Post 100"
    assert texts_of(page.client.get(f"{page.address}?skip=x").content.decode())[0] == "Post 000"
    found = page.client.get(f"{page.address}?q=post+077", headers=EDITOR).content.decode()
    assert texts_of(found) == ["Post 077"]
    assert "No post of this queue says so" in page.client.get(f"{page.address}?q=nothing").content.decode()
    moved = page.step(f"bottom {page.keys[0]}", skip=50)
    assert texts_of(moved.content.decode())[0] == "Post 051"


def test_posts_with_errors_are_found_wherever_they_stand(cast: Cast):  # noqa: F811
    page = Page(cast, [f"Post {number:03}" for number in range(620)])
    whole = f"{page.address}?errors=1"
    assert "No post of this queue has an error" in page.client.get(whole).content.decode()
    QueueItem.objects.filter(pk=page.keys[77]).update(has_errors=True, errors=["INVALID_USER_ID"])
    QueueItem.objects.filter(pk=page.keys[600]).update(content={"accountIds": ["gone"], "summary": "Post 600"})
    assert texts_of(page.client.get(whole).content.decode()) == ["Post 077", "Post 600"]
    moved = page.step(f"top {page.keys[600]}", errors="1")
    assert texts_of(moved.content.decode()) == ["Post 600", "Post 077"]


def test_an_empty_queue_says_what_to_do(cast: Cast):  # noqa: F811
    page = Page(cast, [])
    assert "Write the first one" in page.client.get(page.address).content.decode()


def test_a_queue_that_is_gone_can_still_be_read(page: Page):
    page.step(f"top {page.keys[4]}")
    CategoryQueue.objects.update(gone_at=datetime.now(UTC))
    body = page.client.get(page.address).content.decode()
    assert "has left HighLevel" in body
    assert texts_of(body)[0] == "Echo"


@pytest.mark.parametrize("size", [60, 2000])
@pytest.mark.parametrize("owner", [True, False])
def test_a_reorder_costs_ten_queries_at_most(cast: Cast, size: int, owner: bool):  # noqa: F811
    page = Page(cast, [f"Post {number}" for number in range(size)])
    mia = make_user(name="Mia", is_owner=owner)
    make_member(mia, cast.a, Role.MANAGER)
    client = cast.client(mia)
    client.get(f"/profile/?location={cast.a.pk}")
    page.step(f"top {page.keys[4]}", client=client)
    page.step(f"top {page.keys[5]}", client=client)
    with CaptureQueriesContext(connection) as queries:
        sent = {"do": f"to {page.keys[9]}", "version": 3, "place": 40}
        assert client.post(f"{page.address}steps/", sent, headers=EDITOR).status_code == 200
    # session; viewer; chosen location; draft with its queue; begin, step, draft, commit; items; accounts
    assert len(queries) <= 10, [query["sql"][:120] for query in queries]


@pytest.mark.parametrize("size", [10, 200])
def test_the_page_costs_the_same_for_any_number_of_posts(
    cast: Cast,  # noqa: F811
    size: int,
    django_assert_max_num_queries: Callable[[int], Any],
):
    page = Page(cast, [f"Post {number}" for number in range(size)])
    # of every page: session, viewer, health, accounts to reconnect; whether there is a draft, the queue, its items;
    # the items of the window, accounts; accounts to filter by, the items of the preview
    with django_assert_max_num_queries(4 + 7):
        page.client.get(page.address)


def test_two_people_see_each_other(page: Page):
    page.step(f"top {page.keys[4]}")
    bea = page.cast.client(make_user(name="Bea", is_owner=True))
    alone = page.client.post(f"{page.address}here/", {"version": 2}, headers=HTMX)
    assert "is here too" not in alone.content.decode()
    assert "HX-Trigger" not in alone.headers
    hers = bea.post(f"{page.address}here/", {"version": 0}, headers=HTMX)
    assert "Ana is here too" in hers.content.decode()
    assert "queues:draft-moved" in hers.headers["HX-Trigger"]
    assert "Bea is here too" in page.client.post(f"{page.address}here/", {"version": 2}, headers=HTMX).content.decode()
    bea.post(f"{page.address}here/", {"leave": "yes"}, headers=HTMX)
    assert "Bea" not in page.client.post(f"{page.address}here/", {"version": 2}, headers=HTMX).content.decode()


class TestDraft:
    def test_saving_shows_progress_and_locks_the_list(self, page: Page):
        page.step(f"top {page.keys[4]}")
        answer = page.client.post(f"{page.address}draft/", {"do": "save", "version": 2}, headers=EDITOR)
        body = answer.content.decode()
        assert answer.status_code == 200
        assert "Being saved to HighLevel" in body
        assert 'name="pick"' not in body
        session = page.session
        assert session is not None
        assert session.state == SessionState.SAVING
        poll = HTMX | {"HX-Target": "draft-bar"}
        going = page.client.get(f"{page.address}draft/?session={session.pk}", headers=poll).content.decode()
        assert 'hx-trigger="every 2s"' in going
        assert 'id="editor"' not in going
        assert page.step(f"top {page.keys[3]}").status_code == 409

    def test_the_end_of_saving_brings_the_live_queue(self, page: Page):
        page.step(f"top {page.keys[4]}")
        session = page.session
        assert session is not None
        EditSession.objects.filter(pk=session.pk).update(state=SessionState.SAVED)
        poll = HTMX | {"HX-Target": "draft-bar"}
        answer = page.client.get(f"{page.address}draft/?session={session.pk}", headers=poll)
        assert answer.headers["HX-Retarget"] == "#editor"
        assert "Saved. HighLevel has the queue as you see it." in answer.content.decode()
        assert texts_of(answer.content.decode()) == LETTERS

    @pytest.mark.parametrize(
        ("interruption", "words"),
        [
            ("moved", "Bring the draft up to date above"),
            ("foreign", "Throw theirs away and save"),
            ("refused", "the text is too long"),
            ("gone", "the queue is gone from HighLevel"),
        ],
    )
    def test_a_save_that_stopped_says_why(self, page: Page, interruption: str, words: str):
        page.step(f"top {page.keys[4]}")
        held = {"state": SessionState.INTERRUPTED, "interruption": interruption, "problem": "the text is too long"}
        EditSession.objects.update(**held)
        assert words in page.client.get(page.address).content.decode()

    def test_a_foreign_session_is_thrown_away_only_when_somebody_says_so(self, page: Page):
        page.step(f"top {page.keys[4]}")
        EditSession.objects.update(state=SessionState.INTERRUPTED, interruption="foreign", foreign="theirs")
        refused = page.client.post(f"{page.address}draft/", {"do": "save", "version": 2}, headers=EDITOR)
        assert refused.status_code == 409
        assert "Somebody edits this queue in HighLevel" in refused.content.decode()
        done = page.client.post(f"{page.address}draft/", {"do": "force", "version": 2}, headers=EDITOR)
        assert done.status_code == 200
        session = page.session
        assert session is not None
        assert session.change is not None
        assert session.change.payload["discard_foreign"] == "theirs"

    def test_a_draft_queue_can_be_kept_a_draft(self, cast: Cast):  # noqa: F811
        page = Page(cast, status=QueueStatus.DRAFT)
        page.step(f"top {page.keys[4]}")
        body = page.client.get(page.address).content.decode()
        assert "Save, keep it a draft" in body
        assert "Save and activate" in body
        page.client.post(f"{page.address}draft/", {"do": "keep", "version": 2}, headers=EDITOR)
        session = page.session
        assert session is not None
        assert session.keep_in_draft

    def test_discarding_shows_the_steps_first(self, page: Page):
        page.step(f"top {page.keys[4]}")
        question = page.client.get(f"{page.address}draft/", headers=SHEET).content.decode()
        assert "“Echo” was moved" in question
        answer = page.client.post(f"{page.address}draft/", {"do": "discard", "version": 2}, headers=EDITOR)
        assert texts_of(answer.content.decode()) == LETTERS
        assert page.session is None

    def test_a_queue_that_moved_is_shown_and_the_draft_brought_up_to_date(self, page: Page):
        page.step(f"top {page.keys[4]}")
        make_items(page.queue, page.account, ["Foxtrot"], remote_id="late", order=9000)
        body = page.client.get(page.address).content.decode()
        assert "The queue changed in HighLevel since this draft began." in body
        assert "1 post joined" in body
        answer = page.client.post(f"{page.address}draft/", {"do": "rebase", "version": 2}, headers=EDITOR)
        assert texts_of(answer.content.decode()) == ["Echo", "Alpha", "Bravo", "Charlie", "Delta", "Foxtrot"]
        assert "The queue changed in HighLevel" not in answer.content.decode()

    @pytest.mark.parametrize("sent", [{}, {"do": "explode", "version": "2"}, {"do": "save", "version": "x"}])
    def test_what_makes_no_sense_changes_nothing(self, page: Page, sent: dict[str, Any]):
        page.step(f"top {page.keys[4]}")
        assert page.client.post(f"{page.address}draft/", sent, headers=EDITOR).status_code in (409, 422)
        session = page.session
        assert session is not None
        assert session.state == SessionState.OPEN

    def test_without_htmx_the_question_and_the_way_back_are_pages(self, page: Page):
        page.step(f"top {page.keys[4]}")
        assert "Throw this draft away?" in page.client.get(f"{page.address}draft/").content.decode()
        assert page.client.post(f"{page.address}draft/", {"do": "discard", "version": 2}).status_code == 302

    def test_somebody_who_was_too_late_to_save_gets_the_fresh_list(self, page: Page):
        page.step(f"top {page.keys[4]}")
        page.step(f"top {page.keys[3]}")
        answer = page.client.post(f"{page.address}draft/", {"do": "save", "version": 2}, headers=EDITOR)
        assert answer.status_code == 409
        assert texts_of(answer.content.decode())[0] == "Delta"


def test_a_session_that_began_elsewhere_is_resumed(page: Page, cast: Cast):  # noqa: F811
    bea: User = make_user(name="Bea", is_owner=True)
    session_open(queue=page.queue, actor=bea, now=datetime.now(UTC))
    page.step(f"top {page.keys[4]}", version=1)
    assert EditSession.objects.count() == 1
    assert page.turn[0] == "Echo"
