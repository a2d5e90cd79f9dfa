"""Real servers for tests: which Redis a test process uses, Celery workers against its database, the browser."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import connection

from config.dev.processes import end, spawn
from config.dev.redis_server import debian_binary, redis_server, valkey_binary

OWN_DATABASES = 64
QUEUES = "push,pull,celery"


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def redis_for_this_process() -> str:
    """The URL of a Redis database that no other process of this test run uses.

    TEST_REDIS_URL names the server; without it one is started for the run (TEST_REDIS_KIND `redis` asks for the
    machine's redis-server, else Valkey) and named there, so that the processes this one starts use it too.
    """
    if not os.environ.get("TEST_REDIS_URL"):
        binary = debian_binary() if os.environ.get("TEST_REDIS_KIND") == "redis" else valkey_binary()
        stack = ExitStack()
        os.environ["TEST_REDIS_URL"] = stack.enter_context(redis_server(binary))
        os.environ["TEST_REDIS_DATABASES"] = str(OWN_DATABASES)
        atexit.register(stack.close)
    most = int(os.environ.get("TEST_REDIS_DATABASES", "16"))
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    if number >= most:
        raise RuntimeError(f"Test process {worker} finds no Redis database of its own: the server has {most}.")
    parts = urlsplit(os.environ["TEST_REDIS_URL"])
    return parts._replace(path=f"/{number}").geturl()


def database_url() -> str:
    """The URL of the test database that this process uses now."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    user, password = quote(str(held["USER"]), safe=""), quote(str(held["PASSWORD"]), safe="")
    who = f"{user}:{password}@" if password else f"{user}@"
    return f"postgres://{who}{held['HOST']}:{held['PORT'] or 5432}/{held['NAME']}"


def product_environment(highlevel_url: str, **more: str) -> dict[str, str]:
    """The environment for a process of the product that shares this test's database, Redis and keys.

    The test has to use `transactional_db` (or `live_server`), or the other process sees none of its rows.
    """
    own = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "ENCRYPTION_KEYS": ",".join(settings.ENCRYPTION_KEYS),
        "DEBUG": "false",
        "HIGHLEVEL_BASE_URL": highlevel_url,
        "FILES_DIR": str(settings.FILES_DIR),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **own, **more}


@contextmanager
def celery_worker(
    highlevel_url: str, log: Path, processes: int = 2, /, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker (prefork) on the queues of the product, ready to take tasks."""
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--loglevel", "INFO"]
    flags = ["--concurrency", str(processes), "--without-mingle", "--without-gossip", "--queues", QUEUES]
    with log.open("wb") as output:
        env = product_environment(highlevel_url, **environment)
        process = spawn([*command, *flags], env=env, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 30
        while b" ready." not in log.read_bytes():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The worker did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)
        yield process
    finally:
        end(process)


def find_browser() -> str | None:
    """The path of a Chromium: E2E_CHROMIUM if set, else what is on PATH; None if there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("E2E_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
