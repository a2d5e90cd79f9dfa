"""What an item of a queue says, by HighLevel's own keys: read from a listing, changed by edits, compared, sent.

A listing shows the post as it goes out next. With variations its text is that of the next variation, so the text below
the variations cannot be seen; it is neither compared nor sent unless somebody edits it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from highlevel.api import QueuedPostInput, RemotePost, RemoteQueueItem, VariationInput
from highlevel.api.payload import to_wire
from highlevel.api.post_payloads import PostFields
from planner.remote import body_of

ACCOUNTS, TEXT, MEDIA, FOLLOW_UP = "accountIds", "summary", "media", "followUpComment"
VARIATIONS, PRIMARY_IMAGE, LINK_PREVIEW = "variations", "primaryImage", "ogTagsDetails"
BESIDE_THE_POST = (VARIATIONS, PRIMARY_IMAGE)
NOT_CONTENT = ("status", "scheduleDate", "scheduleTimeUpdated", "createdBy", "postApprovalDetails", "selectedBestTime")

Content = dict[str, Any]


def content_of_post(post: PostFields) -> Content:
    """What a post says, without its dates and states."""
    body = body_of(cast(RemotePost, post))
    return {key: value for key, value in body.items() if key not in NOT_CONTENT}


def content_of(item: RemoteQueueItem) -> Content:
    """What an item says, as a listing shows it, or an answer to an operation."""
    post = item.post or item.modified_post
    content: Content = content_of_post(post) if post is not None else {ACCOUNTS: [], TEXT: "", MEDIA: []}
    if item.modified_post is not None and item.modified_post.account_ids:
        content[ACCOUNTS] = list(item.modified_post.account_ids)
    content[ACCOUNTS] = list(dict.fromkeys(name for name in content[ACCOUNTS] if name))
    variations: list[Content] = [
        {"content": one.content or "", "ogTags": _preview(one.link_preview), "mentions": list(one.mentions)}
        for one in item.variations
    ]
    if variations:
        content[VARIATIONS] = variations
    if item.primary_image:
        content[PRIMARY_IMAGE] = item.primary_image
    return content


def with_edits(content: Mapping[str, Any], edits: Mapping[str, Any]) -> Content:
    """The content once it is edited; an edit to None drops a key."""
    return {key: value for key, value in {**content, **edits}.items() if value is not None}


def digest_of(content: Mapping[str, Any], original: str) -> str:
    """A digest of what can be compared between a draft and what HighLevel shows; `original` is the id of the post.

    Settings a network and tags are left out: HighLevel fills in and leaves out parts of them as it likes.
    """
    variations = [entry.get("content") or "" for entry in content.get(VARIATIONS) or ()]
    image = content.get(PRIMARY_IMAGE) or ""
    files = [entry.get("url") or "" for entry in content.get(MEDIA) or ()]
    said = [
        sorted(set(content.get(ACCOUNTS) or ())),
        variations or (content.get(TEXT) or "").strip(),
        [url for url in files if url != image],
        (content.get(FOLLOW_UP) or "").strip(),
        image,
        original,
    ]
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=12).hexdigest()


def files_of(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The pictures and films of an item, the primary image first."""
    files = list(content.get(MEDIA) or ())
    image = content.get(PRIMARY_IMAGE)
    if image:
        files.sort(key=lambda entry: entry.get("url") != image)
        if not files or files[0].get("url") != image:
            files.insert(0, {"url": image, "type": "image/jpeg"})
    return files


def texts_of(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts of an item: its variations in turn, or its one text."""
    variations = [str(entry.get("content") or "") for entry in content.get(VARIATIONS) or ()]
    return tuple(variations) or (str(content.get(TEXT) or ""),)


def addresses_in(contents: Iterable[Mapping[str, Any]]) -> list[str]:
    """The addresses of all files of some items."""
    return [str(entry.get("url") or "") for content in contents for entry in files_of(content)]


def post_to_send(content: Mapping[str, Any], edited: Iterable[str]) -> QueuedPostInput:
    """The post of an item as an operation takes it, whole, because HighLevel may replace what it had."""
    keys = set(edited)
    body = {key: value for key, value in content.items() if key not in BESIDE_THE_POST}
    if content.get(VARIATIONS) and TEXT not in keys:
        body.pop(TEXT, None)
    return QueuedPostInput.from_payload(body, operation="updateQueueItem")


def variations_to_send(content: Mapping[str, Any]) -> list[VariationInput]:
    """The variations of an item as an operation takes them."""
    return [
        VariationInput.from_payload(
            {
                "content": entry.get("content") or "",
                "mentions": entry.get("mentions") or None,
                "ogTags": {key: value for key, value in (entry.get("ogTags") or {}).items() if value} or None,
            },
            operation="updateQueueItem",
        )
        for entry in content.get(VARIATIONS) or ()
    ]


def _preview(preview: Any) -> Content:
    return {} if preview is None else {key: value for key, value in to_wire(preview).items() if value}
