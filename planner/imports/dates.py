"""Reading the dates of a file: nothing is guessed, and no night of a clock change goes by unnoticed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class DateOrder(models.TextChoices):
    ASK = "", _("not said")
    DAY_FIRST = "day", _("day first")
    MONTH_FIRST = "month", _("month first")


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC. `twice` when the wall clock shows it twice and this is the first time."""

    at: datetime
    twice: bool = False


@dataclass(frozen=True, slots=True)
class DateQuestion:
    """What has to be asked about day and month: `number` of dates can be read both ways, `example` is the first of
    them, `evident` what the others suggest."""

    number: int
    example: str
    evident: DateOrder


class BadDate(Exception):
    """A date that is none; `code` and `about` are those of a problem."""

    def __init__(self, code: str, **about: Any) -> None:
        super().__init__(code)
        self.code, self.about = code, about


_HALF = r"\s*([AaPp])\.?\s?[Mm]\.?"  # Spanish programs write “a. m.”
_CLOCK = rf"(?:(\d{{1,2}})[:.](\d{{2}})(?:[:.](\d{{2}})(?:\.\d{{1,9}})?)?(?:{_HALF})?|(\d{{1,2}}){_HALF})"
_BETWEEN = r"(?:\s*[T ]\s*|,\s*)"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_BETWEEN}{_CLOCK}", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_BETWEEN}{_CLOCK}", re.ASCII)
# With the name of the month: “5 abr 2027 10:00”, “5 de abril de 2027, 10:00”, “April 5, 2027 at 10:00 AM”.
_NAME = r"([A-Za-z]{3,10})\.?"
_AT = r"(?:,?\s(?:at\s|a las\s)?|,)"
_DAY_NAMED = re.compile(
    rf"(\d{{1,2}})[- ](?:de )?{_NAME}[-, ]\s?(?:de )?(\d{{4}}){_AT}{_CLOCK}", re.ASCII | re.IGNORECASE
)
_MONTH_NAMED = re.compile(rf"{_NAME} (\d{{1,2}}),? (\d{{4}}){_AT}{_CLOCK}", re.ASCII | re.IGNORECASE)
_MONTHS = (
    ("january", "enero"),
    ("february", "febrero"),
    ("march", "marzo"),
    ("april", "abril"),
    ("may", "mayo"),
    ("june", "junio"),
    ("july", "julio"),
    ("august", "agosto"),
    ("september", "septiembre"),
    ("october", "octubre"),
    ("november", "noviembre"),
    ("december", "diciembre"),
)
_ZONED = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d{1,9})?\s?([Zz]|[+-]\d{2}(?::?\d{2})?)", re.ASCII
)
_LONGEST = 64


def read_moment(text: str, *, zone: tzinfo, order: DateOrder) -> Moment:
    """The instant of a cell: with an offset as it says, else on the wall clock of `zone`. Raises BadDate.

    A day and a month that could be each other need an `order`. A time that the clocks skip does not exist; of one that
    they repeat the first is taken. Parts of a second are dropped.
    """
    if found := _ZONED.fullmatch(_tidy(text)):
        return Moment(_with_offset(*found.groups()))
    return on_clock(read_wall(text, order=order), zone)


def read_clock(text: str, *, zone: tzinfo, order: DateOrder) -> datetime:
    """What clocks in `zone` show at the time of a cell, with or without an offset, as `read_moment` reads it. Without
    one it is taken as it stands. Raises BadDate."""
    if _ZONED.fullmatch(_tidy(text)):
        return read_moment(text, zone=zone, order=order).at.astimezone(zone).replace(tzinfo=None)
    return read_wall(text, order=order)


def read_wall(text: str, *, order: DateOrder) -> datetime:
    """The wall-clock time of a cell without a zone. Raises BadDate."""
    text = _tidy(text)
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day, *clock = found.groups()
    elif found := _YEAR_LAST.fullmatch(text):
        first, mark, second, year, *clock = found.groups()
        month, day = _ordered(first, second, mark, order)
    elif found := _DAY_NAMED.fullmatch(text):
        day, name, year, *clock = found.groups()
        month = _month(name)
    elif found := _MONTH_NAMED.fullmatch(text):
        name, day, year, *clock = found.groups()
        month = _month(name)
    else:
        raise BadDate("date_unreadable")
    hour, minute, seconds, half = clock[:4] if clock[0] else (clock[4], 0, 0, clock[5])
    try:
        return datetime(int(year), int(month), int(day), _hour(int(hour), half), int(minute), int(seconds or 0))  # noqa: DTZ001 - the zone is the caller's
    except ValueError:
        raise BadDate("date_not_real") from None


