"""No token of HighLevel's ever leaves its encrypted column: a whole run, and everything that it left behind."""

from __future__ import annotations

import base64
import binascii
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import redis
from django.db import connection
from django.test import Client

from highlevel.encryption import UnreadableSecret, decrypt
from highlevel.models import Credential, Location
from highlevel.sandbox import Sandbox
from highlevel.sandbox import tokens as sandbox_tokens
from highlevel.webhooks.signatures import HEADER
from tests.factories import make_user
from tests.highlevel.connecting import code_from, point_at

PATIENCE = 40  # seconds for the worker
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
ENCRYPTED = {("highlevel_credential", "access_token"), ("highlevel_credential", "refresh_token")}
PAGES = [
    "/",
    "/agency/",
    "/agency/?state=paused",
    "/agency/token/",
    "/sync/",
    "/sync/runs/",
    "/accounts/",
    "/connect/",
    "/posts/",
    "/admin/highlevel/credential/",
    "/admin/highlevel/location/",
    "/admin/highlevel/webhookevent/",
    "/admin/highlevel/syncrun/",
    "/admin/sessions/session/",
]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]


class Wire:
    """Everything that is sent to Redis, broker messages included, with what their base64 hides."""

    def __init__(self, url: str) -> None:
        self.said: list[str] = []
        self._client = redis.Redis.from_url(url)
        self._monitor = self._client.monitor()
        self._monitor.__enter__()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        # Closing the connection is what ends the listening.
        with suppress(redis.RedisError, OSError, ValueError, AttributeError):
            for command in self._monitor.listen():
                self.said.append(str(command["command"]))

    def close(self) -> None:
        self._monitor.connection.disconnect()
        self._thread.join(5)
        self._client.close()

    def text(self) -> str:
        return "\n".join(self.said + [hidden for said in self.said for hidden in unhidden(said)])


def unhidden(text: str) -> Iterator[str]:
    """What base64 in the text says."""
    for found in BASE64.findall(text):
        with suppress(binascii.Error, ValueError):
            yield base64.b64decode(found + "=" * (-len(found) % 4), altchars=b"-_").decode(errors="replace")


@pytest.fixture
def wire(redis_url: str) -> Iterator[Wire]:
    heard = Wire(redis_url)
    yield heard
    heard.close()


@pytest.fixture
def box(settings: Any) -> Iterator[Sandbox]:
    with Sandbox(agency="empty", rate_limit=None) as made:
        point_at(settings, made)
        for name in ("Kiln & Clay", "Fern & Co"):
            made.add_location(name=name)
        yield made


