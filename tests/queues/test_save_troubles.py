"""What stops a save: others in HighLevel, a queue that moved or went, a refusal. The draft is there and says why."""

from __future__ import annotations

import pytest

from highlevel.api import HighLevel, VariationInput
from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox import change_cancel, change_retry
from queues.models import Interruption, QueueItem, SessionState
from queues.selectors.editor import moved_underneath
from queues.services.errors import DraftClosed, ForeignSession, NothingToSave, QueueGone
from queues.services.items import item_add, item_delete, item_edit, item_move
from queues.services.saving import session_save
from queues.services.sessions import session_discard, session_rebase
from tests.pulling import Agency, agency
from tests.queues.saving import Saving

__all__ = ["agency"]

pytestmark = pytest.mark.django_db


def foreign_edit(saving: Saving, client: HighLevel) -> str:
    """Somebody opens the queue in HighLevel and edits it without saving; returns the id of that session."""
    session_id = client.edit_sessions.start(queue_id=saving.queue_id).session_id
    first = client.queue_items.list_page(queue_id=saving.queue_id, session_id=session_id).rows[0]
    client.queue_items.update(
        queue_id=saving.queue_id,
        item_id=first.id,
        session_id=session_id,
        variations=[VariationInput(content="Theirs")],
    )
    return session_id


def theirs(saving: Saving, client: HighLevel, session_id: str) -> list[str]:
    rows = client.queue_items.iter(queue_id=saving.queue_id, session_id=session_id)
    return [variation.content or "" for row in rows for variation in row.variations]


def test_a_session_of_somebody_else_is_left_alone_until_a_person_decides(agency: Agency) -> None:
    saving = Saving(agency, 5)
    before = saving.said()
    saving.mix(6)
    with saving.client() as client:
        foreign = foreign_edit(saving, client)

        assert saving.run(saving.save()) == State.REFUSED

        assert saving.is_intact(before, Interruption.FOREIGN)
        assert saving.session.foreign == foreign
        assert theirs(saving, client, foreign) == ["Theirs"]
        with pytest.raises(ForeignSession):
            saving.save()

        change = saving.save(discard_foreign=True)
        assert saving.run(change) == State.DONE
        assert saving.holds(change)


def test_only_the_session_that_was_decided_about_is_thrown_away(agency: Agency) -> None:
    saving = Saving(agency, 5)
    saving.mix(6)
    with saving.client() as client:
        first = foreign_edit(saving, client)
        saving.run(saving.save())
        client.edit_sessions.discard(queue_id=saving.queue_id, session_id=first)
        second = foreign_edit(saving, client)

        assert saving.run(saving.save(discard_foreign=True)) == State.REFUSED

        assert saving.session.foreign == second
        assert theirs(saving, client, second) == ["Theirs"]


def test_whoever_edits_our_session_in_highlevel_loses_nothing(agency: Agency) -> None:
    saving = Saving(agency, 5)
    before = saving.said()
    saving.mix(12)
    # The replay is cut off half-way, and somebody opens what it left.
    agency.box.faults.add(operation="updateQueueItem", kind="drop_before", after=1)
    change = saving.save()
    saving.run(change, rounds=1)
    with saving.client() as client:
        foreign = foreign_edit(saving, client)
        assert saving.run(change) == State.REFUSED
        assert saving.is_intact(before, Interruption.FOREIGN)
        assert "Theirs" in theirs(saving, client, foreign)


def test_a_session_that_was_closed_in_highlevel_is_begun_again(agency: Agency) -> None:
    saving = Saving(agency, 5)
    saving.mix(12)
    agency.box.faults.add(operation="updateQueueItem", kind="drop_before", after=1)
    change = saving.save()
    saving.run(change, rounds=1)
    with saving.client() as client:
        held = client.edit_sessions.start(queue_id=saving.queue_id).session_id
        client.edit_sessions.discard(queue_id=saving.queue_id, session_id=held)

    assert saving.run(change) == State.DONE
    assert saving.holds(change)


def test_a_session_that_somebody_saved_in_highlevel_half_done_is_a_queue_that_moved(agency: Agency) -> None:
    saving = Saving(agency, 5)
    saving.mix(12)
    agency.box.faults.add(operation="updateQueueItem", kind="drop_before", after=1)
    change = saving.save()
    saving.run(change, rounds=1)
    with saving.client() as client:
        held = client.edit_sessions.start(queue_id=saving.queue_id).session_id
        client.edit_sessions.save(queue_id=saving.queue_id, session_id=held)

    assert saving.run(change) == State.REFUSED
    assert saving.session.interruption == Interruption.MOVED
    saving.session.queue.refresh_from_db()
    saving.do(session_rebase)
    change = saving.save()
    assert saving.run(change) == State.DONE, (change.error_code, change.error_detail, saving.session.foreign)
    assert saving.holds(change)


def test_a_queue_that_moved_underneath_is_shown_and_the_draft_carried_over(agency: Agency) -> None:
    saving = Saving(agency, 6)
    keys = saving.keys()
    saving.do(item_move, keys=[keys[4]], place="top")
    saving.do(item_edit, key=keys[1], edits={"summary": "Ours"})
    with saving.client() as client:
        rows = saving.live()
        client.queue_items.delete(queue_id=saving.queue_id, item_id=rows[5].id)
    before = saving.said()

    assert saving.run(saving.save()) == State.REFUSED

    assert saving.is_intact(before, Interruption.MOVED)
    found = moved_underneath(saving.session)
    assert found is not None
    assert (found.deleted, found.added) == (1, 0)
    saving.do(session_rebase)
    change = saving.save()
    assert saving.run(change) == State.DONE
    assert saving.holds(change)
    assert [row.post.summary for row in saving.live() if row.post] == [
        "Post number 4", "Post number 0", "Ours", "Post number 2", "Post number 3"
    ]  # fmt: skip


