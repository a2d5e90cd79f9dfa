"""Searching words: the same posts on every database, page by page, whatever way they are found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.scope import Scope
from planner.models import Post, PostStatus
from planner.selectors import post_search
from planner.selectors.keyset import Mark, Place, keyset_page, keyset_page_of
from planner.selectors.post_filters import PostFilters, matching
from planner.selectors.posts import post_list_page
from tests.cast import Cast
from tests.factories import make_post

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SIZE = 7


def fill(cast: Cast, number: int = 60) -> None:
    """Posts of which every second says “winter”, every third “温泉”, two at a time at one instant."""
    Post.objects.bulk_create(
        Post(
            location=cast.a if at % 2 else cast.b,
            remote_id=f"p{at}",
            text=" ".join(["Tyres", *(["for Winter"] if at % 2 else []), *(["温泉"] if at % 3 == 0 else []), str(at)]),
            status=PostStatus.SCHEDULED,
            display_at=NOON + timedelta(hours=at // 2),
        )
        for at in range(number)
    )


def walk(filters: PostFilters) -> list[int]:
    """The keys of all pages, forwards."""
    seen: list[int] = []
    place = Place()
    while True:
        found = post_list_page(filters, place=place, now=NOON, size=SIZE)
        seen += [line.post.pk for line in found.lines]
        if found.page.next is None:
            return seen
        place = Place.read(found.page.next)


@pytest.mark.parametrize("newest", [True, False])
@pytest.mark.parametrize("few", [0, 5, 2_000])
@pytest.mark.parametrize("words", [("winter",), ("温泉",), ("tyres", "1"), ("nowhere",), ("er 1",)])
def test_every_hit_is_reached_once_and_in_order(
    cast: Cast, monkeypatch: Any, words: tuple[str, ...], few: int, newest: bool
) -> None:
    fill(cast)
    monkeypatch.setattr(post_search, "FEW", few)
    filters = PostFilters(Scope(cast.ana, None), words=words, newest_first=newest)
    order = ("-display_at", "-pk") if newest else ("display_at", "pk")
    wanted = [
        pk
        for pk, text in Post.objects.order_by(*order).values_list("pk", "text")
        if all(word in text.lower() for word in words)
    ]
    assert walk(filters) == wanted


@pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL")
def test_short_words_are_looked_for_among_the_newest_and_that_is_said(cast: Cast, monkeypatch: Any) -> None:
    fill(cast)
    monkeypatch.setattr(post_search, "NEWEST", 20)
    old, new = (
        make_post(cast.a, at=NOON - timedelta(days=9), text="qz old"),
        make_post(cast.a, at=NOON + timedelta(days=9), text="qz new"),
    )
    shown = cast.as_ana.get("/posts/?q=qz").content.decode()
    assert f'id="post-{new.pk}"' in shown
    assert f'id="post-{old.pk}"' not in shown
    assert "Words of one or two letters are looked for in the newest posts only, those since" in shown
    assert f'id="post-{old.pk}"' in cast.as_ana.get("/posts/?q=qz&end=2026-11-15").content.decode()
    assert f'id="post-{old.pk}"' in cast.as_ana.get("/posts/?q=qz+old").content.decode()


@pytest.mark.parametrize("newest", [True, False])
def test_pages_of_known_marks_are_those_of_the_database(cast: Cast, newest: bool) -> None:
    fill(cast, 31)
    rows = matching(PostFilters(Scope(cast.ana, None)))
    marks = sorted((Mark(at, pk) for at, pk in rows.values_list("display_at", "pk")), reverse=newest)
    places = [Place(), Place(last=True)]
    places += [place for mark in marks for place in (Place(after=mark), Place(before=mark))]
    for place in places:
        known = keyset_page_of(marks, rows, place=place, size=SIZE, newest_first=newest)
        asked = keyset_page(rows, place=place, size=SIZE, newest_first=newest)
        assert [post.pk for post in known.rows] == [post.pk for post in asked.rows], place
        assert (known.previous, known.next) == (asked.previous, asked.next), place
