"""Static files for the local installation: collected again only when a source has changed."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable
from pathlib import Path

from config.dev.paths import ROOT

SOURCES = ("static", "requirements.txt", "config/settings.py")


def fingerprint(root: Path = ROOT) -> str:
    """A hash of the names, sizes and times of everything that static files are made from."""
    found = hashlib.sha256()
    for source in SOURCES:
        for path in [root / source, *sorted((root / source).rglob("*"))]:
            if path.is_file():
                facts = path.stat()
                found.update(f"{path.relative_to(root)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return found.hexdigest()


def collect_when_stale(collect: Callable[[], object], stamp: Path) -> bool:
    """Call `collect` unless `stamp` says that these sources were collected; returns whether it was called.

    One process at a time: another one waits, and finds them collected.
    """
    wanted = fingerprint()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    with stamp.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text() == wanted:
            return False
        stamp.unlink(missing_ok=True)
        collect()
        stamp.write_text(wanted)
        return True
