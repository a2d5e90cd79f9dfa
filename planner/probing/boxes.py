"""Where an MP4 or QuickTime file keeps its headers: many put them at the end."""

from __future__ import annotations

from collections.abc import Iterator

HEADER, LONG_HEADER = 8, 16
MOVIE = b"moov"


def movie_span(start: bytes, size: int) -> tuple[int, int] | None:
    """First byte of the headers and the byte after their last known one, in a file of `size` bytes that begins with
    `start`; None when the start does not tell. Their end is the file's where they lie beyond what is here."""
    end = 0
    for kind, first, length in _boxes(start, size):
        if kind == MOVIE:
            return first, min(first + length, size)
        end = first + length
    return (end, size) if 0 < end < size else None


def _boxes(start: bytes, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, first byte and length of each box whose header is in sight."""
    place = 0
    while place + LONG_HEADER <= len(start):
        length, kind = int.from_bytes(start[place : place + 4], "big"), start[place + 4 : place + 8]
        if length == 1:
            length = int.from_bytes(start[place + HEADER : place + LONG_HEADER], "big")
        elif length == 0:
            length = size - place
        if length < HEADER:
            return
        yield kind, place, length
        place += length
