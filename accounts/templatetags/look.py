"""How things look on a page: icons, colours, networks, tags and clocks."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import lucide
from django import template
from django.contrib.humanize.templatetags.humanize import NaturalTimeFormatter
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models.connected_account import Health
from accounts.zones import zone_named
from highlevel.models import Location
from highlevel.models.sync_run import RunState

register = template.Library()
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
NEUTRAL = "#565a63"

HEALTH_LOOK = {
    Health.GOOD: ("ok", "check"),
    Health.EXPIRES_SOON: ("warn", "hourglass"),
    Health.EXPIRED: ("bad", "unplug"),
    Health.NO_PERMISSION: ("bad", "lock"),
}
RUN_LOOK = {
    RunState.WAITING: ("mute", "hourglass"),
    RunState.RUNNING: ("info", "loader-circle"),
    RunState.DONE: ("ok", "check"),
    RunState.PARTIAL: ("warn", "triangle-alert"),
    RunState.FAILED: ("bad", "x"),
    RunState.INTERRUPTED: ("mute", "circle-slash"),
}
# The class of a network's badge and the letters in it. The letters are ours: no network's logo is copied.
NETWORK_LOOK = {
    "google": "G",
    "facebook": "f",
    "instagram": "ig",
    "linkedin": "in",
    "tiktok": "tt",
    "tiktok-business": "tb",
    "youtube": "yt",
    "pinterest": "p",
    "threads": "th",
    "bluesky": "bs",
    "community": "co",
}


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """A Lucide icon that screen readers pass over: the word beside it speaks."""
    return _icon(name + "", size)


@lru_cache(maxsize=256)
def _icon(name: str, size: int) -> SafeString:
    drawn = lucide._render_icon(name, size, aria_hidden="true", focusable="false")
    return mark_safe(drawn)  # noqa: S308, a drawing of an installed package


@register.simple_tag
def edge(colour: str) -> SafeString:
    """A client's or a category's colour as an upright edge; an SVG attribute, because inline styles are refused."""
    drawing = '<svg class="edge" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    return format_html(drawing, format_html('<rect width="1" height="1" fill="{}"/>', safe_colour(colour)))


@register.simple_tag
def dot(colour: str) -> SafeString:
    """A round spot in a category's colour."""
    drawing = '<svg class="spot" viewBox="0 0 8 8" aria-hidden="true"><circle cx="4" cy="4" r="4" fill="{}"/></svg>'
    return format_html(drawing, safe_colour(colour))


@register.simple_tag
def swatch(location: Location) -> SafeString:
    """A location's colour with its initial."""
    colour = safe_colour(location.colour)
    return format_html(
        '<svg class="swatch" viewBox="0 0 20 20" aria-hidden="true"><rect width="20" height="20" rx="5" fill="{}"/>'
        '<text x="10" y="14" text-anchor="middle" fill="{}">{}</text></svg>',
        colour,
        ink_on(colour),
        location.initial,
    )


def safe_colour(colour: str) -> str:
    """The colour if it is #rrggbb, else a grey: HighLevel's text is not trusted."""
    return colour.lower() if COLOUR.fullmatch(colour or "") else NEUTRAL


def ink_on(colour: str) -> str:
    """Light or dark ink for a #rrggbb colour, at a contrast of at least 3 (WCAG 2 relative luminance)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if luminance < 0.3 else "#1b1d22"


@register.inclusion_tag("components/_tag.html")
def tag(tone: str, icon: str, label: str) -> dict[str, Any]:
    """A status as colour, icon and word. Tones: ok, info, warn, bad, ask, mute."""
    return {"tone": tone, "icon": icon, "label": label}


@register.inclusion_tag("components/_tag.html")
def health_tag(health: str) -> dict[str, Any]:
    """A connected account's state."""
    tone, symbol = HEALTH_LOOK[Health(health)]
    return {"tone": tone, "icon": symbol, "label": Health(health).label}


@register.inclusion_tag("components/_tag.html")
def run_tag(state: str) -> dict[str, Any]:
    """A sync run's state."""
    tone, symbol = RUN_LOOK[RunState(state)]
    return {"tone": tone, "icon": symbol, "label": RunState(state).label, "spin": state == RunState.RUNNING}


@register.simple_tag
def network(platform: str, label: str) -> SafeString:
    """A network's badge with its name for screen readers; unknown networks show their first letter."""
    known = platform in NETWORK_LOOK
    # Made here and not by a template of its own: a page has hundreds.
    return format_html(
        '<span class="network network-{}" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="hidden">{}</span></span>',
        platform if known else "other",
        label,
        NETWORK_LOOK[platform] if known else (platform[:1] or "?"),
        label,
    )


@register.simple_tag
def clock(instant: datetime, location: Location) -> SafeString:
    """The time of day on the client's wall clock, 24 hours; the pointer shows date, zone and the viewer's own time."""
    return _time(instant, location, "H:i")


@register.simple_tag
def moment(instant: datetime, location: Location) -> SafeString:
    """Date and time on the client's wall clock; the year only where it is not this one."""
    this_year = local(timezone.now(), location).year == local(instant, location).year
    return _time(instant, location, _("j M, H:i") if this_year else _("j M Y, H:i"))


def _time(instant: datetime, location: Location, form: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        instant.isoformat(),
        long_time(instant, location),
        date_format(local(instant, location), form),
    )


def long_time(instant: datetime, location: Location) -> str:
    """The whole date and time with the client's zone, and the viewer's time where that differs."""
    there = date_format(local(instant, location), _("l j F Y, H:i"))
    zone = zone_city(location.timezone)
    if not other_clock(instant, location):
        return f"{there} ({zone})"
    yours = date_format(timezone.localtime(instant), _("D j M, H:i"))
    return _("%(there)s in %(zone)s; %(yours)s on your clock") % {"there": there, "zone": zone, "yours": yours}


@register.simple_tag
def zone_note(instant: datetime, location: Location) -> str:
    """The city of the client's zone where its clock differs from the viewer's at that instant, else nothing."""
    return zone_city(location.timezone) if other_clock(instant, location) else ""


def other_clock(instant: datetime, location: Location) -> bool:
    return local(instant, location).utcoffset() != timezone.localtime(instant).utcoffset()


def local(instant: datetime, location: Location) -> datetime:
    """The aware instant on the client's wall clock."""
    return instant.astimezone(zone_named(location.timezone))


def zone_city(name: str) -> str:
    """`America/New_York` as `New York`."""
    return name.rsplit("/", 1)[-1].replace("_", " ")


@register.simple_tag
def ago(instant: datetime | None) -> str:
    """How long ago, kept fresh by `ticks.js`; "never" for None."""
    if instant is None:
        return _("never")
    return format_html(
        '<time datetime="{}" data-ago>{}</time>', instant.isoformat(), NaturalTimeFormatter.string_for(instant)
    )


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: Any) -> str:
    """The query of this page with some parameters changed; None or an empty text removes one."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"


@register.filter
def cut_zone(name: str) -> str:
    """The city of an IANA zone."""
    return zone_city(name)


@register.simple_tag
def seconds(length: timedelta) -> str:
    """A length of time in seconds, or in minutes from two minutes on."""
    total = length.total_seconds()
    if total >= 120:
        return str(_("%(number)d min") % {"number": round(total / 60)})
    return _("%(number)s s") % {"number": number_format(round(total, 1), 1 if total < 10 else 0)}
