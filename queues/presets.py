"""Weekly slots to begin with, which a person can change afterwards."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVERY_DAY, WORKDAYS = range(7), range(1, 6)


@dataclass(frozen=True, slots=True)
class Preset:
    """A week by name; `slots` are by HighLevel's keys (`dayOfWeek` 0 is Sunday)."""

    name: str
    label: str | Promise
    slots: Sequence[dict[str, Any]]


def _week(days: Collection[int], *times: str) -> list[dict[str, Any]]:
    return [{"dayOfWeek": day, "time": at} for day in days for at in times]


PRESETS = {
    preset.name: preset
    for preset in (
        Preset("workdays", _("Workdays at 09:00"), _week(WORKDAYS, "09:00")),
        Preset("daily", _("Every day at 10:00"), _week(EVERY_DAY, "10:00")),
        Preset("thrice", _("Monday, Wednesday, Friday at 12:00"), _week((1, 3, 5), "12:00")),
        Preset("twice", _("Twice a day, 09:00 and 17:30"), _week(EVERY_DAY, "09:00", "17:30")),
        Preset("weekly", _("Once a week, Tuesday at 10:00"), _week((2,), "10:00")),
    )
}
