"""The sandbox as a server and a file: keeping, restarting, moving the clock, routes, the command line."""

import json
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from highlevel.sandbox import Sandbox
from highlevel.sandbox.clock import iso, parse_iso
from highlevel.sandbox.operations import OPERATIONS, Router
from highlevel.sandbox.store import Store
from highlevel.sandbox.world import World

from .conftest import SOCIAL, Desk

MOMENT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_the_same_seed_makes_the_same_agency() -> None:
    def identity(seed: int) -> tuple[str, ...]:
        with Sandbox(agency="empty", seed=seed) as box:
            account = box.add_account(box.add_location(name="A"), platform="facebook")
            return (box.company_id, box.client_id, box.client_secret, box.agency_token, str(account["id"]))

    assert identity(1) == identity(1)
    assert not set(identity(1)) & set(identity(2))


def test_one_that_never_served_can_be_stopped_twice() -> None:
    box = Sandbox(agency="empty")
    box.stop()
    box.stop()


def test_a_data_file_keeps_everything(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.db"
    with Sandbox(agency="empty", data=data, now=MOMENT) as box:
        desk = Desk(box, box.add_location(name="Kept"))
        box.world.settings["skip_policy"] = "shift"
        token, refresh = box.location_token(desk.location_id), box.refresh_token(desk.location_id)
        with desk.http:
            picture = {"url": f"{box.url}/sandbox/pictures/square/bread.png", "type": "image/png"}
            post = desk.created(desk.plan(desk.account("facebook"), media=[picture]))
        first_url, ids = box.url, {box.world.new_id() for _ in range(50)}
    with Sandbox(agency="empty", data=data) as box:
        assert abs(box.clock.now() - MOMENT) < timedelta(minutes=1)
        assert box.world.settings["skip_policy"] == "shift"
        again = Desk(box, box.location_ids[0])
        again.speak_with(token)
        with again.http:
            held = again.post(post["_id"])
            assert held["summary"] == post["summary"]
            assert box.url != first_url
            assert held["media"][0]["url"] == f"{box.url}/sandbox/pictures/square/bread.png"
            assert again.ask("GET", held["media"][0]["url"].removeprefix(box.url)).content.startswith(b"\x89PNG")
        assert box.store.get("token", refresh) is not None
        assert not ids & {box.world.new_id() for _ in range(50)}


def test_a_refused_request_leaves_nothing_and_no_id_comes_twice(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.db")
    world = World(store)
    seen = {world.new_id()}

    def fail() -> None:
        with store.transaction():
            store.insert("post", {"_id": world.new_id()})
            seen.update(world.new_id() for _ in range(20_000))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.count("post") == 0
    seen.add(world.new_id())
    store.close()
    with_more = Store(tmp_path / "a.db")
    later = World(with_more)
    assert later.new_id() not in seen
    with_more.close()


def test_the_clock(desk: Desk) -> None:
    clock = desk.box.clock
    clock.set(MOMENT)
    assert timedelta(0) <= clock.now() - MOMENT < timedelta(seconds=30)
    clock.stop()
    clock.set(MOMENT)
    clock.advance(timedelta(hours=1))
    assert clock.now() == MOMENT + timedelta(hours=1) == clock.now()
    clock.run()
    assert clock.running
    with pytest.raises(ValueError, match="time zone"):
        clock.set(datetime(2026, 1, 1))  # noqa: DTZ001
    assert iso(MOMENT) == "2026-03-01T12:00:00.000Z"
    assert parse_iso("2026-03-01T17:30:00+05:30") == MOMENT


def test_literal_segments_win_over_parameters() -> None:
    router = Router(OPERATIONS)

    def name(method: str, path: str) -> str:
        match = router.match(method, path)
        return match[0].name if match else ""

    assert name("POST", f"{SOCIAL}/category/queues/list") == "fetchQueues"
    assert name("POST", f"{SOCIAL}/category/queues/list/calendar") == "fetchCalendarList"
    assert name("GET", f"{SOCIAL}/category/queues/available-categories") == "fetchAvailableCategories"
    assert name("GET", f"{SOCIAL}/category/queues/abc") == "fetchQueueById"
    assert name("DELETE", f"{SOCIAL}/category/queues/abc/active-post") == "deleteCurrentActivePostAndScheduleNext"
    assert name("POST", f"{SOCIAL}/statistics") == "get-statistics"
    assert name("POST", f"{SOCIAL}/comments/facebook/list") == "get-comment-list"
    assert name("GET", f"{SOCIAL}/oauth/facebook/start") == "start-oauth"
    assert name("GET", f"{SOCIAL}/loc/csv") == "get-upload-status"
    assert name("GET", f"{SOCIAL}/loc/posts/p") == "get-post"
    assert name("POST", f"{SOCIAL}/loc/posts/bulk-delete") == "bulk-delete-social-planner-posts"
    assert name("PATCH", f"{SOCIAL}/loc/posts/p") == ""


def test_what_is_not_there_and_not_json(desk: Desk) -> None:
    missing = desk.ask("GET", "/nowhere")
    assert (missing.status_code, missing.json()["message"]) == (404, "Cannot GET /nowhere")
    for data in (b"{", b"[1]", b'{"summary": "\\ud800"}', b"\xff"):
        answer = desk.ask("POST", SOCIAL + "/{loc}/posts", data=data, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400, data


def test_a_connection_serves_many_requests(desk: Desk) -> None:
    host, port = desk.box.url.removeprefix("http://").split(":")
    request = f"GET /sandbox HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        for _ in range(3):
            connection.sendall(request)
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65_536)
            assert head.startswith(b"HTTP/1.1 200 OK")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            body = head.split(b"\r\n\r\n", 1)[1]
            while len(body) < length:
                body += connection.recv(65_536)


def test_the_log_tells_what_happened(desk: Desk) -> None:
    desk.created(desk.plan(desk.account("facebook"), summary="logged"))
    desk.page(limit=7)
    written, refused = desk.box.log.entries()[-2:]
    assert (written.operation, written.status, written.carried_out) == ("create-post", 201, True)
    assert (written.location, written.body["summary"]) == (desk.location_id, "logged")
    assert written.response["results"]["post"]["summary"] == "logged"
    assert (refused.status, refused.carried_out, refused.fault) == (422, False, "")
    assert refused.number == written.number + 1
    assert [entry.operation for entry in desk.box.log.entries("get-posts")] == ["get-posts"]


def test_control_over_http(desk: Desk) -> None:
    def control(method: str, path: str, **body: object) -> requests.Response:
        headers = {"X-Sandbox-Key": desk.box.control_key}
        return requests.request(method, f"{desk.box.url}/sandbox{path}", json=body, headers=headers, timeout=10)

    assert requests.get(f"{desk.box.url}/sandbox/state", timeout=10).status_code == 401
    state = control("GET", "/state").json()
    assert (state["companyId"], state["locationIds"]) == (desk.box.company_id, [desk.location_id])

    control("POST", "/clock", running=False, set="2026-03-01T12:00:00Z")
    assert control("POST", "/clock", advance=90).json() == {"now": "2026-03-01T12:01:30.000Z", "running": False}
    assert control("POST", "/faults", operation="get-posts", kind="unavailable", times=None).json()["id"] == 1
    assert control("POST", "/faults", operation="x", kind="nonsense").status_code == 400
    desk.speak_with(desk.box.location_token(desk.location_id))
    assert desk.page().status_code == 503
    assert control("GET", "/faults").json()["faults"][0]["struck"] == 1
    assert control("DELETE", "/faults/1").json() == {"faults": []}
    entries = control("GET", "/log?operation=get-posts").json()["entries"]
    assert [(entry["status"], entry["fault"]) for entry in entries] == [(503, "unavailable")]

    token = control("POST", "/tokens", locationId=desk.location_id, scopes=["socialplanner/post.readonly"]).json()
    desk.speak_with(token["token"])
    assert desk.page().status_code == 201
    assert desk.ask("GET", SOCIAL + "/{loc}/accounts").status_code == 401
    assert control("DELETE", f"/tokens/{desk.location_id}").json()["revoked"] == 3
    assert desk.page().status_code == 401
    assert control("POST", "/settings", skip_policy="shift").json()["skip_policy"] == "shift"
    assert control("POST", "/settings", seed=9).status_code == 400
    assert control("POST", "/limits", interval_max=5).json()["interval_max"] == 5
    assert control("POST", f"/locations/{desk.location_id}", active=False).json()["active"] is False


def test_the_page_for_people(desk: Desk) -> None:
    page = requests.get(desk.box.url, timeout=10)
    assert page.url == f"{desk.box.url}/sandbox"
    assert "Kiln &amp; Clay" in page.text
    assert desk.box.control_key not in page.text
    assert desk.box.agency_token not in page.text


def test_a_page_costs_the_same_however_much_is_held() -> None:
    """Counted in steps of the database's own machine: a page walks an index and reads only the rows that it returns."""
    store = Store()
    world = World(store)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    def cost() -> int:
        nonlocal steps
        steps = 0
        for status in ("draft", ("draft", "published")):
            found = store.find("post", location="a", status=status, at_from=0.0, descending=True, limit=50)
            assert len(found) == 50
        return steps

    def fill(rows: int) -> None:
        status = ("draft", "published")
        store.insert_many(
            "post",
            (
                {"doc": {"_id": world.new_id()}, "location": place, "at": float(n), "status": status[n % 2]}
                for n in range(rows)
                for place in ("a", "b")
            ),
        )

    store._connection.set_progress_handler(count, 10)
    fill(500)
    few = cost()
    fill(10_000)
    assert cost() <= few * 1.1
    store.close()


def test_the_command_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "highlevel.sandbox", "--agency", "empty", "--data", str(tmp_path / "box.db")]
    root = Path(__file__).parents[3]
    for number in (signal.SIGTERM, signal.SIGINT):
        process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ)
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert set(said) == {
            "url",
            "company_id",
            "client_id",
            "client_secret",
            "agency_token",
            "control_key",
            "webhook_key",
        }
        headers = {"Authorization": f"Bearer {said['agency_token']}", "Version": "v3"}
        assert requests.get(f"{said['url']}/locations/search", headers=headers, timeout=10).json()["locations"] == []
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, b"")
