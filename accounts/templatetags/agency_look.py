"""Pieces about the connection to HighLevel that other pages show."""

from __future__ import annotations

from typing import Any

from django import template

from accounts.selectors.paused import paused_locations

register = template.Library()


@register.inclusion_tag("accounts/_paused_notice.html", takes_context=True)
def paused_notice(context: template.Context) -> dict[str, Any]:
    """A card about the viewer's paused locations, or nothing; one query."""
    viewer = context["request"].user
    return {"paused": paused_locations(viewer), "is_owner": viewer.is_owner}
