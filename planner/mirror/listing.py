"""Reading a location's posts: what goes out around now, and every draft."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from highlevel.api import RemotePost
from highlevel.models import Location
from highlevel.pull import Pull, readable, step
from highlevel.pull.rows import update_in_chunks
from highlevel.pull.walking import ListingChanged, Trail, Walk
from planner.mirror.posts import mirror_posts
from planner.mirror.reading import Known
from planner.models import Post, PostStatus, PostTarget

DRAFTS_REACH = timedelta(days=3650)  # drafts may carry any date, or one of long ago
# Which of a post's dates the window compares is HighLevel's secret, so nothing near its edges is called gone.
EDGE = timedelta(days=1)
LISTINGS = (("window", "all"), ("drafts", "draft"))


@step("posts", order=60)
def pull_posts(pull: Pull) -> None:
    """All posts of the window (PULL_DAYS_BACK, PULL_DAYS_AHEAD), then all drafts of ten years either way.

    Long listings are kept page by page, and the next run goes on where a killed one was. Posts that a whole and steady
    listing lacks get `gone_at`.
    """
    now = pull.clock()
    trail = Trail.find(pull, fresh=_windows(now), now=now)
    try:
        _read(pull, trail)
    except ListingChanged:
        trail.drop(pull, _windows(now))
        pull.begin(pull.run.step)
        _read(pull, trail)


def _windows(now: datetime) -> dict[str, Any]:
    """The stretch of each listing, as aware instants in ISO form."""
    near = (now - timedelta(days=settings.PULL_DAYS_BACK), now + timedelta(days=settings.PULL_DAYS_AHEAD))
    wide = (now - DRAFTS_REACH, now + DRAFTS_REACH)
    return {"window": [at.isoformat() for at in near], "drafts": [at.isoformat() for at in wide]}


def _window(trail: Trail, name: str) -> tuple[datetime, datetime]:
    start, end = trail.about[name]
    return datetime.fromisoformat(start), datetime.fromisoformat(end)


def _read(pull: Pull, trail: Trail) -> None:
    location, tally = pull.location, pull.tally
    known = Known.load(location)
    seen: set[str] = set()
    whole = True
    for name, type_ in LISTINGS:
        before = tally.seen
        walk = _walk(pull, trail, name, type_)
        tally.seen = before + len(walk.seen)
        for page in walk.pages(pull):
            rows = list(readable(pull, RemotePost, page.rows, operation=walk.operation))
            with pull.page() as now:
                tally.seen = before + len(walk.seen)
                tally.written += mirror_posts(location=location, rows=rows, known=known, now=now)
                trail.keep(walk, page, now)
        seen |= walk.seen
        whole = whole and walk.is_whole
    with pull.page() as now:
        if whole:
            window = _window(trail, "window")
            began = window[0] + timedelta(days=settings.PULL_DAYS_BACK)
            tally.gone += mark_gone(location=location, window=window, seen=seen, began=began, now=now)
        trail.end()


def _walk(pull: Pull, trail: Trail, name: str, type_: str) -> Walk:
    window = _window(trail, name)
    walk = Walk(name, lambda skip, limit: pull.lists.posts(skip, limit, window=window, type=type_), "get-posts")
    trail.resume(walk)
    if walk.skip:
        pull.expect(walk.count)
    return walk


def mark_gone(
    *,
    location: Location,
    window: tuple[datetime, datetime],
    seen: Collection[str],
    began: datetime,
    now: datetime,
) -> int:
    """Settle who is still there after complete listings showed the rows `seen`; returns how many posts went.

    A post is there while its own row or one of its children is. A child that went turns its target to `deleted`. What
    HighLevel was told of after the listings `began` may be missing in them and stays, as does what it was not told of.
    """
    inside = Q(display_at__gt=window[0] + EDGE, display_at__lt=window[1] - EDGE) | Q(status=PostStatus.DRAFT)
    known_before = Q(synced_at=None) | Q(synced_at__lt=began)
    posts = Post.objects.filter(inside, known_before, location=location, remote_id__isnull=False)
    children = PostTarget.objects.filter(post__in=posts).exclude(remote_id="")
    alive: set[int] = set()
    lost: list[int] = []
    for pk, post, child, status in children.values_list("pk", "post_id", "remote_id", "status"):
        if child in seen:
            alive.add(post)
        elif status != PostStatus.DELETED:
            lost.append(pk)
    going, returning = [], []
    for pk, name, gone_at in posts.values_list("pk", "remote_id", "gone_at"):
        present = name in seen or pk in alive
        if present and gone_at is not None:
            returning.append(pk)
        elif not present and gone_at is None:
            going.append(pk)
    # Without its digest a target is written again should its row come back.
    update_in_chunks(PostTarget, lost, status=PostStatus.DELETED, remote_hash="")
    update_in_chunks(Post, returning, gone_at=None)
    return update_in_chunks(Post, going, gone_at=now)
