"""Plain calls of `requests`, written from bundle.social's page alone, against a server on a port."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from pytest_django.live_server_helper import LiveServer

from planner.models import Post
from planner.services.api_keys import api_key_make
from tests.planner.imports.desk import make_desk


@pytest.mark.timeout(180)
def test_a_script_for_bundle_social(live_server: LiveServer, start_worker: Callable[..., Path], tmp_path: Path) -> None:
    desk = make_desk()
    _key, secret = api_key_make(person=desk.mia, name="script", now=datetime.now(UTC))
    start_worker("http://127.0.0.1:9")
    at = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    (tmp_path / "posts.csv").write_text(
        "teamId,title,postDate,status,socialAccountTypes,text,instagramMediaUrls\n"
        f'{desk.here.remote_id},One,{at},SCHEDULED,"INSTAGRAM,FACEBOOK",Hello world!,'
        "https://cdn.example.com/1.jpg#https://cdn.example.com/2.jpg\n"
        f"team_456,Two,{at},SCHEDULED,INSTAGRAM,Hello world!,\n"
        f"{desk.here.remote_id},Three,{at},DRAFT,FACEBOOK,Hello again!,\n"
    )

    base, headers = f"{live_server.url}/api/v1", {"x-api-key": secret}
    with (tmp_path / "posts.csv").open("rb") as file:
        response = requests.post(f"{base}/post-csv-import", headers=headers, files={"file": file}, timeout=30)
    assert response.status_code == 201
    created = response.json()
    assert created["totalRows"] == 3

    def get(path: str, **query: Any) -> Any:
        answer = requests.get(
            f"{base}/post-csv-import/{created['id']}{path}", headers=headers, params=query, timeout=30
        )
        assert answer.status_code == 200
        return answer.json()

    deadline = time.monotonic() + 60
    while True:
        status = get("/status")
        assert status["status"] in ("PENDING", "PROCESSING", "COMPLETED_WITH_ERRORS")
        if Post.objects.filter(remote_id=None).count() == 3:
            # There is no HighLevel behind this server; say in its place that it has the posts.
            for post in Post.objects.all():
                Post.objects.filter(pk=post.pk).update(remote_id=f"remote-{post.pk}")
        if status["status"] == "COMPLETED_WITH_ERRORS":
            break
        assert time.monotonic() < deadline, status
        time.sleep(0.5)

    assert (status["successRows"], status["failedRows"]) == (2, 1)
    failed = get("/rows", status="FAILED")
    assert [row["rowNumber"] for row in failed["items"]] == [2]
    assert failed["items"][0]["error"]
    assert all(row["postId"] for row in get("/rows", status="SUCCESS", offset=0, limit=10)["items"])
    history = requests.get(f"{base}/post-csv-import", headers=headers, params={"offset": 0, "limit": 10}, timeout=30)
    assert history.json()["items"][0] == get("")
