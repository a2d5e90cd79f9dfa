"""What the composer's templates need beside its fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.templatetags.look import long_time, zone_city
from highlevel.models import Location
from planner.composer.clock import Reading
from planner.composer.previews import Piece
from planner.composer.writing import Writing

register = template.Library()
INPUTS = {"day": "date", "clock": "time", "link": "url"}


@register.filter
def slot_id(name: str) -> str:
    """The id of the element in which something is said about a field."""
    return f"slot-{name.replace('.', '-')}"


@register.filter
def input_type(kind: str) -> str:
    """The type of an input for a kind of field."""
    return INPUTS.get(kind, "text")


@register.filter
def after_newline(text: str) -> str:
    """What goes into a textarea: browsers drop the first line break, so that one of our own has to be dropped."""
    return f"\n{text}"


@register.filter
def column(row: Mapping[str, str], name: str) -> str:
    """One text of a file's row, whose names have dots."""
    return row.get(name, "")


@register.simple_tag
def step(page: Writing, verb: str, place: int) -> dict[str, Any]:
    """A button that moves or removes a file: what it sends, and whether the focus belongs on it."""
    value = f"{verb}:{place}"
    return {"value": value, "focus": page.focus == value}


@register.simple_tag
def pieces(parts: Iterable[Piece]) -> SafeString:
    """A text with what a network would make links of set apart."""
    return format_html_join("", "<{0}>{1}</{0}>", (("b" if part.link else "span", part.text) for part in parts))


@register.simple_tag
def wall_words(when: Reading, location: Location) -> str:
    """When it goes out: on the client's clock and the viewer's, and what the clocks do on that night."""
    said = long_time(when.at, location)
    city = {"zone": zone_city(location.timezone), "when": said}
    if when.missing:
        return _("The clocks of %(zone)s jump over that time. It goes out later by as much: %(when)s") % city
    if when.twice:
        return _("The clocks of %(zone)s show that time twice. It goes out the first time: %(when)s") % city
    return said
