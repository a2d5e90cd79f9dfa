"""Turning what HighLevel answers about a post into what it takes for one.

An edit replaces the whole post, and an answer is not a request: media come back with a kind instead of a MIME type, the
date needs a flag of its own to be kept, parts are there that a request must not carry. So an edit of one field is made
from the row as it is now.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from posixpath import splitext
from typing import Any
from urllib.parse import unquote, urlsplit

from highlevel.api import PostInput, RemotePost
from highlevel.api.payload import to_wire

EDIT = "edit-post"
DATED = ("scheduled", "in_review")
# What HighLevel accepts for the type of a file; it knows no other spelling of QuickTime.
MIME_BY_ENDING = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".mp4": "video/mp4",
    ".mov": "video/mov",
    ".webm": "video/webm",
}
# What cameras and browsers call a file that HighLevel takes under another name.
MIME_BY_OTHER_NAME = {"video/quicktime": "video/mov", "video/x-m4v": "video/mp4", "image/pjpeg": "image/jpeg"}
MIME_BY_KIND = {"image": "image/jpeg", "gif": "image/gif", "video": "video/mp4"}
PARTS = ("tiktok", "google", "linkedin", "pinterest", "facebook", "instagram", "youtube")

Body = dict[str, Any]


def body_of(row: RemotePost) -> Body:
    """The body of a request that would put the row back as it is, by HighLevel's own keys."""
    accounts = row.account_ids or ((row.account_id,) if row.account_id else ())
    date = row.schedule_date or (row.display_date if row.status in DATED else None)
    body: Body = {
        "accountIds": list(accounts),
        "userId": row.created_by or (row.user.id if row.user else None) or "",
        "createdBy": row.created_by,
        "type": row.type or "post",
        "status": row.status,
        "summary": row.summary,
        "media": [media_of(raw) for raw in row.raw.get("media") or []],
        "scheduleDate": to_wire(date),
        # Without it HighLevel keeps the date that it has, or drops it.
        "scheduleTimeUpdated": True if date else None,
        "followUpComment": row.follow_up_comment,
        "ogTagsDetails": row.link_preview and filled(row.link_preview.to_payload()),
        "postApprovalDetails": _approval(row),
        "tags": list(row.tags) or None,
        "categoryId": row.category_id or None,
        "applyWatermark": row.apply_watermark,
    }
    for name in PARTS:
        part = getattr(row, name)
        body[details_key(name)] = part and details_of(name, part.to_payload())
    return {key: value for key, value in body.items() if value not in (None, "", {}) or key == "userId"}


def edited(row: RemotePost, changes: Mapping[str, Any]) -> PostInput:
    """The whole post to send, so that of `row` only `changes` differ; they go by HighLevel's keys, None drops one.

    Raises BadReply for a change that does not fit its field.
    """
    body = {key: value for key, value in {**body_of(row), **changes}.items() if value is not None}
    return PostInput.from_payload(body, operation=EDIT)


def holds(row: RemotePost, changes: Mapping[str, Any]) -> bool:
    """Whether the row already is what these changes would make of it."""
    return all(_same(key, value, wanted) for key, value, wanted in _pairs(row, changes))


def values_of(row: RemotePost, keys: Mapping[str, Any]) -> Body:
    """What the row has now under the keys that a change names."""
    body = body_of(row)
    return {key: body.get(key) for key in keys}


def _pairs(row: RemotePost, changes: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    now, then = edited(row, {}).to_payload(), edited(row, changes).to_payload()
    return [(key, now.get(key), then.get(key)) for key in changes if key not in ("userId", "scheduleTimeUpdated")]


def _same(key: str, value: Any, wanted: Any) -> bool:
    if key in ("accountIds", "tags"):
        return set(value or ()) == set(wanted or ())
    if isinstance(value, str) and isinstance(wanted, str):
        return value.strip() == wanted.strip()
    return bool(value == wanted or (not value and not wanted))


def media_of(raw: Mapping[str, Any]) -> Body:
    """One file as a request carries it. HighLevel fills in the file itself where there is no thumbnail."""
    url = str(raw.get("url") or "")
    keys = ("caption", "thumbnail", "altText", "id", "originalUrl", "watermarkedUrl", "optimizedUrl", "optimizedType")
    kept = {key: raw[key] for key in (*keys, "isModified") if raw.get(key) not in (None, "")}
    if kept.get("thumbnail") == url:
        del kept["thumbnail"]
    return {"url": url, "type": mime_of(url, str(raw.get("type") or "")), **kept}


def mime_of(url: str, kind: str) -> str:
    """The MIME type to send for a file that HighLevel calls `kind` (image, video, gif, or a MIME type)."""
    if "/" in kind:
        return MIME_BY_OTHER_NAME.get(kind, kind)
    found = MIME_BY_ENDING.get(ending_of(url), "")
    family = "image" if kind == "gif" else kind
    return found if found.startswith(f"{family}/") else MIME_BY_KIND.get(kind, found or kind)


@lru_cache(maxsize=1024)  # each rule about a file asks
def ending_of(url: str) -> str:
    """The ending of an address's path, such as .jpg, in small letters; empty where there is none, or no address."""
    try:
        return splitext(unquote(urlsplit(url).path).rstrip("/"))[1].lower()
    except ValueError:
        return ""


def _approval(row: RemotePost) -> Body | None:
    if row.approval is None:
        return None
    told = row.approval.to_payload()
    return {key: value for key, value in told.items() if key != "approverUser" and value}


def details_of(name: str, part: Mapping[str, Any]) -> Body:
    """The settings of one network as a request carries them."""
    body: Body = filled(dict(part))
    if body and name == "linkedin":
        # The documents want both in every request, even for a poll.
        body = {"pdfTitle": "", "postAsPdf": False, **body}
    if name == "google" and "actionType" in body:
        body["actionType"] = str(body["actionType"]).lower()
    return body


def filled(part: Any) -> Any:
    """The value without empty texts and objects, which answers carry and requests must not."""
    if not isinstance(part, dict):
        return part
    cleaned = {key: filled(value) for key, value in part.items()}
    return {key: value for key, value in cleaned.items() if value not in (None, "", {})}


def details_key(name: str) -> str:
    """HighLevel's key for the settings of a network."""
    return f"{'gmb' if name == 'google' else name}PostDetails"