def is_ambiguous(text: str) -> bool:
    """Whether day and month of the cell could be each other."""
    try:
        read_wall(text, order=DateOrder.ASK)
    except BadDate as bad:
        return bad.code == "date_ambiguous"
    return False


def is_date(text: str) -> bool:
    """Whether the cell is written as a date with a time, if perhaps an impossible one."""
    try:
        read_moment(text, zone=UTC, order=DateOrder.ASK)
    except BadDate as bad:
        return bad.code != "date_unreadable"
    return True


def evident_order(text: str) -> DateOrder:
    """The order that a cell proves, because one of its numbers is no month."""
    found = _YEAR_LAST.fullmatch(" ".join(text.split()))
    if not found:
        return DateOrder.ASK
    first, second = int(found[1]), int(found[3])
    if 12 < first <= 31 and second <= 12:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if first <= 12 < second <= 31 else DateOrder.ASK


def question_about(texts: Sequence[str]) -> DateQuestion | None:
    """What has to be asked about the dates of a file; None when each says it by itself."""
    unclear = [text for text in texts if is_ambiguous(text)]
    if not unclear:
        return None
    seen = {order for text in texts if (order := evident_order(text))}
    return DateQuestion(len(unclear), unclear[0], seen.pop() if len(seen) == 1 else DateOrder.ASK)


def on_clock(wall: datetime, zone: tzinfo) -> Moment:
    """The instant at which clocks in `zone` show `wall`. Raises BadDate when they never do, or it is out of range."""
    early, late = wall.replace(tzinfo=zone), wall.replace(tzinfo=zone, fold=1)
    before, after = early.utcoffset() or timedelta(), late.utcoffset() or timedelta()
    try:
        at = early.astimezone(UTC)
    except OverflowError:
        raise BadDate("date_not_real") from None
    if before == after:
        return Moment(at)
    if before < after:
        raise BadDate("time_skipped", zone=str(zone), next=_behind_gap(wall, zone))
    return Moment(at, twice=True)


def second_time(at: datetime, zone: tzinfo) -> str:
    """How to write the second of two equal wall-clock times, whose first is the instant `at`."""
    wall = at.astimezone(zone).replace(tzinfo=None)
    return wall.replace(tzinfo=zone, fold=1).isoformat(timespec="minutes")


def _behind_gap(wall: datetime, zone: tzinfo) -> str:
    """The first full minute that clocks in `zone` show after the gap in which `wall` falls."""
    wall = wall.replace(second=0)
    while wall.replace(tzinfo=zone).utcoffset() != wall.replace(tzinfo=zone, fold=1).utcoffset():
        wall += timedelta(minutes=1)
    return wall.strftime("%Y-%m-%d %H:%M")


def _tidy(text: str) -> str:
    """The cell with plain blanks: some programs write narrow ones before AM and PM. Raises BadDate."""
    if len(text) > _LONGEST:
        raise BadDate("date_unreadable")
    return " ".join(text.split())


def _with_offset(day: str, clock: str, offset: str) -> datetime:
    """The instant, in UTC, of a time that says its own offset. Raises BadDate."""
    try:
        return datetime.fromisoformat(f"{day}T{clock}{offset.upper()}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadDate("date_not_real") from None


def _ordered(first: str, second: str, mark: str, order: DateOrder) -> tuple[str, str]:
    """Month and day. Dots stand between day and month only where the day comes first."""
    one, two = int(first), int(second)
    if mark == "." or (one > 12 and two <= 12):
        return second, first
    if two > 12 or one == two or order == DateOrder.MONTH_FIRST:
        return first, second
    if order == DateOrder.DAY_FIRST:
        return second, first
    raise BadDate("date_ambiguous")


def _month(name: str) -> int:
    """The number of a month by its English or Spanish name, whole or cut short. Raises BadDate."""
    cut = name.lower()
    for number, names in enumerate(_MONTHS, 1):
        if any(month.startswith(cut) for month in names):
            return number
    raise BadDate("date_unreadable")


def _hour(hour: int, half: str | None) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise BadDate("date_not_real")
    return hour % 12 + (12 if half.upper() == "P" else 0)
