"""Pictures on pages."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from planner.thumbnail_links import thumbnail_address

register = template.Library()


@register.simple_tag
def thumbnail(url: str, alt: str = "", size: int = 48) -> SafeString:
    """A small copy of a foreign picture, or of an upload, as a square of so many pixels; CSS may show more of it.

    `alt` is for those who do not see it, empty where the words beside it say as much. Without an address an empty
    square keeps the room.
    """
    if not url:
        drawing = '<svg class="thumb" width="{0}" height="{0}" viewBox="0 0 1 1" aria-hidden="true"></svg>'
        return format_html(drawing, size)
    picture = '<img class="thumb" src="{}" alt="{}" width="{}" height="{}" loading="lazy" decoding="async">'
    return format_html(picture, thumbnail_address(url, size), alt, size, size)
