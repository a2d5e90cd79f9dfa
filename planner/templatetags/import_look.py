"""How imports and their rows look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.templatetags.look import icon
from planner.composer.previews import Preview, previews_of
from planner.composing import Composition
from planner.imports.problems import Problem, from_json
from planner.models.csv_import import RUNNING, CsvImport, CsvRow, ImportOrigin, ImportPart, ImportState, RowState
from planner.selectors.import_remote import RemoteLink, RemoteProblem, part_look, remote_link, remote_problems
from planner.selectors.post_lines import media_kind

register = template.Library()
ROW_LOOK = {
    RowState.READY: ("ok", "check"),
    RowState.WARNING: ("warn", "triangle-alert"),
    RowState.BLOCKED: ("bad", "ban"),
    RowState.ALREADY: ("mute", "copy-check"),
    RowState.COMMITTED: ("info", "send"),
    RowState.SUCCESS: ("ok", "check"),
    RowState.FAILED: ("bad", "x"),
    RowState.UNDONE: ("mute", "undo-2"),
}
IMPORT_LOOK = {
    ImportState.UPLOADED: ("info", "loader-circle"),
    ImportState.COLUMNS: ("warn", "hand"),
    ImportState.CHECKING: ("info", "loader-circle"),
    ImportState.CHECKED: ("warn", "hand"),
    ImportState.COMMITTING: ("info", "loader-circle"),
    ImportState.SENDING: ("info", "send"),
    ImportState.REVIEW: ("warn", "hand"),
    ImportState.DONE: ("ok", "check"),
    ImportState.FAILED: ("bad", "x"),
    ImportState.CANCELLED: ("mute", "circle-slash"),
    ImportState.UNDOING: ("info", "undo-2"),
    ImportState.UNDONE: ("mute", "undo-2"),
}
BAR = (
    (RowState.READY, "ok"),
    (RowState.SUCCESS, "ok"),
    (RowState.COMMITTED, "info"),
    (RowState.WARNING, "warn"),
    (RowState.BLOCKED, "bad"),
    (RowState.FAILED, "bad"),
    (RowState.ALREADY, "mute"),
    (RowState.UNDONE, "mute"),
)
LEAST = 0.6  # percent of the bar that one row in a thousand still gets
MEDIA_ICONS = {"image": "image", "gif": "image", "video": "film", "file": "file-text"}


@register.inclusion_tag("components/_tag.html")
def row_tag(row: CsvRow, csv_import: CsvImport) -> dict[str, Any]:
    """A row's state, as far as its import lets it have one."""
    state = RowState(row.state)
    if csv_import.state == ImportState.CANCELLED:
        return {"tone": "mute", "icon": "circle-slash", "label": _("not made")}
    if state == RowState.COMMITTED and csv_import.state == ImportState.REVIEW and remote_problems(row):
        return {"tone": "bad", "icon": "ban", "label": _("not accepted")}
    if state == RowState.COMMITTED and csv_import.state == ImportState.REVIEW:
        return {"tone": "info", "icon": "hourglass", "label": _("waiting")}
    if state == RowState.COMMITTED and csv_import.rate_limit_reset_at:
        return {"tone": "ask", "icon": "hourglass", "label": _("rate limited")}
    tone, symbol = ROW_LOOK[state]
    words = {RowState.WARNING: _("warning"), RowState.READY: _("ready")}
    return {"tone": tone, "icon": symbol, "label": words.get(state, state.label)}


@register.filter
def row_word(csv_import: CsvImport, state: str) -> str:
    """The word for rows of a state in an import: nothing is on its way while HighLevel waits for a person."""
    if state == RowState.COMMITTED and csv_import.state == ImportState.REVIEW:
        return _("Waiting to be finalised")
    return str(RowState(state).label)


