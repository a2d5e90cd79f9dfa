"""For tests of bulk actions: making, confirming and reading one, with the real clock standing where the desk's does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine

from planner.composing import composition_of
from planner.models import ChangeSet, Post
from planner.services.change_set_making import change_set_confirm, change_set_make
from planner.services.change_set_working import change_set_work
from planner.services.post_columns import told
from planner.services.post_writing import post_locked
from tests.writing import Desk

SHIFT = {"days": 2, "minutes": 0}


@pytest.fixture(autouse=True)
def still(request: pytest.FixtureRequest) -> Iterator[None]:
    """Views and inline work read the real clock; it stands where the desk's clock does."""
    if "desk" not in request.fixturenames:
        yield
        return
    with time_machine.travel(request.getfixturevalue("desk").clock(), tick=False):
        yield


def make(desk: Desk, kind: str, posts: list[Post], **parameters: Any) -> ChangeSet:
    """The plan of an action, in the order of the posts."""
    keys = [post.pk for post in posts]
    return change_set_make(actor=desk.person, kind=kind, parameters=parameters, posts=keys, now=desk.clock())


def confirm(desk: Desk, made: ChangeSet) -> ChangeSet:
    """Carry the plan out under its own name."""
    return change_set_confirm(change_set=made, name="", now=desk.clock())


def to_the_end(desk: Desk, made: ChangeSet) -> ChangeSet:
    """Go on as workers do until nothing is left to do."""
    while change_set_work(made.pk, clock=desk.clock):
        pass
    made.refresh_from_db()
    return made


def states(made: ChangeSet) -> list[str]:
    """The states of its posts, in their order."""
    return list(made.items.order_by("position").values_list("state", flat=True))


def date_of(post: Post) -> datetime:
    """The date that is stored now."""
    at = Post.objects.values_list("scheduled_at", flat=True).get(pk=post.pk)
    assert at is not None
    return at


def said(post: Post | None) -> dict[str, Any]:
    """What the stored post says, as the history tells it."""
    assert post is not None
    return told(composition_of(post_locked(post.pk)))
