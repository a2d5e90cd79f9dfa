"""How queues and their items look, and the words for what they do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.look import icon
from highlevel.models import Location
from planner.templatetags.thumbnails import thumbnail
from queues.models import QueueStatus
from queues.schedule import ChangeKind, Standstill
from queues.selectors.lines import Line
from queues.selectors.queue_list import DISAGREES, DRY, ERRORS, PROBLEMS, REPEATS, QueueLine

register = template.Library()
LOOK = {
    QueueStatus.DRAFT: ("mute", "pencil"),
    QueueStatus.ACTIVE: ("ok", "refresh-cw"),
    QueueStatus.PAUSED: ("warn", "pause"),
    QueueStatus.UNKNOWN: ("ask", "circle-question-mark"),
}
PROBLEM_LOOK = {
    ERRORS: ("bad", "x"),
    DRY: ("bad", "inbox"),
    REPEATS: ("warn", "repeat"),
    DISAGREES: ("ask", "circle-question-mark"),
}


@register.inclusion_tag("components/_tag.html")
def queue_tag(status: str) -> dict[str, Any]:
    """A queue's state as colour, icon and word."""
    tone, symbol = LOOK[QueueStatus(status)]
    return {"tone": tone, "icon": symbol, "label": QueueStatus(status).label}


@register.simple_tag
def queue_problems(line: QueueLine) -> list[dict[str, str]]:
    """What a queue needs somebody for, each with its tone, icon, words and, where there is one, the way to it."""
    return [_problem(line, name) for name in line.problems]


def _problem(line: QueueLine, name: str) -> dict[str, str]:
    tone, symbol = PROBLEM_LOOK[name]
    words, href = str(PROBLEMS[name]), ""
    if name == ERRORS:
        said = ngettext("%(number)d post with an error", "%(number)d posts with errors", line.errors)
        words = said % {"number": line.errors}
        href = f"{reverse('queues:queue_edit', args=[line.queue.pk])}?errors=1"
    elif name == DRY:
        words = _("No weekly slots") if line.items else _("No posts")
    elif name == REPEATS:
        words = _("Repeats within %(wanted)d days") % {"wanted": line.queue.returns_within_days}
    return {"tone": tone, "icon": symbol, "words": words, "href": href}


@register.filter
def days_in_words(days: float | None) -> str:
    """A length in days: exact below ten days, whole days from there on."""
    if days is None:
        return ""
    number = round(days, 1) if days < 10 and round(days, 1) % 1 else round(days)
    return ngettext("%(number)s day", "%(number)s days", number if number == 1 else 2) % {
        "number": number_format(number)
    }


@register.filter
def standstill_words(standstill: Standstill) -> str:
    """Why nothing goes out, and what to do."""
    return {
        Standstill.DRAFT: _("This queue is a draft. Nothing goes out until it is saved and activated."),
        Standstill.PAUSED: _("This queue is paused. Nothing goes out, and slots that come meanwhile pass."),
        Standstill.NO_SLOTS: _("There are no weekly slots, so nothing goes out. Add some on the right."),
        Standstill.NO_ITEMS: _("There are no posts, so nothing goes out. Add some above."),
    }[standstill]


@register.filter
def error_words(error: str) -> str:
    """What HighLevel finds wrong with an item, and what to do; a word that is new is shown as it is."""
    return {
        "INVALID_USER_ID": _("Its author has left HighLevel. Edit the post once, and it is yours."),
        "PIXABAY_MEDIA": _("Its picture was taken from Pixabay and is gone. Choose another one."),
    }.get(error, error)


@register.filter
def moved_words(line: Line) -> str:
    """By how much an item comes sooner or later than before."""
    if line.sooner > 0:
        return ngettext("moved %(number)d up", "moved %(number)d up", line.sooner) % {"number": line.sooner}
    if line.sooner < 0:
        return ngettext("moved %(number)d down", "moved %(number)d down", -line.sooner) % {"number": -line.sooner}
    return _("moved")


@register.filter
def excerpt(text: str, length: int = 60) -> str:
    """The beginning of a text in one line; words for none."""
    said = " ".join(text.split())
    return Truncator(said).chars(length) if said else _("Post without text")


@register.simple_tag
def picture(line: Line) -> SafeString:
    """A small copy of the item's first picture, or a quiet block with the kind of its first file; and how many more."""
    first = line.files[0] if line.files else {}
    is_film = str(first.get("type") or "").startswith("video")
    url = str(first.get("thumbnail") or ("" if is_film else first.get("url")) or "")
    shown = thumbnail(url) if url else icon("type" if not first else "film" if is_film else "image", 18)
    more = len(line.files) - 1
    note = format_html('<span class="qi-files">+{}</span>', more) if more > 0 else ""
    return format_html('<span class="qi-picture" aria-hidden="true">{}{}</span>', shown, note)


@register.simple_tag
def clock_text(instant: datetime, location: Location) -> str:
    """The time of day on the client's wall clock, as plain text."""
    return date_format(location.local(instant), "H:i")


@register.filter
def kind_words(kind: ChangeKind) -> str:
    """What becomes of an outing, in words."""
    return {
        ChangeKind.SAME: _("as before"),
        ChangeKind.MOVED: _("moved"),
        ChangeKind.ALTERED: _("another variation"),
        ChangeKind.NEW: _("new"),
        ChangeKind.GONE: _("no more"),
    }[kind]
