"""Files that no row knows: what stays behind when a process dies between writing a file and its row."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet


def strays_remove(folder: Path, *, rows: QuerySet[Any], before: datetime) -> int:
    """Delete the files of a folder that were last written before the aware instant and that the column `file` of none
    of the rows names; returns how many. One query."""
    old = [path for path in folder.iterdir() if path.stat().st_mtime < before.timestamp()] if folder.is_dir() else []
    named = set(rows.filter(file__in=[path.name for path in old]).values_list("file", flat=True))
    strays = [path for path in old if path.name not in named]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
