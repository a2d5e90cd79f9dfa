"""What every test gets: databases and Redis of its own, sandboxes, no other network, bounded randomness."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import redis as redis_client
from django.conf import settings as django_settings
from django.utils import translation
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from tests.databases import empty_quickly, end_other_sessions
from tests.servers import celery_worker, in_ci, redis_for_this_process

if TYPE_CHECKING:
    from highlevel.sandbox import Sandbox

LOOPBACK = ("127.0.0.1", "::1")

hypothesis_settings.register_profile("dev", deadline=None, max_examples=40)
# The same examples in every run, and no time spent on making a failing one small.
hypothesis_settings.register_profile(
    "ci",
    deadline=None,
    max_examples=40,
    derandomize=True,
    phases=set(Phase) - {Phase.shrink, Phase.explain},
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.register_profile(
    "full", deadline=None, max_examples=1000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.fixture(autouse=True)
def _language_of_the_settings() -> Iterator[None]:
    """A request leaves the language of its reader to the thread, which is the next test's too."""
    yield
    translation.deactivate()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run the long forms too (tests marked `full`)")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Point the settings at this process's own Redis and database before anything connects."""
    url = redis_for_this_process()
    os.environ["REDIS_URL"] = django_settings.REDIS_URL = django_settings.CELERY_BROKER_URL = url
    django_settings.CACHES["default"]["LOCATION"] = url
    folder = tempfile.TemporaryDirectory(prefix="rota-test-")
    config.add_cleanup(folder.cleanup)
    django_settings.STATIC_ROOT = Path(folder.name)
    django_settings.FILES_DIR = Path(folder.name) / "files"
    for database in django_settings.DATABASES.values():
        database["CONN_MAX_AGE"] = 0
        if database["ENGINE"].endswith("sqlite3"):
            # A file, as in production, so that threads and other processes see the same rows.
            database.setdefault("TEST", {})["NAME"] = str(Path(folder.name) / "test.sqlite3")
    empty_quickly()
    config.option.allow_hosts = ",".join({*LOOPBACK, urlsplit(url).hostname or LOOPBACK[0]})
    config.option.allow_unix_socket = True
    profile = "full" if config.getoption("--full") else "ci" if in_ci() else "dev"
    hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", profile))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests marked `full` unless --full asks for them."""
    if config.getoption("--full"):
        return
    long_forms = [item for item in items if item.get_closest_marker("full")]
    if long_forms:
        config.hook.pytest_deselected(items=long_forms)
        items[:] = [item for item in items if item not in long_forms]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the counts where ./dev test looks for them."""
    target = os.environ.get("ROTA_TEST_COUNTS")
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if target and reporter and not hasattr(session.config, "workerinput"):
        count = {name: len(reports) for name, reports in reporter.stats.items()}
        report = {
            "passed": count.get("passed", 0) + count.get("xpassed", 0),
            "failed": count.get("failed", 0) + count.get("error", 0),
            "skipped": count.get("skipped", 0) + count.get("xfailed", 0),
        }
        Path(target).write_text(json.dumps(report))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        end_other_sessions()


@pytest.fixture(scope="session")
def _redis() -> Iterator[redis_client.Redis]:
    with redis_client.Redis.from_url(django_settings.REDIS_URL) as client:
        yield client


@pytest.fixture(autouse=True)
def _empty_redis(_redis: redis_client.Redis) -> None:
    """No test sees the cache, the throttles or the tasks of another."""
    _redis.flushdb()


@pytest.fixture
def redis_url() -> str:
    """The URL of a Redis database that is empty when the test begins and that no other process uses."""
    return str(django_settings.REDIS_URL)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox HighLevel whose agency is empty, for this test alone."""
    from highlevel.sandbox import Sandbox

    with Sandbox(agency="empty") as box:
        yield box


@pytest.fixture(scope="module")
def example_sandbox() -> Iterator[Sandbox]:
    """A sandbox HighLevel with the example agency, shared by the tests of a module: they read, and arrange nothing."""
    from highlevel.sandbox import Sandbox

    with Sandbox(agency="example") as box:
        yield box


@pytest.fixture
def start_worker(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """A function that starts a real Celery worker against the test's database and a HighLevel URL; gives its log."""
    with ExitStack() as stack:

        def start(highlevel_url: str, **environment: str) -> Path:
            log = tmp_path / "worker.log"
            stack.enter_context(celery_worker(highlevel_url, log, **environment))
            return log

        yield start