def until(ready: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < deadline, f"the worker did not: {what}"
        time.sleep(0.1)


def issued(box: Sandbox) -> set[str]:
    """Every token, refresh token, private token and code that the sandbox ever gave out, and the app's own secret."""
    return {doc["id"] for doc in box.store.find("token")} | {box.client_secret, box.agency_token}


def tables() -> Iterator[tuple[str, str, str]]:
    """Table, column and text of every value in the database, as it is stored."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield from ((table, name, str(value)) for name, value in zip(names, row, strict=True))


def install(client: Client, box: Sandbox) -> None:
    asked = parse_qs(urlsplit(client.get("/agency/install/")["Location"]).query)
    client.get("/agency/callback/", {"code": code_from(box), "state": asked["state"][0]})


def test_no_token_is_found_outside_its_column(
    box: Sandbox,
    wire: Wire,
    start_worker: Callable[..., Path],
    caplog: pytest.LogCaptureFixture,
    settings: Any,
):
    caplog.set_level(logging.DEBUG)
    pages: list[str] = []
    seen = issued(box)
    ana = make_user("ana@example.test", name="Ana", is_owner=True, is_staff=True, is_superuser=True)
    client = Client(raise_request_exception=False)
    client.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")

    def visit(address: str, data: dict[str, Any] | None = None, **more: Any) -> int:
        answer = client.get(address, **more) if data is None else client.post(address, data, **more)
        pages.append(f"{dict(answer.headers)}\n{answer.content.decode()}")
        return answer.status_code

    app = {"HIGHLEVEL_CLIENT_ID": box.client_id, "HIGHLEVEL_CLIENT_SECRET": box.client_secret, "LOG_LEVEL": "DEBUG"}
    log = start_worker(box.url, HIGHLEVEL_COMPANY_ID="", HIGHLEVEL_TOKEN="", **app)

    # Install, list, choose, mint, pull.
    install(client, box)
    until(lambda: Location.objects.count() == 2, "list the locations")
    visit("/agency/locations/", {"do": "work_all"})
    until(lambda: Location.objects.exclude(pulled_at=None).count() == 2, "pull the locations")
    minted = set(Credential.objects.filter(kind="minted").values_list("access_token", flat=True))
    assert len(minted) == 2
    seen |= issued(box)

    # Everything ends: refresh, mint and pull again.
    Credential.objects.update(expires_at=datetime.now(UTC) - timedelta(minutes=1))
    visit("/sync/check/", {"which": "all"})
    until(lambda: not minted & set(Credential.objects.values_list("access_token", flat=True)), "renew the tokens")
    seen |= issued(box)

    # Tokens that are pasted: a wrong one, one of another kind, one that lacks a scope, and a good one.
    kiln = box.location_ids[0]
    pasted = ["pit-" + "never-given-out" * 3, box.private_token(kiln, scopes=["locations.readonly"])]
    pasted += [box.private_token(box.location_ids[1]), box.private_token(kiln)]
    Credential.objects.filter(level="company").update(state="refused")
    codes = [visit("/agency/token/", {"kind": "location", "location_id": kiln, "token": token}) for token in pasted]
    assert codes == [422, 422, 422, 302]
    assert visit("/agency/token/", {"kind": "agency", "token": box.private_token(kiln)}) == 422
    assert visit("/agency/token/", {"kind": "location", "location_id": "", "token": pasted[0]}) == 422
    seen |= issued(box) | set(pasted)

    # An installation nobody asked for here, and one that goes wrong in the middle.
    visit(f"/agency/callback/?code={code_from(box)}")
    visit("/agency/finish/")
    keys = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = ["broken"]
    assert visit("/agency/finish/", {"finish": "yes"}) == 500
    assert visit(f"/agency/callback/?code={code_from(box)}") == 500
    assert visit("/agency/token/", {"kind": "location", "location_id": kiln, "token": box.private_token(kiln)}) == 500
    settings.ENCRYPTION_KEYS = keys
    settings.HIGHLEVEL_WEBHOOK_KEYS = ["broken"]
    assert visit("/webhooks/highlevel/", {}, headers={HEADER: "x"}) == 500
    seen |= issued(box)

    # Everything is revoked: refused, paused, told.
    for place in ("", *box.location_ids):
        sandbox_tokens.revoke(box.world, location_id=place, purposes=("access", "refresh", "private"))
    Location.objects.update(next_pull_at=None)
    visit("/sync/check/", {"which": "all"})
    until(lambda: Location.objects.exclude(paused_at=None).count() == 2, "pause the locations")
    for address in [*PAGES, *(f"/admin/highlevel/credential/{row.pk}/change/" for row in Credential.objects.all())]:
        assert visit(address) in (200, 404), address
    assert visit("/agency/nowhere/") == 404

    assert len(seen) >= 18
    logs = caplog.text + "\n".join(f"{record.msg} {record.args}" for record in caplog.records)
    found = {
        "pages": leaks(seen, "\n".join(pages)),
        "logs of the web process": leaks(seen, logs),
        "log of the worker": leaks(seen, log.read_text(errors="replace")),
        "Redis and the broker": leaks(seen, wire.text()),
        "database": sorted({f"{table}.{name}" for table, name, text in tables() if leaks(seen, text)}),
    }
    assert found == {
        "pages": [],
        "logs of the web process": [],
        "log of the worker": [],
        "Redis and the broker": [],
    } | {"database": []}
    # The run was heard everywhere, or an empty find would mean nothing.
    assert "pull_location_task" in wire.text()
    assert "operation=get-access-token" in logs + log.read_text(errors="replace")
    assert "operation=get-location-access-token" in log.read_text(errors="replace")


def leaks(secrets: set[str], text: str) -> list[str]:
    """The beginnings of the secrets that stand in the text, or that its base64 says."""
    whole = text + "\n".join(unhidden(text))
    return sorted(secret[:8] for secret in secrets if secret in whole)


def test_the_search_finds_what_it_should():
    hidden = base64.b64encode(b'[["sat-0123456789"], {}]').decode()
    assert leaks({"sat-0123456789"}, f"x{' '}{hidden}") == ["sat-0123"]
    assert leaks({"sat-0123456789"}, "token sat-0123456789.") == ["sat-0123"]
    assert leaks({"sat-0123456789"}, "sat-012345678") == []


def test_the_encrypted_columns_do_hold_the_tokens(box: Sandbox):
    Credential.objects.create(level="company", kind="private", company_id="c", access_token=box.agency_token)
    texts = {(table, name): text for table, name, text in tables() if (table, name) in ENCRYPTED}
    assert decrypt(texts["highlevel_credential", "access_token"]) == box.agency_token
    with pytest.raises(UnreadableSecret):
        decrypt("x" + texts["highlevel_credential", "access_token"])
