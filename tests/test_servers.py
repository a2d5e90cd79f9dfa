"""The servers that tests lean on: a Celery worker on the test's own database and Redis, and no way out of the machine."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.core.cache import cache

from config.celery import app
from highlevel.models import Location

TASK = "highlevel.tasks.pull_due_task"


def test_the_redis_of_a_test_is_empty_and_is_the_one_of_cache_and_broker(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        cache.set("note", "kept")
        assert client.dbsize() == 1
    assert app.conf.broker_url == redis_url == settings.CELERY_BROKER_URL


def test_a_worker_shares_the_database_of_the_test(start_worker: Callable[..., Path]) -> None:
    Location.objects.all().delete()
    log = start_worker("http://127.0.0.1:9")
    sent = app.send_task(TASK)
    deadline = time.monotonic() + 30
    while f"{TASK}[{sent.id}] succeeded" not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert f"{TASK}[{sent.id}] succeeded" in log.read_text()
    assert "Traceback" not in log.read_text()


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_no_test_reaches_another_machine() -> None:
    with pytest.raises(RuntimeError, match=r"198\.51\.100\.1"):
        socket.create_connection(("198.51.100.1", 443), timeout=0.2)
