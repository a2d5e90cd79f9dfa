"""What a bulk action is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planner.models import SetKind

LONGEST = 120  # characters


def set_name(kind: str, parameters: Mapping[str, Any], number: int) -> str:
    """The action with the number of posts: "Move 12 posts 2 days later"."""
    posts = ngettext("%(number)d post", "%(number)d posts", number) % {"number": number}
    words = {"posts": posts, "what": _what(kind, parameters)}
    sentences = {
        SetKind.SHIFT: _("Move %(posts)s %(what)s"),
        SetKind.DATE: _("Move %(posts)s to %(what)s"),
        SetKind.TAGS_ADD: _("Tag %(posts)s with %(what)s"),
        SetKind.TAGS_REMOVE: _("Take %(what)s off %(posts)s"),
        SetKind.CATEGORY: _("Put %(posts)s into %(what)s"),
        SetKind.DRAFT: _("Make %(posts)s drafts"),
        SetKind.DELETE: _("Delete %(posts)s"),
    }
    if kind == SetKind.CATEGORY and not parameters["category"]:
        return _("Take %(posts)s out of their category") % words
    return (sentences[SetKind(kind)] % words)[:LONGEST]


def _what(kind: str, parameters: Mapping[str, Any]) -> str:
    if kind == SetKind.SHIFT:
        return _length(parameters["days"], parameters["minutes"])
    if kind == SetKind.DATE:
        day = parse_date(parameters["date"])
        return f"{date_format(day, _('j M Y')) if day else ''} {parameters['time']}"
    if kind in (SetKind.TAGS_ADD, SetKind.TAGS_REMOVE):
        return ", ".join(_quoted(name) for name in parameters["tags"])
    return _quoted(parameters["category"]) if parameters.get("category") else ""


def _quoted(name: str) -> str:
    return _("“%(name)s”") % {"name": name}


def _length(days: int, minutes: int) -> str:
    """A stretch of time and its direction."""
    later = days > 0 or minutes > 0
    days, minutes = abs(days), abs(minutes)
    if days:
        words = ngettext("%(number)d day", "%(number)d days", days) % {"number": days}
    elif minutes % 60:
        words = ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}
    else:
        words = ngettext("%(number)d hour", "%(number)d hours", minutes // 60) % {"number": minutes // 60}
    return (_("%(length)s later") if later else _("%(length)s earlier")) % {"length": words}
