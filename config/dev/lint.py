"""./dev lint: every check that needs no test run. All are run; those that fail are shown."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from config.dev.environment import local_environment
from config.dev.paths import ROOT

PACKAGES = ("config", "highlevel", "accounts", "planner", "queues", "tests")
SCRIPTS = ("dev", "manage.py")


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, its command, the environment it needs, and the command that repairs it, if there is one."""

    name: str
    command: list[str]
    env: Mapping[str, str] = field(default_factory=dict)
    repair: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found: its exit code, what it printed, and the seconds it took."""

    check: Check
    code: int
    output: str
    seconds: float


def main(arguments: list[str]) -> int:
    """Run all checks, two at a time. Returns 1 if one of them fails."""
    parser = argparse.ArgumentParser(prog="./dev lint", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="first repair style, in code and templates")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="rota-lint-") as folder, ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        wanted = checks(Path(folder))
        for check in wanted if options.fix else []:
            if check.repair:
                subprocess.run(check.repair, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603
        outcomes = list(pool.map(_run, wanted))
    failed = [outcome for outcome in outcomes if outcome.code]
    for outcome in outcomes:
        print(f"{'FAILED' if outcome.code else 'ok':6}  {outcome.seconds:5.1f} s  {outcome.check.name}")
    for outcome in failed:
        print(f"\n=== {outcome.check.name}\n{outcome.output.strip()}")
        if outcome.check.repair:
            print("--- ./dev lint --fix repairs most of this")
    print(f"\n{len(outcomes) - len(failed)} checks passed, {len(failed)} failed")
    return 1 if failed else 0


def checks(folder: Path) -> list[Check]:
    """Every check, the slowest first. `folder` takes what they have to write."""
    python = sys.executable
    here = {**local_environment(), "DATABASE_URL": f"sqlite:///{folder / 'lint.sqlite3'}"}
    manage = [python, str(ROOT / "manage.py")]
    templates = [str(path.relative_to(ROOT)) for path in template_files()]
    code = [".", *SCRIPTS]
    djade, djhtml = [str(Path(python).parent / "djade")], [python, "-m", "djhtml", "-t", "2"]
    ruff = [python, "-m", "ruff"]
    style = [
        Check("ruff check", [*ruff, "check", *code], repair=[*ruff, "check", "--fix", *code]),
        Check("ruff format", [*ruff, "format", "--check", *code], repair=[*ruff, "format", *code]),
    ]
    if templates:
        style += [
            Check("djade", [*djade, "--check", *templates], repair=[*djade, *templates]),
            Check("djhtml", [*djhtml, "--check", *templates], repair=[*djhtml, *templates]),
        ]
    return [
        Check("mypy", [python, "-m", "mypy", *PACKAGES, *SCRIPTS], here),
        Check("makemigrations --check", [*manage, "makemigrations", "--check", "--dry-run"], here),
        Check("check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production(here, folder)),
        Check("translations", [python, "-m", "config.dev", "messages", "check"], here),
        Check("import-linter", [python, "-c", _call("importlinter.cli", "lint_imports_command"), "--no-logo"]),
        *style,
    ]


def template_files() -> list[Path]:
    """The project's own HTML templates."""
    places = ["templates", *PACKAGES]
    return [path for place in places for path in sorted((ROOT / place).rglob("*.html"))]


def production(here: Mapping[str, str], folder: Path) -> dict[str, str]:
    """An environment such as a production machine has; Django's deployment check judges the settings it gives."""
    return {
        **here,
        "DEBUG": "false",
        "SECRET_KEY": "production-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
        "ALLOWED_HOSTS": "rota.example.com",
        "CSRF_TRUSTED_ORIGINS": "https://rota.example.com",
        "HTTPS": "true",
        "DATABASE_URL": f"sqlite:///{folder / 'deploy.sqlite3'}",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "HIGHLEVEL_BASE_URL": "https://highlevel.example.com",
    }


def _call(module: str, function: str) -> str:
    return f"import sys; from {module} import {function}; sys.exit({function}())"


def _run(check: Check) -> Outcome:
    begun = time.monotonic()
    done = subprocess.run(  # noqa: S603
        check.command,
        env={**os.environ, **check.env},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check, done.returncode, done.stdout, time.monotonic() - begun)
