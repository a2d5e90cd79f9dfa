"""Steps of a draft: what each does, that it can be undone, and that two people never overwrite each other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planner.models import PostStatus
from queues.models import CategoryQueue, DraftItem, DraftStep, EditSession, QueueItem
from queues.selectors.editor import editor_page, latest_steps, moved_underneath
from queues.services.errors import (
    DraftClosed,
    DraftMoved,
    NoAccounts,
    NoOriginal,
    NoSuchItem,
    NoSuchPlace,
    NothingToImport,
    NothingToUndo,
    QueueGone,
)
from queues.services.items import (
    item_add,
    item_clone,
    item_content,
    item_delete,
    item_edit,
    item_move,
    item_reset,
    items_import_published,
)
from queues.services.sessions import session_discard, session_heartbeat, session_open, session_rebase
from queues.services.steps import session_redo, session_undo
from tests.factories import make_post, make_user
from tests.queues.drafting import NOW, Desk, make_items

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("letters", "arguments", "turn"),
    [
        ("D", {"place": "top"}, "DABCE"),
        ("A", {"place": "bottom"}, "BCDEA"),
        ("E", {"place": 1}, "AEBCD"),
        ("BD", {"place": "top"}, "BDACE"),
        ("DB", {"place": "bottom"}, "ACEBD"),
        ("AB", {"place": 2}, "CDABE"),
        ("B", {"place": 1}, "ABCDE"),
    ],
)
def test_items_are_moved(letters: str, arguments: dict[str, str | int], turn: str) -> None:
    desk = Desk()
    desk.do(item_move, keys=desk.named(letters), **arguments)
    assert desk.turn() == turn
    assert desk.session.steps == (0 if turn == "ABCDE" else 1)


def test_an_item_is_put_before_another() -> None:
    desk = Desk()
    desk.do(item_move, keys=desk.named("EA"), before=desk.keys["C"])
    assert desk.turn() == "BAECD"


def test_every_step_can_be_undone_and_done_again() -> None:
    desk = Desk()
    make_post(
        desk.location, desk.account, category=desk.queue.category, status=PostStatus.PUBLISHED, remote=_post(desk)
    )
    turns = [desk.turn()]
    edits = {"summary": "Better", "variations": [{"content": "One"}, {"content": "Two"}]}
    for verb, arguments in (
        (item_move, {"keys": desk.named("D"), "place": "top"}),
        (item_edit, {"key": desk.keys["B"], "edits": edits}),
        (item_clone, {"keys": desk.named("BC")}),
        (item_delete, {"keys": desk.named("AB")}),
        (item_add, {"content": {"accountIds": ["x"], "summary": "New"}, "place": 2}),
        (items_import_published, {}),
        (item_reset, {"keys": desk.named("C")}),
        (item_move, {"keys": desk.named("E"), "place": 0}),
    ):
        desk.do(verb, **arguments)
        turns.append(desk.turn())
    assert turns[-1] == "EDn1n3Cn2n4"
    contents = [item_content(desk.session, key) for key in ("n1", "n3", desk.keys["B"])]
    assert [content["summary"] for content in contents] == ["Better", "New", "Better"]

    for turn in reversed(turns[:-1]):
        desk.do(session_undo)
        assert desk.turn() == turn
    with pytest.raises(NothingToUndo):
        desk.do(session_undo)
    assert item_content(desk.session, desk.keys["B"])["summary"] == "B"
    for turn in turns[1:]:
        desk.do(session_redo)
        assert desk.turn() == turn
    with pytest.raises(NothingToUndo):
        desk.do(session_redo)
    assert item_content(desk.session, desk.keys["B"])["summary"] == "Better"


def _post(desk: Desk) -> dict[str, object]:
    return {"_id": "p", "accountIds": [desk.account.remote_id], "summary": "Once published", "media": []}


def test_a_new_step_ends_what_could_be_done_again() -> None:
    desk = Desk()
    desk.do(item_move, keys=desk.named("D"), place="top")
    desk.do(session_undo)
    desk.do(item_move, keys=desk.named("E"), place="top")
    with pytest.raises(NothingToUndo):
        desk.do(session_redo)
    assert [step.number for step in latest_steps(desk.session)] == [1]


def test_a_copy_keeps_what_its_source_said_when_it_was_made() -> None:
    desk = Desk()
    desk.do(item_edit, key=desk.keys["A"], edits={"summary": "First"})
    (copy,) = desk.do(item_clone, keys=desk.named("A"))
    desk.do(item_edit, key=desk.keys["A"], edits={"summary": "Second"})
    assert desk.turn() == "An1BCDE"
    assert item_content(desk.session, copy)["summary"] == "First"


def test_who_acts_on_an_older_version_is_told_what_happened() -> None:
    desk = Desk()
    ben = make_user(name="Ben", is_owner=True)
    other = EditSession.objects.select_related("queue__location").get(pk=desk.session.pk)
    seen = other.version
    desk.do(item_move, keys=desk.named("D"), place="top")

    for session in (other, EditSession.objects.get(pk=desk.session.pk)):
        with pytest.raises(DraftMoved) as caught:
            item_move(session=session, keys=desk.named("A"), place="bottom", version=seen, actor=ben, now=NOW)
        assert [step.kind for step in caught.value.steps] == ["move"]
        assert "Ana" in str(caught.value)
    assert desk.turn() == "DABCE"


def test_a_draft_says_what_cannot_be() -> None:
    desk = Desk()
    with pytest.raises(NoSuchPlace, match="The last one is 5"):
        desk.do(item_move, keys=desk.named("A"), place=7)
    for strange in ("n9", "999999", "<script>"):
        with pytest.raises(NoSuchItem):
            desk.do(item_move, keys=[strange], place="top")
    with pytest.raises(NoAccounts):
        desk.do(item_edit, key=desk.keys["A"], edits={"accountIds": []})
    with pytest.raises(NoAccounts):
        desk.do(item_add, content={"summary": "Nowhere"}, place="top")
    key = desk.do(item_add, content={"accountIds": ["x"], "summary": "New"}, place="top")
    with pytest.raises(NoOriginal):
        desk.do(item_reset, keys=[key])
    with pytest.raises(NothingToImport):
        desk.do(items_import_published)


def test_a_queue_is_opened_once_and_shared() -> None:
    desk = Desk()
    ben = make_user(name="Ben", is_owner=True)
    desk.do(item_move, keys=desk.named("D"), place="top")
    same = session_open(queue=desk.queue, actor=ben, now=NOW)
    assert same.pk == desk.session.pk
    here = session_heartbeat(session=same, user=ben, now=NOW + timedelta(seconds=30))
    assert [person.user for person in here] == [desk.ana, ben]
    here = session_heartbeat(session=same, user=ben, now=NOW + timedelta(minutes=5))
    assert [person.user for person in here] == [ben]

    session_discard(session=same, version=same.version, actor=ben, now=NOW)
    desk.session.refresh_from_db()
    with pytest.raises(DraftClosed):
        desk.do(item_move, keys=desk.named("A"), place="bottom")
    assert session_open(queue=desk.queue, actor=ben, now=NOW).pk != same.pk


def test_a_queue_that_is_gone_is_not_opened() -> None:
    desk = Desk()
    CategoryQueue.objects.update(gone_at=NOW)
    with pytest.raises(QueueGone):
        session_open(queue=CategoryQueue.objects.get(), actor=desk.ana, now=NOW)


def test_a_draft_is_carried_over_to_what_the_queue_is_now() -> None:
    desk = Desk("ABCDEF")
    desk.do(item_move, keys=desk.named("E"), place="top")
    desk.do(item_delete, keys=desk.named("B"))
    desk.do(item_edit, key=desk.keys["C"], edits={"summary": "Better"})
    assert moved_underneath(desk.session) is None
    # In HighLevel A went out, D was deleted, and F was put before C.
    CategoryQueue.objects.update(current_order=2000)
    QueueItem.objects.filter(text="D").update(gone_at=NOW)
    QueueItem.objects.filter(text="F").update(order=2500)
    desk.session.queue.refresh_from_db()

    found = moved_underneath(desk.session)
    assert found is not None
    assert (found.added, found.deleted, found.changed, found.went_on) == (0, 1, 0, True)
    desk.do(session_rebase)
    assert desk.turn() == "EFCA"
    assert item_content(desk.session, desk.keys["C"])["summary"] == "Better"
    assert moved_underneath(desk.session) is None
    with pytest.raises(NothingToUndo):
        desk.do(session_undo)


def test_the_editor_shows_the_draft_beside_the_live_queue() -> None:
    desk = Desk()
    desk.do(item_move, keys=desk.named("E"), place="top")
    desk.do(item_edit, key=desk.keys["B"], edits={"variations": [{"content": "One"}, {"content": "Two"}]})
    page = editor_page(desk.session, now=NOW, skip=0, limit=3)
    assert [line.text for line in page.lines] == ["E", "A", "One"]
    first = page.lines[0]
    assert (first.moved, first.is_redated, first.accounts) == (True, True, [desk.account])
    assert first.next_at is not None
    assert first.was_at == first.next_at + timedelta(days=4)
    assert (page.lines[2].variations, page.lines[2].is_edited) == (2, True)
    summary = page.summary
    assert (page.total, summary.moved, summary.edited, summary.redated, summary.steps) == (5, 1, 1, 5, 2)


def test_the_editor_judges_posts_that_nobody_touched() -> None:
    desk = Desk("ABC")
    desk.account.platform, desk.account.is_expired = "tiktok", True
    desk.account.save()
    QueueItem.objects.filter(text="B").update(content={**QueueItem.objects.get(text="B").content, "accountIds": ["x"]})
    ended = f"The connection of {desk.account} has ended. Reconnect the account."
    needs = "TikTok: a video is needed. Add one."
    page = editor_page(desk.session, now=NOW)
    assert [line.refusals for line in page.lines] == [
        [ended, needs],
        ["No account is chosen. Choose at least one."],
        [ended, needs],
    ]
    assert page.lines[1].lost_accounts == 1
    assert page.summary.edited == 0


@pytest.mark.parametrize("size", [20, 200])
def test_a_reorder_and_its_answer_cost_the_same_in_a_long_queue(size: int) -> None:
    desk = Desk("A")
    QueueItem.objects.all().delete()
    DraftStep.objects.all().delete()
    EditSession.objects.all().delete()
    keys = make_items(desk.queue, desk.account, [f"Post {number}" for number in range(size)])
    desk.session = session_open(queue=desk.queue, actor=desk.ana, now=NOW)
    # savepoint, session, step, release; rows, accounts
    with CaptureQueriesContext(connection) as captured:
        desk.do(item_move, keys=[keys[size // 2]], place="top")
        editor_page(desk.session, now=NOW)
    assert len(captured) == 6, [query["sql"][:90] for query in captured]


def test_orders_that_collide_are_told_apart() -> None:
    desk = Desk()
    EditSession.objects.all().delete()
    QueueItem.objects.update(order=1000)
    desk.session = session_open(queue=desk.queue, actor=desk.ana, now=NOW)
    assert desk.turn() == "ABCDE"
    desk.do(item_move, keys=desk.named("D"), place=1)
    assert desk.turn() == "ADBCE"
    desk.do(session_undo)
    assert desk.turn() == "ABCDE"
    assert not DraftItem.objects.exists()
