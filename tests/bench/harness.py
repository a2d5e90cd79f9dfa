"""What every bench shares: a migrated database, a sandbox in a process of its own, and a report with ratios."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Literal, TextIO

import django
from django.conf import settings

from config.dev.sandbox import sandbox_process

Better = Literal["higher", "lower"]
HEADINGS = ("name", "value", "unit", "baseline", "against", "times better")


@dataclass(frozen=True, slots=True)
class Line:
    """One measured figure, and where there is a yardstick the figure it is held against, from the same run."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    baseline_name: str | None = None
    better: Better = "higher"

    @property
    def ratio(self) -> float | None:
        """How many times better than the baseline; None without one, or where a zero makes it meaningless."""
        if self.baseline is None:
            return None
        over, under = (self.value, self.baseline) if self.better == "higher" else (self.baseline, self.value)
        return over / under if under else None

    def as_dict(self) -> dict[str, object]:
        """The JSON form: the yardstick's three keys only where there is one."""
        plain: dict[str, object] = {"name": self.name, "value": self.value, "unit": self.unit}
        if self.baseline is None:
            return plain
        return {**plain, "baseline": self.baseline, "baseline_name": self.baseline_name, "ratio": self.ratio}


@dataclass(slots=True)
class Report:
    """Collects lines; as JSON each is written at once, as a table all at the end. Notes go to standard error."""

    as_json: bool = False
    output: TextIO = field(default_factory=lambda: sys.stdout)
    lines: list[Line] = field(default_factory=list)

    def line(
        self,
        name: str,
        value: float,
        unit: str,
        baseline: float | None = None,
        baseline_name: str | None = None,
        better: Better = "higher",
    ) -> Line:
        """Add one figure. Raises ValueError for a baseline without a name or the reverse."""
        if (baseline is None) != (baseline_name is None):
            raise ValueError("A baseline needs a name, and a name a baseline.")
        added = Line(name, value, unit, baseline, baseline_name, better)
        self.lines.append(added)
        if self.as_json:
            print(json.dumps(added.as_dict()), file=self.output, flush=True)
        return added

    def note(self, sentence: str) -> None:
        """Tell the person who watches what is being done now."""
        print(sentence, file=sys.stderr, flush=True)

    def finish(self) -> None:
        """Print the table."""
        if self.as_json or not self.lines:
            return
        rows = [HEADINGS, *(_cells(line) for line in self.lines)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
        for row in rows:
            print(
                "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(), file=self.output
            )


def sandbox(*, scale: int = 1, seed: int = 1, more: tuple[str, ...] = ()) -> AbstractContextManager[dict[str, str]]:
    """A sandbox in a process of its own; gives url, company_id, client_id, client_secret, agency_token, control_key."""
    return sandbox_process("--scale", str(scale), "--seed", str(seed), *more)


def measure(name: str, arguments: list[str], *, as_json: bool) -> int:
    """Run one bench on a freshly migrated database, which is removed afterwards. Returns its exit code."""
    from django.db import connection, connections

    django.setup()
    if connection.vendor == "sqlite":
        connection.settings_dict.setdefault("TEST", {})["NAME"] = connection.settings_dict["NAME"]
    settings.DEBUG = False
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    report = Report(as_json=as_json)
    try:
        code = import_module(f"tests.bench.{name}").run(report, arguments)
        report.finish()
    finally:
        connections.close_all()
        connection.creation.destroy_test_db(before, verbosity=0)
    return int(code or 0)


def _cells(line: Line) -> tuple[str, ...]:
    ratio = "" if line.ratio is None else f"{line.ratio:.1f}"
    baseline = "" if line.baseline is None else _number(line.baseline)
    return line.name, _number(line.value), line.unit, baseline, line.baseline_name or "", ratio


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:,.3g}"
