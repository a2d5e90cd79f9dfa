"""What counts as said before, and what finding it costs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from planner.composing import Composition
from planner.models import PostStatus
from planner.services.duplicates import Likeness, duplicates_of
from tests.factories import make_post
from tests.planner.composing_desk import Room, room

__all__ = ["room"]

TEXT = "Winter tyres are in: book your slot before Friday and we check your brakes."


def composed(room: Room, text: str = TEXT, *networks: str, at: datetime | None = None, **more: Any) -> Composition:
    accounts = tuple(room.accounts[name] for name in networks or ("facebook",))
    return Composition(location=room.location, text=text, accounts=accounts, scheduled_at=at, **more)


def found(composition: Composition, now: datetime, **more: Any) -> list[tuple[Likeness, int]]:
    (duplicates,) = duplicates_of([composition], now=now, **more)
    return [(one.likeness, one.post) for one in duplicates]


@pytest.mark.parametrize(
    ("text", "likeness"),
    [
        (TEXT, Likeness.SAME),
        ("  WINTER tyres are in:\nbook your slot before Friday and we check your brakes.", Likeness.SAME),
        (TEXT.replace("Friday", "Monday"), Likeness.ALIKE),
        ("Something else altogether, about bread and a bakery in the north.", None),
        ("", None),
    ],
)
def test_texts_are_compared_by_their_words(room: Room, text: str, likeness: Likeness | None) -> None:
    now = timezone.now()
    post = make_post(room.location, room.accounts["facebook"], text=text, at=now + timedelta(days=2))
    assert found(composed(room), now) == ([(likeness, post.pk)] if likeness else [])


@pytest.mark.parametrize(("days", "is_found"), [(-31, False), (-29, True), (29, True), (31, False)])
def test_only_posts_near_in_time_count(room: Room, settings: Any, days: int, is_found: bool) -> None:
    settings.DUPLICATE_DAYS = 30
    now = timezone.now()
    make_post(room.location, room.accounts["facebook"], text=TEXT, at=now + timedelta(days=days))
    assert bool(found(composed(room), now)) is is_found


def test_other_accounts_failures_and_deleted_posts_do_not_count(room: Room) -> None:
    now = timezone.now()
    make_post(room.location, room.accounts["instagram"], text=TEXT)
    make_post(room.location, room.accounts["facebook"], text=TEXT, status=PostStatus.FAILED)
    make_post(room.location, room.accounts["facebook"], text=TEXT, status=PostStatus.DELETED)
    make_post(room.location, room.accounts["facebook"], text=TEXT, gone_at=now)
    assert found(composed(room), now) == []


def test_another_post_within_minutes_is_close(room: Room, settings: Any) -> None:
    settings.DUPLICATE_MINUTES = 15
    now = timezone.now()
    at = now + timedelta(days=1)
    near = make_post(room.location, room.accounts["facebook"], text="Bread", at=at + timedelta(minutes=14))
    make_post(room.location, room.accounts["facebook"], text="Cake", at=at + timedelta(minutes=15))
    assert found(composed(room, at=at), now) == [(Likeness.CLOSE, near.pk)]
    assert found(composed(room), now) == []


def test_the_edited_post_is_none_of_its_own(room: Room) -> None:
    now = timezone.now()
    post = make_post(room.location, room.accounts["facebook"], text=TEXT)
    assert found(composed(room), now, leaving_out=[post.pk]) == []


def test_a_version_is_compared_on_its_own_network(room: Room) -> None:
    now = timezone.now()
    post = make_post(room.location, room.accounts["linkedin"], text="For business people and their fleets")
    both = composed(room, TEXT, "facebook", "linkedin", versions={"linkedin": "For business people and their fleets"})
    assert found(both, now) == [(Likeness.SAME, post.pk)]


@pytest.mark.parametrize("number", [1, 50])
def test_many_cost_one_query(room: Room, django_assert_num_queries: Any, number: int) -> None:
    now = timezone.now()
    for index in range(number):
        make_post(room.location, room.accounts["facebook"], text=f"{TEXT} {index}")
    with django_assert_num_queries(1):
        duplicates_of([composed(room, f"Text {index}") for index in range(number)], now=now)
    with django_assert_num_queries(0):
        assert duplicates_of([Composition(location=room.location)], now=now) == [[]]