@register.inclusion_tag("components/_tag.html")
def import_tag(csv_import: CsvImport) -> dict[str, Any]:
    """An import's state."""
    state = ImportState(csv_import.state)
    tone, symbol = IMPORT_LOOK[state]
    if state == ImportState.DONE and csv_import.counted(RowState.FAILED) and not csv_import.counted(RowState.SUCCESS):
        return {"tone": "bad", "icon": "x", "label": _("all rows failed")}
    if state == ImportState.DONE and csv_import.counted(RowState.FAILED, RowState.BLOCKED):
        return {"tone": "warn", "icon": "triangle-alert", "label": _("done, some rows left out")}
    if state in RUNNING and csv_import.rate_limit_reset_at:
        return {"tone": "ask", "icon": "hourglass", "label": _("waiting for HighLevel's limit")}
    if state == ImportState.SENDING and csv_import.origin == ImportOrigin.HIGHLEVEL:
        return {"tone": tone, "icon": "hourglass", "label": _("HighLevel is at work")}
    return {"tone": tone, "icon": symbol, "label": state.label, "spin": symbol == "loader-circle"}


@register.simple_tag
def stacked_bar(csv_import: CsvImport, total: int = 0) -> SafeString:
    """The rows by state as one bar; the numbers beside it say the same in words. Drawn, because inline widths are
    refused."""
    over = csv_import.state == ImportState.CANCELLED
    counts = [(csv_import.counted(state), "mute" if over else tone) for state, tone in BAR]
    whole = max(total, sum(number for number, _tone in counts), 1)
    shares = [(max(100 * number / whole, LEAST), tone) for number, tone in counts if number]
    scale = min(1.0, 100 / sum(share for share, _tone in shares)) if shares else 1.0
    pieces, left = [], 0.0
    for share, tone in shares:
        pieces.append((tone, f"{left:.2f}", f"{share * scale:.2f}"))
        left += share * scale
    drawn = format_html_join("", '<rect class="bar-{}" x="{}" y="0" width="{}" height="1"/>', pieces)
    drawing = '<svg class="stacked-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    return format_html(drawing, drawn)


@register.simple_tag
def media_icon(kind: str) -> SafeString:
    """The icon of a file by its MIME type."""
    return icon(MEDIA_ICONS[media_kind(kind)], 14)


@register.filter
def counted(csv_import: CsvImport, states: str) -> int:
    """How many rows are in the states, named with commas between them."""
    return csv_import.counted(*states.split(","))


@register.filter
def joined(values: Sequence[str]) -> str:
    """Samples of a column on one line."""
    return " · ".join(values)


@register.filter
def encoding_words(encoding: str) -> str:
    """An encoding as people know it."""
    words = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
    return words.get(encoding.lower(), encoding.upper())


@register.filter
def separator_words(separator: str) -> str:
    """What stands between the cells, in a word."""
    return {"comma": _("comma"), "semicolon": _("semicolon"), "tab": _("tab")}.get(separator, separator)


@register.simple_tag
def previews(composition: Composition) -> list[Preview]:
    """What each network would show of a post that a row asks for."""
    return previews_of(composition)


@register.simple_tag
def remote_errors(row: CsvRow) -> list[RemoteProblem]:
    """What HighLevel has against a row of its own import."""
    return remote_problems(row)


@register.simple_tag
def remote_page(row: CsvRow) -> RemoteLink | None:
    """What HighLevel has read at the link of a row of its own import."""
    return remote_link(row)


@register.inclusion_tag("components/_tag.html")
def part_tag(part: ImportPart) -> dict[str, Any]:
    """The state of one of the files that HighLevel's own import takes."""
    tone, symbol, label = part_look(part)
    return {"tone": tone, "icon": symbol, "label": label, "spin": symbol == "loader-circle"}


@register.simple_tag
def file_problem(csv_import: CsvImport) -> Problem | None:
    """What is wrong with the file as a whole; None when nothing is."""
    held = csv_import.problem
    return from_json(held, row=held.get("row")) if held else None
