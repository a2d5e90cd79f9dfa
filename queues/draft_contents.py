"""What an item of a draft says, put together from its row and the edits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from highlevel.api import BadReply, RemotePost
from highlevel.models import Location
from planner.models import Post
from planner.outbox.uploads import resolve_uploads
from queues.content import BESIDE_THE_POST, MEDIA, PRIMARY_IMAGE, Content, content_of_post, with_edits
from queues.models import DraftItem, QueueItem


def draft_content(row: QueueItem | None, held: DraftItem | None) -> Content:
    """What an item says: the draft's word, or where the draft has none HighLevel's."""
    if held is not None:
        return with_edits(held.content, held.edits)
    return dict(row.content) if row is not None else {}


def post_content(post: Post) -> Content:
    """What a mirrored post says, as an item would; nothing when its row cannot be read."""
    try:
        return content_of_post(RemotePost.from_payload(post.remote, operation="get-post"))
    except BadReply:
        return {}


def original_content(row: QueueItem, original: Post | None) -> Content:
    """What the original post of an item says; where that is not mirrored, what the item says beside its variations."""
    said = post_content(original) if original is not None else {}
    return said or {key: value for key, value in row.content.items() if key not in BESIDE_THE_POST}


def with_library_files(contents: Sequence[Content], location: Location) -> list[Content]:
    """The contents with the library's addresses in place of those of uploads. Two queries where there are any.

    Raises UploadNotReady while a file is on its way, and UploadLost when it will not come.
    """
    files = [entry for content in contents for entry in _files(content)]
    found = iter(resolve_uploads({MEDIA: files}, location)[MEDIA])
    return [_with_files(content, found) for content in contents]


def _files(content: Content) -> list[Content]:
    """The files of an item, and behind them the picture that leads."""
    image = content.get(PRIMARY_IMAGE)
    return [*(content.get(MEDIA) or ()), *([{"url": image}] if image else ())]


def _with_files(content: Content, files: Iterator[Content]) -> Content:
    """The content with the next of these files in place of its own, in the order of `_files`."""
    found = {**content, MEDIA: list(islice(files, len(content.get(MEDIA) or ())))}
    return {**found, PRIMARY_IMAGE: next(files)["url"]} if content.get(PRIMARY_IMAGE) else found
