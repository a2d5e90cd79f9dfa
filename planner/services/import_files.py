"""The folder of uploaded files. Web processes and workers share it; a file is there until its posts are made."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from planner.imports.problems import BadFile
from planner.imports.reading import LARGEST_FILE
from planner.models import CsvImport
from planner.strays import strays_remove

STRAY_AFTER = timedelta(days=1)


def folder() -> Path:
    """Where the files are; made when it is not there."""
    found = Path(settings.FILES_DIR) / "imports"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def file_keep(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write a file piece by piece; its name in the folder and its size in bytes. Raises BadFile for a larger one than
    is taken."""
    name = uuid.uuid4().hex
    path, size = folder() / name, 0
    try:
        with path.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > LARGEST_FILE:
                    raise BadFile("file_too_large", most=LARGEST_FILE >> 20)
                file.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name, size


def file_path(name: str) -> Path:
    """The path of a kept file. Raises BadFile when it is not there."""
    path = folder() / name
    if not name or not path.is_file():
        raise BadFile("file_changed")
    return path


def files_clean(*, now: datetime) -> int:
    """Delete files of which no import knows after a day; returns how many."""
    return strays_remove(folder(), rows=CsvImport.objects.all(), before=now - STRAY_AFTER)


def file_drop(name: str) -> None:
    """Delete a kept file; a second call does nothing."""
    if name:
        with suppress(OSError):
            (folder() / name).unlink(missing_ok=True)
