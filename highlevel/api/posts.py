"""Posts: list, create, read, edit, delete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from highlevel.api.paging import Page, walk
from highlevel.api.payload import instant
from highlevel.api.post_payloads import BulkDeletion, PostInput, RemotePost
from highlevel.api.resource import Answer, Resource

MAX_BULK_DELETE = 50
PAGE_SIZE = 100


class Posts(Resource):
    """Posts of the client's location."""

    def list_page(
        self,
        *,
        window_start: datetime,
        window_end: datetime,
        skip: int = 0,
        limit: int = PAGE_SIZE,
        type: str = "all",
        account_ids: Sequence[str] = (),
        post_type: str | None = None,
        include_users: bool = True,
    ) -> Page[RemotePost]:
        """One page of the posts whose display date lies in the window (aware instants)."""
        body = {
            "type": type,
            "skip": str(skip),
            "limit": str(limit),
            "fromDate": instant(window_start),
            "toDate": instant(window_end),
            "includeUsers": "true" if include_users else "false",
            "accounts": ",".join(account_ids) or None,
            "postType": post_type,
        }
        return self._call(
            "get-posts", lambda answer: answer.page(RemotePost, "posts", skip=skip, limit=limit), body=body
        )

    def iter_pages(
        self,
        *,
        window_start: datetime,
        window_end: datetime,
        page_size: int = PAGE_SIZE,
        start_skip: int = 0,
        type: str = "all",
        account_ids: Sequence[str] = (),
        post_type: str | None = None,
        include_users: bool = True,
    ) -> Iterator[Page[RemotePost]]:
        """Every page of the window from `start_skip` on, so that a cut-short run can resume. Raises BadReply when a
        page repeats."""

        def fetch(skip: int, limit: int) -> Page[RemotePost]:
            return self.list_page(
                window_start=window_start,
                window_end=window_end,
                skip=skip,
                limit=limit,
                type=type,
                account_ids=account_ids,
                post_type=post_type,
                include_users=include_users,
            )

        return walk(
            fetch, page_size=page_size, start_skip=start_skip, identity=lambda row: row.id, operation="get-posts"
        )

    def iter(
        self,
        *,
        window_start: datetime,
        window_end: datetime,
        page_size: int = PAGE_SIZE,
        type: str = "all",
        account_ids: Sequence[str] = (),
        post_type: str | None = None,
        include_users: bool = True,
    ) -> Iterator[RemotePost]:
        """Every post of the window once."""
        pages = self.iter_pages(
            window_start=window_start,
            window_end=window_end,
            page_size=page_size,
            type=type,
            account_ids=account_ids,
            post_type=post_type,
            include_users=include_users,
        )
        return (row for page in pages for row in page.rows)

    def create(self, *, post: PostInput) -> RemotePost | None:
        """Create a post; None when HighLevel took it without showing it (publishing at once is done later).

        Raises ValueError without a status, before anything is sent: HighLevel would publish at once.
        """
        return self._call(
            "create-post", lambda answer: answer.maybe(RemotePost, "post"), body=_with_status(post).to_payload()
        )

    def get(self, *, post_id: str) -> RemotePost:
        """One post. Raises NotFound when it is gone."""
        return self._call("get-post", lambda answer: answer.one(RemotePost, "post"), path={"id": post_id})

    def edit(self, *, post_id: str, post: PostInput) -> None:
        """Replace the whole post: what the input leaves out is dropped. Raises ValueError without a status."""
        self._call("edit-post", _nothing, path={"id": post_id}, body=_with_status(post).to_payload())

    def delete(self, *, post_id: str) -> None:
        """Delete HighLevel's record; what is published stays on the network. Raises NotFound when it is gone."""
        self._call("delete-post", _nothing, path={"id": post_id})

    def bulk_delete(self, *, post_ids: Sequence[str]) -> BulkDeletion:
        """Delete up to 50 posts; more raise ValueError. Raises NotFound when none of them exists."""
        if not 1 <= len(post_ids) <= MAX_BULK_DELETE:
            raise ValueError(f"HighLevel deletes 1 to {MAX_BULK_DELETE} posts at a time, not {len(post_ids)}")
        return self._call(
            "bulk-delete-social-planner-posts",
            lambda answer: BulkDeletion(deleted_count=answer.count("deletedCount"), raw=answer.results()),
            body={"postIds": list(post_ids)},
        )


def _nothing(answer: Answer) -> None:
    """For operations whose answer holds nothing that we need."""


def _with_status(post: PostInput) -> PostInput:
    if not post.status:
        raise ValueError("A post must say its status: HighLevel publishes one without a status at once")
    return post
