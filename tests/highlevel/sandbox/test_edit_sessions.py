"""Edit sessions of category queues over HTTP: a draft, its preview, save and discard."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from highlevel.sandbox import Sandbox
from highlevel.sandbox.clock import iso

from .conftest import Desk
from .queue_bench import MONDAY, QueueBench, bench, nine

__all__ = ["bench"]


def start(bench: QueueBench) -> str:
    session_id: str = bench.ask("POST", "/edit/start")["sessionId"]
    return session_id


def ready(bench: QueueBench, *summaries: str) -> str:
    """An active queue of these items with an open session; returns the session's id."""
    bench.create()
    bench.add(*summaries)
    bench.activate()
    return start(bench)


def draft_id(bench: QueueBench, session_id: str, summary: str) -> str:
    """The id that an item has in the draft."""
    items = bench.items(sessionId=session_id)
    return str(next(item["_id"] for item in items if item["post"]["summary"] == summary))


def test_starting_again_resumes_the_same_session(bench: QueueBench) -> None:
    bench.create()
    bench.add("A", "B")
    first = bench.ask("POST", "/edit/start")
    assert first["itemCount"] == 2
    bench.add("C", sessionId=first["sessionId"])
    again = bench.ask("POST", "/edit/start")
    assert (again["sessionId"], again["itemCount"]) == (first["sessionId"], 3)


def test_staged_changes_leave_the_live_queue_alone_until_they_are_saved(bench: QueueBench) -> None:
    session = ready(bench, "A", "B", "C")
    live = {item["post"]["summary"]: item["_id"] for item in bench.items()}
    a, b, c = (draft_id(bench, session, text) for text in "ABC")
    assert not {a, b, c} & set(live.values())

    bench.ask("PUT", f"/items/{c}", sessionId=session, newOrder="top")
    changed = bench.ask("PUT", f"/items/{b}", sessionId=session, modifiedPostPayload={"summary": "B2"})
    assert changed["queueItem"]["modifiedPostPayload"]["summary"] == "B2"
    bench.ask("DELETE", f"/items/{a}", sessionId=session)
    (new,) = bench.add("D", sessionId=session, order="bottom")

    assert bench.order(sessionId=session) == ["C", "B2", "D"]
    assert bench.order() == ["A", "B", "C"]
    assert bench.calendar(2) == [(nine(0), "A"), (nine(1), "B")]

    saved = bench.ask("POST", "/edit/save", sessionId=session)
    assert saved["message"] == "Edit session saved successfully"
    slots = {slot["itemId"]: slot["scheduledDateTime"] for slot in saved["updatedSlots"]}
    assert slots == {live["C"]: nine(0), new: nine(2)}
    assert saved["totalPostsChanged"] == 2
    assert bench.order() == ["C", "B2", "D"]
    assert [item["_id"] for item in bench.items()] == [live["C"], live["B"], new]
    assert bench.desk.post(bench.read()["currentPostId"])["summary"] == "C"
    assert bench.read()["totalPosts"] == 3


def test_the_preview_shows_what_saving_will_do(bench: QueueBench) -> None:
    session = ready(bench, "A", "B")
    bench.ask("PUT", f"/items/{draft_id(bench, session, 'B')}", sessionId=session, newOrder="top")
    preview = bench.calendar(4, path="/edit/calendar", sessionId=session)
    assert preview == [(nine(0), "B"), (nine(1), "A"), (nine(2), "B"), (nine(3), "A")]
    window = {"startDate": iso(MONDAY), "endDate": iso(MONDAY + timedelta(days=2))}
    rows = bench.ask("POST", "/edit/calendar", sessionId=session, **window)["scheduledPosts"]
    live = {item["post"]["summary"]: item["_id"] for item in bench.items()}
    assert [(row["isDraft"], row["originalItemId"]) for row in rows] == [(True, live["B"]), (True, live["A"])]

    slots = bench.ask("POST", "/slots", sessionId=session)["slots"]
    assert [slot["scheduledDateTime"] for slot in slots] == [nine(0), nine(1)]
    bench.ask("POST", "/edit/save", sessionId=session)
    assert bench.calendar(4) == preview


