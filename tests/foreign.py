"""A site that belongs to somebody else: real HTTP and HTTPS servers on the loopback, badly behaved where asked."""

from __future__ import annotations

import gzip
import io
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

Page = Callable[["Foreign", BaseHTTPRequestHandler], None]
DAY = timedelta(days=1)


class Foreign:
    """Answers each path as `pages` says; what was asked is in `asked`, as path and headers."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "http"
        if tls is not None:
            self._scheme = "https"
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _headers in self.asked]

    def say(
        self, path: str, body: bytes | str = b"", mime: str = "text/html", status: int = 200, **headers: str
    ) -> str:
        """Answer the path with a body; returns its address. Underscores in names of headers stand for hyphens."""
        data = body.encode() if isinstance(body, str) else body

        def page(_site: Foreign, handler: BaseHTTPRequestHandler) -> None:
            more = {name.replace("_", "-"): value for name, value in headers.items()}
            send(handler, status, {"Content-Type": mime, "Content-Length": str(len(data)), **more}, data)

        self.pages[path] = page
        return f"{self.url}{path}"

    def do(self, path: str, page: Page) -> str:
        self.pages[path] = page
        return f"{self.url}{path}"

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.01)

    def stop(self) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                page = site.pages.get(self.path.partition("?")[0])
                try:
                    if page is None:
                        send(self, 404, {"Content-Type": "text/plain", "Content-Length": "0"})
                    else:
                        page(site, self)
                except (OSError, ssl.SSLError):
                    self.close_connection = True

            def handle(self) -> None:
                try:
                    super().handle()
                except (OSError, ssl.SSLError):
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                return

        return Handler


def send(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes = b"") -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def foreign_site(tls: ssl.SSLContext | None = None) -> Iterator[Foreign]:
    site = Foreign(tls)
    thread = threading.Thread(target=site.serve)
    thread.start()
    try:
        yield site
    finally:
        site.stop()
        thread.join(timeout=10)


def ranged(data: bytes, mime: str) -> Page:
    """A page that honours Range, as file servers do."""

    def page(_site: Foreign, handler: BaseHTTPRequestHandler) -> None:
        asked = handler.headers.get("Range", "")
        if not asked:
            send(handler, 200, {"Content-Type": mime, "Content-Length": str(len(data))}, data)
            return
        first, last = (int(number) for number in asked.removeprefix("bytes=").split("-"))
        part = data[first : last + 1]
        span = f"bytes {first}-{first + len(part) - 1}/{len(data)}"
        send(handler, 206, {"Content-Type": mime, "Content-Length": str(len(part)), "Content-Range": span}, part)

    return page


def dripping(gap: float, head: bytes = b"") -> Page:
    """A page that sends a byte, waits, and sends the next, until the site ends; `head` comes at once."""

    def page(site: Foreign, handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head)
        while not site.ended.wait(gap):
            handler.wfile.write(b"x")

    return page


def endless(site: Foreign, handler: BaseHTTPRequestHandler) -> None:
    """A body without end and without a length."""
    send(handler, 200, {"Content-Type": "application/octet-stream", "Connection": "close"})
    while not site.ended.is_set():
        handler.wfile.write(b"\0" * 65536)


def bomb(megabytes: int) -> bytes:
    """So many megabytes of nothing, packed with gzip."""
    return gzip.compress(b"\0" * (megabytes * 1024 * 1024), 9)


def picture(width: int = 64, height: int = 48, kind: str = "PNG", **options: object) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, height), "#3a6ea5").save(held, kind, **options)
    return held.getvalue()


def huge_png(width: int = 16_000, height: int = 16_000) -> bytes:
    """A small file that unpacks to so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    line = b"\0" * (1 + (width + 7) // 8)
    data = b"".join(packer.compress(line) for _line in range(height)) + packer.flush()
    parts = [(b"IHDR", header), (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def certificates(folder: Path, *names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server for these names needs, and what a client needs that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = signed.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(secret + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem")
    return server, ssl.create_default_context(cadata=pem.decode())
