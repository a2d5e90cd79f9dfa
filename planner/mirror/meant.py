"""Posts whose row says what is meant, because HighLevel has not been told of it yet."""

from __future__ import annotations

from collections.abc import Mapping

from highlevel.api import RemotePost
from highlevel.models import Change, Location
from highlevel.pull import Read
from highlevel.pull.rows import Held
from planner.mirror.families import parent_of
from planner.mirror.reading import status_of
from planner.models import Post, PostStatus
from planner.outbox.subjects import KIND, WRITES

Rows = Mapping[str, Read[RemotePost]]
# What a network did is true, whatever was meant.
ACTED = (
    PostStatus.IN_PROGRESS,
    PostStatus.PUBLISHED,
    PostStatus.NOTIFICATION_SENT,
    PostStatus.FAILED,
    PostStatus.DELETED,
)


def meant_here(*, location: Location, news: Rows, fresh: Rows, held: Mapping[str, Held]) -> set[str]:
    """The remote ids of posts that a pull must not overwrite: an edit is on its way, and no network has acted.

    What was seen of them is kept beside. One query, two when there are any.
    """
    named = news.keys() | {parent_of(read) for read in fresh.values()}
    keys = {held[name].pk: name for name in named if name in held}
    if not keys:
        return set()
    subjects = [f"{KIND}:{pk}" for pk in keys]
    pending = Change.objects.open().filter(location=location, operation__in=WRITES, subject__in=subjects)
    waiting = {int(subject.partition(":")[2]) for subject in pending.values_list("subject", flat=True)}
    acted = {name for name, read in news.items() if status_of(read.row) in ACTED}
    acted |= {parent_of(read) for read in fresh.values() if status_of(read.row) in ACTED}
    meant = {keys[pk] for pk in waiting if keys[pk] not in acted}
    seen = [Post(pk=held[name].pk, remote=news[name].remote.raw) for name in meant if name in news]
    Post.objects.bulk_update(seen, ["remote"])
    return meant
