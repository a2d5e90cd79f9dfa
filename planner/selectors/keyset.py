"""Pages of a long list by the place of their rows, so that the last page costs what the first one does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from planner.models import Post, PostQuerySet

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AFTER, BEFORE, LAST = "after", "before", "last"
MARK = re.compile(r"(-?[0-9]{1,18})_([0-9]{1,18})")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Where a row stands in a list that is sorted by an aware instant and then by key."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}_{self.pk}"

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """The mark that `str` wrote, or None when the text is something else."""
        found = MARK.fullmatch(text)
        if found is None:
            return None
        try:
            return cls(at=EPOCH + timedelta(microseconds=int(found[1])), pk=int(found[2]))
        except OverflowError:
            return None


@dataclass(frozen=True, slots=True)
class Place:
    """Which page is asked for: the first, the last, or the one on either side of a row."""

    after: Mark | None = None
    before: Mark | None = None
    last: bool = False
    problem: str = ""

    @classmethod
    def read(cls, text: str) -> Place:
        """The place that `page` of an address names. One that was cut short means the first page, and says so."""
        if not text:
            return cls()
        if text == LAST:
            return cls(last=True)
        side, _dash, rest = text.partition("-")
        mark = Mark.read(rest)
        if mark is None or side not in (AFTER, BEFORE):
            return cls(problem=_("The page in this address cannot be read, so this is the first one."))
        return cls(after=mark) if side == AFTER else cls(before=mark)


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """Posts of one page as they are shown, and the `page` of its neighbours (None: there is none)."""

    rows: list[Post]
    first: str | None
    previous: str | None
    next: str | None
    last: str | None


def keyset_page(rows: PostQuerySet, *, place: Place, size: int, newest_first: bool) -> KeysetPage:
    """The page of `size` rows at `place`, sorted by `display_at` and key: one query, two when the place has run dry.

    A place that has no rows left (they were deleted, or a filter was added to the address) gives the nearest full page.
    """
    if place.last or place.before:
        found = _stretch(rows, beyond=place.before, size=size, descending=not newest_first)
        if place.before and len(found) < size:
            return keyset_page(rows, place=Place(), size=size, newest_first=newest_first)
        shown = found[:size][::-1]
        return _page(shown, earlier=len(found) > size, later=place.before is not None)
    found = _stretch(rows, beyond=place.after, size=size, descending=newest_first)
    if place.after and not found:
        return keyset_page(rows, place=Place(last=True), size=size, newest_first=newest_first)
    return _page(found[:size], earlier=place.after is not None, later=len(found) > size)


def keyset_page_of(
    marks: Sequence[Mark], rows: PostQuerySet, *, place: Place, size: int, newest_first: bool
) -> KeysetPage:
    """The same page where the marks of all rows are known, in the order in which they are shown. One query."""
    beyond = place.before or place.after
    start, stop = 0, size
    if beyond is not None:
        past = sum(1 for mark in marks if (mark > beyond if newest_first else mark < beyond))
        start, stop = (past - size, past) if place.before else (past, past + size)
        if place.after and past < len(marks) and marks[past] == beyond:
            start, stop = past + 1, past + 1 + size
    if place.last or start >= len(marks):
        start, stop = max(len(marks) - size, 0), len(marks)
    start, stop = (0, size) if start < 0 else (start, stop)
    wanted = [mark.pk for mark in marks[start:stop]]
    held = {row.pk: row for row in rows.filter(pk__in=wanted)} if wanted else {}
    shown = [held[pk] for pk in wanted if pk in held]
    return _page(shown, earlier=start > 0, later=stop < len(marks))


def _stretch(rows: PostQuerySet, *, beyond: Mark | None, size: int, descending: bool) -> list[Post]:
    """Up to `size` rows past the mark in one direction, and one more that tells whether the list goes on."""
    if beyond is not None:
        side = "lt" if descending else "gt"
        # The first condition is redundant and lets either database seek in an index over (display_at, id).
        rows = rows.filter(**{f"display_at__{side}e": beyond.at}).filter(
            Q(**{f"display_at__{side}": beyond.at}) | Q(display_at=beyond.at, **{f"pk__{side}": beyond.pk})
        )
    order = ("-display_at", "-pk") if descending else ("display_at", "pk")
    return list(rows.order_by(*order)[: size + 1])


def _page(shown: list[Post], *, earlier: bool, later: bool) -> KeysetPage:
    earlier, later = earlier and bool(shown), later and bool(shown)
    return KeysetPage(
        rows=shown,
        first="" if earlier else None,
        previous=f"{BEFORE}-{_mark(shown[0])}" if earlier else None,
        next=f"{AFTER}-{_mark(shown[-1])}" if later else None,
        last=LAST if later else None,
    )


def _mark(post: Post) -> Mark:
    return Mark(at=post.display_at, pk=post.pk)
