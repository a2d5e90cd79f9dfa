"""The sandbox as a process: ./dev sandbox in the foreground, or started by others and read for its tokens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, NoReturn

from config.dev.paths import VAR
from config.dev.processes import end, spawn

COMMAND = [sys.executable, "-m", "highlevel.sandbox"]


class SandboxFailed(Exception):
    """The sandbox ended before it was ready."""


def main(arguments: list[str]) -> NoReturn:
    """Become the sandbox. Its own --help lists the options; data are kept in var/sandbox.sqlite3 unless --data says."""
    VAR.mkdir(parents=True, exist_ok=True)
    own = [] if any(part.split("=")[0] == "--data" for part in arguments) else ["--data", str(VAR / "sandbox.sqlite3")]
    os.execv(sys.executable, [*COMMAND, *own, *arguments])  # noqa: S606


class Announcement:
    """Reads a sandbox's standard output in a thread; `note` is its JSON line (url, tokens) once it is ready.

    What it prints later is read and dropped, so that it never waits for a reader.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            raise SandboxFailed("The sandbox was started without a pipe.")
        self.note: dict[str, str] | None = None
        self.settled = threading.Event()
        threading.Thread(target=self._read, args=(process.stdout,), daemon=True).start()

    def _read(self, output: IO[bytes]) -> None:
        with output:
            for line in output:
                if self.note is None and line.startswith(b"{"):
                    self.note = {name: str(value) for name, value in json.loads(line).items()}
                    self.settled.set()
        self.settled.set()


def highlevel_environment(note: Mapping[str, str]) -> dict[str, str]:
    """The HIGHLEVEL_* variables that point the product at this sandbox."""
    return {
        "HIGHLEVEL_BASE_URL": note["url"],
        "HIGHLEVEL_COMPANY_ID": note["company_id"],
        "HIGHLEVEL_CLIENT_ID": note["client_id"],
        "HIGHLEVEL_CLIENT_SECRET": note["client_secret"],
        "HIGHLEVEL_TOKEN": note["agency_token"],
        "HIGHLEVEL_MARKETPLACE_URL": note["url"],
        "HIGHLEVEL_WEBHOOK_KEYS": note["webhook_key"],
    }


@contextmanager
def sandbox_process(*arguments: str) -> Iterator[dict[str, str]]:
    """A sandbox in a process of its own on a free port, for as long as the block runs; gives what it printed."""
    process = spawn([*COMMAND, "--port", "0", *arguments], stdout=subprocess.PIPE)
    try:
        announcement = Announcement(process)
        announcement.settled.wait(120)
        if announcement.note is None:
            raise SandboxFailed("The sandbox ended, or took two minutes, before it was ready.")
        yield announcement.note
    finally:
        end(process)
