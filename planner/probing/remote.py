"""Looking at a file that is somewhere else, without fetching more of it than its headers need."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO, Any

from django.core.cache import cache

from planner.fetching import Fetcher, FetchProblem, Head, Stream, fetcher
from planner.fetching import problems as fetch_problems
from planner.probing import problems as probe_problems
from planner.probing.boxes import movie_span
from planner.probing.facts import Facts
from planner.probing.kinds import LOOKED_AT, MOV, MP4, PDF, kind_of
from planner.probing.probe import probe
from planner.probing.problems import Damaged, Empty, ProbeProblem, UnknownKind

MEGABYTE = 1024 * 1024
START = MEGABYTE  # enough for the headers of nearly every file
MOVIE = 16 * MEGABYTE  # of headers at the end of a film
WHOLE = 100 * MEGABYTE  # the largest file that is read from end to end: a PDF
TIMEOUT = 20.0  # seconds for each of at most two conversations
FRESH, KEPT = 60, 3600  # seconds for which the server is not asked again, and for which an unchanged file is not read
PROBLEMS: dict[str, type[FetchProblem | ProbeProblem]] = {
    kind.code: kind
    for module in (fetch_problems, probe_problems)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, (FetchProblem, ProbeProblem)) and hasattr(kind, "code")
}


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the cache holds of an address: the file's version, and its facts or the code of a problem."""

    version: str
    facts: dict[str, Any] | None
    problem: str

    def result(self) -> Facts:
        if self.facts is None:
            raise PROBLEMS[self.problem]
        return Facts.from_json(self.facts)


def probe_url(url: str, *, by: Fetcher | None = None) -> Facts:
    """The facts of the file at a foreign address. Raises a FetchProblem, or a ProbeProblem when it is not usable.

    `size` is None where the server does not tell it. The answer, a problem too, may be a minute old; a file that the
    server calls unchanged is not read again within an hour. It can take most of a minute: call it in a task.
    """
    digest = digest_of(url)
    fresh: _Kept | None = cache.get(f"probe:fresh:{digest}")
    if fresh is None:
        fresh = _looked(url, by or fetcher(), cache.get(f"probe:kept:{digest}"))
        cache.set(f"probe:fresh:{digest}", fresh, FRESH)
        if fresh.version:
            cache.set(f"probe:kept:{digest}", fresh, KEPT)
    return fresh.result()


def digest_of(url: str) -> str:
    """What an address is kept under."""
    return hashlib.sha256(url.encode()).hexdigest()


def _looked(url: str, by: Fetcher, held: _Kept | None) -> _Kept:
    version = ""
    try:
        with by.stream(url, most_bytes=WHOLE, timeout=TIMEOUT, part=(0, START - 1)) as stream:
            version = _version(stream.head)
            if held is not None and version and held.version == version:
                return held
            return _Kept(version, _facts(url, by, stream).to_json(), "")
    except FetchProblem as problem:
        return _Kept("", None, problem.code)
    except ProbeProblem as problem:
        return _Kept(version, None, problem.code)


def _version(head: Head) -> str:
    """What tells one version of a file from the next; empty when the server says nothing."""
    return f"{head.etag} {head.size}" if head.etag or head.size is not None else ""


def _facts(url: str, by: Fetcher, stream: Stream) -> Facts:
    head = stream.head
    start = _start(stream.chunks)
    if not start:
        raise Empty
    mime = kind_of(start[:LOOKED_AT])
    if not mime:
        raise UnknownKind
    size = head.size if head.size is not None else (len(start) if len(start) < START else None)
    if size is not None and len(start) >= size:
        return probe(io.BytesIO(start))
    if mime in (MP4, MOV):
        return _film(url, by, start, mime, size)
    if mime == PDF:
        return _whole(url, by, start, stream)
    try:
        return replace(probe(io.BytesIO(start)), size=size)
    except Damaged:
        return _whole(url, by, start, stream)


def _film(url: str, by: Fetcher, start: bytes, mime: str, size: int | None) -> Facts:
    """The film from its start and from where its headers are, as a file with nothing in between."""
    if size is None:
        return replace(probe(io.BytesIO(start)), size=None)
    with tempfile.TemporaryFile() as file:
        file.write(start)
        span = movie_span(start, size)
        if span is not None and span[1] > len(start):
            first = max(span[0], 0)
            _add_part(url, by, file, first, min(span[1], first + MOVIE) - 1)
        file.truncate(size)  # a hole, which takes no room
        return probe(file)


def _add_part(url: str, by: Fetcher, file: IO[bytes], first: int, last: int) -> None:
    """Write the bytes from `first` to `last` to their places, if the server gives parts at all."""
    with by.stream(url, most_bytes=MOVIE, timeout=TIMEOUT, part=(first, last)) as stream:
        if stream.head.part is None or stream.head.part[0] != first:
            return
        file.seek(first)
        for chunk in stream.chunks:
            file.write(chunk)


def _whole(url: str, by: Fetcher, start: bytes, stream: Stream) -> Facts:
    """The facts of a file that has to be there from end to end. Raises TooLarge beyond WHOLE."""
    with tempfile.TemporaryFile() as file:
        if stream.head.part is None:
            file.write(start)
            _write(stream.chunks, file)
        else:
            with by.stream(url, most_bytes=WHOLE, timeout=TIMEOUT) as again:
                _write(again.chunks, file)
        return probe(file)


def _write(chunks: Iterator[bytes], file: IO[bytes]) -> None:
    for chunk in chunks:
        file.write(chunk)


def _start(chunks: Iterator[bytes]) -> bytes:
    """The first bytes, START or a chunk more; what follows stays to be read."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) >= START:
            break
    return bytes(held)
