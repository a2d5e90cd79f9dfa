"""A sample of each kind of file, and what its columns are for."""

from __future__ import annotations

import csv
import io

from planner.imports.columns import COLUMNS, Column, FileKind


def sample(kind: FileKind) -> str:
    """A file of that kind with one post, as .csv text."""
    columns = COLUMNS[kind]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    if kind == FileKind.ADVANCED:
        writer.writerow(group_row(columns))
    writer.writerow(column.header for column in columns)
    writer.writerow(column.example for column in columns)
    return stream.getvalue()


def group_row(columns: tuple[Column, ...]) -> list[str]:
    """The first header row of an advanced file: each group's name over its first column."""
    groups = [column.group for column in columns]
    return ["" if place and groups[place - 1] == name else name for place, name in enumerate(groups)]
