"""The weekly slots as a grid: every button changes the form, and only saving changes the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, signed_in
from queues.models import CategoryQueue, QueueItem
from queues.presets import PRESETS
from queues.services.errors import BadSlots, QueueProblem
from queues.services.queues import queue_slots_change
from queues.services.slots import day_name
from queues.views.answers import in_sheet, whole_page
from queues.views.desk import queue_to_read, queue_to_write

WEEK = (1, 2, 3, 4, 5, 6, 0)  # as people read it, from Monday; HighLevel's 0 is Sunday
FIRST_TIME = "09:00"
MOST_TIMES = 700  # fields of a form
Week = dict[int, list[str]]


@dataclass(frozen=True, slots=True)
class SlotDay:
    """One column of the grid."""

    number: int
    name: str
    short: str
    times: list[str]


@signed_in
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def queue_slots(request: ViewerRequest, queue_id: int) -> HttpResponse:
    """The slots. `do` is `save`, or changes the form only: `add 1` (Monday), `drop 1 09:00`, `copy` (the day
    `from` to the days `to`), `preset`."""
    if request.method == "GET":
        queue, may_write = queue_to_read(request.user, queue_id)
        return _answer(request, queue, queue.time_slots, may_write=may_write)
    queue = queue_to_write(request.user, queue_id)
    week = _week_of(request)
    do, _space, rest = request.POST.get("do", "").partition(" ")
    if do != "save":
        given = request.POST
        if do == "copy":
            rest = given.get("from", "")
        changed = _changed(week, do, rest, given.get("preset", ""), given.get("to", ""))
        if changed is None:
            problem = _("Choose what to do with the weekly times.")
            return _answer(request, queue, _slots(week), problems=[problem], status=422)
        return _answer(request, queue, _slots(changed), tools_open=do in ("copy", "preset"))
    try:
        queue_slots_change(queue=queue, slots=_slots(week), actor=request.user, now=timezone.now())
    except BadSlots as problem:
        return _answer(request, queue, _slots(week), problems=problem.sentences, status=422)
    except QueueProblem as problem:
        return _answer(request, queue, _slots(week), problems=[str(problem)], status=422)
    messages.success(request, _("The weekly times are changed. HighLevel is told."))
    return whole_page(request, queue)


def slots_context(
    queue: CategoryQueue,
    slots: Sequence[Mapping[str, Any]],
    *,
    may_write: bool = True,
    items: int | None = None,
    problems: Sequence[str] = (),
) -> dict[str, Any]:
    """The grid of slots, how many they are a week, and how long a cycle takes with them."""
    week: Week = {day: [] for day in WEEK}
    for slot in slots:
        day = str(slot.get("dayOfWeek"))
        if day.isdecimal() and int(day) in week:
            week[int(day)].append(str(slot.get("time") or ""))
    number = sum(len(times) for times in week.values())
    saved = sorted((str(slot.get("dayOfWeek")), str(slot.get("time"))) for slot in queue.time_slots)
    return {
        "slot_days": [SlotDay(day, day_name(day), day_name(day)[:3], week[day]) for day in WEEK],
        "slot_number": number,
        "slot_cycle": items * 7 / number if items and number else None,
        "slot_problems": list(problems),
        "slots_changed": saved != sorted((str(day), time) for day, times in week.items() for time in times),
        "slots_writable": may_write and queue.gone_at is None,
        "presets": PRESETS.values(),
    }


def _answer(
    request: ViewerRequest,
    queue: CategoryQueue,
    slots: Sequence[Mapping[str, Any]],
    *,
    may_write: bool = True,
    problems: Sequence[str] = (),
    tools_open: bool = False,
    status: int = 200,
) -> HttpResponse:
    items = QueueItem.objects.present().filter(queue=queue).count()
    context = slots_context(queue, slots, may_write=may_write, items=items, problems=problems)
    context |= {"queue": queue, "place": queue.location, "slots_tools_open": tools_open}
    page = "queues/_slots.html" if in_sheet(request) else "queues/slots.html"
    return TemplateResponse(request, page, context, status=status)


def _week_of(request: ViewerRequest) -> Week:
    return {day: request.POST.getlist(f"day{day}")[:MOST_TIMES] for day in WEEK}


def _slots(week: Week) -> list[dict[str, Any]]:
    return [{"dayOfWeek": day, "time": time} for day, times in week.items() for time in times]


def _changed(week: Week, do: str, rest: str, preset: str, to: str) -> Week | None:
    """The week after a button of the form; None for a button that there is not."""
    if do == "preset" and preset in PRESETS:
        slots = PRESETS[preset].slots
        return {day: [slot["time"] for slot in slots if slot["dayOfWeek"] == day] for day in week}
    text, _space, time = rest.partition(" ")
    day = int(text) if text.isdecimal() and len(text) == 1 else -1
    if day not in week:
        return None
    if do == "add":
        return {**week, day: [*week[day], _free_time(week[day])]}
    if do == "drop":
        times = list(week[day])
        if time in times:
            times.remove(time)
        return {**week, day: times}
    if do == "copy":
        targets = WEEK if to == "all" else WEEK[:5] if to == "workdays" else ()
        return {other: list(week[day]) if other in targets else times for other, times in week.items()}
    return None


def _free_time(times: list[str]) -> str:
    """A time of day that is not taken: an hour after the last one that can be read."""
    hours = [int(time[:2]) for time in times if time[:2].isdecimal()]
    wanted = [f"{hour % 24:02d}:00" for hour in range(max(hours, default=8) + 1, max(hours, default=8) + 25)]
    return next((time for time in wanted if time not in times), FIRST_TIME)
