"""Taking a file in: whatever it is, afterwards there is a text file that can be read as a table."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

from planner.imports.problems import BadFile
from planner.imports.reading.limits import LARGEST_FILE
from planner.imports.reading.table import Layout, survey
from planner.imports.reading.workbook import is_workbook, write_as_text

ENDINGS = (".csv", ".xlsx")


def take_in(path: Path, *, name: str) -> Layout:
    """Read the file at `path` once and say how it is laid out; a workbook is replaced by its first sheet as text.

    `name` is what the person calls it. Raises BadFile, and then the file is as it was.
    """
    if not name.lower().endswith(ENDINGS):
        raise BadFile("file_extension", value=name)
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise BadFile("file_too_large", most=LARGEST_FILE >> 20)
    if not size:
        raise BadFile("file_empty")
    if not is_workbook(path):
        return survey(path)
    text = path.with_name(f"{path.name}.{uuid.uuid4().hex}")  # two may take the same file in at once
    try:
        sheet, unread = write_as_text(path, text)
        layout = replace(survey(text), sheet=sheet, unread=unread)
        text.replace(path)
    finally:
        text.unlink(missing_ok=True)
    return layout
