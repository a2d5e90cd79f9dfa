"""./dev up for real: every process, its addresses, and that nothing is left behind however it ends."""

from __future__ import annotations

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import beside_sqlite_only

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 90
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
    beside_sqlite_only("makes its own SQLite"),
    pytest.mark.timeout(240),
]
OURS = ("DATABASE_URL", "REDIS_URL", "DEBUG", "SECRET_KEY", "ENCRYPTION_KEYS", "DJANGO_SETTINGS_MODULE")


class Up:
    """One `./dev up` with a var folder of its own, which also marks all its processes."""

    def __init__(self, var: Path, *arguments: str, **environment: str) -> None:
        self.var = var
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        kept = {name: value for name, value in kept.items() if not name.startswith("HIGHLEVEL_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.dev", "up", *arguments],
            cwd=ROOT,
            env={**kept, "ROTA_VAR": str(var), "PYTHONUNBUFFERED": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self._lines.put(line)
        self._lines.put(None)

    def until(self, words: str) -> None:
        """Read on until a line holds these words."""
        while not any(words in line for line in self.said):
            line = self._lines.get(timeout=PATIENCE)
            assert line is not None, f"ended without {words!r}:\n{self.text}"
            self.said.append(line)

    def end(self, number: signal.Signals | None = None) -> int:
        """The exit code, after the signal if one is given."""
        if number is not None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        while (line := self._lines.get(timeout=PATIENCE)) is not None:
            self.said.append(line)
        return code

    @property
    def text(self) -> str:
        return "".join(self.said)

    @property
    def address(self) -> str:
        found = re.search(r"Open +(http://127\.0\.0\.1:\d+/)", self.text)
        assert found, self.text
        return found.group(1)

    def processes(self) -> dict[int, str]:
        """Process id and command line of everything that was started with this var folder."""
        mark = f"ROTA_VAR={self.var}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return {pid: command for pid, command in found.items() if command}

    def part(self, words: str) -> int:
        """The process of this command that `./dev up` started itself, not one that the command has made."""
        parts = [
            pid for pid, command in self.processes().items() if words in command and parent(pid) == self.process.pid
        ]
        assert len(parts) == 1, parts
        return parts[0]


def parent(pid: int) -> int:
    """Who started this process. Which of two started first, their numbers do not tell: they begin again at the end."""
    status = (Path("/proc") / str(pid) / "stat").read_text()
    return int(status.rpartition(")")[2].split()[1])


def all_gone(up: Up) -> bool:
    """Whether every process of it ends within 20 seconds."""
    deadline = time.monotonic() + 20
    while up.processes() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not up.processes()


def sign_in(up: Up) -> str:
    found = re.search(r"Sign in +(ana@harbour-pine\.example, password \S{12,})", up.text)
    assert found, up.text
    return found.group(1)


def private(var: Path) -> list[str]:
    """The files of a var folder that other users of the machine could read."""
    return [path.name for path in var.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Up]]:
    """Collects what a test starts, and ends all of it."""
    held: list[Up] = []
    yield held
    for up in held:
        for pid in up.processes():
            os.kill(pid, signal.SIGKILL)
        up.process.wait()


def test_start_serve_refuse_a_second_stop_and_start_again(tmp_path: Path, started: list[Up]) -> None:
    first = Up(tmp_path)
    started.append(first)
    first.until("Stop ")
    with urllib.request.urlopen(first.address, timeout=20) as page:
        assert page.status == 200
        assert b"<html" in page.read()
    commands = " ".join(first.processes().values())
    for part in ("valkey-server", "highlevel.sandbox", "celery -A config worker", "celery -A config beat", "gunicorn"):
        assert part in commands
    second = Up(tmp_path)
    started.append(second)
    assert second.end() == 2
    assert f"already running at {first.address} (process {first.process.pid})" in second.text
    assert first.end(signal.SIGINT) == 0
    assert first.processes() == {}
    assert (tmp_path / "rota.sqlite3").stat().st_size > 0

    sandbox = re.search(r"HighLevel +(http\S+) \(a sandbox", first.text)
    again = Up(tmp_path)
    started.append(again)
    again.until("Stop ")
    assert sandbox is not None
    assert sandbox.group(1) in again.text
    assert "Making the example agency" not in again.text
    assert sign_in(again) == sign_in(first)
    assert private(tmp_path) == []
    assert again.end(signal.SIGTERM) == 0
    assert again.processes() == {}


def test_a_part_that_dies_is_named_and_takes_the_rest_along(tmp_path: Path, started: list[Up]) -> None:
    up = Up(tmp_path)
    started.append(up)
    up.until("Stop ")
    os.kill(up.part("celery -A config worker"), signal.SIGKILL)
    assert up.end() == 1
    assert "worker was killed by SIGKILL" in up.text
    assert up.processes() == {}


def test_a_killed_dev_takes_its_processes_along(tmp_path: Path, started: list[Up]) -> None:
    up = Up(tmp_path)
    started.append(up)
    up.until("Stop ")
    up.end(signal.SIGKILL)
    assert all_gone(up)


def test_ctrl_c_while_starting_leaves_nothing(tmp_path: Path, started: list[Up]) -> None:
    up = Up(tmp_path)
    started.append(up)
    up.until("Preparing the database")
    assert up.end(signal.SIGINT) == 0
    assert up.processes() == {}


def test_reset_forgets_the_database(tmp_path: Path, started: list[Up]) -> None:
    (tmp_path / "rota.sqlite3").write_text("no database at all")
    broken = Up(tmp_path)
    started.append(broken)
    assert broken.end() == 1
    assert "migrate ended with exit code" in broken.text
    fresh = Up(tmp_path, "--reset")
    started.append(fresh)
    fresh.until("Stop ")
    assert fresh.end(signal.SIGTERM) == 0


def test_a_taken_port_is_refused_when_asked_for(tmp_path: Path, started: list[Up]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        up = Up(tmp_path, "--port", str(port))
        started.append(up)
        assert up.end() == 2
        assert f"Port {port} is taken" in up.text


def test_a_real_token_never_goes_to_the_sandbox(tmp_path: Path, started: list[Up]) -> None:
    up = Up(tmp_path, HIGHLEVEL_TOKEN="a-real-token")
    started.append(up)
    assert up.end() == 2
    assert "HIGHLEVEL_TOKEN is set, but HIGHLEVEL_BASE_URL is not" in up.text
    assert "a-real-token" not in up.text
