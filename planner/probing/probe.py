"""Looking at a file that is here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from planner.probing.documents import probe_pdf
from planner.probing.facts import Facts
from planner.probing.films import probe_film
from planner.probing.images import probe_image
from planner.probing.kinds import LOOKED_AT, PDF, SVG, kind_of
from planner.probing.problems import Empty, UnknownKind


def probe(source: Path | IO[bytes]) -> Facts:
    """The facts of a picture, film or PDF; its name is not looked at, and little of it is read.

    Raises Empty, UnknownKind, Damaged and TooManyPixels.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return probe(file)
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    start = source.read(LOOKED_AT)
    if not start:
        raise Empty
    mime = kind_of(start)
    if not mime:
        raise UnknownKind
    source.seek(0)
    if mime == PDF:
        return probe_pdf(source, size)
    if mime == SVG:
        return Facts(mime=mime, size=size)
    return probe_film(source, mime, size) if mime.startswith("video/") else probe_image(source, mime, size)
