"""The HTTP/1.1 server: threads, connections that stay open, and a quick, clean stop."""

import io
import socket
import threading
from collections.abc import Callable
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler


class Handler(WSGIRequestHandler):
    """Reads a whole request, so that the connection can serve the next one, and writes an answer in one go."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answer one request. A ConnectionError of the application ends the connection without a word."""
        environ = self.make_environ()
        source = environ["wsgi.input"]
        terminated = environ.get("wsgi.input_terminated", False)
        body = source.read() if terminated else source.read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        self._head = b""
        chunks = self.server.app(environ, self._start)
        try:
            pending = self._head
            for chunk in chunks:
                self.wfile.write(pending + chunk)
                pending = b""
            if pending:
                self.wfile.write(pending)
        finally:
            close: Callable[[], None] | None = getattr(chunks, "close", None)
            if close is not None:
                close()

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        lines = [f"HTTP/1.1 {status}", f"Date: {self.date_time_string()}"]
        lines += [f"{name}: {value}" for name, value in headers]
        self._head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        return self.wfile.write

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep the terminal quiet: the sandbox has a log of its own."""


class Server(ThreadedWSGIServer):
    """A thread a connection; `stop` ends them all."""

    daemon_threads = True

    def __init__(self, host: str, port: int, app: Any) -> None:
        self._open: set[socket.socket] = set()
        self._serving: set[threading.Thread] = set()
        self._guard = threading.Lock()
        super().__init__(host, port, app, Handler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection to its end, known to `stop` meanwhile."""
        with self._guard:
            self._open.add(request)
            self._serving.add(threading.current_thread())
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._guard:
                self._open.discard(request)
                self._serving.discard(threading.current_thread())

    def stop(self) -> None:
        """Stop accepting, cut the open connections and wait a moment for their threads."""
        self.shutdown()
        with self._guard:
            connections, threads = list(self._open), list(self._serving)
        for connection in connections:
            cut(connection)
        for thread in threads:
            thread.join(timeout=5)
        self.server_close()


def cut(connection: socket.socket) -> None:
    """End a connection at once, so that whoever waits on either side notices."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # The other side was quicker.
        return
