"""Words for what a post says about itself."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.templatetags.look import long_time
from highlevel.models import Location
from planner.models import PostStatus
from planner.selectors.post_lines import media_kind
from planner.templatetags.post_look import LOOK

register = template.Library()
register.filter("media_kind", media_kind)


@register.simple_tag
def status_look(status: str) -> dict[str, str]:
    """Tone, icon and word of a state, for the places where a whole tag is too much."""
    tone, symbol = LOOK[PostStatus(status)]
    return {"tone": tone, "icon": symbol, "word": str(PostStatus(status).label)}


@register.simple_tag
def client_day(instant: datetime, location: Location) -> str:
    """The day on the client's calendar; the year only where it is not this one."""
    local = location.local(instant)
    same = local.year == location.local(timezone.now()).year
    return date_format(local, _("D j M") if same else _("j M Y"))


@register.simple_tag
def whole_moment(instant: datetime, location: Location) -> str:
    """The whole date and time with the client's zone, and the viewer's time where that differs."""
    return long_time(instant, location)


@register.filter
def source_words(source: str) -> str:
    """Where a post was made, from HighLevel's word; a word that is new is shown as it is."""
    words = {
        "composer": _("the composer"),
        "csv": _("a CSV import"),
        "recurring": _("a recurring post"),
        "review": _("a review"),
        "rss": _("an RSS feed"),
        "template-library": _("the template library"),
        "category-queue": _("a category queue"),
        "native": _("the network itself"),
    }
    return words.get(source, source)


@register.filter
def approval_words(approval: str) -> str:
    """What became of an approval, from HighLevel's word; a word that is new is shown as it is."""
    words = {"pending": _("waits for approval"), "approved": _("approved"), "rejected": _("rejected")}
    return words.get(approval, approval)
