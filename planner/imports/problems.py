"""What can be wrong with a file or a row: a code, where, and two sentences, what it is and what cures it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from highlevel.causes import cause_in_words
from planner.imports.words import FAILURE_WORDS, FILE_WORDS, ROW_WORDS, Words

SHOWN_VALUE = 80  # characters of a cell that a problem quotes
WARNINGS = frozenset({"columns_unknown", "formula", "network_unused", "network_warning", "post_there", "time_twice"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `column` is the file's header, `value` the cell, `about` fills the sentences, which are
    written in the language of whoever reads them. `about` may hold a `cause` of the outbox, or whole `sentences` by
    language."""

    code: str
    column: str = ""
    value: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    row: int | None = None

    @property
    def blocks(self) -> bool:
        """Whether the row cannot become a post as it is."""
        return self.code not in WARNINGS

    @property
    def field(self) -> str:
        """What of a post it is about, where the gate found it."""
        return str(self.about.get("field", ""))

    @property
    def what(self) -> str:
        """What is wrong, as a sentence."""
        return str(self._words().what) % self._filled()

    @property
    def cure(self) -> str:
        """What to do about it, as a sentence."""
        return str(self._words().cure) % self._filled()

    def __str__(self) -> str:
        about = {"row": self.row, "column": self.column, "what": self.what, "cure": self.cure}
        if self.code in FILE_WORDS:  # whose sentences name row and column themselves
            return _("%(what)s %(cure)s") % about
        if self.row and self.column:
            return _("Row %(row)d, column “%(column)s”: %(what)s %(cure)s") % about
        if self.row:
            return _("Row %(row)d: %(what)s %(cure)s") % about
        if self.column:
            return _("Column “%(column)s”: %(what)s %(cure)s") % about
        return _("%(what)s %(cure)s") % about

    def _words(self) -> Words:
        own = ROW_WORDS.get(f"{self.code}:{self.about.get('finding', '')}")
        return own or ROW_WORDS.get(self.code) or FAILURE_WORDS.get(self.code) or FILE_WORDS[self.code]

    def _filled(self) -> dict[str, Any]:
        filled = {"column": self.column, "value": self.value, "row": self.row or 0, **self.about}
        if "cause" in filled:
            filled["cause"] = cause_in_words(filled["cause"])
        if told := self.about.get("sentences"):
            filled["sentence"] = told.get(get_language()) or told[settings.LANGUAGE_CODE]
        return filled


class BadFile(Exception):
    """The file as a whole cannot be taken in; nothing of it is kept."""

    def __init__(self, code: str, *, row: int | None = None, column: str = "", value: str = "", **about: Any) -> None:
        super().__init__(code)
        self.problem = problem(code, column, value, row=row, **about)


def problem(code: str, column: str = "", value: str = "", *, row: int | None = None, **about: Any) -> Problem:
    """A problem with its value cut to what is shown."""
    shown = value if len(value) <= SHOWN_VALUE else f"{value[:SHOWN_VALUE]}…"
    return Problem(code, column, shown, about, row)


def as_json(found: Problem) -> dict[str, Any]:
    """The form in which a row keeps a problem; its row is the row's own number."""
    kept = {"code": found.code, "column": found.column, "value": found.value, "about": dict(found.about)}
    return {key: value for key, value in kept.items() if value}


def from_json(kept: Mapping[str, Any], *, row: int | None = None) -> Problem:
    """A kept problem, to be shown for that row of the file."""
    return Problem(kept["code"], kept.get("column", ""), kept.get("value", ""), kept.get("about", {}), row)
