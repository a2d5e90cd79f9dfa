"""Weekly slots as people give them: read, sorted, or refused with a sentence each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from queues.services.errors import BadSlots

WALL_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
MOST_SLOTS = 7 * 96  # one each quarter of an hour


def slots_clean(slots: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Slots by HighLevel's keys (`dayOfWeek` 0 is Sunday, `time` HH:mm), in order of the week.

    Raises BadSlots with a sentence for each time that is none, each day that is none, each slot that comes twice, and
    for no slots at all.
    """
    good: list[tuple[int, str]] = []
    problems: list[str] = []
    for slot in slots:
        day, text = _day(slot.get("dayOfWeek")), str(slot.get("time") or "").strip()
        if day is None:
            problems.append(_("“%(day)s” is not a day of the week.") % {"day": slot.get("dayOfWeek")})
        elif not WALL_CLOCK.fullmatch(text):
            about = {"day": day_name(day), "time": text}
            problems.append(_("%(day)s “%(time)s” is not a time. Write it as 09:30.") % about)
        else:
            good.append((day, text.zfill(5)))
    for (day, text), times in Counter(good).items():
        if times > 1:
            problems.append(_("%(day)s %(time)s is there twice.") % {"day": day_name(day), "time": text})
    if not slots:
        problems.append(_("Give at least one weekly time. Without one nothing goes out."))
    if len(good) > MOST_SLOTS:
        problems.append(_("These are more than %(number)d times a week.") % {"number": MOST_SLOTS})
    if problems:
        raise BadSlots(problems)
    return [{"dayOfWeek": day, "time": text} for day, text in sorted(good)]


def day_name(day: int) -> str:
    """The day's name in the reader's language; 0 is Sunday."""
    return str(WEEKDAYS[(day - 1) % 7])


def _day(value: Any) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and int(text) < 7 else None
