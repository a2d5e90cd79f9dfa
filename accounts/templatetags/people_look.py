"""How roles and invitations look."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from accounts.models import Role

register = template.Library()

ROLE_LOOK = {
    Role.MANAGER: ("info", "key-round"),
    Role.CREATOR: ("ok", "pencil"),
    Role.APPROVER: ("warn", "check-check"),
    Role.VIEWER: ("mute", "eye"),
}
INVITATION_LOOK = {
    "open": ("info", "mail", _("waiting")),
    "expired": ("warn", "hourglass", _("expired")),
    "used": ("ok", "check", _("accepted")),
    "revoked": ("mute", "circle-slash", _("taken back")),
}


@register.inclusion_tag("components/_tag.html")
def role_tag(role: str) -> dict[str, Any]:
    """A role in a location as colour, icon and word."""
    tone, symbol = ROLE_LOOK[Role(role)]
    return {"tone": tone, "icon": symbol, "label": Role(role).label}


@register.inclusion_tag("components/_tag.html")
def invitation_tag(state: str) -> dict[str, Any]:
    """An invitation's state as colour, icon and word."""
    tone, symbol, label = INVITATION_LOOK[state]
    return {"tone": tone, "icon": symbol, "label": label}
