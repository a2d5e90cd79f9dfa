"""Telling that something was said before: the same words on the same account, or another post at the same time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models.functions import Left
from rapidfuzz import fuzz

from planner.composing import Composition, siblings
from planner.models import PostStatus, PostTarget

ALIKE = 90  # per cent of the letters
COMPARED = 2_000  # letters of each text
MOST = 2_000  # stored results that one look compares with
SHORTEST = 12  # letters; what is shorter is a duplicate only when it is the same
SILENT = (PostStatus.DELETED, PostStatus.FAILED)


class Likeness(StrEnum):
    SAME = "same"
    ALIKE = "alike"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A stored post that a composition resembles on an account (primary keys). CLOSE is another post on that account
    within minutes, whatever it says. `at` is the aware instant of the stored post."""

    likeness: Likeness
    post: int
    account: int
    at: datetime


@dataclass(frozen=True, slots=True)
class _Held:
    post: int
    account: int
    at: datetime
    text: str


def duplicates_of(
    compositions: Sequence[Composition], *, now: datetime, leaving_out: Collection[int] = ()
) -> list[list[Duplicate]]:
    """For each composition the stored posts that it repeats, the most alike first, one entry a post and account.

    Posts count whose date lies within DUPLICATE_DAYS of the composition's (of `now` where it has none), and for CLOSE
    within DUPLICATE_MINUTES of a date that it has. `leaving_out` are posts that are no duplicates: the one that is
    edited. One query, whatever the number of compositions; it reads the newest MOST results at most.
    """
    parts = [(number, part) for number, each in enumerate(compositions) for part in siblings(each)]
    found: list[list[Duplicate]] = [[] for _each in compositions]
    if not any(part.accounts for _number, part in parts):
        return found
    held = _held([part for _number, part in parts], now, leaving_out)
    for number, part in parts:
        mine = [one for account in part.accounts for one in held.get(account.pk, ())]
        found[number] += _alike(part, mine, now)
    order = list(Likeness)
    return [sorted(each, key=lambda one: (order.index(one.likeness), one.at, one.post)) for each in found]


def plain_text(text: str) -> str:
    """What of a text counts when it is compared: its words, in small letters."""
    return " ".join(text[:COMPARED].casefold().split())


def _held(parts: Sequence[Composition], now: datetime, leaving_out: Collection[int]) -> dict[int, list[_Held]]:
    accounts = {account.pk for part in parts for account in part.accounts}
    dates = [part.scheduled_at or now for part in parts if part.accounts]
    reach = timedelta(days=settings.DUPLICATE_DAYS)
    rows = (
        PostTarget.objects.filter(
            account__in=accounts, post__display_at__gte=min(dates) - reach, post__display_at__lte=max(dates) + reach
        )
        .filter(post__gone_at=None, post__deleting_at=None)
        .exclude(post__in=list(leaving_out))
        .exclude(status__in=SILENT)
        .order_by("-post__display_at")
        .values_list("post", "account", "post__display_at", Left("post__text", COMPARED))
    )
    by_account: dict[int, list[_Held]] = {}
    for post, account, at, text in rows[:MOST]:
        by_account.setdefault(account, []).append(_Held(post, account, at, plain_text(text)))
    return by_account


def _alike(part: Composition, held: Iterable[_Held], now: datetime) -> Iterator[Duplicate]:
    text, at = plain_text(part.text), part.scheduled_at
    reach, minutes = timedelta(days=settings.DUPLICATE_DAYS), timedelta(minutes=settings.DUPLICATE_MINUTES)
    for one in held:
        likeness = _likeness(text, one.text) if abs(one.at - (at or now)) <= reach else None
        if likeness is None and at is not None and abs(one.at - at) < minutes:
            likeness = Likeness.CLOSE
        if likeness is not None:
            yield Duplicate(likeness, one.post, one.account, one.at)


def _likeness(text: str, other: str) -> Likeness | None:
    if not text or not other:
        return None
    if text == other:
        return Likeness.SAME
    if min(len(text), len(other)) < SHORTEST:
        return None
    return Likeness.ALIKE if fuzz.ratio(text, other, score_cutoff=ALIKE) else None
