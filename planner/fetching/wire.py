"""One request to one place: connect to the network address that was checked, within a time that nothing stretches."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import DecodeError, HTTPError

from planner.fetching.places import Place, Resolver, addresses_of
from planner.fetching.problems import BadCertificate, TooLarge, TooSlow, Unreachable

CONNECT = 3.0  # seconds for one network address
CHUNK = 64 * 1024
ENCODINGS = ("", "identity", "gzip", "x-gzip", "deflate")


class Deadline:
    """A moment after which a conversation is over. Whoever hangs on one of its sockets is cut loose then."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    @property
    def left(self) -> float:
        """Seconds left. Raises TooSlow when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TooSlow
        return left

    @property
    def over(self) -> bool:
        return time.monotonic() >= self._ends

    def watch(self, connection: socket.socket) -> None:
        # A copy: TLS takes the socket itself over, and a copy ends the conversation for both.
        self._sockets.append(connection.dup())

    def close(self) -> None:
        self._timer.cancel()
        for held in self._sockets:
            held.close()

    def _cut(self) -> None:
        for held in list(self._sockets):
            try:
                held.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it had ended by itself


class _Plain(HTTPConnection):
    """Connects to one of the addresses of its place that were found public, and to no other."""

    def __init__(self, *args: Any, connect: Callable[[], socket.socket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connect = connect

    def _new_conn(self) -> socket.socket:
        return self._connect()


class _Encrypted(HTTPSConnection):
    """The same with TLS; certificate and SNI go by the name, not by the address."""

    def __init__(self, *args: Any, connect: Callable[[], socket.socket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connect = connect

    def _new_conn(self) -> socket.socket:
        return self._connect()


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Encrypted


@contextmanager
def requested(
    place: Place, *, headers: Mapping[str, str], resolver: Resolver, tls: ssl.SSLContext | None, deadline: Deadline
) -> Iterator[urllib3.BaseHTTPResponse]:
    """The answer of a place, whose body has not been read. Raises a FetchProblem."""

    def connect() -> socket.socket:
        return _connected(place, resolver, deadline)

    options: dict[str, Any] = {"maxsize": 1, "retries": False, "connect": connect}
    if place.scheme == "https":
        options["ssl_context"] = tls or _tls()
    pool = (_EncryptedPool if place.scheme == "https" else _PlainPool)(place.host, place.port, **options)
    try:
        with translated(deadline):
            timeout = urllib3.Timeout(connect=min(CONNECT, deadline.left), read=deadline.left)
            response = pool.urlopen(
                "GET",
                place.target,
                headers=dict(headers),
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                decode_content=True,
                timeout=timeout,
            )
        try:
            yield response
        finally:
            response.close()
    finally:
        pool.close()


def chunks(response: urllib3.BaseHTTPResponse, *, most_bytes: int, deadline: Deadline) -> Iterator[bytes]:
    """The body as it comes in, unpacked. Raises TooLarge for the byte after `most_bytes`, TooSlow, Unreachable."""
    if response.headers.get("Content-Encoding", "").strip().lower() not in ENCODINGS:
        raise Unreachable
    seen = 0
    while True:
        with translated(deadline):
            chunk = response.read1(CHUNK)
        if not chunk:
            if deadline.over:
                raise TooSlow
            return
        seen += len(chunk)
        if seen > most_bytes:
            raise TooLarge
        yield chunk


@contextmanager
def translated(deadline: Deadline) -> Iterator[None]:
    """Problems of the libraries below as problems of ours."""
    try:
        yield
    except (HTTPError, OSError, DecodeError, ValueError) as error:
        if deadline.over or isinstance(error, urllib3.exceptions.ReadTimeoutError):
            raise TooSlow from error
        if isinstance(error, urllib3.exceptions.SSLError) and isinstance(error.args[0], ssl.SSLCertVerificationError):
            raise BadCertificate from error
        raise Unreachable from error


def _connected(place: Place, resolver: Resolver, deadline: Deadline) -> socket.socket:
    """A connection to the first address that answers. The name is resolved here and only here, so what is checked is
    what is connected to."""
    refusal: OSError | None = None
    for address in addresses_of(place, resolver, deadline.left):
        left = deadline.left
        try:
            connection = socket.create_connection((address, place.port), timeout=min(CONNECT, left))
        except OSError as error:
            refusal = error
            continue
        deadline.watch(connection)
        connection.settimeout(left)
        return connection
    raise refusal or Unreachable


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())
