"""./dev test: the whole suite on SQLite and on PostgreSQL, with real Redis servers and a real browser."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.dev.environment import without_highlevel
from config.dev.messages import compile_stale
from config.dev.paths import ROOT
from config.dev.postgres_server import NoPostgresError, postgres_server
from config.dev.redis_server import NoRedisServerError, debian_binary, redis_server, valkey_binary
from tests.servers import OWN_DATABASES, find_browser, in_ci

NO_BROWSER = "No Chromium was found, so the browser tests did not run (apt install chromium, or set E2E_CHROMIUM)."
NO_TESTS = 5
CI_SEED = 1  # the same order every time, so that a failure is due to the change
# The client's test_limits.py stays in both runs: each meets another Redis server.
WITHOUT_DATABASE = (
    "tests/highlevel/api/test_[!l]*",
    "tests/highlevel/sandbox",
    "tests/contract",
    "tests/queues/engine",
    "tests/planner/networks",
)


@dataclass(frozen=True, slots=True)
class Run:
    """One pytest run: its name, database, the marks it selects, its Redis server, and whether it leaves out the tests
    that touch no database because another run has them."""

    name: str
    database: str
    selection: str
    redis: str
    skips_pure: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended: pytest's exit code and its counts."""

    name: str
    code: int
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def line(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def main(arguments: list[str]) -> int:
    """Run what the options ask for. Returns 1 when a test fails, nothing was tested, or CI lacks something."""
    options, rest = _options(arguments)
    compile_stale()
    notes: list[str] = []
    results = [result for run in runs(options) if (result := _perform(run, options.full, rest, notes))]
    if not find_browser() and any(run.selection != "not e2e" for run in runs(options)):
        notes.append(NO_BROWSER)
    total = Result(
        "total",
        0,
        sum(result.passed for result in results),
        sum(result.failed for result in results),
        sum(result.skipped for result in results),
    )
    print("\n" + "\n".join(f"{result.name}: {result.line()}" for result in results))
    for note in notes:
        print(note)
    broken = [result.name for result in results if result.code not in (0, NO_TESTS)]
    if broken and not total.failed:
        print(f"pytest itself failed in: {', '.join(broken)}")
    if not total.passed + total.failed:
        print("No test was run.")
    print(total.line())
    return 1 if broken or not total.passed or (notes and in_ci()) else 0


def runs(options: argparse.Namespace) -> list[Run]:
    """The runs that were asked for. By default SQLite without and PostgreSQL with the browser tests."""
    second = "redis" if in_ci() else "valkey"
    if options.only == "sqlite":
        return [Run("sqlite", "sqlite", "not e2e", "valkey")]
    if options.only == "postgres":
        return [Run("postgres", "postgres", "not e2e", second)]
    if options.only == "e2e":
        return [Run("e2e", "postgres", "e2e", second)]
    return [Run("sqlite", "sqlite", "not e2e", "valkey"), Run("postgres", "postgres", "", second, skips_pure=True)]


def _options(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="./dev test", description=__doc__, epilog="Anything else is handed to pytest.", allow_abbrev=False
    )
    parser.add_argument("--full", action="store_true", help="the long forms too")
    only = parser.add_mutually_exclusive_group()
    for name, what in (("sqlite", "on SQLite"), ("postgres", "on PostgreSQL"), ("e2e", "browser tests, on PostgreSQL")):
        only.add_argument(f"--{name}", dest="only", action="store_const", const=name, help=f"only {what}")
    return parser.parse_known_args(arguments)


def _perform(run: Run, full: bool, rest: list[str], notes: list[str]) -> Result | None:
    """Run pytest once. None, with a note, if its servers cannot be had."""
    print(f"=== {run.name}", flush=True)
    try:
        with _redis(run.redis) as redis, _database(run.database) as database:
            return _pytest(run, {**redis, "DATABASE_URL": database}, full, rest)
    except (NoPostgresError, NoRedisServerError) as problem:
        notes.append(f"The {run.name} run did not happen. {problem}")
        return None


@contextmanager
def _redis(kind: str) -> Iterator[dict[str, str]]:
    if os.environ.get("TEST_REDIS_URL"):
        yield {}
        return
    with redis_server(debian_binary() if kind == "redis" else valkey_binary()) as url:
        yield {"TEST_REDIS_URL": url, "TEST_REDIS_DATABASES": str(OWN_DATABASES)}


@contextmanager
def _database(kind: str) -> Iterator[str]:
    """A database URL: SQLite; or TEST_DATABASE_URL, else a server of our own."""
    if kind == "sqlite":
        yield "sqlite:///rota-tests.sqlite3"
    elif given := os.environ.get("TEST_DATABASE_URL"):
        yield given
    else:
        with postgres_server() as url:
            yield url


def _pytest(run: Run, servers: dict[str, str], full: bool, rest: list[str]) -> Result:
    command = [sys.executable, "-m", "pytest", *(["--full"] if full else []), *_parallel(rest)]
    if run.skips_pure:
        command += [f"--ignore-glob={ROOT / places}" for places in WITHOUT_DATABASE]
    if in_ci():
        command.append(f"--randomly-seed={CI_SEED}")
    if run.selection and "-m" not in rest:
        command += ["-m", run.selection]
    with tempfile.TemporaryDirectory(prefix="rota-counts-") as folder:
        counts = Path(folder) / "counts.json"
        env = {**without_highlevel(), **servers, "ROTA_TEST_COUNTS": str(counts)}
        env["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        code = subprocess.run([*command, *rest], cwd=ROOT, env=env, check=False).returncode  # noqa: S603
        held = json.loads(counts.read_text()) if counts.exists() else {}
    return Result(run.name, code, **held)


def _parallel(rest: list[str]) -> list[str]:
    """Spread over the cores and one more, as some tests wait; unless the arguments say how, or ask for a debugger."""
    if any(part == "--pdb" or part.startswith(("-n", "--numprocesses", "--dist")) for part in rest):
        return []
    return ["-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal"]
