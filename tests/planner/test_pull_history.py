"""What people change in HighLevel is in the history of a post once a pull met it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planner.composing import composition_of
from planner.history import IN_HIGHLEVEL, history_of
from planner.models import Post
from planner.services.post_errors import EditConflict
from planner.services.post_writing import post_locked, post_rewrite
from tests.pulling import add_posts, agency, change_post
from tests.writing import Desk, desk

__all__ = ["agency", "desk"]


def test_an_edit_in_highlevel_is_remembered_before_and_after(desk: Desk):
    (first, second, third) = add_posts(desk.agency, 3)
    desk.agency.pull()
    assert sum(history_of(post).count() for post in Post.objects.all()) == 0, "a new post has no history"
    at = timezone.now().replace(microsecond=0) + timedelta(days=4)
    change_post(desk.agency, first, summary="Other words", scheduleDate=at.isoformat().replace("+00:00", ".000Z"))
    change_post(desk.agency, second, status="published", publishedAt=timezone.now().isoformat())
    change_post(desk.agency, third, followUpComment="Nobody's business")
    desk.agency.pull()
    (entry,) = history_of(Post.objects.get(remote_id=first))
    assert (entry.actor, entry.additional_data) == (None, {"note": IN_HIGHLEVEL})
    assert entry.changes["text"] == ["Post number 0", "Other words"]
    assert entry.changes["scheduled_at"][1] == at.isoformat()
    for other in (second, third):
        assert not history_of(Post.objects.get(remote_id=other)).exists(), "a network acted, or nothing told changed"


def test_our_own_edits_are_not_remembered_as_theirs(desk: Desk):
    post = desk.write()
    desk.send(2)
    held = post_locked(post.pk)
    other = replace(composition_of(held), text="Our words")
    post_rewrite(post=held, version=held.version, composition=other, actor=desk.person, now=desk.clock())
    desk.send(2)
    desk.agency.pull()
    assert [entry.actor for entry in history_of(post)] == [desk.person, desk.person]


def test_who_has_a_post_open_is_told_that_it_changed_there(desk: Desk):
    post = desk.write()
    desk.send(2)
    opened = post_locked(post.pk)
    change_post(desk.agency, opened.remote_id or "", summary="Their words", later=timedelta(minutes=9))
    desk.agency.pull()
    with pytest.raises(EditConflict):
        post_rewrite(
            post=opened,
            version=opened.version,
            composition=replace(composition_of(opened), text="Our words"),
            actor=desk.person,
            now=desk.clock(),
        )


@pytest.mark.parametrize("number", [2, 60])
def test_remembering_costs_two_queries_a_page(desk: Desk, number: int):
    ids = add_posts(desk.agency, number)
    desk.agency.pull()
    ContentType.objects.get_for_model(Post)
    for name in ids:
        change_post(desk.agency, name, summary=f"Other words {name}")
    with CaptureQueriesContext(connection) as captured:
        desk.agency.pull()
    about = [
        one["sql"] for one in captured if "auditlog" in one["sql"] or '"version", "planner_post"."text"' in one["sql"]
    ]
    assert len(about) == 2
