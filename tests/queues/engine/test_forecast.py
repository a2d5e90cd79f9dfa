"""The forecast, against plain loops over the turns of its horizon."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from queues.forecast import HORIZON, Forecast, forecast
from queues.schedule import Cycle, CycleItem, QueueState, Schedule, SkipPolicy, Standstill, Status, Touch, WeeklySlot

from .reference import DAY, Case, cases, walk

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def daily(*items: CycleItem, **fields: Any) -> Schedule:
    """A queue that publishes an item at nine UTC every day."""
    slots = [WeeklySlot.read(day, "09:00") for day in range(7)]
    queue = QueueState(**{"zone": "UTC", "slots": slots, "cycle": Cycle.read(items, None), **fields})
    return Schedule(queue, now=NOW)


def nine(day: int) -> datetime:
    return NOW + timedelta(days=day, hours=9)


def looked(schedule: Schedule, **fields: Any) -> Forecast:
    return forecast(schedule, **{"accounts": {}, "returns_within": timedelta(), **fields})


A, B, C = (CycleItem(key, 1000 * number) for number, key in enumerate("ABC", 1))


@given(
    cases(),
    st.dictionaries(st.integers(0, 7).map("item {}".format), st.sets(st.sampled_from("xyz"))),
    st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 90 * 24)), max_size=30),
    st.dictionaries(st.sampled_from("xyz"), st.integers(-10, 100)),
    st.integers(0, 30),
    st.integers(0, 60),
)
def test_it_finds_what_a_plain_look_finds(case: Case, accounts, hours, days, within, apart):
    posts = [(account, case.now + timedelta(hours=hour)) for account, hour in hours]
    expiries = {account: case.now + day * DAY for account, day in days.items()}
    near = timedelta(hours=apart)
    found = forecast(
        case.schedule,
        accounts=accounts,
        posts=posts,
        expiries=expiries,
        returns_within=within * DAY,
        apart=near,
    )
    out = [row for row in walk(case, found.end) if not row.skipped]
    assert found.end - found.start == HORIZON
    assert found.outings == len(out)

    returns: dict[str, list[tuple[datetime, datetime]]] = {}
    for index, row in enumerate(out):
        before = [other.at for other in out[:index] if other.key == row.key]
        if before and row.at - before[-1] < within * DAY:
            returns.setdefault(row.key, []).append((before[-1], row.at))
    assert {(one.outing.key, one.before, one.outing.at, one.times) for one in found.returns} == {
        (key, *times[0], len(times)) for key, times in returns.items()
    }
    collisions = [
        (row.at, account, at)
        for row in out
        for account in accounts.get(row.key, ())
        for other, at in posts
        if other == account and abs(at - row.at) <= near
    ]
    assert sorted((one.outing.at, one.account, one.at) for one in found.collisions) == sorted(collisions)
    for account in "xyz":
        late = [
            row.at
            for row in out
            if account in accounts.get(row.key, ()) and expiries.get(account, row.at + DAY) <= row.at
        ]
        told = [(one.outing.at, one.times) for one in found.expiries if one.account == account]
        assert told == ([(late[0], len(late))] if late else [])
    for sequence in (found.collisions, found.returns, found.expiries, found.clock_touches):
        assert [one.outing.at for one in sequence] == sorted(one.outing.at for one in sequence)


def test_when_the_cycle_repeats():
    found = looked(daily(A, B, C))
    assert (found.repeats_at, found.cycle_length) == (nine(3), 3 * DAY)
    shifted = Schedule(daily(A, B, C, skips={nine(1)}).queue, now=NOW, policy=SkipPolicy.SHIFT)
    assert looked(shifted).repeats_at == nine(4)
    assert looked(shifted).skipped == 1


def test_a_cycle_longer_than_the_horizon_still_says_when_it_repeats():
    many = [CycleItem(str(number), number) for number in range(1000)]
    found = looked(daily(*many), returns_within=400 * DAY)
    assert found.cycle_length == 1000 * DAY
    assert found.returns == ()
    assert found.outings == 90


def test_an_item_that_just_went_out_returns_too():
    found = looked(daily(A._replace(last_out=nine(-1)), B, C), returns_within=3 * DAY)
    assert [(one.outing.key, one.before, one.outing.at, one.times) for one in found.returns] == [
        ("A", nine(-1), nine(0), 1)
    ]


def test_a_skipped_outing_neither_collides_nor_returns():
    schedule = daily(A, skips={nine(1)})
    found = looked(schedule, accounts={"A": ["x"]}, posts=[("x", nine(1))], returns_within=2 * DAY, horizon=3 * DAY)
    assert (found.outings, found.skipped) == (2, 1)
    assert (found.collisions, found.returns) == ((), ())


def test_a_post_at_the_same_minute_on_the_same_account_collides():
    posts = [("x", nine(1)), ("y", nine(1)), ("x", nine(1) + timedelta(minutes=1)), ("x", nine(3))]
    accounts = {"A": ["z"], "B": ["x"]}
    found = looked(daily(A, B), accounts=accounts, posts=posts)
    assert [(one.outing.key, one.account, one.at) for one in found.collisions] == [
        ("B", "x", nine(1)),
        ("B", "x", nine(3)),
    ]
    wider = looked(daily(A, B), accounts=accounts, posts=posts, apart=timedelta(minutes=1))
    assert [one.at for one in wider.collisions] == [nine(1), nine(1) + timedelta(minutes=1), nine(3)]


def test_an_account_that_expires_at_the_instant_of_a_slot_is_too_late_for_it():
    found = looked(daily(A, B), accounts={"B": ["x"]}, expiries={"x": nine(3)}, horizon=10 * DAY)
    ((account, expires_at, outing, times),) = found.expiries
    assert (account, expires_at, outing.at, times) == ("x", nine(3), nine(3), 4)


def test_the_nights_on_which_the_clocks_change():
    slots = [WeeklySlot.read(0, at) for at in ("01:30", "02:30", "03:30")]
    queue = QueueState(zone="America/New_York", slots=slots, cycle=Cycle.read([A, B], None))
    spring = looked(Schedule(queue, now=datetime(2026, 3, 1, tzinfo=UTC)))
    ((outing, slot),) = spring.clock_touches
    assert (slot.touch, slot.wanted.isoformat()) == (Touch.MERGED, "2026-03-08T02:30:00")
    assert outing.at == slot.at == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    autumn = looked(Schedule(queue, now=datetime(2026, 10, 1, tzinfo=UTC)))
    assert [one.slot.touch for one in autumn.clock_touches] == [Touch.FIRST_OF_TWO]


def test_a_queue_that_stands_still_has_nothing_to_tell_but_why():
    found = looked(daily(A, status=Status.PAUSED), returns_within=DAY)
    assert found.standstill is Standstill.PAUSED
    assert (found.outings, found.repeats_at, found.cycle_length) == (0, None, None)
    assert looked(daily()).standstill is Standstill.NO_ITEMS
