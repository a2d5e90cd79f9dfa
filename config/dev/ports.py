"""Free ports on the loopback interface."""

from __future__ import annotations

import json
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"


def listen(port: int) -> socket.socket:
    """A socket that listens on this loopback port from now on, for a child to accept from. Raises OSError if taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen(1024)
    except OSError:
        listening.close()
        raise
    return listening


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    try:
        listen(port).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def kept_port(name: str, record: Path) -> int:
    """The port that `name` had last time if it is still free, else a new one; written to `record`."""
    held = json.loads(record.read_text()) if record.is_file() else {}
    port = held.get(name)
    if not (isinstance(port, int) and is_free(port)):
        port = free_port()
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps({**held, name: port}))
    return port
