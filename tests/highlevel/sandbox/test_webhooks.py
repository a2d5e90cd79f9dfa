"""The webhooks that the sandbox sends: when, what, and signed how."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from highlevel.sandbox import Sandbox
from highlevel.sandbox.box import CONTROL_HEADER
from highlevel.sandbox.resources.consent import grant_code
from highlevel.sandbox.tokens import SCOPES


class Ear:
    """A web address that hears webhooks."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, str]] = []
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard.append((body, self.headers["X-GHL-Signature"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def bodies(self, number: int) -> list[dict[str, Any]]:
        """The first so many bodies, once they have come."""
        deadline = time.monotonic() + 20
        while len(self.heard) < number and time.monotonic() < deadline:
            time.sleep(0.01)
        return [json.loads(body) for body, _ in self.heard]


@pytest.fixture
def ear(sandbox: Sandbox) -> Iterator[Ear]:
    one = Ear()
    sandbox.world.settings["webhook_url"] = one.url
    yield one
    one.stop()


def steer(box: Sandbox, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    answer = requests.request(
        method, f"{box.url}/sandbox{path}", json=body, headers={CONTROL_HEADER: box.control_key}, timeout=10
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_installation_is_told_for_the_agency_and_each_new_location(sandbox: Sandbox, ear: Ear):
    new = sandbox.add_location(name="New", installed=False)
    sandbox.add_location(name="Has it")
    grant_code(sandbox.world, scopes=SCOPES)
    told = ear.bodies(2)
    assert [(body["type"], body.get("locationId")) for body in told] == [("INSTALL", None), ("INSTALL", new)]
    assert {body["companyId"] for body in told} == {sandbox.company_id}
    assert len({body["webhookId"] for body in told}) == 2


def test_every_delivery_is_signed_over_its_bytes(sandbox: Sandbox, ear: Ear):
    steer(sandbox, "POST", "/locations", {"name": "Kîln", "timezone": "Asia/Kolkata"})
    ear.bodies(1)
    body, signature = ear.heard[0]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(sandbox.webhook_key))
    key.verify(base64.b64decode(signature), body)
    with pytest.raises(InvalidSignature):
        key.verify(base64.b64decode(signature), body + b" ")


def test_locations_and_the_end_of_the_app_are_told(sandbox: Sandbox, ear: Ear):
    made = steer(sandbox, "POST", "/locations", {"name": "Kiln"})["locationId"]
    ear.bodies(1)
    steer(sandbox, "POST", f"/locations/{made}", {"name": "Kiln & Clay"})
    ear.bodies(2)
    steer(sandbox, "POST", f"/locations/{made}", {"active": False})
    token = sandbox.location_token(made)
    assert steer(sandbox, "POST", "/uninstall", {"locationId": made}) == {"ended": 1}
    told = ear.bodies(3)
    assert [body["type"] for body in told] == ["LocationCreate", "LocationUpdate", "UNINSTALL"]
    assert [told[0]["name"], told[1]["name"], told[2]["locationId"]] == ["Kiln", "Kiln & Clay", made]
    headers = {"Authorization": f"Bearer {token}", "Version": "v3"}
    assert requests.get(f"{sandbox.url}/locations/{made}", headers=headers, timeout=10).status_code == 401


def test_any_webhook_can_be_sent_and_all_are_listed(sandbox: Sandbox, ear: Ear):
    steer(sandbox, "POST", "/webhooks", {"type": "INSTALL", "timestamp": "2001-01-01T00:00:00Z", "webhookId": "w-7"})
    assert ear.bodies(1) == [{"timestamp": "2001-01-01T00:00:00Z", "webhookId": "w-7", "type": "INSTALL"}]
    deadline = time.monotonic() + 10
    while not (listed := steer(sandbox, "GET", "/webhooks"))["deliveries"] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [(row["type"], row["status"]) for row in listed["deliveries"]] == [("INSTALL", 200)]
    assert listed["key"] == sandbox.webhook_key


def test_without_an_address_nothing_is_sent(sandbox: Sandbox):
    grant_code(sandbox.world, scopes=SCOPES)
    assert list(sandbox.world.deliveries) == []


def test_an_address_that_does_not_answer_breaks_nothing(sandbox: Sandbox):
    sandbox.world.settings["webhook_url"] = "http://127.0.0.1:9/"
    steer(sandbox, "POST", "/webhooks", {"type": "INSTALL"})
    deadline = time.monotonic() + 10
    while not sandbox.world.deliveries and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [delivery.status for delivery in sandbox.world.deliveries] == [0]


def test_the_key_is_the_same_for_the_same_seed():
    with (
        Sandbox(agency="empty", seed=7) as one,
        Sandbox(agency="empty", seed=7) as same,
        Sandbox(agency="empty") as other,
    ):
        assert one.webhook_key == same.webhook_key != other.webhook_key
