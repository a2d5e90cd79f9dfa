"""How bulk actions look on a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from planner.models import ItemState, SetState

register = template.Library()
SET_LOOK = {
    SetState.PLANNING: ("info", "loader-circle"),
    SetState.PLANNED: ("warn", "eye"),
    SetState.RUNNING: ("info", "loader-circle"),
    SetState.DONE: ("ok", "check"),
    SetState.PARTLY: ("warn", "triangle-alert"),
    SetState.UNDOING: ("info", "loader-circle"),
    SetState.UNDONE: ("mute", "undo-2"),
    SetState.UNDONE_PARTLY: ("warn", "undo-2"),
}
SPINS = (SetState.PLANNING, SetState.RUNNING, SetState.UNDOING)
ITEM_LOOK = {
    ItemState.NEW: ("mute", "hourglass"),
    ItemState.READY: ("ok", "check"),
    ItemState.SAME: ("mute", "equal"),
    ItemState.BLOCKED: ("bad", "x"),
    ItemState.DONE: ("ok", "check"),
    ItemState.MOVED: ("warn", "triangle-alert"),
    ItemState.FAILED: ("bad", "x"),
    ItemState.UNDONE: ("mute", "undo-2"),
    ItemState.KEPT: ("warn", "triangle-alert"),
}


@register.inclusion_tag("components/_tag.html")
def set_tag(state: str) -> dict[str, Any]:
    """A bulk action's state as colour, icon and word."""
    tone, symbol = SET_LOOK[SetState(state)]
    return {"tone": tone, "icon": symbol, "label": SetState(state).label, "spin": state in SPINS}


@register.inclusion_tag("components/_tag.html")
def item_tag(state: str) -> dict[str, Any]:
    """The state of one post in a bulk action."""
    tone, symbol = ITEM_LOOK[ItemState(state)]
    return {"tone": tone, "icon": symbol, "label": ItemState(state).label}


@register.simple_tag
def item_figure(state: str, number: int) -> SafeString:
    """How many posts are in a state, in its colour."""
    tone = ITEM_LOOK[ItemState(state)][0]
    return format_html('<span class="big-number tone-{}">{}</span>', tone, number_format(number, force_grouping=True))
