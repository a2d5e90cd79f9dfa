"""Inserting many rows at once puts into the tables what `bulk_create` would put there."""

from __future__ import annotations

import gc
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from highlevel.garbage import collector_paused
from highlevel.inserting import bulk_append, bulk_insert
from planner.models import Media, Post, PostTarget
from tests.factories import make_location

pytestmark = pytest.mark.django_db
AWKWARD = 'tab\there, line\nbreak\r, \\N and \\. and \\t, "quotes", ’, 🦷, \u202e'
AT = datetime(2026, 11, 25, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))


def posts(count: int) -> list[Post]:
    here = make_location("Here")
    about = {"status": "draft", "details": {"facebook": {"type": AWKWARD}}, "display_at": AT}
    return [Post(location=here, text=f"{number} {AWKWARD}", **about) for number in range(count)]


def values(row: Post | Media | PostTarget) -> dict[str, object]:
    return {name: value for name, value in model_to_dict(row).items() if name != "id"}


def test_rows_come_back_as_bulk_create_would_have_put_them():
    made = bulk_insert(posts(3))
    usual = Post.objects.bulk_create(posts(3)[:1])[0]
    assert [row.pk for row in made] == sorted({row.pk for row in made})
    stored = Post.objects.get(pk=made[0].pk)
    assert stored.text == f"0 {AWKWARD}"
    assert stored.display_at == AT.astimezone(UTC)
    usual.refresh_from_db()
    assert {**values(stored), "location": 0} == {**values(usual), "location": 0}
    made[0].text = "and can be saved"
    made[0].save()
    assert Post.objects.count() == 4


def test_what_appended_rows_leave_out_is_the_default():
    (post,) = bulk_insert(posts(1))
    bulk_append(Media, [{"post_id": post.pk, "position": at, "url": f"{at} {AWKWARD}"} for at in range(2)])
    usual = Media.objects.create(post_id=post.pk, position=2, url=f"0 {AWKWARD}")
    first, second = Media.objects.exclude(pk=usual.pk).order_by("position")
    assert {**values(first), "position": 2} == values(usual)
    assert (second.position, second.url) == (1, f"1 {AWKWARD}")


def test_values_that_are_equal_and_not_the_same_are_each_written_as_they_are():
    (post,) = bulk_insert(posts(1))
    facts = [{"pages": 1}, {"pages": True}, {"pages": 1.5}, {"pages": 1}]
    bulk_append(
        Media, [{"post_id": post.pk, "position": at, "url": "", "facts": each} for at, each in enumerate(facts)]
    )
    assert repr(list(Media.objects.order_by("position").values_list("facts", flat=True))) == repr(facts)


def test_nothing_is_inserted_where_there_is_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bulk_insert([]) == []
        bulk_append(Media, [])


@pytest.mark.django_db(transaction=True)
def test_a_row_that_refers_to_nothing_is_refused_with_all_others():
    (post,) = bulk_insert(posts(1))
    rows = [
        {"post_id": key, "account_id": None, "account_remote_id": "a", "status": "draft"}
        for key in (post.pk, post.pk + 1)
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk_append(PostTarget, rows)
    assert not PostTarget.objects.exists()


def test_the_collector_is_as_it_was_after_a_pause_even_when_that_ends_badly():
    def inner() -> None:
        with collector_paused():
            with collector_paused():
                assert not gc.isenabled()
            assert not gc.isenabled()
            raise LookupError

    with pytest.raises(LookupError):
        inner()
    assert gc.isenabled()
