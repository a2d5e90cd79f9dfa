"""./dev bench NAME: one measurement from tests/bench, against its yardstick, on a database of its own."""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path

from config.dev.environment import without_highlevel
from config.dev.paths import ROOT
from config.dev.postgres_server import NoPostgresError, postgres_server
from config.dev.redis_server import NoRedisServerError, redis_server, valkey_binary

BENCHES = ROOT / "tests" / "bench"


def main(arguments: list[str]) -> int:
    """Run `run(report, args)` of tests/bench/NAME.py; `args` is the list of arguments that ./dev does not know."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__, allow_abbrev=False)
    parser.add_argument("name", choices=sorted(names()), help="what to measure")
    parser.add_argument("--json", action="store_true", help="one JSON object a line instead of a table")
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    options, rest = parser.parse_known_args(arguments)
    try:
        with ExitStack() as stack:
            for name in set(os.environ) - set(without_highlevel()):
                del os.environ[name]
            os.environ["DATABASE_URL"] = stack.enter_context(_database(options.database))
            os.environ["REDIS_URL"] = stack.enter_context(redis_server(valkey_binary()))
            os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
            harness = import_module("tests.bench.harness")
            return int(harness.measure(options.name, rest, as_json=options.json))
    except (NoPostgresError, NoRedisServerError) as problem:
        print(problem, file=sys.stderr)
        return 2


def names() -> list[str]:
    """The benches there are: the modules of tests/bench that define `run`."""
    return [path.stem for path in BENCHES.glob("*.py") if re.search(r"^def run\(", path.read_text(), re.MULTILINE)]


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="rota-bench-") as folder:
            yield f"sqlite:///{Path(folder) / 'rota.sqlite3'}"
    else:
        with postgres_server() as url:
            yield url
