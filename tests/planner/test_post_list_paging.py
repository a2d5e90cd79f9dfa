"""Paging reaches every row of the list exactly once, from either end, in either order."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.models import Post
from planner.selectors.keyset import Mark, Place, keyset_page
from tests.cast import Cast
from tests.factories import make_location, make_post

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offsets=st.lists(st.integers(0, 6), max_size=40), size=st.integers(1, 7), newest_first=st.booleans())
def test_walking_visits_each_row_once(offsets: list[int], size: int, newest_first: bool) -> None:
    """Many posts share an instant, and two differ by one microsecond only."""
    Post.objects.all().delete()
    location = make_location()
    for number, offset in enumerate(offsets):
        instant = NOON + timedelta(microseconds=1 if offset == 6 else 0, hours=offset)
        make_post(location, at=instant, remote_id=f"p{number}")
    order = ("-display_at", "-pk") if newest_first else ("display_at", "pk")
    wanted = list(Post.objects.order_by(*order).values_list("pk", flat=True))

    forwards: list[int] = []
    text: str | None = ""
    while text is not None:
        page = keyset_page(Post.objects.all(), place=Place.read(text), size=size, newest_first=newest_first)
        assert len(page.rows) <= size
        assert (page.first is None) == (page.previous is None) == (not forwards)
        assert (page.last is None) == (page.next is None)
        forwards += [post.pk for post in page.rows]
        text = page.next
    assert forwards == wanted

    backwards: list[int] = []
    text = "last"
    while text is not None:
        page = keyset_page(Post.objects.all(), place=Place.read(text), size=size, newest_first=newest_first)
        rows = [post.pk for post in page.rows]
        seen = len(set(rows) & set(backwards))
        backwards = rows[: len(rows) - seen] + backwards
        text = page.previous
    assert backwards == wanted


@given(at=st.datetimes(timezones=st.just(UTC)), pk=st.integers(1, 10**17))
def test_a_mark_reads_back(at: datetime, pk: int) -> None:
    assert Mark.read(str(Mark(at, pk))) == Mark(at, pk)


@given(text=st.text(max_size=40))
def test_any_text_is_a_place_or_a_sentence(text: str) -> None:
    place = Place.read(text)
    assert place.problem or place.after or place.before or place.last or not text


def ends(page: str) -> dict[str, str]:
    """The links of the pager by their word."""
    pager = page[page.index('class="pager"') :]
    links = re.findall(r'<a class="button"[^>]* href="([^"]+)".*?</a>', pager, re.DOTALL)
    words = re.findall(r"(First|Previous|Next|Last)(?=[<\s])", re.sub(r"<[^>]+>", " ", pager))
    return dict(zip(words, [link.replace("&amp;", "&") for link in links], strict=True))


def rows(client: Client, address: str) -> tuple[list[int], dict[str, str]]:
    page = client.get(f"/posts/{address}").content.decode()
    return [int(key) for key in re.findall(r'<li id="post-(\d+)"', page)], ends(page)


def test_the_links_of_the_page_reach_the_last_row_and_come_back(cast: Cast) -> None:
    wanted = [make_post(cast.a, at=NOON + timedelta(minutes=number // 3)).pk for number in range(137)][::-1]
    make_post(cast.a, at=NOON, status="draft")
    ana = cast.as_ana

    first, links = rows(ana, "?status=scheduled")
    assert set(links) == {"Next", "Last"}
    second, links = rows(ana, links["Next"])
    assert set(links) == {"First", "Previous", "Next", "Last"}
    third, links = rows(ana, links["Next"])
    assert set(links) == {"First", "Previous"}
    assert first + second + third == wanted
    assert [len(first), len(second), len(third)] == [50, 50, 37]

    back, links = rows(ana, links["Previous"])
    assert back == second
    again, _links = rows(ana, links["First"])
    assert again == first

    last, links = rows(ana, rows(ana, "?status=scheduled")[1]["Last"])
    assert last == wanted[-50:], "the last page is full"
    before, _links = rows(ana, links["Previous"])
    assert before == wanted[-100:-50]


def test_a_page_that_ran_dry_gives_the_nearest_one(cast: Cast) -> None:
    posts = [make_post(cast.a, at=NOON + timedelta(hours=number)).pk for number in range(3)]
    newest, oldest = Mark(NOON + timedelta(days=9), 10**9), Mark(NOON - timedelta(days=9), 1)
    assert rows(cast.as_ana, f"?page=before-{newest}")[0] == posts[::-1]
    assert rows(cast.as_ana, f"?page=after-{oldest}")[0] == posts[::-1]
    assert rows(cast.as_ana, f"?page=after-{newest}")[0] == posts[::-1]


def test_one_page_has_no_paging_links(cast: Cast) -> None:
    make_post(cast.a)
    assert rows(cast.as_ana, "")[1] == {}