def test_discarding_leaves_no_trace(bench: QueueBench) -> None:
    session = ready(bench, "A", "B")
    bench.ask("DELETE", f"/items/{draft_id(bench, session, 'A')}", sessionId=session)
    answer = bench.ask("POST", "/edit/discard", sessionId=session)
    assert answer == {"message": "Edit session discarded successfully"}
    assert bench.order() == ["A", "B"]
    for path in ("/edit/save", "/edit/discard", "/items"):
        refused = bench.send("POST", path, sessionId=session)
        assert (refused.status_code, refused.json()["message"]) == (400, "Edit session not found or expired")
    assert start(bench) != session


@pytest.mark.parametrize(("keep", "status"), [(True, "draft"), (False, "active"), (None, "active")])
def test_saving_a_draft_queue_activates_it_unless_told_otherwise(
    bench: QueueBench, keep: bool | None, status: str
) -> None:
    bench.create()
    bench.add("A")
    session = start(bench)
    preview = bench.calendar(1, path="/edit/calendar", sessionId=session)
    assert preview == [(nine(0), "A")]
    bench.ask("POST", "/edit/save", sessionId=session, keepInDraft=keep)
    queue = bench.read()
    assert queue["status"] == status
    assert bool(queue["currentPostId"]) == (status == "active")


def test_keeping_in_draft_does_not_stop_an_active_queue(bench: QueueBench) -> None:
    session = ready(bench, "A")
    bench.ask("POST", "/edit/save", sessionId=session, keepInDraft=True)
    assert bench.read()["status"] == "active"


def test_a_paused_queue_stays_paused_and_shows_no_dates(bench: QueueBench) -> None:
    session = ready(bench, "A", "B")
    bench.ask("PUT", status="paused")
    assert bench.calendar(path="/edit/calendar", sessionId=session) == []
    saved = bench.ask("POST", "/edit/save", sessionId=session)
    assert (saved["updatedSlots"], bench.read()["status"]) == ([], "paused")


def test_a_clone_stands_where_it_was_put_and_needs_a_session(bench: QueueBench) -> None:
    session = ready(bench, "A", "B", "C")
    item = draft_id(bench, session, "A")
    clone = bench.ask("POST", f"/items/{item}/clone", sessionId=session, order=1500)["queueItem"]
    assert (clone["order"], clone["lastScheduledTime"], clone["currentVariation"]) == (1500, None, 0)
    assert bench.order(sessionId=session) == ["A", "A", "B", "C"]
    refused = bench.send("POST", f"/items/{item}/clone", order=1500)
    assert "sessionId should not be empty" in refused.json()["message"]
    bench.ask("POST", "/edit/save", sessionId=session)
    assert bench.order() == ["A", "A", "B", "C"]


def test_resetting_in_a_draft(bench: QueueBench) -> None:
    session = ready(bench, "A", "B")
    item = draft_id(bench, session, "A")
    answer = bench.ask("PUT", f"/items/{item}/reset", sessionId=session)
    assert answer == {"message": "Dummy queue item deleted successfully"}
    assert (bench.order(sessionId=session), bench.order()) == (["B"], ["A", "B"])


def test_saving_keeps_what_went_out_meanwhile(bench: QueueBench) -> None:
    bench.create()
    variations = [{"content": "one"}, {"content": "two"}]
    bench.ask("POST", "/create/item", modifiedPostPayload=bench.payload("A"), variations=variations)
    bench.add("B", "C")
    bench.activate()
    session = start(bench)
    first = bench.items(sessionId=session)[0]["_id"]
    bench.ask("PUT", f"/items/{first}", sessionId=session, primaryImage="https://media.example/a.jpg")
    bench.move_clock(days=1)
    assert bench.order() == ["B", "C", "two"]

    bench.ask("POST", "/edit/save", sessionId=session)
    assert bench.order() == ["B", "C", "two"]
    assert bench.calendar(4) == [(nine(1), "B"), (nine(2), "C"), (nine(3), "two")]


