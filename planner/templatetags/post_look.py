"""How a post's state looks."""

from __future__ import annotations

from typing import Any

from django import template

from planner.models import PostStatus
from planner.selectors.post_local import Local, LocalState

register = template.Library()
LOOK = {
    PostStatus.DRAFT: ("mute", "pencil"),
    PostStatus.IN_REVIEW: ("warn", "eye"),
    PostStatus.SCHEDULED: ("info", "clock"),
    PostStatus.PENDING: ("info", "hourglass"),
    PostStatus.IN_PROGRESS: ("info", "send"),
    PostStatus.PUBLISHED: ("ok", "check"),
    PostStatus.NOTIFICATION_SENT: ("ask", "smartphone"),
    PostStatus.FAILED: ("bad", "x"),
    PostStatus.DELETED: ("mute", "trash-2"),
    PostStatus.UNKNOWN: ("ask", "circle-question-mark"),
}
LOCAL_LOOK = {
    LocalState.REFUSED: ("bad", "x"),
    LocalState.UNCONFIRMED: ("warn", "circle-question-mark"),
    LocalState.DELETING: ("mute", "trash-2"),
    LocalState.WAITING: ("mute", "hourglass"),
}


@register.inclusion_tag("components/_tag.html")
def status_tag(status: str) -> dict[str, Any]:
    """A post's state as colour, icon and word."""
    tone, symbol = LOOK[PostStatus(status)]
    return {"tone": tone, "icon": symbol, "label": PostStatus(status).label}


@register.inclusion_tag("components/_tag.html")
def local_tag(local: Local) -> dict[str, Any]:
    """What HighLevel does not know of a post yet, as colour, icon and word."""
    tone, symbol = LOCAL_LOOK[local.state]
    return {"tone": tone, "icon": symbol, "label": local.state.label}
