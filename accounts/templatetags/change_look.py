"""How changes look on a page."""

from __future__ import annotations

from typing import Any

from django import template

from highlevel.models.change import ChangeState

register = template.Library()

CHANGE_LOOK = {
    ChangeState.PENDING: ("mute", "hourglass"),
    ChangeState.SENDING: ("info", "loader-circle"),
    ChangeState.DONE: ("ok", "check"),
    ChangeState.UNCONFIRMED: ("warn", "circle-question-mark"),
    ChangeState.REFUSED: ("bad", "x"),
    ChangeState.CANCELLED: ("mute", "circle-slash"),
}


@register.inclusion_tag("components/_tag.html")
def change_tag(state: str) -> dict[str, Any]:
    """A change's state as colour, icon and word."""
    tone, symbol = CHANGE_LOOK[ChangeState(state)]
    return {"tone": tone, "icon": symbol, "label": ChangeState(state).label, "spin": state == ChangeState.SENDING}
