"""Category queues and their items over HTTP: life, order, slots, calendar."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from highlevel.sandbox.clock import iso

from .conftest import SOCIAL, Desk
from .queue_bench import DAILY, MONDAY, QUEUES, QueueBench, bench, nine

__all__ = ["bench"]


def test_a_new_queue_is_a_draft_that_takes_the_published_posts_of_its_category(bench: QueueBench) -> None:
    for days in (3, 2, 1):
        bench.desk.box.add_post(
            bench.desk.location_id,
            accountId=bench.account["id"],
            status="published",
            categoryId=bench.category["_id"],
            summary=f"{days} days old",
            publishedAt=MONDAY - timedelta(days=days),
        )
    queue = bench.create(enableFuturePosts=True)
    assert (queue["status"], queue["totalPosts"], queue["skipDateTime"]) == ("draft", 0, [])
    assert queue["lastScheduledTime"] is None
    assert {"_id", "dayOfWeek", "time"} == set(queue["timeSlots"][0])

    assert bench.read()["totalPosts"] == 3
    assert bench.order() == ["3 days old", "2 days old", "1 days old"]
    item = bench.items()[0]
    assert (item["order"], item["scheduledDateTime"], item["isSkipped"]) == (1000, None, False)
    assert item["postId"] == item["post"]["_id"]


def test_available_categories_tell_the_state_of_their_queue(bench: QueueBench) -> None:
    bench.desk.box.add_category(bench.desk.location_id, name="Offers")
    bench.desk.box.add_category(bench.desk.location_id, name="Gone", deleted=True)
    bench.create()

    def states() -> dict[str, str]:
        found = bench.ask("GET", "//available-categories")
        assert found["meta"]["count"] == "2"
        return {category["name"]: category["status"] for category in found["categories"]}

    assert states() == {"Evergreen": "draft", "Offers": "available"}
    bench.activate()
    assert states() == {"Evergreen": "in_queue", "Offers": "available"}
    found = bench.ask("GET", "//available-categories", q="ever", skip="0", limit="1")["categories"]
    assert found[0]["queueDetails"] == {
        "queueId": bench.queue_id,
        "prioritizeNewContent": False,
        "enableFuturePosts": False,
    }


def test_one_queue_a_category_until_it_is_deleted(bench: QueueBench) -> None:
    queue = bench.create()
    again = bench.desk.ask("POST", QUEUES, json={**_creation(bench)})
    assert again.status_code == 400
    assert again.json()["message"] == "A queue already exists for this category"

    gone = bench.ask("PUT", status="deleted")
    assert gone["message"] == "Queue deleted successfully."
    assert bench.send("GET").status_code == 400
    assert bench.ask("POST", "//list")["queues"] == []
    assert bench.create()["_id"] != queue["_id"]


def test_many_at_once_make_one_queue_and_one_session(bench: QueueBench) -> None:
    def create(_: int) -> int:
        return bench.desk.ask("POST", QUEUES, json=_creation(bench)).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(create, range(8))) == [201, *[400] * 7]
    bench.queue_id = bench.ask("POST", "//list")["queues"][0]["_id"]
    with ThreadPoolExecutor(8) as pool:
        sessions = list(pool.map(lambda _: bench.ask("POST", "/edit/start")["sessionId"], range(8)))
    assert len(set(sessions)) == 1


def _creation(bench: QueueBench) -> dict[str, object]:
    return {
        "locationId": bench.desk.location_id,
        "categoryId": bench.category["_id"],
        "timeSlots": DAILY,
        "userId": bench.desk.box.company["ownerId"],
    }


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"timeSlots": []}, "timeSlots should not be empty"),
        ({"timeSlots": [{"dayOfWeek": 7, "time": "09:00"}]}, "timeSlots.0.dayOfWeek must not be greater than 6"),
        ({"timeSlots": [{"dayOfWeek": 1, "time": "9am"}]}, "timeSlots.0.time must be in HH:mm format"),
        ({"userId": None}, "userId should not be empty"),
        ({"color": "red"}, "property color should not exist"),
    ],
)
def test_creation_is_validated(bench: QueueBench, change: dict[str, object], complaint: str) -> None:
    answer = bench.desk.ask("POST", QUEUES, json={**_creation(bench), **change})
    assert answer.status_code == 422
    assert complaint in answer.json()["message"]


def test_an_active_queue_schedules_its_next_item_and_goes_round(bench: QueueBench) -> None:
    bench.create()
    bench.add("A", "B", "C")
    queue = bench.activate()
    post = bench.desk.post(queue["currentPostId"])
    assert (post["summary"], post["status"], post["source"]) == ("A", "scheduled", "category-queue")
    assert post["scheduleDate"] == nine(0)
    assert bench.calendar(4) == [(nine(0), "A"), (nine(1), "B"), (nine(2), "C"), (nine(3), "A")]

    bench.move_clock(days=4, hours=2)
    assert bench.published() == [(nine(0), "A"), (nine(1), "B"), (nine(2), "C"), (nine(3), "A")]
    queue = bench.read()
    assert (queue["lastScheduledTime"], queue["currentOrder"]) == (nine(3), 2000)
    assert bench.order() == ["B", "C", "A"]
    assert bench.items()[0]["scheduledDateTime"] == nine(4)


def test_pausing_withdraws_the_post_and_missed_slots_pass(bench: QueueBench) -> None:
    bench.create()
    bench.add("A", "B")
    post_id = bench.activate()["currentPostId"]
    paused = bench.ask("PUT", status="paused")
    assert (paused["message"], paused["queue"]["currentPostId"]) == ("Queue paused successfully.", None)
    assert bench.desk.post(post_id)["status"] == "deleted"
    assert bench.calendar() == []
    assert {item["scheduledDateTime"] for item in bench.items()} == {None}

    bench.move_clock(days=2, hours=12)
    bench.activate()
    assert bench.published() == []
    assert bench.calendar(5) == [(nine(3), "A"), (nine(4), "B")]


def test_new_slots_move_the_scheduled_post(bench: QueueBench) -> None:
    bench.create()
    bench.add("A", "B")
    bench.activate()
    queue = bench.ask("PUT", timeSlots=[{"dayOfWeek": 3, "time": "18:45"}])["queue"]
    assert bench.desk.post(queue["currentPostId"])["scheduleDate"] == "2026-06-03T13:15:00.000Z"


@pytest.mark.parametrize(("policy", "second"), [("consume", "B"), ("shift", "A")])
def test_a_skipped_slot_publishes_nothing(bench: QueueBench, policy: str, second: str) -> None:
    bench.world.settings["skip_policy"] = policy
    bench.create()
    bench.add("A", "B", "C")
    bench.activate()
    queue = bench.ask("PUT", skipDateTime=nine(0))["queue"]
    assert queue["skipDateTime"] == [nine(0)]
    assert bench.ask("PUT", skipDateTime=nine(5))["queue"]["skipDateTime"] == [nine(0), nine(5)]

    first = bench.items()[0]
    if policy == "consume":
        assert (first["post"]["summary"], first["isSkipped"]) == ("A", True)
        assert first["scheduledDateTime"] == nine(0)
    else:
        assert (first["scheduledDateTime"], first["isSkipped"]) == (nine(1), False)
    planned = bench.calendar(8)
    assert planned[0] == (nine(1), second)
    assert nine(5) not in dict(planned)

    bench.move_clock(days=8)
    assert bench.published() == planned


def test_variations_take_turns(bench: QueueBench) -> None:
    bench.create()
    variations = [{"content": "one"}, {"content": "two"}, {"content": "three"}]
    bench.ask("POST", "/create/item", modifiedPostPayload=bench.payload("A"), variations=variations)
    bench.add("B")
    bench.activate()
    planned = bench.calendar(8)
    assert [text for _, text in planned] == ["one", "B", "two", "B", "three", "B", "one", "B"]
    bench.move_clock(days=3)
    assert bench.published() == planned[:3]
    assert [item["scheduledVariationIndex"] for item in bench.items()] == [0, 2]
    assert bench.calendar(8) == planned[3:]


def test_top_bottom_and_between(bench: QueueBench) -> None:
    bench.create()
    a, _b, c, _d = bench.add("A", "B", "C", "D")
    bench.activate()
    bench.move_clock(days=1)
    assert bench.order() == ["B", "C", "D", "A"]

    moved = bench.ask("PUT", f"/items/{a}", newOrder="top")
    assert bench.order() == ["A", "B", "C", "D"]
    assert bench.read()["currentOrder"] == moved["queueItem"]["order"]
    assert moved["totalPostsChanged"] == len(moved["updatedSlots"]) == 4
    assert bench.desk.post(bench.read()["currentPostId"])["summary"] == "A"

    bench.ask("PUT", f"/items/{a}", newOrder="bottom")
    assert bench.order() == ["B", "C", "D", "A"]
    orders = {item["post"]["summary"]: item["order"] for item in bench.items()}
    between = (orders["B"] + orders["C"]) // 2
    bench.ask("PUT", f"/items/{a}", newOrder=between)
    assert bench.order() == ["B", "A", "C", "D"]
    bench.ask("PUT", f"/items/{c}", newOrder=orders["B"])
    assert bench.order() == ["B", "C", "A", "D"]
    assert bench.send("PUT", f"/items/{c}", newOrder="middle").status_code == 422


def test_live_changes_reach_the_scheduled_post(bench: QueueBench) -> None:
    bench.create()
    a, b = bench.add("A", "B")
    bench.activate()
    changed = bench.ask("PUT", f"/items/{a}", modifiedPostPayload={"summary": "A2"})
    assert changed["updatedSlots"] == []
    assert changed["queueItem"]["modifiedPostPayload"]["summary"] == "A2"
    assert bench.desk.post(bench.read()["currentPostId"])["summary"] == "A2"

    gone = bench.ask("DELETE", f"/items/{a}")
    assert gone["message"] == "The queue item has been successfully deleted."
    assert [slot["itemId"] for slot in gone["updatedSlots"]] == [b]
    assert bench.desk.post(bench.read()["currentPostId"])["summary"] == "B"
    assert bench.read()["totalPosts"] == 1
    assert bench.send("DELETE", f"/items/{a}").status_code == 400


def test_new_items_need_a_session_unless_they_go_straight_in(bench: QueueBench) -> None:
    bench.create(prioritizeNewContent=True)
    bench.add("A", "B")
    bench.activate()
    refused = bench.send("POST", "/create/item", modifiedPostPayload=bench.payload("C"))
    assert (refused.status_code, refused.json()["message"]) == (400, "An active edit session is required")
    bench.add("C", directToQueue=True, order="bottom")
    assert bench.order() == ["C", "A", "B"]
    bench.ask("PUT", prioritizeNewContent=False)
    bench.add("D", directToQueue=True, order="top")
    assert bench.order() == ["C", "A", "B", "D"]


def test_deleting_the_active_post_puts_the_next_item_in_its_slot(bench: QueueBench) -> None:
    bench.create()
    bench.add("A", "B")
    first = bench.activate()["currentPostId"]
    url = f"{QUEUES}/{first}/active-post"
    answer = bench.desk.ask("DELETE", url, params={"locationId": bench.desk.location_id})
    assert answer.json()["results"] == {"message": "Current post deleted and next post scheduled successfully"}
    assert bench.desk.post(first)["status"] == "deleted"
    assert bench.calendar(2) == [(nine(0), "B"), (nine(1), "A")]
    assert bench.desk.ask("DELETE", url, params={"locationId": bench.desk.location_id}).status_code == 400


def test_future_posts_join_the_queue_when_they_are_published(bench: QueueBench) -> None:
    bench.create(enableFuturePosts=True)
    bench.add("A")
    bench.activate()
    bench.desk.created(bench.desk.plan(bench.account, summary="Fresh", categoryId=bench.category["_id"], hours=1))
    bench.desk.created(bench.desk.plan(bench.account, summary="Elsewhere", hours=1))
    bench.move_clock(hours=2)
    assert bench.order() == ["A", "Fresh"]
    bench.move_clock(days=4)
    assert bench.order() == ["A", "Fresh"]


def test_reset_restores_an_original_and_deletes_a_dummy(bench: QueueBench) -> None:
    bench.desk.box.add_post(
        bench.desk.location_id,
        accountId=bench.account["id"],
        status="published",
        categoryId=bench.category["_id"],
        summary="Original",
        publishedAt=MONDAY - timedelta(days=1),
    )
    bench.create()
    item = bench.items()[0]["_id"]
    bench.ask("PUT", f"/items/{item}", modifiedPostPayload={"summary": "Changed"}, variations=[{"content": "Other"}])
    assert bench.order() == ["Other"]
    reset = bench.ask("PUT", f"/items/{item}/reset")
    assert reset["message"] == "Queue item reset successfully"
    assert (reset["queueItem"]["post"]["summary"], reset["queueItem"]["currentVariation"]) == ("Original", 0)

    (dummy,) = bench.add("Dummy")
    reset = bench.ask("PUT", f"/items/{dummy}/reset")
    assert reset == {"message": "Dummy queue item deleted successfully"}
    assert bench.order() == ["Original"]


def test_items_are_paged_centred_and_filtered(bench: QueueBench) -> None:
    bench.create()
    ids = bench.add(*(f"item {number}" for number in range(12)))
    bench.activate()
    page = bench.ask("POST", "/items", skip=2, limit=3)
    assert page["meta"] == {"count": "12", "skip": 2, "limit": 3}
    assert [item["_id"] for item in page["items"]] == ids[2:5]
    centred = bench.ask("POST", "/items", itemId=ids[7], limit=5, skip=0)
    assert [item["_id"] for item in centred["items"]] == ids[5:10]
    last = bench.ask("POST", "/items", itemId=ids[11], limit=5)
    assert [item["_id"] for item in last["items"]] == ids[7:]

    bench.ask(
        "PUT",
        f"/items/{ids[3]}",
        modifiedPostPayload={"media": [{"url": "https://cdn.pixabay.com/a.jpg", "type": "image/jpeg"}]},
    )
    bench.ask("PUT", f"/items/{ids[9]}", modifiedPostPayload={"userId": "nobody"})
    wrong = bench.ask("POST", "/items", errorFilter=True)
    assert [(item["_id"], item["errors"]) for item in wrong["items"]] == [
        (ids[3], ["PIXABAY_MEDIA"]),
        (ids[9], ["INVALID_USER_ID"]),
    ]
    assert [item["scheduledDateTime"] for item in wrong["items"]] == [nine(3), nine(9)]

    slots = bench.ask("POST", "/slots")
    assert (slots["total"], slots["skip"], slots["limit"], slots["timezone"]) == (12, 0, 20, "Asia/Kolkata")
    assert [slot["scheduledDateTime"] for slot in slots["slots"]] == [nine(day) for day in range(12)]


def test_slots_keep_the_wall_clock_over_a_clock_change(bench: QueueBench) -> None:
    location_id = bench.desk.box.add_location(name="Hudson", timezone="America/New_York")
    desk = Desk(bench.desk.box, location_id)
    desk.box.clock.set(datetime(2026, 3, 7, tzinfo=UTC))
    other = QueueBench(desk, desk.account("facebook"), desk.box.add_category(location_id, name="Evergreen"))
    other.create([{"dayOfWeek": day, "time": "02:30"} for day in range(7)])
    other.add("A", "B", "C")
    other.activate()
    found = [item["scheduledDateTime"] for item in other.items()]
    assert found == ["2026-03-07T07:30:00.000Z", "2026-03-08T07:30:00.000Z", "2026-03-09T06:30:00.000Z"]
    desk.http.close()


def test_the_calendar_filters_by_category_and_account(bench: QueueBench) -> None:
    other = bench.desk.account("linkedin")
    bench.create()
    bench.add("A")
    bench.ask("POST", "/create/item", modifiedPostPayload=bench.payload("L", accountIds=[other["id"]]))
    bench.activate()
    assert bench.calendar(2, accountIds=[other["id"]]) == [(nine(1), "L")]
    assert bench.calendar(2, categoryIds=["0" * 24]) == []
    assert len(bench.calendar(2, categoryIds=[bench.category["_id"]])) == 2
    window = {"startDate": iso(MONDAY), "endDate": iso(MONDAY - timedelta(days=1))}
    assert bench.send("POST", "//list/calendar", **window).status_code == 400


def test_a_far_window_is_answered_like_a_near_one(bench: QueueBench) -> None:
    bench.create()
    bench.add("A", "B", "C")
    bench.activate()
    start = MONDAY + timedelta(days=3 * 1200)
    rows = bench.ask("POST", "//list/calendar", startDate=iso(start), endDate=iso(start + timedelta(days=2)))
    assert [row["post"]["summary"] for row in rows["scheduledPosts"]] == ["A", "B"]


def test_a_post_on_several_accounts_goes_out_whole(bench: QueueBench) -> None:
    other = bench.desk.account("linkedin")
    bench.create()
    ids = [bench.account["id"], other["id"]]
    bench.ask("POST", "/create/item", modifiedPostPayload=bench.payload("Both", accountIds=ids))
    bench.activate()
    bench.move_clock(days=1)
    rows = [post for post in bench.desk.posts(type="published") if post["source"] == "category-queue"]
    assert len(rows) == 3
    assert bench.items()[0]["scheduledDateTime"] == nine(1)


def test_a_queue_belongs_to_its_location(bench: QueueBench) -> None:
    bench.create()
    stranger = bench.desk.box.add_location(name="Elsewhere")
    bench.desk.speak_with(bench.desk.box.location_token(stranger))
    params = {"locationId": stranger}
    assert bench.desk.ask("GET", f"{QUEUES}/{bench.queue_id}", params=params).status_code == 400
    assert bench.send("GET").status_code == 401
    bench.desk.speak_with(bench.desk.box.location_token(bench.desk.location_id, ["socialplanner/category.readonly"]))
    refused = bench.send("PUT", status="active")
    assert (refused.status_code, refused.json()["message"]) == (401, "The token is not authorized for this scope.")
    assert bench.send("GET").status_code == 200
    assert bench.desk.ask("GET", f"{SOCIAL}/category/queues/nonsense", params={"locationId": "x"}).status_code == 401
