"""The one way to fetch what people and files point to."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

import urllib3

from planner.fetching.judging import trusted_origins
from planner.fetching.places import Resolver, read_place, resolve
from planner.fetching.problems import (
    BadAddress,
    FetchProblem,
    NotFound,
    NotOpen,
    TooLarge,
    TooManyRedirects,
    Unreachable,
    WrongType,
)
from planner.fetching.wire import Deadline, chunks, requested

USER_AGENT = "Rota/0.1 (content desk; looks at what its users' posts link to)"
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({204, 205, 404, 410})
PASSING = frozenset({408, 425, 429})  # of those that blame the request: it may be repeated
CLOSED = frozenset({*range(400, 500), 999}) - GONE - PASSING  # 999 is how LinkedIn sends programs away


@dataclass(frozen=True, slots=True)
class Head:
    """What a server says of a file. `url` is where the redirects ended; `mime` is in lower case and empty when the
    server names none; `size` is of the whole file in bytes, None when unknown; `part` is the first and the last byte
    that come, None when it is all of them."""

    url: str
    mime: str
    charset: str
    size: int | None
    etag: str
    part: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file, or the part of it that was asked for."""

    head: Head
    body: bytes


@dataclass(frozen=True, slots=True)
class Stream:
    """A file that is coming in; `chunks` can be gone through once, and stopping early is fine."""

    head: Head
    chunks: Iterator[bytes]


class Fetcher:
    """Fetches from public addresses over https, checked anew at each redirect and at the moment of connecting.

    `trusted` origins (as `origin_of` writes them) may be private and without encryption. `resolver` gives the network
    addresses of a name and raises OSError.
    """

    def __init__(
        self,
        *,
        trusted: frozenset[str] = frozenset(),
        resolver: Resolver = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._trusted = trusted
        self._resolver = resolver
        self._tls = tls

    def fetch(self, url: str, *, most_bytes: int, timeout: float, accept: Sequence[str] = ()) -> Fetched:
        """The whole file. Takes what `stream` takes, and raises the same."""
        with self.stream(url, most_bytes=most_bytes, timeout=timeout, accept=accept) as stream:
            return Fetched(stream.head, b"".join(stream.chunks))

    @contextmanager
    def stream(
        self,
        url: str,
        *,
        most_bytes: int,
        timeout: float,
        accept: Sequence[str] = (),
        part: tuple[int, int] | None = None,
    ) -> Iterator[Stream]:
        """A file as it comes in: at most `most_bytes` (unpacked) in at most `timeout` seconds, redirects included.

        `accept` are the beginnings of the MIME types that will do, all when empty. `part` asks for the bytes from the
        first number to the second; a server may answer with the whole file all the same, see `Head.part`. Raises a
        FetchProblem, also while the chunks are read: TooLarge only for bytes that really came.
        """
        deadline = Deadline(timeout)
        try:
            headers = _headers(accept, part)
            for _hop in range(MOST_REDIRECTS + 1):
                place = read_place(url, self._trusted)
                with requested(
                    place, headers=headers, resolver=self._resolver, tls=self._tls, deadline=deadline
                ) as response:
                    target = response.headers.get("Location")
                    if response.status in REDIRECTS and target:
                        url = _joined(place.url, target)
                        continue
                    head = _head(place.url, response)
                    _check(response.status, head, accept, most_bytes if part is None else None)
                    yield Stream(head, chunks(response, most_bytes=most_bytes, deadline=deadline))
                    return
            raise TooManyRedirects
        finally:
            deadline.close()


def fetcher() -> Fetcher:
    """A fetcher that also reaches the sandbox, where HighLevel is one on this machine."""
    return Fetcher(trusted=trusted_origins())


def fetch(url: str, *, most_bytes: int, timeout: float, accept: Sequence[str] = ()) -> Fetched:
    """The whole file at an address that people or files gave us; see Fetcher.stream for limits and problems."""
    return fetcher().fetch(url, most_bytes=most_bytes, timeout=timeout, accept=accept)


def _headers(accept: Sequence[str], part: tuple[int, int] | None) -> dict[str, str]:
    wanted = ", ".join(one if not one.endswith("/") else f"{one}*" for one in accept)
    headers = {"User-Agent": USER_AGENT, "Accept": wanted or "*/*"}
    if part is None:
        return {**headers, "Accept-Encoding": "gzip"}
    return {**headers, "Accept-Encoding": "identity", "Range": f"bytes={part[0]}-{part[1]}"}


def _joined(base: str, target: str) -> str:
    try:
        # What is not ASCII came as bytes of UTF-8 that the library read as Latin-1.
        return urljoin(base, target.encode("latin-1").decode() if not target.isascii() else target)
    except ValueError:
        raise BadAddress from None


def _head(url: str, response: urllib3.BaseHTTPResponse) -> Head:
    headers = response.headers
    named, _semicolon, parameters = headers.get("Content-Type", "").partition(";")
    part, size = _part(headers) if response.status == 206 else (None, None)
    if size is None and part is None and not headers.get("Content-Encoding"):
        size = _number(headers.get("Content-Length", ""))
    return Head(url, named.strip().lower(), _charset(parameters), size, headers.get("ETag", "")[:200], part)


def _check(status: int, head: Head, accept: Sequence[str], most_bytes: int | None) -> None:
    problem: FetchProblem | None = None
    if status in GONE:
        problem = NotFound()
    elif status in CLOSED:
        problem = NotOpen()
    elif status not in (200, 203, 206):
        problem = Unreachable()
    elif accept and not head.mime.startswith(tuple(accept)):
        problem = WrongType()
    elif most_bytes is not None and head.size is not None and head.size > most_bytes:
        problem = TooLarge()
    if problem is not None:
        raise problem


def _part(headers: Mapping[str, str]) -> tuple[tuple[int, int] | None, int | None]:
    """First and last byte and the whole size, from `bytes 0-99/1234`."""
    unit, _blank, rest = headers.get("Content-Range", "").partition(" ")
    span, _slash, whole = rest.partition("/")
    first, _dash, last = span.partition("-")
    numbers = _number(first), _number(last)
    if unit != "bytes" or numbers[0] is None or numbers[1] is None:
        return None, None
    return (numbers[0], numbers[1]), _number(whole)


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _equals, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower()[:40]
    return ""
