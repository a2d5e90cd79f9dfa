"""Searching words in the text of posts at a cost that hardly grows with their number.

PostgreSQL's trigram index names the posts that hold a word of three letters or more, however many there are, but not in
the order of their dates; the index over the dates has them in order, but not by word. So the hits are named first: when
they are few, they are sorted here and only those of one page are read; when they are many, the page is soon full
whichever way the dates are walked, and the database does so. Left to itself it guesses how many there are, and reads
every post where the guess is wrong. Shorter words have no trigram, and are looked for among the newest posts only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from planner.models import PostQuerySet
from planner.selectors.keyset import KeysetPage, Mark, Place, keyset_page, keyset_page_of
from planner.selectors.post_filters import PostFilters, matching

TRIGRAM = 3  # letters
FEW = 2_000  # hits that are sorted here
NEWEST = 10_000  # posts among which short words are looked for


@dataclass(frozen=True, slots=True)
class Count:
    """How many posts pass the filters; with `more` there are others beyond, which nobody counted."""

    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits. `since` is the aware instant before which nothing was looked through, or None."""

    page: KeysetPage
    count: Count
    since: datetime | None = None


def post_search(
    filters: PostFilters, posts: PostQuerySet, rows: PostQuerySet, *, place: Place, size: int
) -> Found | None:
    """The page at `place` of what `matching` gave, `posts`, in the form `rows`; None where plain paging is the best.

    Two queries; three for short words, and one more when the place has run dry.
    """
    if not filters.words or connection.vendor != "postgresql":
        return None
    if max(map(len, filters.words)) < TRIGRAM:
        return _among_newest(filters, posts, rows, place, size)
    found = list(posts.order_by().values_list("display_at", "pk")[: FEW + 1])
    if len(found) > FEW:
        page = keyset_page(rows, place=place, size=size, newest_first=filters.newest_first)
        return Found(page, Count(FEW, more=True))
    marks = sorted((Mark(at, pk) for at, pk in found), reverse=filters.newest_first)
    page = keyset_page_of(marks, rows, place=place, size=size, newest_first=filters.newest_first)
    return Found(page, Count(len(found), more=False))


def newest_since(filters: PostFilters) -> datetime | None:
    """The date of the 10,000th newest post that passes the filters but for the words; None when there are fewer."""
    without = matching(filters.without_words()).order_by("-display_at", "-pk")
    return without.values_list("display_at", flat=True)[NEWEST : NEWEST + 1].first()


def _among_newest(filters: PostFilters, posts: PostQuerySet, rows: PostQuerySet, place: Place, size: int) -> Found:
    since = newest_since(filters)
    if since is not None:
        rows, posts = rows.filter(display_at__gt=since), posts.filter(display_at__gt=since)
    page = keyset_page(rows, place=place, size=size, newest_first=filters.newest_first)
    number = posts.order_by()[: FEW + 1].count()
    return Found(page, Count(min(number, FEW), number > FEW), since)
