"""A refresh token works once: however many ask at the same instant, and whoever dies on the way."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from highlevel.api import BadCredentials, RemoteError
from highlevel.models import Credential, Location
from highlevel.pull import pull_location
from highlevel.sandbox import Sandbox
from highlevel.tokens import RENEWAL_LEASE, company_token, token_for
from tests.highlevel.connecting import company_credential, place_of, point_at
from tests.servers import product_environment

PROCESSES, THREADS = 4, 8
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

# What each process does: wait for the signal file, then ask from all its threads at once, and say what they got.
ASK = """
import sys, threading, time
from pathlib import Path
import django
django.setup()
from django.db import connections
from django.utils import timezone
from highlevel.models import Location
from highlevel.tokens import company_token, token_for
what, folder, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
gate, got = threading.Barrier(threads), []
def ask():
    gate.wait()
    try:
        if what.startswith("company:"):
            got.append(company_token(what.split(":")[1], timezone.now()))
        else:
            got.append(token_for(Location.objects.get(remote_id=what), timezone.now()))
    except Exception as error:
        got.append(f"{type(error).__name__}: {error}")
    connections.close_all()
workers = [threading.Thread(target=ask) for _ in range(threads)]
connections.close_all()
print("ready", flush=True)
while not (folder / "go").exists():
    time.sleep(0.002)
[worker.start() for worker in workers]
[worker.join() for worker in workers]
print("\\n".join(got), flush=True)
"""

# A process that renews a token once.
RENEW = """
import sys
import django
django.setup()
from django.utils import timezone
from highlevel.models import Location
from highlevel.tokens import company_token, token_for
what = sys.argv[1]
if what.startswith("company:"):
    company_token(what.split(":")[1], timezone.now())
else:
    token_for(Location.objects.get(remote_id=what), timezone.now())
