"""The Posts page: one page of posts, how many there are, and one post as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Prefetch
from django.db.models.functions import Left

from accounts.models import Member
from accounts.scope import Scope
from planner.models import Media, Post, PostQuerySet, PostTarget, Tag
from planner.selectors.keyset import KeysetPage, Place, keyset_page
from planner.selectors.post_details import Detail, approval_notes, network_details
from planner.selectors.post_filters import PostFilters, holding, matching, posts_in
from planner.selectors.post_lines import PostLine, post_line
from planner.selectors.post_local import locals_of
from planner.selectors.post_search import Count, Found, post_search

PAGE_SIZE = 50
MOST_COUNTED = 10_000
EXCERPT = 320  # characters: more than two lines of the widest list
BULKY = ("remote", "details", "location__remote", "category__remote")


@dataclass(frozen=True, slots=True)
class PostList:
    """One page of the list. `empty` says that the scope has no post at all, whatever the filters; `since` is the aware
    instant before which nothing was looked through, or None."""

    lines: list[PostLine]
    page: KeysetPage
    count: Count
    empty: bool
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class WholePost:
    """Everything Rota knows of a post. `author` is empty when HighLevel names nobody that Rota knows."""

    line: PostLine
    media: list[Media]
    details: list[Detail]
    notes: list[Detail]
    author: str


def post_list_page(filters: PostFilters, *, place: Place, now: datetime, size: int = PAGE_SIZE) -> PostList:
    """The page of the list at `place`, at a cost that does not grow with the number of posts.

    Queries: the page, its targets with accounts, its tags, its media, its open changes, the count; one more with days
    among the filters, one more when the place has run dry, one more when nothing is found.
    """
    posts = matching(filters.without_words())
    if filters.words and connection.vendor == "postgresql":
        found = post_search(filters, posts, lambda some: post_parts(_light(some)), place=place, size=size)
    else:
        posts = holding(posts, filters.words)
        page = keyset_page(post_parts(_light(posts)), place=place, size=size, newest_first=filters.newest_first)
        found = Found(page, post_count(posts))
    page, count = found.page, found.count
    local = locals_of(page.rows)
    lines = [
        post_line(post, text=post.excerpt, now=now, local=local.get(post.pk))  # type: ignore[attr-defined]
        for post in page.rows
    ]
    empty = not count.number and not (filters.narrow and posts_in(filters.scope).exists())
    return PostList(lines, page, count, empty, found.since)


def post_count(posts: PostQuerySet) -> Count:
    """The number of posts, counted up to 10,000."""
    number = posts.order_by()[: MOST_COUNTED + 1].count()
    return Count(min(number, MOST_COUNTED), number > MOST_COUNTED)


def whole_post(scope: Scope, pk: int, *, now: datetime, gone: bool = False) -> WholePost | None:
    """A post of the person's with all its parts, or None: post, targets with accounts, tags, media, open changes,
    author. With `gone` also one that HighLevel does not have any more."""
    held = Post.objects.all() if gone else Post.objects.present()
    visible = held.visible_to(scope.user).filter(pk=pk)
    post = post_parts(visible.select_related("location", "category", "due_check"), whole=True).first()
    if post is None:
        return None
    author = (
        Member.objects.filter(location=post.location, remote_id=post.created_by).first() if post.created_by else None
    )
    line = post_line(post, text=post.text, now=now, local=locals_of([post]).get(post.pk))
    return WholePost(
        line=line,
        media=list(post.media.all()),
        details=network_details(post.details, only={result.platform for result in line.results}),
        notes=approval_notes(post.remote),
        author=str(author) if author else "",
    )


def _light(posts: PostQuerySet) -> PostQuerySet:
    """Posts without what a list does not show; `excerpt` is the beginning of the text."""
    posts = posts.select_related("location", "category").defer("text", "follow_up_comment", *BULKY)
    return posts.annotate(excerpt=Left("text", EXCERPT))


def post_parts(posts: PostQuerySet, *, whole: bool = False) -> PostQuerySet:
    """Posts with what a line is made of: targets with accounts, tags, media; three queries more."""
    targets = PostTarget.objects.select_related("account").defer("remote", "account__remote", "account__avatar")
    media = Media.objects.defer("remote") if whole else Media.objects.only("post", "position", "kind")
    return posts.prefetch_related(
        Prefetch("targets", targets), Prefetch("tags", Tag.objects.defer("remote")), Prefetch("media", media)
    )
