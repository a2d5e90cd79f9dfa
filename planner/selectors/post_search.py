"""Searching words in the text of posts at a cost that hardly grows with their number.

PostgreSQL's trigram index names the posts that hold a word of three letters or more, however many there are, but not in
the order of their dates; the index over the dates has them in order, but not by word. So the hits are named first: when
they are few, they are sorted here and only those of one page are read; when they are many, the page is soon full
whichever way the dates are walked, and the database does so. Left to itself it guesses how many there are, and reads
every post where the guess is wrong. Shorter words have no trigram, and are looked for among the newest posts only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from planner.models import PostQuerySet
from planner.selectors.keyset import KeysetPage, Mark, Place, keyset_page, keyset_page_of
from planner.selectors.post_filters import PostFilters, holding, holding_many

TRIGRAM = 3  # letters
FEW = 2_000  # hits that are sorted here
NEWEST = 10_000  # posts among which short words are looked for
Shape = Callable[[PostQuerySet], PostQuerySet]


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


def post_search(filters: PostFilters, posts: PostQuerySet, shape: Shape, *, place: Place, size: int) -> Found:
    """The page at `place` of those of the posts that hold the words, on PostgreSQL. `posts` pass all other filters,
    `shape` gives posts the form of the page.

    Two queries; three for short words, and one more when the place has run dry.
    """
    newest_first = filters.newest_first
    if max(map(len, filters.words)) < TRIGRAM:
        since = newest_since(posts)
        posts = posts if since is None else posts.filter(display_at__gt=since)
        hits = holding_many(posts, filters.words)
        number = hits.order_by()[: FEW + 1].count()
        page = keyset_page(shape(hits), place=place, size=size, newest_first=newest_first)
        return Found(page, Count(min(number, FEW), number > FEW), since)
    found = list(holding(posts, filters.words).order_by().values_list("display_at", "pk")[: FEW + 1])
    if len(found) > FEW:
        many = shape(holding_many(posts, filters.words))
        return Found(keyset_page(many, place=place, size=size, newest_first=newest_first), Count(FEW, more=True))
    marks = sorted((Mark(at, pk) for at, pk in found), reverse=newest_first)
    page = keyset_page_of(marks, shape(posts), place=place, size=size, newest_first=newest_first)
    return Found(page, Count(len(found), more=False))


def newest_since(posts: PostQuerySet) -> datetime | None:
    """The date of the 10,000th newest of the posts; None when there are fewer."""
    dates = posts.order_by("-display_at", "-pk").values_list("display_at", flat=True)
    return dates[NEWEST : NEWEST + 1].first()
