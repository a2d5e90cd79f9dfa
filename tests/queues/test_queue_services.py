"""What can be done to whole queues: it shows at once, arrives once, and is put back when HighLevel says no."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from auditlog.models import LogEntry

from accounts.models import Member, Role
from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox import change_cancel
from planner.models import Category
from queues.models import CategoryQueue, QueueItem
from queues.services.errors import AlreadyQueued, BadSlots, NoAccounts, NobodySpeaks, NotPossibleNow, QueueGone
from queues.services.queues import (
    active_post_delete,
    queue_activate,
    queue_create,
    queue_delete,
    queue_item_add,
    queue_pause,
    queue_settings_change,
    queue_slots_change,
    queues_pause,
    queues_resume,
    slot_skip,
    slot_unskip,
)
from queues.services.slots import slots_clean
from tests.factories import make_member, make_user
from tests.outboxes import Clock
from tests.pulling import Agency, agency
from tests.queues.saving import Saving, drive, outings

__all__ = ["agency"]

pytestmark = pytest.mark.django_db

FAULTS = ["drop_before", "drop_after", "server_error_after", "malformed"]
SLOTS: list[dict[str, Any]] = [{"dayOfWeek": "3", "time": "9:30"}, {"dayOfWeek": 1, "time": "18:00"}]
CLEAN = [{"dayOfWeek": 1, "time": "18:00"}, {"dayOfWeek": 3, "time": "09:30"}]


def stored(saving: Saving) -> dict[str, Any]:
    found = saving.agency.box.store.get("queue", saving.queue_id)
    assert found is not None
    return found


def change() -> Change:
    return Change.objects.latest("pk")


@pytest.mark.parametrize("kind", FAULTS)
def test_settings_and_slots_arrive_whatever_happens(agency: Agency, kind: str) -> None:
    saving = Saving(agency, 3)
    about: dict[str, Any] = {"queue": saving.queue, "actor": saving.ana, "now": saving.clock()}
    queue_settings_change(**about, enable_future_posts=True, prioritize_new_content=False, returns_within_days=10)
    queue_slots_change(**about, slots=SLOTS)
    assert Change.objects.count() == 1
    assert (saving.queue.time_slots, saving.queue.slots_a_week) == (CLEAN, 2)
    agency.box.faults.add(operation="updateQueue", kind=kind)

    assert saving.run(change()) == State.DONE

    doc = stored(saving)
    assert (doc["enableFuturePosts"], doc["prioritizeNewContent"]) == (True, False)
    agency.pull()
    queue = CategoryQueue.objects.get(pk=saving.queue.pk)
    assert (queue.time_slots, queue.enable_future_posts, queue.returns_within_days) == (CLEAN, True, 10)
    assert LogEntry.objects.get_for_object(queue).count() == 3


def test_what_is_on_its_way_is_not_overwritten_by_a_pull(agency: Agency) -> None:
    saving = Saving(agency, 3)
    queue_pause(queue=saving.queue, actor=saving.ana, now=saving.clock())
    CategoryQueue.objects.update(remote_hash="")
    agency.pull()
    saving.queue.refresh_from_db()
    assert saving.queue.status == "paused"
    change_cancel(change=change(), now=saving.clock())
    saving.queue.refresh_from_db()
    assert saving.queue.status == "active"


def test_what_somebody_changed_in_highlevel_is_not_overwritten(agency: Agency) -> None:
    saving = Saving(agency, 3)
    queue_slots_change(queue=saving.queue, slots=SLOTS, actor=saving.ana, now=saving.clock())
    slot = {"_id": "a" * 24, "dayOfWeek": 5, "time": "07:00"}
    agency.box.store.update("queue", saving.queue_id, {**stored(saving), "timeSlots": [slot]})
    held = change()
    assert saving.run(held) == State.REFUSED
    assert held.error_code == "changed_elsewhere"
    assert stored(saving)["timeSlots"] == [slot]
    agency.pull()
    saving.queue.refresh_from_db()
    assert saving.queue.time_slots == [{"dayOfWeek": 5, "time": "07:00"}]


def test_slots_are_refused_with_a_sentence_each() -> None:
    with pytest.raises(BadSlots) as caught:
        slots_clean(
            [
                {"dayOfWeek": 1, "time": "25:00"},
                {"dayOfWeek": 9, "time": "10:00"},
                {"dayOfWeek": 0, "time": "10:00"},
                {"dayOfWeek": 0, "time": "10:00"},
            ]
        )
    assert len(caught.value.sentences) == 3
    assert "Monday “25:00”" in str(caught.value)
    assert "Sunday 10:00 is there twice" in str(caught.value)
    with pytest.raises(BadSlots, match="at least one weekly time"):
        slots_clean([])
    assert slots_clean(SLOTS) == CLEAN


def test_several_queues_are_paused_and_run_again(agency: Agency) -> None:
    first = Saving(agency, 3)
    second = Saving(agency, 3, posts=first.posts)
    both = list(CategoryQueue.objects.select_related("location"))
    assert len(queues_pause(queues=both, actor=first.ana, now=first.clock())) == 2
    for held in Change.objects.all():
        assert first.run(held) == State.DONE
    assert {stored(saving)["status"] for saving in (first, second)} == {"paused"}
    assert len(queues_resume(queues=both, actor=first.ana, now=first.clock())) == 2
    assert queues_resume(queues=both, actor=first.ana, now=first.clock()) == []


def test_a_queue_runs_only_with_slots_and_posts(agency: Agency) -> None:
    saving = Saving(agency, 2, status="paused")
    about: dict[str, Any] = {"queue": saving.queue, "actor": saving.ana, "now": saving.clock()}
    QueueItem.objects.update(has_errors=True)
    with pytest.raises(NotPossibleNow, match="error that HighLevel wants mended"):
        queue_activate(**about)
    QueueItem.objects.update(gone_at=saving.clock())
    with pytest.raises(NotPossibleNow, match="no posts"):
        queue_activate(**about)
    saving.queue.time_slots = []
    with pytest.raises(NotPossibleNow, match="no weekly slots"):
        queue_activate(**about)
    saving.queue.status = "draft"
    with pytest.raises(NotPossibleNow, match="does not run yet"):
        queue_pause(**about)


@pytest.mark.parametrize("kind", [None, *FAULTS])
def test_a_queue_is_deleted(agency: Agency, kind: str | None) -> None:
    saving = Saving(agency, 2)
    saving.mix(2)
    if kind:
        agency.box.faults.add(operation="updateQueue", kind=kind)
    queue_delete(queue=saving.queue, actor=saving.ana, now=saving.clock())
    agency.pull()
    saving.queue.refresh_from_db()
    assert saving.queue.gone_at is not None
    assert saving.run(change()) == State.DONE
    assert stored(saving)["status"] == "deleted"
    assert saving.keys()
    with pytest.raises(QueueGone):
        queue_delete(queue=saving.queue, actor=saving.ana, now=saving.clock())


@pytest.mark.parametrize("kind", [None, *FAULTS])
def test_a_queue_is_made_once(agency: Agency, kind: str | None) -> None:
    agency.pull()
    category = Category.objects.get()
    ana = make_user(is_owner=True)
    make_member(ana, agency.location, Role.MANAGER, remote_id=agency.box.company["ownerId"])
    about: dict[str, Any] = {"slots": SLOTS, "enable_future_posts": True, "prioritize_new_content": True}
    if kind:
        agency.box.faults.add(operation="createQueue", kind=kind)
    clock = Clock()
    queue_create(category=category, actor=ana, now=clock(), **about)
    assert drive(change(), clock) == State.DONE
    queue = CategoryQueue.objects.get()
    assert (queue.status, queue.category, queue.time_slots) == ("draft", category, CLEAN)
    assert len(agency.box.store.find("queue", location=agency.location.remote_id)) == 1
    with pytest.raises(AlreadyQueued, match="Tips"):
        queue_create(category=category, actor=ana, now=clock(), **about)
    CategoryQueue.objects.all().delete()
    with pytest.raises(NobodySpeaks):
        queue_create(category=category, actor=make_user(is_owner=True), now=clock(), **about)


def test_an_owner_without_a_membership_speaks_as_the_highlevel_user_with_the_same_mail(agency: Agency) -> None:
    agency.pull()
    ana = make_user(is_owner=True)
    Member.objects.create(location=agency.location, remote_id="ana-at-highlevel", email=ana.email, role=Role.MANAGER)
    made = queue_create(
        category=Category.objects.get(),
        slots=SLOTS,
        enable_future_posts=True,
        prioritize_new_content=True,
        actor=ana,
        now=Clock()(),
    )
    assert made.payload["userId"] == "ana-at-highlevel"


@pytest.mark.parametrize("kind", [None, *FAULTS])
def test_dates_are_skipped_once(agency: Agency, kind: str | None) -> None:
    saving = Saving(agency, 3)
    about: dict[str, Any] = {"queue": saving.queue, "actor": saving.ana, "now": saving.clock()}
    dates = [one.at for one in outings(saving.queue, saving.clock())][:2]
    for at in dates:
        slot_skip(**about, at=at)
        slot_skip(**about, at=at)
    assert [one.skipped for one in outings(saving.queue, saving.clock())] == [True, True, False]
    if kind:
        agency.box.faults.add(operation="updateQueue", kind=kind, after=1)
    assert saving.run(change()) == State.DONE
    assert len(stored(saving)["skipDateTime"]) == 2
    agency.pull()
    saving.queue.refresh_from_db()
    assert saving.queue.disagreement == {}
    assert list(QueueItem.objects.order_by("order").values_list("is_skipped", flat=True)) == [True, True, False]
    with pytest.raises(NotPossibleNow, match="has passed"):
        slot_skip(**about, at=saving.clock() - timedelta(days=1))


def test_two_people_who_skip_at_once_leave_both_dates_out(agency: Agency) -> None:
    saving = Saving(agency, 3)
    about: dict[str, Any] = {"actor": saving.ana, "now": saving.clock()}
    first, second = (one.at for one in outings(saving.queue, saving.clock())[:2])
    theirs = CategoryQueue.objects.get(pk=saving.queue.pk)
    slot_skip(queue=saving.queue, at=first, **about)
    slot_skip(queue=theirs, at=second, **about)
    saving.queue.refresh_from_db()
    assert saving.queue.skipped_at == [first.isoformat(), second.isoformat()]


def test_a_skip_that_has_not_left_is_taken_back(agency: Agency) -> None:
    saving = Saving(agency, 3)
    about: dict[str, Any] = {"queue": saving.queue, "actor": saving.ana, "now": saving.clock()}
    at = outings(saving.queue, saving.clock())[0].at
    slot_skip(**about, at=at)
    slot_unskip(**about, at=at)
    assert saving.queue.skipped_at == []
    assert change().state == State.CANCELLED
    assert agency.requests("updateQueue") == 0


def test_a_skip_that_highlevel_keeps_is_said_to_stay(agency: Agency) -> None:
    saving = Saving(agency, 3)
    about: dict[str, Any] = {"queue": saving.queue, "actor": saving.ana, "now": saving.clock()}
    at = outings(saving.queue, saving.clock())[0].at
    slot_skip(**about, at=at)
    saving.run(change())
    saving.queue.refresh_from_db()
    slot_unskip(**about, at=at)
    held = change()
    assert saving.run(held) == State.REFUSED
    assert held.error_code == "skip_kept"
    saving.queue.refresh_from_db()
    assert saving.queue.skipped_at == [at.isoformat()]


@pytest.mark.parametrize("kind", [None, *FAULTS])
def test_a_post_is_put_into_a_live_queue_once(agency: Agency, kind: str | None) -> None:
    saving = Saving(agency, 3)
    about: dict[str, Any] = {"queue": saving.queue, "actor": saving.ana, "now": saving.clock()}
    with pytest.raises(NoAccounts):
        queue_item_add(**about, content={"summary": "Nowhere"})
    content = {"accountIds": [saving.account.remote_id], "summary": "At once", "media": []}
    first = queue_item_add(**about, content=content)
    if kind:
        agency.box.faults.add(operation="createQueueItem", kind=kind)
    assert saving.run(first) == State.DONE
    assert [row.post.summary for row in saving.live() if row.post].count("At once") == 1


@pytest.mark.parametrize("kind", [None, *FAULTS])
def test_the_scheduled_post_is_dropped_once(agency: Agency, kind: str | None) -> None:
    saving = Saving(agency, 3)
    with saving.client() as client:  # an update has the sandbox schedule the first post
        client.queues.update(queue_id=saving.queue_id, enable_future_posts=False)
    agency.pull()
    saving.queue.refresh_from_db()
    if kind:
        agency.box.faults.add(operation="deleteCurrentActivePostAndScheduleNext", kind=kind)
    active_post_delete(queue=saving.queue, actor=saving.ana, now=saving.clock())
    assert saving.run(change()) == State.DONE
    agency.pull()
    queue = CategoryQueue.objects.get(pk=saving.queue.pk)
    assert queue.current_order == 2000
    assert queue.current_post_remote_id not in ("", saving.queue.current_post_remote_id)
