"""Bulk actions: what was planned is what happens, through the same gate as everything else, once, and back again."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from accounts.models import Member, Role
from highlevel.models import Change
from planner.composing import composition_of
from planner.models import Category, ChangeSet, ItemState, Post, PostStatus, SetKind, SetState, Tag
from planner.services.change_set_making import (
    AT_ONCE,
    MOST,
    NothingChosen,
    NotNow,
    TooMany,
    change_set_confirm,
    change_set_discard,
    change_set_make,
    change_set_undo,
)
from planner.services.change_set_planning import plan_some
from planner.services.change_set_working import change_set_work, change_sets_waiting
from planner.services.post_writing import post_locked, post_rewrite
from planner.tasks import change_set_sweep_task, change_set_task
from tests.factories import make_location, make_member, make_post
from tests.planner.bulk_desk import SHIFT, confirm, date_of, make, said, states, still, to_the_end
from tests.writing import Desk, desk

__all__ = ["desk", "still"]


def test_a_plan_changes_nothing_until_it_is_confirmed(desk: Desk):
    posts = [desk.write(f"Post {number}") for number in range(3)]
    before = [said(post) for post in posts]
    made = make(desk, SetKind.SHIFT, posts, **SHIFT)
    assert (made.state, made.total, made.counts) == (SetState.PLANNED, 3, {ItemState.READY: 3})
    assert made.name == "Move 3 posts 2 days later"
    assert [said(post) for post in posts] == before
    confirm(desk, made)
    made.refresh_from_db()
    assert made.state == SetState.DONE
    for post, old in zip(posts, before, strict=True):
        new = said(post)
        moved = datetime.fromisoformat(new["scheduled_at"]) - datetime.fromisoformat(old["scheduled_at"])
        assert timedelta(hours=47) <= moved <= timedelta(hours=49)
        assert {**new, "scheduled_at": None} == {**old, "scheduled_at": None}
    desk.send(3)
    assert {row["scheduleDate"][:16] for row in desk.there()} == {
        date_of(post).strftime("%Y-%m-%dT%H:%M") for post in Post.objects.filter(pk__in=[p.pk for p in posts])
    }


@pytest.mark.parametrize(
    ("start", "days"), [("2027-03-27T09:30", 1), ("2027-10-30T09:30", 1), ("2027-03-28T23:30", -1)]
)
def test_a_day_later_is_the_same_time_on_the_clients_clock(desk: Desk, start: str, days: int):
    desk.location.refresh_from_db()
    assert desk.location.timezone == "Europe/London"
    local = datetime.fromisoformat(start).replace(tzinfo=desk.location.zone)
    post = desk.write(scheduled_at=local)
    confirm(desk, make(desk, SetKind.SHIFT, [post], days=days, minutes=0))
    post.refresh_from_db()
    moved = desk.location.local(date_of(post))
    assert (moved.date() - local.date(), moved.time()) == (timedelta(days=days), local.time())


def test_to_a_date_with_spacing_counts_for_each_client(desk: Desk):
    other = make_location("Other", timezone="Asia/Kolkata")
    make_member(desk.person, other, Role.MANAGER)
    mine = [desk.write(f"Post {number}", status=PostStatus.DRAFT) for number in range(3)]
    theirs = [make_post(other, status=PostStatus.DRAFT) for _number in range(2)]
    day = desk.soon(days=9).date()
    made = make(
        desk, SetKind.DATE, [mine[0], theirs[0], mine[1], theirs[1], mine[2]],
        date=day.isoformat(), time="09:00", spacing=90,
    )  # fmt: skip
    assert confirm(desk, made).state == SetState.DONE
    for posts, place in ((mine, desk.location), (theirs, other)):
        at = [place.local(date_of(post)) for post in posts]
        assert at[0] == datetime(day.year, day.month, day.day, 9, tzinfo=place.zone)
        assert [one - at[0] for one in at] == [timedelta(minutes=90 * number) for number in range(len(at))]


def test_tags_and_categories_go_by_the_name_at_each_client(desk: Desk):
    winter = Tag.objects.get(location=desk.location, name="winter")
    tips = Category.objects.get(location=desk.location)
    other = make_location("Other")
    make_member(desk.person, other, Role.MANAGER)
    post, foreign = desk.write(), make_post(other, status=PostStatus.DRAFT)
    made = make(desk, SetKind.TAGS_ADD, [post, foreign], tags=["Winter"])
    assert states(made) == [ItemState.READY, ItemState.BLOCKED]
    assert made.items.get(state=ItemState.BLOCKED).problem == "Other has no tag “Winter”."
    confirm(desk, made)
    assert list(post.tags.all()) == [winter]
    assert states(make(desk, SetKind.TAGS_ADD, [post], tags=["WINTER"])) == [ItemState.SAME]
    confirm(desk, make(desk, SetKind.TAGS_REMOVE, [post], tags=["winter", "nonsense"]))
    assert not post.tags.exists()
    confirm(desk, make(desk, SetKind.CATEGORY, [post], category="tips"))
    post.refresh_from_db()
    assert post.category == tips
    confirm(desk, make(desk, SetKind.CATEGORY, [post], category=""))
    post.refresh_from_db()
    assert post.category is None


def test_what_the_gate_would_refuse_is_said_before(desk: Desk):
    soon, published = desk.write(scheduled_at=desk.soon(hours=2)), desk.write("Out")
    Post.objects.filter(pk=published.pk).update(status=PostStatus.PUBLISHED)
    undated = desk.write("Later", status=PostStatus.DRAFT, scheduled_at=None)
    made = make(desk, SetKind.SHIFT, [soon, published, undated], days=-1, minutes=0)
    assert states(made) == [ItemState.BLOCKED] * 3
    sentences = list(made.items.order_by("position").values_list("problem", flat=True))
    assert sentences[0] == "The date has passed. Choose one that lies ahead."
    assert "published" in sentences[1]
    assert sentences[2] == "It has no date to move."
    assert confirm(desk, made).state == SetState.DONE
    assert Change.objects.exclude(operation="post.create").count() == 0


def test_a_worker_says_it_in_the_language_of_whoever_asked(desk: Desk):
    desk.person.language = "es"
    desk.person.save()
    posts = [desk.write(f"Post {number}", scheduled_at=desk.soon(hours=2)) for number in range(AT_ONCE + 1)]
    made = to_the_end(desk, make(desk, SetKind.SHIFT, posts, days=-1, minutes=0))
    with translation.override("es"):
        said = translation.gettext("The date has passed. Choose one that lies ahead.")
    assert said.startswith("La fecha")
    assert made.items.earliest("position").problem == said


def test_a_post_that_moved_since_is_left_alone_and_said_so(desk: Desk):
    posts = [desk.write(f"Post {number}") for number in range(3)]
    made = make(desk, SetKind.DRAFT, posts)
    whole = post_locked(posts[1].pk)
    composition = composition_of(whole)
    post_rewrite(
        post=whole,
        version=whole.version,
        composition=replace(composition, text="Edited"),
        actor=desk.person,
        now=desk.clock(),
    )
    Post.objects.filter(pk=posts[2].pk).update(scheduled_at=desk.soon(days=5))  # as a pull does, without a version
    assert confirm(desk, made).state == SetState.PARTLY
    assert states(made) == [ItemState.DONE, ItemState.MOVED, ItemState.MOVED]
    assert [post.status for post in Post.objects.order_by("pk")] == ["draft", "scheduled", "scheduled"]
    assert "Somebody changed it meanwhile" in made.items.get(position=1).problem


def test_who_may_not(desk: Desk):
    reader, creator = desk.colleague(Role.VIEWER, "vi@example.test"), desk.colleague(Role.CREATOR, "cr@example.test")
    planned, draft = desk.write(), desk.write("Draft", status=PostStatus.DRAFT)
    foreign = make_post(make_location("Foreign"))
    for person, kind, expected in (
        (reader, SetKind.DRAFT, [ItemState.BLOCKED, ItemState.BLOCKED]),
        (creator, SetKind.DELETE, [ItemState.BLOCKED, ItemState.READY]),
        (creator, SetKind.DRAFT, [ItemState.READY, ItemState.SAME]),
    ):
        made = change_set_make(
            actor=person, kind=kind, parameters={}, posts=[planned.pk, draft.pk, foreign.pk], now=desk.clock()
        )
        assert states(made) == expected, "what a stranger may not see never enters"
    made = change_set_make(actor=creator, kind=SetKind.DRAFT, parameters={}, posts=[planned.pk], now=desk.clock())
    Member.objects.filter(user=creator).update(role=Role.VIEWER)
    change_set_confirm(change_set=made, name="", now=desk.clock())
    assert states(made) == [ItemState.FAILED], "the role is asked again when it happens"
    with pytest.raises(NothingChosen):
        change_set_make(actor=creator, kind=SetKind.DRAFT, parameters={}, posts=[foreign.pk], now=desk.clock())


def test_too_many_are_refused(desk: Desk):
    with pytest.raises(TooMany):
        change_set_make(
            actor=desk.person, kind=SetKind.DRAFT, parameters={}, posts=list(range(MOST + 1)), now=desk.clock()
        )


def test_nothing_happens_twice(desk: Desk):
    made = make(desk, SetKind.SHIFT, [desk.write()], **SHIFT)
    confirm(desk, made)
    for act in (lambda: confirm(desk, made), lambda: change_set_discard(change_set=made)):
        with pytest.raises(NotNow):
            act()
    at = Post.objects.get().scheduled_at
    change_set_task(made.pk)
    assert Post.objects.get().scheduled_at == at
    change_set_undo(change_set=made)
    with pytest.raises(NotNow):
        change_set_undo(change_set=made)


class Killed(BaseException):
    """What a worker meets that is killed."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [SetKind.SHIFT, SetKind.DELETE])
