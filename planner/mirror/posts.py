"""Saving a page of posts: roots and children, media and tags, at a query count that rows do not change.

What is stored depends on which rows were seen, not on their order: a post's targets are worked out again from its root
row and all its children whenever one of them changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from highlevel.api import RemotePost
from highlevel.models import Location
from highlevel.pull import Read
from highlevel.pull.bulk import bulk_write
from highlevel.pull.rows import Held, held_rows
from planner.history import IN_HIGHLEVEL
from planner.mirror.content import save_media, save_tags
from planner.mirror.families import Family, gather, parent_of
from planner.mirror.meant import meant_here
from planner.mirror.reading import Known, is_root, marked, post_of
from planner.mirror.remembering import edits_remember
from planner.mirror.targets import save_targets
from planner.models import Post, PostTarget


def mirror_posts(
    *, location: Location, rows: Iterable[Read[RemotePost]], known: Known, now: datetime, note: str = IN_HIGHLEVEL
) -> int:
    """Save the posts and targets that changed and return how many rows of HighLevel were written.

    Old news is dropped, and posts with an open change stay as they are meant here. A page without news costs two
    queries. Call it in a transaction, under the location's claim.
    """
    roots, children = _newest(rows)
    parents = {parent_of(read) for read in children.values()}
    held = held_rows(Post, location=location, remote_ids=roots.keys() | parents)
    held_children = _held_children(location, children)
    news = {name: read for name, read in roots.items() if _is_news(held.get(name), read, known)}
    fresh = {name: read for name, read in children.items() if _is_news(held_children.get(name), read, known)}
    if not news and not fresh:
        return 0
    meant = meant_here(location=location, news=news, fresh=fresh, held=held)
    news = {name: read for name, read in news.items() if name not in meant}
    fresh = {name: read for name, read in fresh.items() if parent_of(read) not in meant}
    pks = {name: child.pk for name, child in held_children.items()}
    families = gather(roots=roots, news=news, fresh=fresh, held=held, pks=pks, known=known)
    rewritten = [family for family in families if family.is_rewritten]
    _save_posts(location, rewritten, known, note, now)
    save_targets(families, known=known)
    save_media(rewritten)
    save_tags(rewritten, known=known)
    return len(news) + len(fresh)


def _newest(rows: Iterable[Read[RemotePost]]) -> tuple[dict[str, Read[RemotePost]], dict[str, Read[RemotePost]]]:
    """Roots and children, one row an id: the youngest, and among equals the last."""
    chosen: dict[str, Read[RemotePost]] = {}
    for read in rows:
        other, at = chosen.get(read.row.id), read.row.updated_at
        if other is None or at is None or other.row.updated_at is None or at >= other.row.updated_at:
            chosen[read.row.id] = read
    roots = {name: read for name, read in chosen.items() if is_root(read.row)}
    return roots, {name: read for name, read in chosen.items() if name not in roots}


def _held_children(location: Location, names: Iterable[str]) -> dict[str, Held]:
    # The location is compared here, so that the database looks the rows up by the few ids that are asked for.
    found = PostTarget.objects.filter(remote_id__in=list(names))
    columns = ("remote_id", "pk", "remote_hash", "remote_updated_at", "post__location_id")
    return {
        name: Held(pk, digest, at, gone=False)
        for name, pk, digest, at, place in found.values_list(*columns)
        if place == location.pk
    }


def _is_news(held: Held | None, read: Read[RemotePost], known: Known) -> bool:
    if held is None:
        return True
    return not held.outdates(read.row.updated_at) and (held.gone or held.digest != marked(read, known).digest)


def _save_posts(location: Location, families: list[Family], known: Known, note: str, now: datetime) -> None:
    if not families:
        return
    rows = [post_of(family.source, family.remote, location=location, known=known, now=now) for family in families]
    edits_remember(families, rows, note=note, now=now)
    keys = bulk_write(Post, rows, unique=("location_id", "remote_id"))
    for family, key in zip(families, keys, strict=True):
        family.pk = key
