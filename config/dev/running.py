"""Which `./dev up` is running: a lock that its process holds, and a note of where it serves."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from config.dev.keys import write_private


@dataclass(frozen=True, slots=True)
class Note:
    """What a running `./dev up` tells others: its process id, its address, and the environment of its processes."""

    pid: int
    address: str
    environment: dict[str, str] = field(default_factory=dict)


class AlreadyRunning(Exception):
    """Another `./dev up` holds the lock; `note` says where it serves, or is None while that one is starting."""

    def __init__(self, note: Note | None) -> None:
        super().__init__(note)
        self.note = note


class Claim:
    """The right to run, held until the process ends. Not inherited by child processes."""

    def __init__(self, var: Path) -> None:
        self.note = var / "running.json"

    def tell(self, note: Note) -> None:
        """Write the note, readable by this user only: the environment holds passwords."""
        write_private(self.note, json.dumps(asdict(note)))


@contextmanager
def claim(var: Path) -> Iterator[Claim]:
    """Hold the lock for the block. Raises AlreadyRunning."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_read(var)) from None
        held = Claim(var)
        held.note.unlink(missing_ok=True)
        try:
            yield held
        finally:
            held.note.unlink(missing_ok=True)


def running(var: Path) -> Note | None:
    """The note of the `./dev up` that runs now, or None."""
    if not (var / "up.lock").is_file():
        return None
    with (var / "up.lock").open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(var)
    return None


def _read(var: Path) -> Note | None:
    try:
        return Note(**json.loads((var / "running.json").read_text()))
    except FileNotFoundError:
        return None
