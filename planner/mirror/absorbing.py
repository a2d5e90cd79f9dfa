"""Taking in what HighLevel says of single posts outside of a pull: after a change has arrived, or was given up."""

from __future__ import annotations

from datetime import datetime

from highlevel.api import RemotePost
from highlevel.models import Location
from highlevel.pull import Read
from highlevel.pull.reading import read_row
from highlevel.pull.rows import sound
from planner.history import IN_HIGHLEVEL, PUT_BACK
from planner.mirror.posts import mirror_posts
from planner.mirror.reading import Known
from planner.models import Post


class AlreadyAdopted(Exception):
    """HighLevel's row belongs to another post of ours; whose it is has to be looked up again."""


def post_adopt(location: Location, pk: int, remote_id: str, row: RemotePost | None, *, now: datetime) -> None:
    """Tell a post that was written here which row of HighLevel's it became, and mirror that row.

    A pull may have met the row first and made a post of it; that one gives way. Raises AlreadyAdopted.
    """
    other = Post.objects.filter(location=location, remote_id=remote_id).exclude(pk=pk)
    if other.exclude(bundle=None).exists():
        raise AlreadyAdopted(remote_id)
    other.delete()
    Post.objects.filter(pk=pk).update(remote_id=remote_id)
    if row is not None:
        post_mirror(location, row, now=now)


def post_mirror(location: Location, row: RemotePost, *, now: datetime, note: str = IN_HIGHLEVEL) -> None:
    """Make a stored post what HighLevel says of it, as a pull would do: not while another of its edits is open. What
    that changes is in the post's history, with this note."""
    Post.objects.filter(location=location, remote_id=row.id).update(remote_hash="")
    reads = [Read(row, sound(row.raw))]
    mirror_posts(location=location, rows=reads, known=Known.load(location), now=now, note=note)


def post_restore(post: Post, *, now: datetime) -> None:
    """Make a post what HighLevel had when it was last asked. A post that HighLevel never had stays as it is."""
    row, _misfit = read_row(RemotePost, post.remote)
    if row is not None and post.remote_id == row.id:
        post_mirror(post.location, row, now=now, note=PUT_BACK)
