"""The rows of the editor. Whole rows are made here: every step of a draft draws fifty of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.look import icon, network
from planner.templatetags.post_words import client_day
from queues.models import CategoryQueue
from queues.selectors.editor import EditorPage
from queues.selectors.lines import Line
from queues.templatetags.queue_look import error_words, excerpt, moved_words, picture

register = template.Library()
MOST_NETWORKS = 6
MOST_REFUSALS = 2
EMPTY = SafeString("")


@register.simple_tag(takes_context=True)
def item_rows(context: template.Context) -> SafeString:
    """The items of the window, each a row with its handle, date, picture, words, marks and buttons."""
    said, desk, page = context["said"], context["desk"], context["page"]
    painter = Painter(desk.queue, page, may_edit=desk.may_edit, just=said.keys, picked=said.picked)
    return format_html_join("\n", "{}", ((painter.row(line),) for line in page.lines))


class Painter:
    """Draws rows; what all rows share is made once."""

    def __init__(
        self,
        queue: CategoryQueue,
        page: EditorPage,
        *,
        may_edit: bool,
        just: Collection[str],
        picked: Collection[str],
    ) -> None:
        self.location = queue.location
        self.zone = queue.location.zone
        self.total = page.total
        self.may_edit = may_edit
        self.just, self.picked = frozenset(just), frozenset(picked)
        self.days: dict[date, str] = {}
        self.address = reverse("queues:queue_edit", args=[queue.pk])
        self.grip, self.up, self.down, self.more = (
            icon(name, 16) for name in ("grip-vertical", "chevron-up", "chevron-down", "ellipsis")
        )
        self.marks = {
            "next": _mark("info", "arrow-right", _("Next")),
            "skipped": _mark("warn", "circle-slash", _("Date skipped")),
            "new": _mark("ok", "plus", _("New")),
            "reset": _mark("mute", "rotate-ccw", _("Original")),
            "edited": _mark("mute", "pencil", _("Edited")),
        }
        self.cross = icon("x", 14)
        self.hint = _("Drag it, or press the arrow keys")
        self.words = {
            "move": _("Move “%(name)s”, position %(position)d"),
            "tick": _("Tick “%(name)s”"),
            "up": _("Move “%(name)s” up"),
            "down": _("Move “%(name)s” down"),
            "more": _("Everything about “%(name)s”"),
        }

    def row(self, line: Line) -> SafeString:
        """One item as a list entry."""
        about = {"name": excerpt(line.text, 50), "position": line.place + 1}
        return format_html(
            '<li id="item-{}" class="{}" data-key="{}">{}<span class="qi-place number" aria-hidden="true">{}</span>'
            '{}{}<div class="qi-body"><p class="qi-text" dir="auto">{}</p><p class="qi-meta">{}</p>{}</div>'
            '<span class="qi-tags">{}</span>{}</li>',
            line.key,
            self._classes(line),
            line.key,
            self._hold(line, about) if self.may_edit else EMPTY,
            line.place + 1,
            self._when(line),
            picture(line),
            self._text(line),
            format_html_join("", "{}", ((part,) for part in _meta(line))),
            format_html_join("", '<p class="qi-error">{}<span>{}</span></p>', ((self.cross, e) for e in _errors(line))),
            format_html_join("", "{}", ((mark,) for mark in self._marks(line))),
            self._acts(line, about) if self.may_edit else EMPTY,
        )

    def _classes(self, line: Line) -> str:
        held = {
            "qi": True,
            "qi-next": line.place == 0,
            "qi-new": line.is_new,
            "qi-moved": line.moved and not line.is_new,
            "qi-skipped": line.is_skipped,
            "qi-just": line.key in self.just,
        }
        return " ".join(name for name, holds in held.items() if holds)

    def _hold(self, line: Line, about: dict[str, Any]) -> SafeString:
        return format_html(
            '<span class="qi-hold"><span class="qi-grip" id="grip-{}" role="button" tabindex="0" data-grip '
            'aria-label="{}" title="{}">{}</span><input type="checkbox" class="qi-tick" id="pick-{}" name="pick" '
            'value="{}"{} aria-label="{}"></span>',
            line.key,
            self.words["move"] % about,
            self.hint,
            self.grip,
            line.key,
            line.key,
            SafeString(" checked") if line.key in self.picked else EMPTY,
            self.words["tick"] % about,
        )

    def _when(self, line: Line) -> SafeString:
        if line.next_at is None:
            return format_html('<span class="qi-when number"><span class="faint">{}</span></span>', _("no date"))
        redated = line.is_redated and not line.is_new
        before = EMPTY
        if redated and line.was_at is not None:
            was = _("before: %(was)s") % {"was": self._day(line.was_at)}
            before = format_html('<span class="hidden">{}</span>', was)
        return format_html(
            '<span class="qi-when number{}"><b>{}</b><time datetime="{}">{}</time>{}</span>',
            " qi-redated" if redated else "",
            self._day(line.next_at),
            line.next_at.isoformat(),
            line.next_at.astimezone(self.zone).strftime("%H:%M"),
            before,
        )

    def _day(self, instant: datetime) -> str:
        """The client's day in words, made once a day: several slots of a day follow each other."""
        day = instant.astimezone(self.zone).date()
        if day not in self.days:
            self.days[day] = client_day(instant, self.location)
        return self.days[day]

    def _text(self, line: Line) -> SafeString | str:
        said = excerpt(line.text, 150)
        if not self.may_edit:
            return said
        return format_html('<a href="{}items/{}/">{}</a>', self.address, line.key, said)

    def _marks(self, line: Line) -> Iterator[SafeString]:
        if line.place == 0 and line.next_at is not None:
            yield self.marks["next"]
        if line.is_skipped:
            yield self.marks["skipped"]
        if line.is_new:
            yield self.marks["new"]
        elif line.moved:
            yield _mark("mute", "arrow-up-down", moved_words(line))
        if line.is_reset:
            yield self.marks["reset"]
        elif line.is_edited:
            yield self.marks["edited"]

    def _acts(self, line: Line, about: dict[str, Any]) -> SafeString:
        key, off = line.key, SafeString(" disabled")
        return format_html(
            '<span class="qi-acts"><button class="icon-button" id="up-{}" name="do" value="up {}"{} aria-label="{}">{}'
            '</button><button class="icon-button" id="down-{}" name="do" value="down {}"{} aria-label="{}">{}</button>'
            '<a class="icon-button" id="more-{}" data-menu href="{}items/{}/" aria-label="{}"{}>{}</a></span>',
            key,
            key,
            off if line.place == 0 else EMPTY,
            self.words["up"] % about,
            self.up,
            key,
            key,
            off if line.place + 1 == self.total else EMPTY,
            self.words["down"] % about,
            self.down,
            key,
            self.address,
            key,
            self.words["more"] % about,
            SafeString(" data-original") if line.has_original else EMPTY,
            self.more,
        )


