"""An agency in a sandbox process of its own, known to Rota, for runs with real workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from django.conf import settings

from accounts.models import ConnectedAccount, Member, Role, User
from config.dev.sandbox import sandbox_process
from highlevel.models import Credential, Location, SyncRun
from highlevel.pull import pull_location
from highlevel.sandbox import Sandbox
from highlevel.sandbox.box import CONTROL_HEADER


@dataclass
class Stage:
    """A sandbox process and what Rota knows of it: some clients with a page each, and a manager of all of them."""

    note: dict[str, str]
    data: Path
    places: list[Location]
    person: User

    @property
    def url(self) -> str:
        return self.note["url"]

    def account(self, place: Location) -> ConnectedAccount:
        return ConnectedAccount.objects.get(location=place)

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call one of the sandbox's control pages."""
        headers = {CONTROL_HEADER: self.note["control_key"]}
        answer = requests.request(method, f"{self.url}/sandbox{path}", json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def log(self) -> list[dict[str, Any]]:
        """Every request that the sandbox still knows of, oldest first."""
        entries: list[dict[str, Any]] = self.control("GET", "/log?limit=20000")["entries"]
        return entries

    def environment(self, **more: str) -> dict[str, str]:
        """What a worker has to be told beyond the address of the sandbox."""
        return {"HIGHLEVEL_COMPANY_ID": self.note["company_id"], "LOG_LEVEL": "WARNING", **more}


@contextmanager
def staged(names: Sequence[str], folder: Path) -> Iterator[Stage]:
    """A stage with a client of each name, for as long as the block runs; its data are kept in a file in `folder`."""
    data = folder / "sandbox.sqlite3"
    with Sandbox(data=data, agency="empty") as box:
        remote_ids = [box.add_location(name=name, timezone="Europe/London") for name in names]
        for remote_id in remote_ids:
            box.add_account(remote_id, platform="facebook", name="The page")
            box.add_user(firstName="Noor", lastName="Haddad", location_ids=[remote_id])
    with sandbox_process("--agency", "empty", "--data", str(data)) as note:
        settings.HIGHLEVEL_BASE_URL, settings.HIGHLEVEL_COMPANY_ID = note["url"], note["company_id"]
        yield _introduced(note, data, list(zip(names, remote_ids, strict=True)))


def _introduced(note: dict[str, str], data: Path, places: Sequence[tuple[str, str]]) -> Stage:
    """The stage, once Rota has a token, has pulled each client, and its person acts as somebody at each."""
    company = {"level": Credential.Level.COMPANY, "company_id": note["company_id"]}
    Credential.objects.create(kind=Credential.Kind.PRIVATE, access_token=note["agency_token"], **company)
    known = [
        Location.objects.create(remote_id=remote_id, company_id=note["company_id"], name=name)
        for name, remote_id in places
    ]
    person = User.objects.create_user("ana@example.test", "correct horse battery", name="Ana")
    for place in known:
        run = pull_location(location_id=place.pk, kind=SyncRun.Kind.SCHEDULED)
        if run is None or run.state != SyncRun.State.DONE:
            raise RuntimeError(f"The pull did not end well: {run and (run.state, run.error_code, run.error_detail)}")
        member = Member.objects.filter(location=place, email__startswith="noor").earliest("pk")
        Member.objects.filter(pk=member.pk).update(user=person, role=Role.MANAGER)
    return Stage(note, data, known, person)