def test_live_deletion_does_not_reach_an_open_draft(bench: QueueBench) -> None:
    session = ready(bench, "A", "B")
    bench.ask("DELETE", f"/items/{bench.items()[0]['_id']}")
    assert bench.order(sessionId=session) == ["A", "B"]
    bench.ask("POST", "/edit/save", sessionId=session)
    assert sorted(bench.order()) == ["A", "B"]


def test_a_session_belongs_to_its_queue(bench: QueueBench) -> None:
    session = ready(bench, "A")
    bench.category = bench.desk.box.add_category(bench.desk.location_id, name="Other")
    bench.create()
    assert bench.send("POST", "/edit/save", sessionId=session).status_code == 400


def mirrored(order: list[str], step: tuple[str, int, int]) -> list[str]:
    """What a plain list does under the same step; the next item to go out comes first."""
    verb, number, place = step
    if verb == "add":
        return [*order, f"new {number}"]
    if not order:
        return order
    item = order[number % len(order)]
    rest = [held for held in order if held != item]
    if verb == "delete":
        return rest
    if verb == "top":
        return [item, *rest]
    if verb == "bottom":
        return [*rest, item]
    at = place % len(rest) if rest else 0
    return [*rest[: at + 1], item, *rest[at + 1 :]] if rest else order


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "delete", "top", "bottom", "between"]), st.integers(0, 9), st.integers(0, 9)),
    max_size=25,
)


@settings(max_examples=12, deadline=None)
@given(steps=STEPS, size=st.integers(0, 5), days=st.integers(0, 4))
def test_any_order_of_steps_ends_as_a_plain_list_would(steps: list[tuple[str, int, int]], size: int, days: int) -> None:
    with Sandbox(agency="empty", rate_limit=None) as box:
        box.clock.set(MONDAY)
        box.clock.stop()
        desk = Desk(box, box.add_location(name="Kiln & Clay", timezone="Asia/Kolkata"))
        desk.speak_with(box.private_token(desk.location_id))
        one = QueueBench(desk, desk.account("facebook"), box.add_category(desk.location_id, name="Evergreen"))
        one.create()
        one.add(*(f"item {number}" for number in range(size)))
        one.activate()
        one.move_clock(days=days)
        session, expected = start(one), one.order()
        for number, (verb, which, place) in enumerate(steps):
            step = (verb, number if verb == "add" else which, place)
            take(one, session, expected, step)
            expected = mirrored(expected, step)
            assert one.order(sessionId=session) == expected
        one.ask("POST", "/edit/save", sessionId=session)
        assert one.order() == expected
        kept = [item["order"] for item in one.items()]
        assert len(set(kept)) == len(kept)
        desk.http.close()


def take(bench: QueueBench, session: str, order: list[str], step: tuple[str, int, int]) -> None:
    """The same step over HTTP, with the numbers that a client works out."""
    verb, number, place = step
    if verb == "add":
        bench.add(f"new {number}", sessionId=session, order="bottom")
        return
    if not order:
        return
    items: list[dict[str, Any]] = bench.items(sessionId=session)
    item = items[number % len(items)]
    if verb == "delete":
        bench.ask("DELETE", f"/items/{item['_id']}", sessionId=session)
        return
    where: Any = verb
    if verb == "between":
        rest = [held for held in items if held is not item]
        if not rest:
            return
        at = place % len(rest)
        if at == len(rest) - 1:
            where = "bottom"
        elif rest[at + 1]["order"] < rest[at]["order"]:
            # Between the last of the numbers and the first: behind the last.
            where = rest[at]["order"] + 1000
        else:
            where = (rest[at]["order"] + rest[at + 1]["order"]) // 2
    bench.ask("PUT", f"/items/{item['_id']}", sessionId=session, newOrder=where)