def _mark(tone: str, symbol: str, words: str) -> SafeString:
    return format_html('<span class="tag tag-{}">{}{}</span>', tone, icon(symbol, 12), words[:1].upper() + words[1:])


def _errors(line: Line) -> Iterator[str]:
    """What HighLevel finds wrong with it, and what it or a network would refuse of the draft."""
    yield from map(error_words, line.errors)
    yield from line.refusals[:MOST_REFUSALS]
    more = len(line.refusals) - MOST_REFUSALS
    if more > 0:
        yield ngettext("and %(number)d more error", "and %(number)d more errors", more) % {"number": more}


def _meta(line: Line) -> Iterator[SafeString]:
    """Networks, lost accounts, how often it went out, and the variation that comes next."""
    for account in line.accounts[:MOST_NETWORKS]:
        yield network(account.platform, account.platform_label)
    if len(line.accounts) > MOST_NETWORKS:
        yield format_html("<span>+{}</span>", len(line.accounts) - MOST_NETWORKS)
    if line.lost_accounts:
        gone = ngettext("%(number)d account is gone", "%(number)d accounts are gone", line.lost_accounts)
        words = gone % {"number": line.lost_accounts}
        yield format_html('<span class="tone-bad">{}{}</span>', icon("unplug", 12), words)
    elif not line.accounts:
        yield format_html('<span class="tone-bad">{}</span>', _("no account"))
    if not line.is_new:
        used = ngettext("used %(number)d×", "used %(number)d×", line.times_out) % {"number": line.times_out}
        yield format_html("<span>{}</span>", used)
    if line.variations > 1:
        about = {"number": line.variation + 1, "all": line.variations}
        yield format_html("<span>{}</span>", _("variation %(number)d of %(all)d") % about)
