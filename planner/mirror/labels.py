"""Categories and tags."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from highlevel.api import RemoteCategory, RemoteTag
from highlevel.models import Location
from highlevel.pull import Fresh, Pull, Read, fit, mirror_gone, mirror_rows, step, walk_all
from planner.models import Category, Tag


@step("categories", order=40)
def pull_categories(pull: Pull) -> None:
    """Every category of the location; those that HighLevel lists as deleted are kept as gone."""
    walk_all(
        pull,
        operation="get-categories-location-id",
        fetch=pull.lists.categories,
        cls=RemoteCategory,
        save=lambda rows, now: mirror_categories(location=pull.location, categories=rows, now=now),
        gone=lambda seen, now: mirror_gone(Category, location=pull.location, seen=seen, now=now),
    )


@step("tags", order=50)
def pull_tags(pull: Pull) -> None:
    """Every tag of the location; those that HighLevel lists as deleted are kept as gone."""
    walk_all(
        pull,
        operation="get-tags-location-id",
        fetch=pull.lists.tags,
        cls=RemoteTag,
        save=lambda rows, now: mirror_tags(location=pull.location, tags=rows, now=now),
        gone=lambda seen, now: mirror_gone(Tag, location=pull.location, seen=seen, now=now),
    )


def mirror_categories(*, location: Location, categories: Iterable[Read[RemoteCategory]], now: datetime) -> int:
    """Save the categories that changed; returns how many. Two queries."""
    rows = map(_category, categories)
    return len(mirror_rows(Category, location=location, rows=rows, now=now))


def mirror_tags(*, location: Location, tags: Iterable[Read[RemoteTag]], now: datetime) -> int:
    """Save the tags that changed; returns how many. Two queries."""
    return len(mirror_rows(Tag, location=location, rows=map(_tag, tags), now=now))


def _category(read: Read[RemoteCategory]) -> Fresh:
    category = read.row
    values = {
        "name": fit(category.name, 255),
        "primary_colour": fit(category.primary_color, 16),
        "secondary_colour": fit(category.secondary_color, 16),
    }
    return Fresh(category.id, read.remote, category.updated_at, values, deleted=bool(category.deleted))


def _tag(read: Read[RemoteTag]) -> Fresh:
    tag = read.row
    return Fresh(tag.id, read.remote, tag.updated_at, {"name": fit(tag.name, 255)}, deleted=bool(tag.deleted))