def test_a_queue_that_only_went_on_takes_the_draft_along(agency: Agency) -> None:
    saving = Saving(agency, 5)
    keys = saving.keys()
    saving.do(item_move, keys=[keys[4]], place=2)
    doc = agency.box.store.get("queue", saving.queue_id)
    assert doc is not None
    agency.box.store.update("queue", saving.queue_id, {**doc, "currentOrder": 2000})

    change = saving.save()
    assert saving.run(change) == State.DONE
    assert [row.post.summary for row in saving.live() if row.post] == [
        f"Post number {number}" for number in (1, 4, 2, 3, 0)
    ]


def test_a_queue_that_is_deleted_underneath_keeps_its_draft(agency: Agency) -> None:
    saving = Saving(agency, 5)
    saving.mix(6)
    saving.close()

    change = saving.save()
    assert saving.run(change) == State.REFUSED
    assert saving.session.interruption == Interruption.GONE
    assert saving.session.problem
    agency.pull()
    saving.session.queue.refresh_from_db()
    with pytest.raises(QueueGone):
        saving.save()
    assert saving.keys()


def test_what_highlevel_refuses_leaves_no_session_behind(agency: Agency) -> None:
    saving = Saving(agency, 5)
    before = saving.said()
    saving.mix(4)
    saving.do(item_add, content={"accountIds": ["nobody's"], "summary": "Nowhere", "media": []}, place="top")

    assert saving.run(saving.save()) == State.REFUSED

    assert saving.is_intact(before, Interruption.REFUSED)
    assert "Invalid account id" in saving.session.problem
    assert agency.requests("discardEditSession") == 1
    saving.do(item_delete, keys=[saving.keys()[0]])
    change = saving.save()
    assert saving.run(change) == State.DONE
    assert saving.holds(change)


def test_a_draft_that_is_being_saved_is_nobodys_to_change(agency: Agency) -> None:
    saving = Saving(agency, 5)
    with pytest.raises(NothingToSave):
        saving.save()
    saving.mix(4)
    change = saving.save()
    with pytest.raises(DraftClosed, match="being saved"):
        saving.do(item_move, keys=[saving.keys()[0]], place="bottom")
    with pytest.raises(DraftClosed):
        saving.do(session_save)
    change_cancel(change=change, now=saving.clock())
    saving.session.refresh_from_db()
    assert saving.session.state == SessionState.OPEN
    saving.do(item_move, keys=[saving.keys()[0]], place="bottom")


def test_a_refused_save_is_not_tried_again_with_a_draft_that_has_changed(agency: Agency) -> None:
    saving = Saving(agency, 5)
    saving.mix(4)
    agency.box.faults.add(operation="saveEditSession", kind="refuse")
    change = saving.save()
    assert saving.run(change) == State.REFUSED
    saving.do(item_move, keys=[saving.keys()[0]], place="bottom")

    change_retry(change=change, now=saving.clock())
    assert saving.run(change) == State.REFUSED
    assert change.error_code == "draft_changed"
    change = saving.save()
    assert Change.objects.count() == 1
    assert saving.run(change) == State.DONE
    assert saving.holds(change)


def test_discarding_gives_the_refused_change_up(agency: Agency) -> None:
    saving = Saving(agency, 5)
    saving.mix(4)
    agency.box.faults.add(operation="saveEditSession", kind="refuse")
    change = saving.save()
    saving.run(change)
    saving.do(session_discard)
    change.refresh_from_db()
    assert change.state == State.CANCELLED
    assert saving.open().pk != saving.session.pk


@pytest.mark.parametrize("keep", [True, False])
def test_a_draft_queue_becomes_active_unless_it_is_kept(agency: Agency, keep: bool) -> None:
    saving = Saving(agency, 5, status="draft")
    saving.mix(4)
    assert saving.run(saving.save(keep_in_draft=keep)) == State.DONE
    saving.queue.refresh_from_db()
    assert saving.queue.status == ("draft" if keep else "active")


def test_a_draft_queue_is_activated_without_a_change(agency: Agency) -> None:
    saving = Saving(agency, 5, status="draft")
    assert saving.run(saving.save()) == State.DONE
    saving.queue.refresh_from_db()
    assert saving.queue.status == "active"


def test_orders_that_collide_are_saved_right(agency: Agency) -> None:
    saving = Saving(agency, 6)
    saving.do(session_discard)
    for doc in agency.box.store.find("queue_item", parent=saving.queue_id):
        agency.box.store.update("queue_item", doc["_id"], {**doc, "order": 1000})
    agency.box.store.delete("queue_cycle", saving.queue_id)
    QueueItem.objects.update(remote_hash="")
    agency.pull()
    saving.session = saving.open()
    keys = saving.keys()
    saving.do(item_move, keys=[keys[4]], place=2)
    change = saving.save()
    assert saving.run(change) == State.DONE, change.error_detail
    assert saving.holds(change)


def test_an_empty_draft_is_saved_and_filled_again(agency: Agency) -> None:
    saving = Saving(agency, 3, status="paused")
    saving.do(item_delete, keys=saving.keys())
    assert saving.run(saving.save()) == State.DONE
    assert saving.said() == []
    saving.session = saving.open()
    for text in ("One", "Two", "Three"):
        content = {"accountIds": [saving.account.remote_id], "summary": text, "media": []}
        saving.do(item_add, content=content, place="top")
    change = saving.save()
    assert saving.run(change) == State.DONE
    assert saving.holds(change)
    assert [row.post.summary for row in saving.live() if row.post] == ["Three", "Two", "One"]
