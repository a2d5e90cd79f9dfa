"""The mirror depends on what HighLevel said, not on the order or repetition in which it was heard."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from highlevel.models import Location
from planner.models import Post
from tests.factories import make_account, make_location, make_tag
from tests.planner.remote_posts import child, mirror, root
from tests.pulling import dump

ACCOUNTS = ("a1", "a2", "a3", "unknown")
# Each example rolls back what it wrote, so the place may be shared.
SAME_PLACE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
Rows = list[dict[str, Any]]


class RolledBack(Exception):
    """Ends a trial without leaving a row."""


@st.composite
def versions(draw: st.DrawFn) -> Rows:
    """Up to three versions each of up to three posts and their accounts' rows; some parents are never sent."""
    rows: Rows = []
    for number in range(draw(st.integers(1, 3))):
        name = f"p{number}"
        for minute in range(draw(st.integers(0, 3))):
            accounts = draw(st.lists(st.sampled_from(ACCOUNTS), max_size=4, unique=True))
            rows.append(root(name, minute=minute, accountIds=accounts, **draw(contents())))
        for kid in range(draw(st.integers(0, 3))):
            account = draw(st.sampled_from(ACCOUNTS))
            for minute in range(draw(st.integers(1, 2))):
                rows.append(child(f"{name}-k{kid}", name, account, minute=minute, **draw(contents())))
    return rows


def contents() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "summary": st.text(max_size=8),
            "status": st.sampled_from(("scheduled", "published", "failed", "draft", "new word")),
            "tags": st.lists(st.sampled_from(("t1", "t2", "unknown")), max_size=2, unique=True),
            "media": st.lists(
                st.fixed_dictionaries({"url": st.sampled_from(("u1", "u2")), "type": st.just("image")}), max_size=2
            ),
            "insights": st.one_of(st.none(), st.fixed_dictionaries({"like": st.integers(0, 3)})),
        }
    )


def arrange() -> Location:
    place = make_location()
    for name in ("a1", "a2", "a3"):
        make_account(place, remote_id=name)
    for name in ("t1", "t2"):
        make_tag(place, name, remote_id=name)
    return place


def told(place: Location, pages: list[Rows]) -> dict[str, list[str]]:
    """What the mirror holds after these pages, from empty and back to empty."""
    held: dict[str, list[str]] = {}
    try:
        with transaction.atomic():
            for page in pages:
                mirror(place, *page)
            held = {name: rows for name, rows in dump().items() if name in ("Post", "PostTarget", "Media")}
            raise RolledBack
    except RolledBack:
        return held


@pytest.mark.timeout(400)
@SAME_PLACE
@given(data=st.data())
def test_order_and_repetition_of_pages_do_not_matter(db_for_properties: Location, data: st.DataObject) -> None:
    rows = data.draw(versions())
    place = db_for_properties
    straight = told(place, [rows])
    shuffled = data.draw(
        st.permutations(rows + data.draw(st.lists(st.sampled_from(rows), max_size=5) if rows else st.just([])))
    )
    size = data.draw(st.integers(1, max(1, len(shuffled))))
    pages = [shuffled[start : start + size] for start in range(0, len(shuffled), size)]

    assert told(place, pages) == straight


@SAME_PLACE
@given(rows=versions())
def test_hearing_it_again_writes_nothing(db_for_properties: Location, rows: Rows) -> None:
    place = db_for_properties
    try:
        with transaction.atomic():
            mirror(place, *rows)
            with CaptureQueriesContext(connection) as queries:
                assert mirror(place, *rows) == 0
            assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []
            raise RolledBack
    except RolledBack:
        assert not Post.objects.exists()


@pytest.fixture
def db_for_properties(db: None) -> Location:
    """A location that every example of a property starts from; each example rolls back what it wrote."""
    return arrange()


@pytest.mark.parametrize("count", [10, 100])
def test_a_page_costs_the_same_with_ten_times_the_rows(db: None, count: int) -> None:
    place = arrange()
    ContentType.objects.get_for_model(Post)  # the history asks for it once a process
    media = [{"url": "u1", "type": "image"}]

    def page(minute: int) -> Rows:
        rows = [
            root(f"p{n}", minute=minute, accountIds=["a1", "a2"], tags=["t1"], media=media, summary=f"{minute}")
            for n in range(count)
        ]
        return rows + [child(f"k{n}", f"p{n}", "a1", minute=minute, summary=f"{minute}") for n in range(count)]

    def cost(rows: Rows) -> int:
        with CaptureQueriesContext(connection) as queries:
            mirror(place, *rows)
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    # what may be referred to (3); posts and children held (2); posts, new targets, media, tags written (4)
    assert cost(page(0)) == 9
    # the same 5; open changes and targets of those posts (2); posts, targets written (2); media and tags held (2); what
    # the posts said before, and the history of it (2)
    assert cost(page(1)) == 13
    assert cost(page(1)) == 5
