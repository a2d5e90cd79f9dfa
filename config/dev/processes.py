"""Child processes that end when they should: each in a group of its own, started in order, stopped in reverse."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Any, NoReturn, TypeVar

from config.dev.paths import ROOT

LEASH = str(Path(__file__).with_name("leash.py"))
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WORTH_SHOWING = re.compile(r"(?:^|[\s\[:])(?:ERROR|CRITICAL)\b|^Traceback ")
TICK = 0.1
T = TypeVar("T")


class StopRequested(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM or SIGHUP."""


class ChildFailed(Exception):
    """A child process ended that should not have; the text says which, how, and the end of its log."""


def spawn(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, identity: str = "-", **options: Any
) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own, which ends with this process. Call it from the main thread.

    `identity` is a `uid:gid` to run as, for root only. Other options are those of Popen.
    """
    leashed = [sys.executable, "-I", "-S", LEASH, str(os.getpid()), identity, *command]
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("cwd", ROOT)
    return subprocess.Popen(leashed, env=env, start_new_session=True, **options)  # noqa: S603


def end(process: subprocess.Popen[bytes], *, patience: float = 5.0, by: signal.Signals = signal.SIGTERM) -> None:
    """End a spawned process and everything in its group: ask by a signal, and after `patience` seconds kill."""
    if process.poll() is None:
        process.send_signal(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass(slots=True)
class Child:
    """One supervised process with its log; `shown` is how many bytes of the log were looked through for errors."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    shown: int = 0


class Supervisor:
    """Starts children in order, notices when one ends or somebody wants to stop, and stops all in reverse order."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.children: list[Child] = []
        self.stop_wishes = 0
        logs.mkdir(parents=True, exist_ok=True)

    def listen(self) -> None:
        """Take over Ctrl-C, SIGTERM and SIGHUP. A second one while stopping kills at once."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._wish)

    def _wish(self, number: int, frame: FrameType | None) -> None:
        self.stop_wishes += 1

    def open_log(self, name: str) -> IO[bytes]:
        """A fresh log file; the last one is kept as NAME.log.1."""
        path = self.logs / f"{name}.log"
        if path.exists():
            path.replace(path.with_suffix(".log.1"))
        return path.open("wb")

    def start(
        self, name: str, command: Sequence[str], *, env: Mapping[str, str] | None = None, **options: Any
    ) -> Child:
        """Start one child whose output goes to its log (stdout too, unless the options say otherwise)."""
        self.check()
        with self.open_log(name) as log:
            options.setdefault("stdout", log)
            process = spawn(command, env=env, stderr=log, **options)
        child = Child(name, process, self.logs / f"{name}.log")
        self.children.append(child)
        return child

    def run(self, name: str, command: Sequence[str], *, env: Mapping[str, str]) -> str:
        """Run a command to its end and return its standard output, which may hold secrets and goes to no log.

        Raises ChildFailed if its exit code is not 0, and what `check` raises.
        """
        self.check()
        with self.open_log(name) as log, tempfile.TemporaryFile() as output:
            process = spawn(command, env=env, stdout=output, stderr=log)
            try:
                while process.poll() is None:
                    self.check()
                    time.sleep(TICK / 5)
            finally:
                end(process)
            output.seek(0)
            printed = output.read().decode(errors="replace")
        if process.returncode:
            raise ChildFailed(_obituary(name, process.returncode, self.logs / f"{name}.log"))
        return printed

    def until(self, ready: Callable[[], T | None], *, seconds: float, waiting_for: str) -> T:
        """What `ready` returns once it is not None. Raises ChildFailed after `seconds`, and what `check` raises."""
        deadline = time.monotonic() + seconds
        while (result := ready()) is None:
            self.check()
            if time.monotonic() > deadline:
                raise ChildFailed(f"{waiting_for} took more than {seconds:.0f} s. The logs are in {self.logs}.")
            time.sleep(TICK / 2)
        return result

    def check(self) -> None:
        """Raises StopRequested if somebody wants to stop, ChildFailed if a child has ended."""
        if self.stop_wishes:
            raise StopRequested
        for child in self.children:
            code = child.process.poll()
            if code is not None:
                raise ChildFailed(_obituary(child.name, code, child.log))

    def watch(self) -> NoReturn:
        """Show the errors that children log until something ends. Raises StopRequested or ChildFailed."""
        while True:
            ended = [child for child in self.children if child.process.poll() is not None]
            for child in self.children:
                self._show_errors(child)
            if ended or self.stop_wishes:
                self.check()
            time.sleep(TICK)

    def _show_errors(self, child: Child) -> None:
        with child.log.open("rb") as log:
            log.seek(child.shown)
            news = log.read(1_000_000)
        whole = news[: news.rfind(b"\n") + 1]
        child.shown += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            if WORTH_SHOWING.search(line):
                print(f"{child.name}: {line[:300]}", file=sys.stderr, flush=True)

    def stop(self, *, first: Sequence[str] = (), patience: float = 8.0) -> None:
        """Stop every child: those named `first` together, then the others from the last started to the first."""
        early = [child for child in self.children if child.name in first]
        for child in early:
            if child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + patience
        while any(child.process.poll() is None for child in early):
            if self.stop_wishes > 1 or time.monotonic() > deadline:
                break
            time.sleep(TICK / 2)
        for child in early:
            end(child.process, patience=0)
        for child in reversed([child for child in self.children if child not in early]):
            end(child.process, patience=patience if self.stop_wishes < 2 else 0)
        self.children.clear()


def _obituary(name: str, code: int, log: Path) -> str:
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    tail = log.read_text(errors="replace").splitlines()[-15:] if log.is_file() else []
    return "\n".join([f"{name} {how}. The end of {log}:", *(f"  {line}" for line in tail)])
