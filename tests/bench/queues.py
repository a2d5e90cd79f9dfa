"""The schedule engine, against python-dateutil's rrule.

The task of `projection`: which of 10,000 items goes out when, over a year of 21 weekly slots in a zone with two clock
changes, as a list of (UTC instant, item). The yardstick gets the leaner of two forms: a rule for each slot, or a rule
for each time of day with its days. It starts where the year starts and counts items on from the cursor.
`far_window_growth` is a month ten years ahead over the month that begins today. Each answer builds its schedule anew.

`reorder_p95_ms` and `reorder_queries` are the answer to one drag in a queue of 2,000 items: the whole request of the
page, from the signed-in person to the drawn list with its bar, in a process that has frozen what it loaded, as web
processes do (`config/wsgi.py`).
"""

from __future__ import annotations

import gc
import json
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from statistics import quantiles
from time import perf_counter
from timeit import repeat
from zoneinfo import ZoneInfo

from dateutil.rrule import WEEKLY, rrule, rruleset
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.drafts import cycle_read
from queues.models import EditSession
from queues.schedule import Cycle, CycleItem, QueueState, Schedule, WeeklySlot
from queues.services.sessions import session_open
from tests.bench.harness import Report
from tests.factories import make_account, make_category, make_location, make_queue, make_user
from tests.queues.drafting import make_items

ITEMS = 10_000
DRAGGED, DRAGS = 2_000, 200  # items of the queue that is reordered, and how often
ZONE = "America/New_York"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
YEAR, MONTH = timedelta(days=365), timedelta(days=30)
TEN_YEARS = timedelta(weeks=522)
TIMES = (
    ("10:00", "14:30", "19:00"),
    ("08:15", "12:00", "17:30"),
    ("08:15", "12:30", "18:00"),
    ("07:45", "12:00", "17:30"),
    ("08:15", "13:00", "18:00"),
    ("09:00", "12:00", "16:00"),
    ("10:00", "15:00", "20:00"),
)
"""The times of each day, from Sunday: 21 slots at 14 times of day."""

Pairs = list[tuple[datetime, CycleItem]]
Rule = tuple[list[int], time]
"""The days (0 is Sunday) on which a time of day is a slot."""


def run(report: Report, arguments: Sequence[str]) -> int:
    """`arguments`: the number of items, 10,000 unless given. Fails when both do not name the same outings."""
    size = int(arguments[0]) if arguments else ITEMS
    items = [CycleItem(f"item {number}", 1000 * number) for number in range(size)]
    cycle = Cycle.read(items, current_order=1000 * (size // 2))
    slots = [WeeklySlot.read(day, at) for day, times in enumerate(TIMES) for at in times]
    queue = QueueState(zone=ZONE, slots=slots, cycle=cycle)

    def window(start: datetime, length: timedelta) -> Pairs:
        return Schedule(queue, now=NOW).between(start, start + length).pairs()

    by_slot: list[Rule] = [([slot.day_of_week], slot.at) for slot in slots]
    by_time = [([other.day_of_week for other in slots if other.at == at], at) for at in {slot.at for slot in slots}]
    outings = window(NOW, YEAR)
    same = outings == _by_rules(by_slot, cycle) == _by_rules(by_time, cycle)
    ours, *theirs = _least(
        lambda: window(NOW, YEAR), lambda: _by_rules(by_slot, cycle), lambda: _by_rules(by_time, cycle), rounds=50
    )
    count = len(outings)
    report.line("projection", count / ours, "outings/s", count / min(theirs), "python-dateutil rrule")
    near, far = _least(lambda: window(NOW, MONTH), lambda: window(NOW + TEN_YEARS, MONTH), rounds=250)
    report.line("far_window_growth", far / near, "times")
    _reorder(report)
    if not same:
        report.note("The engine and the rules did not name the same outings.")
    return 0 if same else 1


def _reorder(report: Report) -> None:
    """Drags from all over the queue to all over it, by a person who has chosen the client."""
    session = make_session(DRAGGED)
    keys = [item.key for item in cycle_read(session.cycle).items]
    ana = session.opened_by
    assert ana is not None
    client = Client(SERVER_NAME="localhost")
    client.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
    client.get(f"/profile/?location={session.queue.location_id}")
    address = f"/queues/{session.queue_id}/steps/"
    chance, version = random.Random(1), session.version
    seconds, queries = [], 0
    client.get(f"/queues/{session.queue_id}/")
    gc.collect()
    gc.freeze()
    for _drag in range(DRAGS):
        key, place = chance.choice(keys), chance.randrange(len(keys))
        asked = {"do": f"to {key}", "place": place + 1, "version": version, "skip": place}
        with CaptureQueriesContext(connection) as captured:
            started = perf_counter()
            answer = client.post(address, asked, headers={"HX-Request": "true", "HX-Target": "editor"})
            seconds.append(perf_counter() - started)
        if answer.status_code != 200:
            raise RuntimeError(f"A drag was answered with {answer.status_code}.")
        version = json.loads(answer.headers["HX-Trigger"])["queues:draft-changed"]["version"]
        queries = max(queries, len(captured))
    report.line("reorder_p95_ms", quantiles(seconds, n=20)[-1] * 1000, "ms")
    report.line("reorder_queries", queries, "queries")


def make_session(size: int) -> EditSession:
    """An edit session of an active queue of that many items."""
    location = make_location(timezone=ZONE)
    account = make_account(location)
    slots = [{"dayOfWeek": day, "time": at} for day, times in enumerate(TIMES) for at in times]
    queue = make_queue(make_category(location), time_slots=slots, slots_a_week=len(slots), current_order=1000)
    make_items(queue, account, [f"Post number {number}" for number in range(size)])
    return session_open(queue=queue, actor=make_user(is_owner=True), now=NOW)


def _by_rules(rules: Sequence[Rule], cycle: Cycle) -> Pairs:
    """The year by rrule: weekly rules on the zone's wall clock, read as instants, items counted on from the cursor."""
    found, start = rruleset(), NOW.astimezone(ZoneInfo(ZONE))
    for days, at in rules:
        weekdays = [(day - 1) % 7 for day in days]  # rrule's week begins on Monday
        found.rrule(
            rrule(
                WEEKLY,
                dtstart=start,
                until=start + YEAR,
                byweekday=weekdays,
                byhour=at.hour,
                byminute=at.minute,
                bysecond=0,
            )
        )
    items, cursor = cycle.items, cycle.cursor
    return [(wall.astimezone(UTC), items[(cursor + turn) % len(items)]) for turn, wall in enumerate(found)]


def _least(*tasks: Callable[[], object], rounds: int) -> list[float]:
    """The least seconds that each task took, of that many rounds in which they take turns, four times each."""
    best = [float("inf")] * len(tasks)
    for _ in range(rounds):
        for index, task in enumerate(tasks):
            best[index] = min(best[index], *repeat(task, number=1, repeat=4))
    return best
