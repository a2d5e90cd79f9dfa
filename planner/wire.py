"""Turning what was composed here into what HighLevel takes for a post."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from highlevel.api.payload import to_wire
from planner.composing import Composition, MediaItem
from planner.models import PostStatus
from planner.remote import PARTS, Body, details_key, details_of, filled, media_of

WHO = ("userId", "createdBy")  # says who speaks, not what the post is
ALWAYS = ("accountIds", "media", "userId")
TYPED = ("facebook", "instagram")  # HighLevel wants the type of the post in their settings again


def body_of(composition: Composition, *, user_id: str, created_by: str = "") -> Body:
    """The whole post by HighLevel's keys, as create and edit take it. `user_id` is the HighLevel user who speaks."""
    at = composition.scheduled_at if composition.status != PostStatus.PUBLISHED else None
    body: Body = {
        "accountIds": [account.remote_id for account in composition.accounts],
        "userId": user_id,
        "createdBy": created_by or user_id,
        "type": composition.type,
        "status": composition.status,
        "summary": composition.text,
        "media": [_media(item) for item in composition.media],
        "scheduleDate": to_wire(at),
        "scheduleTimeUpdated": True if at else None,
        "followUpComment": composition.follow_up_comment.strip(),
        "ogTagsDetails": filled(dict(composition.link_preview)),
        "postApprovalDetails": _approval(composition),
        "tags": [tag.remote_id for tag in composition.tags],
        "categoryId": composition.category.remote_id if composition.category else None,
        "applyWatermark": composition.apply_watermark,
    }
    for name in PARTS:
        part = composition.details.get(name)
        if part and name in TYPED:
            part = {"type": composition.type, **part}
        body[details_key(name)] = part and details_of(name, part)
    return {key: value for key, value in body.items() if value not in (None, "", {}, []) or key in ALWAYS}


def changes_between(before: Composition, after: Composition, *, user_id: str) -> Body:
    """What has to be told so that a post that says `before` says `after`, by HighLevel's keys; None takes a field away.

    Empty when HighLevel would see no difference.
    """
    old, new = (body_of(composition, user_id=user_id) for composition in (before, after))
    changed = [key for key in {**old, **new} if key not in WHO and old.get(key) != new.get(key)]
    found: Body = {key: new.get(key) for key in changed}
    if not found:
        return {}
    if {"status", "scheduleDate"} & found.keys() and new.get("scheduleDate"):
        found["scheduleDate"], found["scheduleTimeUpdated"] = new["scheduleDate"], True
    return {**found, "userId": user_id}


def _media(item: MediaItem) -> Body:
    shown: Mapping[str, Any] = {
        "url": item.url,
        "type": item.kind,
        "thumbnail": item.thumbnail,
        "caption": item.caption,
        "altText": item.alt_text,
    }
    return media_of({**item.kept, **shown})


def _approval(composition: Composition) -> Body | None:
    if composition.status != PostStatus.IN_REVIEW:
        return None
    return filled({"approver": composition.approver, "requesterNote": composition.requester_note})  # type: ignore[no-any-return]
