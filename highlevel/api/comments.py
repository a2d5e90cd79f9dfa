"""Comments under published posts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from highlevel.api.paging import Page, walk
from highlevel.api.payload import Id, Payload, instant
from highlevel.api.resource import Resource

MAX_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAuthor(Payload):
    """Who wrote a comment; any part may be missing."""

    id: str | None = None
    name: str | None = None
    profile_pic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAttachment(Payload):
    """A file in a comment."""

    type: str | None = None
    url: str | None = None
    thumbnail: str | None = None
    video_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentInput(Payload):
    """An image to send along; one at most, and on Facebook only."""

    url: str
    type: str = "image"


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionInput(Payload):
    """A person or page named in the text, from character `offset` on for `length` characters."""

    name: str
    id: str
    offset: int
    length: int
    slug: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteComment(Payload):
    """A comment, or with `is_post` the post that a thread hangs from. `level`: 0 post, 1 comment, 2 reply."""

    id: Id
    platform: str | None = None
    platform_comment_id: str | None = None
    platform_parent_id: str | None = None
    platform_post_id: str | None = None
    post_id: str | None = None
    origin_id: str | None = None
    is_parent_thread: bool | None = None
    is_post: bool | None = None
    content: str | None = None
    attachments: tuple[CommentAttachment, ...] = ()
    author: CommentAuthor | None = None
    level: int | None = None
    like_count: int | None = None
    reaction_count: int | None = None
    reply_count: int | None = None
    share_count: int | None = None
    repost_count: int | None = None
    quote_count: int | None = None
    preview_link: str | None = None
    is_read: bool | None = None
    is_deleted: bool | None = None
    is_edited: bool | None = None
    published_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Comments(Resource):
    """Comments of the client's location. Platforms: facebook, instagram, linkedin, community, tiktok, bluesky, youtube,
    threads; likes only on facebook, linkedin, community, tiktok, bluesky."""

    def list_page(
        self,
        *,
        platform: str,
        origin_ids: Sequence[str],
        skip: int = 0,
        limit: int = MAX_PAGE,
        parent_id: str | None = None,
        window_start: datetime | None = None,
        window_end: datetime | None = None,
        sort_by: str | None = None,
        search: str | None = None,
    ) -> Page[RemoteComment]:
        """One page (at most 100) of top-level comments, or of the replies to `parent_id`, a post or comment id.

        The window takes both ends or none (ValueError). `sort_by` is latest or top.
        """
        if (window_start is None) != (window_end is None):
            raise ValueError("A window of comments has two ends")
        return self._call(
            "get-comment-list",
            lambda answer: answer.page(RemoteComment, "comments", skip=skip, limit=limit),
            path={"platform": platform},
            query={"locationId": self._location},
            body={
                "originIds": list(origin_ids),
                "parentId": parent_id,
                "fromDate": instant(window_start) if window_start else None,
                "toDate": instant(window_end) if window_end else None,
                "sortBy": sort_by,
                "search": search,
                "skip": skip,
                "limit": limit,
            },
        )

    def iter(
        self,
        *,
        platform: str,
        origin_ids: Sequence[str],
        parent_id: str | None = None,
        window_start: datetime | None = None,
        window_end: datetime | None = None,
        page_size: int = MAX_PAGE,
    ) -> Iterator[RemoteComment]:
        """Every such comment once."""
        pages = walk(
            lambda skip, limit: self.list_page(
                platform=platform,
                origin_ids=origin_ids,
                skip=skip,
                limit=limit,
                parent_id=parent_id,
                window_start=window_start,
                window_end=window_end,
            ),
            page_size=page_size,
            identity=lambda row: row.id,
            operation="get-comment-list",
        )
        return (row for page in pages for row in page.rows)

    def create(
        self,
        *,
        platform: str,
        parent_id: str,
        is_parent_thread: bool,
        content: str,
        attachments: Sequence[AttachmentInput] | None = None,
        mentions: Sequence[MentionInput] | None = None,
        notify_all_group_members: bool | None = None,
    ) -> RemoteComment:
        """Comment on a post (`is_parent_thread`) or reply to a comment; it is public at once."""
        return self._call(
            "create-comment",
            lambda answer: answer.one(RemoteComment),
            path={"platform": platform},
            query={"locationId": self._location},
            body={
                "parentId": parent_id,
                "isParentThread": is_parent_thread,
                "content": content,
                "attachments": None if attachments is None else list(attachments),
                "mentions": None if mentions is None else list(mentions),
                "notifyAllGroupMembers": notify_all_group_members,
            },
        )

    def like(self, *, platform: str, comment_id: str) -> None:
        """Like a comment. Raises Rejected when it is liked already."""
        self._like("create-like", platform, comment_id)

    def unlike(self, *, platform: str, comment_id: str) -> None:
        """Take a like back. Raises Rejected when there is none."""
        self._like("delete-like", platform, comment_id)

    def _like(self, operation: str, platform: str, comment_id: str) -> None:
        self._call(
            operation,
            lambda answer: None,
            path={"platform": platform, "id": comment_id},
            query={"locationId": self._location},
        )
