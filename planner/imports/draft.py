"""What a row says while it is read: collected column by column, whatever their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from planner.imports.addresses import mime_by_address
from planner.imports.dates import BadDate, DateOrder, read_clock
from planner.imports.problems import Problem, problem

LIST_MARK = "#"
MOST_FILES = 40
# A spreadsheet writes its own language's words into a .csv file, and puts them back when somebody writes TRUE.
TRUTHS = {"true": True, "false": False, "verdadero": True, "falso": False, "wahr": True, "falsch": False}


@dataclass(slots=True)
class Draft:
    """One row. The dicts are by network; "" stands for all of them. `label` gives the file's header of a column key.

    `problems` grows as columns are read. `zone` is the location's; `by_highlevel` as in Setting.
    """

    label: Callable[[str], str]
    order: DateOrder
    zone: tzinfo
    by_highlevel: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    media: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    covers: dict[str, str] = field(default_factory=dict)
    alts: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    watermark: bool | None = None
    problems: list[Problem] = field(default_factory=list)

    def complain(self, code: str, key: str, value: str = "", **about: Any) -> None:
        """Add a problem of a column."""
        self.problems.append(problem(code, self.label(key), value, **about))

    def detail(self, network: str, name: str, value: Any) -> None:
        self.details.setdefault(network, {})[name] = value

    def truth(self, key: str, value: str) -> bool | None:
        """TRUE or FALSE; None, with a problem, for anything else."""
        found = TRUTHS.get(value.lower())
        if found is None:
            self.complain("boolean", key, value)
        return found

    def choice(self, key: str, value: str, choices: dict[str, str]) -> str | None:
        """What one of the words stands for; None, with a problem, for another."""
        found = choices.get(value.lower().replace(" ", "_").replace("-", "_"))
        if found is None:
            self.complain("choice", key, value, choices=", ".join(choices))
        return found

    def wall(self, key: str, value: str) -> datetime | None:
        """A time on the location's clock; None, with a problem, for what is none."""
        try:
            return read_clock(value, zone=self.zone, order=self.order)
        except BadDate as bad:
            self.complain(bad.code, key, value, **bad.about)
            return None

    def files(self, network: str, key: str, urls: list[str], family: str = "") -> None:
        """Add files at these addresses; `family` is image, gif or video where the column says so."""
        if len(urls) > MOST_FILES:
            self.complain("media_too_many", key, most=MOST_FILES)
            return
        held = self.media.setdefault(network, [])
        held.extend({"url": url, "kind": mime_by_address(url, family), "column": key} for url in urls)


def listed(value: str, mark: str = LIST_MARK) -> list[str]:
    """The entries of a cell that holds several."""
    return [part for part in (piece.strip() for piece in value.split(mark)) if part]
