"""Undoing bulk actions: what nobody touched since and no network acted on is again what it was."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from highlevel.models import Change
from planner.models import Category, ItemState, Post, PostStatus, SetKind, SetState, Tag
from planner.services.change_set_making import change_set_undo
from tests.planner.bulk_desk import SHIFT, confirm, make, said, states, still
from tests.pulling import add_posts
from tests.writing import Desk, desk

__all__ = ["desk", "still"]


def test_undo_brings_back_what_nobody_touched_and_no_network_acted_on(desk: Desk):
    posts = [desk.write(f"Post {number}") for number in range(4)]
    before = [said(post) for post in posts]
    made = confirm(desk, make(desk, SetKind.SHIFT, posts, **SHIFT))
    confirm(desk, make(desk, SetKind.DRAFT, [posts[1]]))
    Post.objects.filter(pk=posts[2].pk).update(status=PostStatus.PUBLISHED)
    made = change_set_undo(change_set=made)
    assert made.state == SetState.UNDONE_PARTLY
    assert states(made) == [ItemState.UNDONE, ItemState.KEPT, ItemState.KEPT, ItemState.UNDONE]
    assert [said(posts[0]), said(posts[3])] == [before[0], before[3]]
    assert "published" in made.items.get(position=2).problem


def test_only_what_the_action_changes_is_told(desk: Desk):
    tags = Tag.objects.filter(location=desk.location).order_by("-pk")
    post = desk.write("Tagged", tags=tuple(tags))
    desk.send()
    assert len(desk.there()[0]["tags"]) == 2
    confirm(desk, make(desk, SetKind.SHIFT, [post], **SHIFT))
    told = Change.objects.latest("pk").payload
    assert told.keys() == {"scheduleDate", "scheduleTimeUpdated", "userId", "title"}


@pytest.mark.parametrize(("kind", "parameters"), [(SetKind.SHIFT, SHIFT), (SetKind.DRAFT, {})])
@pytest.mark.parametrize("sent", [False, True])
def test_an_approval_outlasts_a_bulk_action_and_its_undoing(desk: Desk, kind: str, parameters: Any, sent: bool):
    agreed = {"approver": "u1", "requesterNote": "The price?", "approvalStatus": "approved"}
    add_posts(desk.agency, 1, postApprovalDetails=agreed, applyWatermark=False)
    desk.agency.pull()
    post = Post.objects.get()
    before = said(post)
    assert before["approver"] == "u1"
    made = confirm(desk, make(desk, kind, [post], **parameters))
    assert Post.objects.get().approval_status == "approved"
    if sent:
        assert desk.send() == [Change.State.DONE]
    undone = change_set_undo(change_set=made)
    assert (undone.state, states(made)) == (SetState.UNDONE, [ItemState.UNDONE])
    desk.send(2)
    assert said(post) == before
    assert Post.objects.get().approval_status == "approved"


def test_a_deletion_is_taken_back_while_it_waits(desk: Desk):
    posts = [desk.write(f"Post {number}") for number in range(6)]
    desk.send(2)
    before = [said(post) for post in posts]
    made = confirm(desk, make(desk, SetKind.DELETE, posts))
    assert Post.objects.filter(deleting_at=None).count() == 0
    made = change_set_undo(change_set=made)
    assert made.state == SetState.UNDONE
    assert [said(post) for post in posts] == before
    desk.clock.pass_(minutes=10)
    desk.send(2)
    assert len(desk.there()) == 6


def test_a_deletion_that_left_is_written_again_where_that_makes_sense(desk: Desk):
    planned, draft = desk.write("Planned"), desk.write("Draft", status=PostStatus.DRAFT, scheduled_at=None)
    gone_by, published = desk.write("Past", scheduled_at=desk.soon(minutes=20)), desk.write("Out")
    desk.send(2)
    Post.objects.filter(pk=published.pk).update(status=PostStatus.PUBLISHED)
    posts = [planned, draft, gone_by, published]
    before = [said(post) for post in posts]
    made = confirm(desk, make(desk, SetKind.DELETE, posts))
    desk.clock.pass_(minutes=30)
    desk.send(2)
    assert desk.there() == []
    with time_machine.travel(desk.clock(), tick=False):
        made = change_set_undo(change_set=made)
    assert states(made) == [ItemState.UNDONE, ItemState.UNDONE, ItemState.KEPT, ItemState.KEPT]
    for position in (0, 1):
        again = made.items.get(position=position).again
        assert said(again) == before[position]
    assert "What was published is still on the networks" in made.items.get(position=3).problem
    desk.send(2)
    assert sorted(row["summary"] for row in desk.there()) == ["Draft", "Planned"]


ACTIONS = st.sampled_from(
    [
        (SetKind.SHIFT, {"days": 3, "minutes": 0}),
        (SetKind.SHIFT, {"days": 0, "minutes": 45}),
        (SetKind.DATE, {"date": "2027-05-06", "time": "10:30", "spacing": 15}),
        (SetKind.TAGS_ADD, {"tags": ["winter", "summer"]}),
        (SetKind.TAGS_REMOVE, {"tags": ["summer"]}),
        (SetKind.CATEGORY, {"category": "Tips"}),
        (SetKind.CATEGORY, {"category": ""}),
        (SetKind.DRAFT, {}),
        (SetKind.DELETE, {}),
    ]
)
POSTS = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from([PostStatus.DRAFT.value, PostStatus.SCHEDULED.value]),
            "tags": st.sets(st.sampled_from(["winter", "summer"])),
            "category": st.booleans(),
            "hours": st.integers(2, 2000),
        }
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(action=ACTIONS, rows=POSTS, sent=st.booleans())
def test_undoing_any_bulk_action_restores_what_was(desk: Desk, action: Any, rows: list[dict[str, Any]], sent: bool):
    tags = {tag.name: tag for tag in Tag.objects.filter(location=desk.location)}
    tips = Category.objects.get(location=desk.location)
    posts = [
        desk.write(
            f"Post {number}",
            status=row["status"],
            tags=tuple(tags[name] for name in sorted(row["tags"])),
            category=tips if row["category"] else None,
            scheduled_at=desk.soon(hours=row["hours"]),
        )
        for number, row in enumerate(rows)
    ]
    if sent:
        desk.send(2)
    before = [said(post) for post in posts]
    made = confirm(desk, make(desk, action[0], posts, **action[1]))
    assert made.state == SetState.DONE
    with time_machine.travel(desk.clock(), tick=False):
        made = change_set_undo(change_set=made)
    if any(state not in (ItemState.SAME, ItemState.BLOCKED) for state in states(made)):
        assert made.state == SetState.UNDONE
    after = [
        said(again or post)
        for post, again in zip(posts, (item.again for item in made.items.order_by("position")), strict=True)
    ]
    assert after == before
