"""A proxy that keeps the bytes of every request and answer that pass through it."""

from __future__ import annotations

import http.client
import json
import threading
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as they were on the wire. Header names are in lower case."""

    method: str
    path: str
    raw_query: str
    query: dict[str, str]
    headers: dict[str, str]
    sent: bytes
    status: int
    answer_headers: dict[str, str]
    answered: bytes

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def answer_type(self) -> str:
        return self.answer_headers.get("content-type", "").partition(";")[0]

    @property
    def body(self) -> Any:
        """The request body as its content type says; a form or multipart becomes a dict."""
        if self.content_type == "application/json":
            return json.loads(self.sent)
        if self.content_type == "application/x-www-form-urlencoded":
            return dict(parse_qsl(self.sent.decode(), keep_blank_values=True))
        if self.content_type == "multipart/form-data":
            return {name: _part_value(name, part) for name, part in self.parts.items()}
        return None

    @property
    def parts(self) -> dict[str, Any]:
        """The parts of a multipart body by their names."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message: Any = BytesParser(policy=HTTP).parsebytes(head + self.sent)
        return {part.get_param("name", header="content-disposition"): part for part in message.iter_parts()}

    @property
    def answer(self) -> Any:
        """The parsed answer."""
        return json.loads(self.answered)


def _part_value(name: str, part: Any) -> Any:
    text = part.get_payload(decode=True).decode("utf-8", errors="replace")
    return text == "true" if name == "hosted" else text


class Recorder:
    """Serves on a free port, passes everything on to `target`, and remembers."""

    def __init__(self, target: str) -> None:
        self.exchanges: list[Exchange] = []
        self._target = urlsplit(target).netloc
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Recorder:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def pass_on(self, method: str, target: str, headers: dict[str, str], sent: bytes) -> Exchange:
        """Ask the target and keep both sides."""
        connection = http.client.HTTPConnection(self._target, timeout=20)
        try:
            connection.request(method, target, sent or None, {k: v for k, v in headers.items() if k not in HOP_BY_HOP})
            answer = connection.getresponse()
            answered = answer.read()
            answer_headers = {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        exchange = Exchange(
            method, parts.path, parts.query, query, headers, sent, answer.status, answer_headers, answered
        )
        with self._lock:
            self.exchanges.append(exchange)
        return exchange

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 5

            def relay(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                exchange = recorder.pass_on(self.command, self.path, headers, sent)
                self.send_response(exchange.status)
                for name, value in exchange.answer_headers.items():
                    if name not in HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(exchange.answered)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(exchange.answered)
                self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: a test's output is for its failures."""

        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.relay)
        return Handler