@pytest.mark.parametrize("after", [3, 9, 14, 31, 60, 123, 250])
def test_a_killed_worker_leaves_nothing_half_done_and_nothing_is_done_twice(desk: Desk, kind: str, after: int):
    posts = [desk.write(f"Post {number}", status=PostStatus.DRAFT) for number in range(AT_ONCE + 5)]
    before = {post.pk: date_of(post) for post in posts}
    made = confirm(desk, to_the_end(desk, make(desk, kind, posts, **SHIFT)))
    left = [after]

    def dies(execute: Any, sql: str, *rest: Any) -> Any:
        """The worker dies instead of asking the database once more."""
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return execute(sql, *rest)

    with suppress(Killed), connection.execute_wrapper(dies):
        change_set_work(made.pk, clock=desk.clock)
    made.refresh_from_db()
    if made.state == SetState.RUNNING:
        assert not change_set_work(made.pk, clock=desk.clock), "the dead worker's claim holds for a while"
        desk.clock.pass_(minutes=3)
        assert change_sets_waiting(desk.clock()) == [made.pk]
        made = to_the_end(desk, made)
    else:
        assert kind == SetKind.DELETE, "a deletion takes fewer statements"
    assert made.state == SetState.DONE
    assert Counter(states(made)) == {ItemState.DONE: len(posts)}
    for post in Post.objects.all():
        if kind == SetKind.SHIFT:
            assert post.version == 2
            assert timedelta(hours=47) <= date_of(post) - before[post.pk] <= timedelta(hours=49)
        else:
            assert post.gone_at is not None


def test_the_sweep_goes_on_with_what_nobody_is_at(desk: Desk):
    posts = [desk.write(f"Post {number}") for number in range(AT_ONCE + 1)]
    made = make(desk, SetKind.DRAFT, posts)
    assert made.state == SetState.PLANNING
    assert change_sets_waiting(desk.clock()) == [made.pk]
    change_set_sweep_task()
    to_the_end(desk, made)
    assert change_sets_waiting(desk.clock()) == []


def test_a_worker_that_was_taken_over_stores_no_plan(desk: Desk):
    made = make(desk, SetKind.SHIFT, [desk.write("Post")], **SHIFT)
    made.items.update(state=ItemState.NEW)
    ChangeSet.objects.filter(pk=made.pk).update(state=SetState.PLANNING, claim="successor")
    silent = ChangeSet.objects.get(pk=made.pk)
    silent.claim = "silent"
    assert plan_some(silent, desk.clock()) == 0
    assert made.items.get().state == ItemState.NEW
    assert plan_some(ChangeSet.objects.get(pk=made.pk), desk.clock()) == 1
    assert made.items.get().state == ItemState.READY