"""


@pytest.fixture
def box(settings: Any) -> Any:
    with Sandbox(agency="empty", rate_limit=None) as made:
        point_at(settings, made)
        yield made


def environment(box: Sandbox) -> dict[str, str]:
    return product_environment(
        box.url,
        HIGHLEVEL_CLIENT_ID=box.client_id,
        HIGHLEVEL_CLIENT_SECRET=box.client_secret,
        HIGHLEVEL_COMPANY_ID="",
        HIGHLEVEL_TOKEN="",
        LOG_LEVEL="ERROR",
    )


def everybody_asks(box: Sandbox, what: str, folder: Path) -> list[str]:
    """The tokens that 32 threads in 4 processes got, all asking at once."""
    command = [sys.executable, "-c", ASK, what, str(folder), str(THREADS)]
    env = environment(box)
    with_output = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, env=env, **with_output) for _ in range(PROCESSES)]  # type: ignore[call-overload]
    for process in processes:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
    (folder / "go").touch()
    said = [process.communicate(timeout=120) for process in processes]
    assert [errors for _, errors in said if errors] == []
    return [line for output, _ in said for line in output.splitlines()]


def dies_in_the_middle(box: Sandbox, what: str) -> None:
    """A process is killed when HighLevel has given out the new pair, and nothing of it is stored here."""
    box.faults.add(operation="get-access-token", kind="timeout_after", times=1, seconds=60)
    process = subprocess.Popen([sys.executable, "-c", RENEW, what], env=environment(box), stderr=subprocess.DEVNULL)
    while not any(entry.carried_out for entry in box.log.entries("get-access-token")):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    assert process.wait(30) == -9


def own_pair(box: Sandbox, location: Location, **fields: Any) -> Credential:
    given = {
        "level": "location",
        "kind": "oauth",
        "location": location,
        "company_id": box.company_id,
        "access_token": "spent",
        "refresh_token": box.refresh_token(location.remote_id),
    }
    return Credential.objects.create(**{"expires_at": datetime.now(UTC), **given, **fields})


def refreshes(box: Sandbox) -> int:
    return len(box.log.entries("get-access-token"))


def test_one_refresh_for_32_threads_in_4_processes(box: Sandbox, tmp_path: Path):
    company_credential(box, expires_at=datetime.now(UTC))
    # Slow enough that all the others find it under way.
    box.faults.add(operation="get-access-token", kind="delay", seconds=0.5)
    got = everybody_asks(box, f"company:{box.company_id}", tmp_path)
    held = Credential.objects.get()
    assert len(got) == PROCESSES * THREADS
    assert set(got) == {held.access_token}
    assert (refreshes(box), held.generation, held.renewal_claim) == (1, 1, "")


def test_one_refresh_and_one_minting_when_the_company_ended_too(box: Sandbox, tmp_path: Path):
    company_credential(box, expires_at=datetime.now(UTC))
    location = place_of(box)
    got = everybody_asks(box, location.remote_id, tmp_path)
    minted = Credential.objects.get(level="location")
    assert set(got) == {minted.access_token}
    assert (refreshes(box), len(box.log.entries("get-location-access-token"))) == (1, 1)


def test_a_location_whose_pair_was_lost_gets_one_from_the_company(box: Sandbox):
    company_credential(box, kind="private", access_token=box.agency_token, refresh_token="", expires_at=None)
    location = place_of(box)
    lost = own_pair(box, location)
    dies_in_the_middle(box, location.remote_id)
    lost.refresh_from_db()
    assert (lost.access_token, lost.renewal_claim != "") == ("spent", True)

    later = datetime.now(UTC) + RENEWAL_LEASE
    token = token_for(location, later)
    lost.refresh_from_db()
    assert (lost.access_token, lost.kind, lost.state) == (token, "minted", "good")
    # The spent token was tried once more, and then never again.
    assert refreshes(box) == 2
    assert token_for(location, later) == token
    assert refreshes(box) == 2


def test_a_company_whose_pair_was_lost_pauses_and_says_how_to_come_back(box: Sandbox):
    company = company_credential(box, expires_at=datetime.now(UTC))
    location = place_of(box)
    dies_in_the_middle(box, f"company:{box.company_id}")
    later = datetime.now(UTC) + RENEWAL_LEASE
    with pytest.raises(BadCredentials, match="refresh token is invalid"):
        company_token(box.company_id, later)
    company.refresh_from_db()
    assert (company.state, company.access_token) == ("refused", "spent")
    pull_location(location_id=location.pk, kind="scheduled", clock=lambda: later)  # type: ignore[arg-type]
    location.refresh_from_db()
    assert location.paused_code == "credential_refused"
    # Nobody sends the spent token again and again.
    before = refreshes(box)
    for _ in range(5):
        with pytest.raises(BadCredentials):
            company_token(box.company_id, later)
    assert refreshes(box) == before


def test_a_location_without_a_company_pauses_when_its_pair_was_lost(box: Sandbox):
    location = place_of(box)
    held = own_pair(box, location)
    dies_in_the_middle(box, location.remote_id)
    later = datetime.now(UTC) + RENEWAL_LEASE
    pull_location(location_id=location.pk, kind="scheduled", clock=lambda: later)  # type: ignore[arg-type]
    location.refresh_from_db()
    held.refresh_from_db()
    assert (location.paused_code, held.state) == ("invalid_grant", "refused")


def test_the_claim_of_the_dead_is_waited_for_and_then_taken(box: Sandbox):
    held = company_credential(box, expires_at=datetime.now(UTC))
    Credential.objects.update(
        renewal_claim="of the dead", renewal_claimed_until=datetime.now(UTC) + timedelta(seconds=1)
    )
    token = company_token(box.company_id, datetime.now(UTC))
    held.refresh_from_db()
    assert (held.access_token, held.renewal_claim, refreshes(box)) == (token, "", 1)


def test_an_answer_without_a_token_blanks_nothing(box: Sandbox):
    held = company_credential(box, expires_at=datetime.now(UTC))
    box.faults.add(operation="get-access-token", kind="missing_field", field="accessToken")
    with pytest.raises(RemoteError):
        company_token(box.company_id, datetime.now(UTC))
    held.refresh_from_db()
    assert (held.access_token, held.refresh_token != "") == ("spent", True)
