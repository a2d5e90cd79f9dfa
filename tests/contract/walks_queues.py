"""The walk through queues, their items and edit sessions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from highlevel.api import LinkPreview, QueuedPostInput, TimeSlot, VariationInput
from tests.contract.tour import Tour, Walk, step
from tests.contract.walks_posts import full_post


def walk_queues(tour: Tour) -> Walk:
    category = tour.box.add_category(tour.location_id, name="Tour")
    yield step("queues.available_categories_page")
    yield step("queues.available_categories_page", skip=0, limit=5, search_text="a")
    yield step("queues.iter_available_categories", page_size=2)
    slots = [TimeSlot(day_of_week=day, time="09:30") for day in range(7)]
    made = yield step("queues.create", category_id=category["_id"], user_id=tour.user_id, time_slots=slots)
    queues = yield step("queues.iter", page_size=2)
    yield step("queues.list_page")
    assert made.id in [queue.id for queue in queues]
    for queue in queues:
        yield step("queues.get", queue_id=queue.id)
        yield step("queue_items.list_page", queue_id=queue.id)
        yield step("queues.slots", queue_id=queue.id)
    yield step("queues.calendar", **tour.window)
    listed = yield step("accounts.list")
    account_id = listed.accounts[0].id
    yield step("queues.calendar", **tour.window, category_ids=[queues[0].category_id], account_ids=[account_id])
    yield from _items(tour, made.id, account_id)
    yield step("queues.update", queue_id=made.id, status="paused")
    now = tour.box.clock.now()
    yield step(
        "queues.update",
        queue_id=made.id,
        status="active",
        time_slots=slots[:2],
        skip_date_time=now + timedelta(days=30),
        enable_future_posts=True,
        prioritize_new_content=True,
        skip_legacy_watermark=True,
    )
    queue = yield step("queues.get", queue_id=made.id)
    yield step("queues.delete_active_post", post_id=queue.current_post_id)
    yield step("queues.update", queue_id=made.id, status="deleted")
    category = tour.box.add_category(tour.location_id, name="Tour two")
    switches: dict[str, Any] = {"enable_future_posts": True, "prioritize_new_content": False}
    yield step("queues.create", category_id=category["_id"], user_id=tour.user_id, time_slots=slots, **switches)


def _items(tour: Tour, queue_id: str, account_id: str) -> Walk:
    post = QueuedPostInput(account_ids=(account_id,), summary="Again", user_id=tour.user_id, type="post", media=())
    full = _full_queued_post(tour, account_id)
    wordings = [
        VariationInput(content="One way", link_preview=LinkPreview(meta_link="https://x.example", og_title="T"))
    ]
    wordings += [VariationInput(content="Another", mentions=({"id": "1", "name": "A"},))]
    preview: dict[str, Any] = {"variations": wordings, "primary_image": "https://files.example.com/a.jpg"}
    yield step("queue_items.create", queue_id=queue_id, post=post)
    yield step("queue_items.create", queue_id=queue_id, post=post, direct_to_queue=True)
    session = yield step("edit_sessions.start", queue_id=queue_id)
    inside = {"queue_id": queue_id, "session_id": session.session_id}
    made = yield step("queue_items.create", **inside, post=full, order="top", direct_to_queue=False, **preview)
    yield step("queue_items.create", **inside, post=post, order=1500)
    items = yield step("queue_items.iter", **inside, page_size=2)
    one = items[0].id
    yield step("queue_items.list_page", **inside, skip=1, limit=1, only_errors=True, around_item_id=one)
    yield step("queue_items.update", **inside, item_id=one, post=full, new_order="bottom", **preview)
    yield step("queue_items.update", **inside, item_id=one, new_order=2500)
    yield step("queue_items.clone", **inside, item_id=one, order=2750)
    yield step("queues.slots", **inside, skip=0, limit=5)
    yield step("edit_sessions.calendar", **inside, **tour.window)
    yield step("edit_sessions.calendar", **inside, **tour.window, account_ids=[account_id])
    assert made.item is not None
    yield step("queue_items.delete", **inside, item_id=made.item.id)
    yield step("edit_sessions.save", **inside, keep_in_draft=False)
    again = yield step("edit_sessions.start", queue_id=queue_id)
    yield step("edit_sessions.discard", queue_id=queue_id, session_id=again.session_id, keep_in_draft=True)
    session = yield step("edit_sessions.start", queue_id=queue_id)
    inside = {"queue_id": queue_id, "session_id": session.session_id}
    items = yield step("queue_items.iter", **inside)
    yield step("queue_items.reset", **inside, item_id=items[0].id)
    yield step("edit_sessions.save", **inside)
    yield from _live_items(tour, account_id)


def _live_items(tour: Tour, account_id: str) -> Walk:
    """The same without a session, on queues of the example agency that hold posts."""
    for queue in (yield step("queues.iter")):
        items = yield step("queue_items.iter", queue_id=queue.id)
        if len(items) > 2:
            post = QueuedPostInput(account_ids=(account_id,), summary="New words")
            yield step("queue_items.update", queue_id=queue.id, item_id=items[0].id, post=post)
            yield step("queue_items.reset", queue_id=queue.id, item_id=items[0].id)
            yield step("queue_items.delete", queue_id=queue.id, item_id=items[1].id)
            return
    raise AssertionError("the example agency has no queue with items in this location")


def _full_queued_post(tour: Tour, account_id: str) -> QueuedPostInput:
    full = full_post(tour, account_id, "609e126a1c4ae1001291e1b5", "609e126a1c4ae1001291e1b6")
    shared = {name: getattr(full, name) for name in QueuedPostInput.__dataclass_fields__ if hasattr(full, name)}
    return QueuedPostInput(**{**shared, "raw": {}, "location_id": tour.location_id})
