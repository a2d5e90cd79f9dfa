"""What a draft would change, against a pairing of two slow walks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from queues.schedule import (
    ChangeKind,
    Cycle,
    CycleItem,
    QueueState,
    Schedule,
    Status,
    WeeklySlot,
    compare_calendars,
    redated,
)

from .reference import DAY, Case, cases, walk, weekly_slots

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SLOTS = [WeeklySlot.read(day, "09:00") for day in range(7)]


def daily(keys: str, **fields: Any) -> Schedule:
    """A queue that publishes an item at nine UTC every day."""
    cycle = Cycle.read([CycleItem(key, 1000 * number) for number, key in enumerate(keys, 1)], None)
    queue = QueueState(**{"zone": "UTC", "slots": SLOTS, "cycle": cycle, **fields})
    return Schedule(queue, now=NOW)


def told(live: Schedule, draft: Schedule, days: int = 3) -> list[tuple[str, ChangeKind, int | None, int | None]]:
    """(key, kind, day before, day after) of every change in the first days."""
    return [
        (one.key, one.kind, day(one.before), day(one.after))
        for one in compare_calendars(live, draft, NOW, NOW + days * DAY)
    ]


def day(outing) -> int | None:
    return (outing.at - NOW).days if outing else None


@st.composite
def drafts(draw: st.DrawFn) -> tuple[Case, Case]:
    """A queue, and what became of it in an edit session."""
    case = draw(cases(reach=60, length=20))
    cycle = case.queue.cycle
    for number in range(draw(st.integers(0, 3))):
        if len(cycle) and draw(st.booleans()):
            cycle = cycle.moved({draw(st.sampled_from(cycle.items)).key}, draw(st.integers(0, len(cycle) - 1)))
        if len(cycle) and draw(st.booleans()):
            cycle = cycle.without({draw(st.sampled_from(cycle.items)).key})
        if draw(st.booleans()):
            cycle = cycle.with_items([CycleItem(f"new {number}", 0)], draw(st.integers(0, len(cycle))))
    slots = draw(st.just(case.queue.slots) | st.lists(weekly_slots, max_size=4))
    return case, replace(case, queue=replace(case.queue, cycle=cycle, slots=slots))


@given(drafts())
def test_each_outing_is_paired_with_the_one_of_the_same_number_of_its_item(pair: tuple[Case, Case]):
    live, draft = pair
    found = compare_calendars(live.schedule, draft.schedule, live.start, live.end)
    # Far enough for any counterpart: as many rounds, in the slower of both.
    turns = [one.turn for change in found for one in change[:2] if one]
    reach = timedelta(weeks=max(turns, default=0) + 3) + 40 * DAY
    expected = set()
    before, after = (by_number(case, max(case.now, case.end) + reach) for case in pair)
    for number in before.keys() | after.keys():
        ends = before.get(number), after.get(number)
        if any(one and live.start <= one < live.end for one in ends):
            expected.add((number[0], *ends))
    told = [(one.key, one.before and one.before.at, one.after and one.after.at) for one in found]
    assert sorted(told, key=str) == sorted(expected, key=str)
    assert [one.at for one in found] == sorted(one.at for one in found)


def by_number(case: Case, until: datetime) -> dict[tuple[str, int], datetime]:
    """When each item has its n-th turn."""
    count: dict[str, int] = {}
    found = {}
    for row in walk(case, until):
        number = count[row.key] = count.get(row.key, -1) + 1
        found[row.key, number] = row.at
    return found


@given(drafts())
def test_redated_are_the_items_whose_next_turn_is_another(pair: tuple[Case, Case]):
    live, draft = (case.schedule for case in pair)
    before = {one.key: (one.at, one.variation, one.skipped) for one in live.next_of_every()}
    after = {one.key: (one.at, one.variation, one.skipped) for one in draft.next_of_every()}
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert {change.key for change in redated(live, draft)} == changed


def test_an_item_to_the_top_moves_what_it_passes():
    draft = daily("CABD")
    same, moved = ChangeKind.SAME, ChangeKind.MOVED
    assert told(daily("ABCD"), draft, 4) == [
        ("C", moved, 2, 0),
        ("A", moved, 0, 1),
        ("B", moved, 1, 2),
        ("D", same, 3, 3),
    ]
    assert [change.key for change in redated(daily("ABCD"), draft)] == ["C", "A", "B"]


def test_what_leaves_the_window_shows_with_its_new_day():
    assert told(daily("ABCDE"), daily("BCDEA"), 1) == [
        ("B", ChangeKind.MOVED, 1, 0),
        ("A", ChangeKind.MOVED, 0, 4),
    ]


def test_new_and_gone_items():
    assert told(daily("AB"), daily("AX"), 2) == [
        ("A", ChangeKind.SAME, 0, 0),
        ("B", ChangeKind.GONE, 1, None),
        ("X", ChangeKind.NEW, None, 1),
    ]


def test_another_variation_or_a_skip_at_the_same_time_is_an_alteration():
    plain = daily("AB")
    assert told(plain, daily("AB", skips={NOW + timedelta(hours=9)}), 1) == [("A", ChangeKind.ALTERED, 0, 0)]
    other = Cycle.read([CycleItem("A", 1, variations=2, variation=1), CycleItem("B", 2)], None)
    assert told(plain, daily("", cycle=other), 1) == [("A", ChangeKind.ALTERED, 0, 0)]


def test_a_queue_that_does_not_run_makes_all_new_or_all_gone():
    draft, live = daily("AB", status=Status.PAUSED), daily("AB")
    assert {kind for _, kind, *_ in told(live, draft)} == {ChangeKind.GONE}
    assert {kind for _, kind, *_ in told(draft, live)} == {ChangeKind.NEW}
    assert told(daily(""), daily("")) == []
    assert redated(daily(""), daily("")) == []
    assert {change.kind for change in redated(daily(""), live)} == {ChangeKind.NEW}
