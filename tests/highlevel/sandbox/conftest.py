"""A sandbox with one location and somebody who talks to it over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import requests

from highlevel.sandbox import Sandbox
from highlevel.sandbox.clock import iso
from highlevel.sandbox.store import Document

SOCIAL = "/social-media-posting"


@dataclass
class Desk:
    """One location of one sandbox, and a session with a token that may do everything there."""

    box: Sandbox
    location_id: str
    http: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.speak_with(self.box.location_token(self.location_id))

    def speak_with(self, token: str) -> None:
        """Use another token from now on."""
        self.http.headers.update({"Authorization": f"Bearer {token}", "Version": "v3"})

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request; `{loc}` in the path is the location."""
        return self.http.request(method, self.box.url + path.replace("{loc}", self.location_id), timeout=10, **options)

    def account(self, platform: str, **fields: Any) -> Document:
        """A connected account of the location."""
        return self.box.add_account(self.location_id, platform=platform, **fields)

    def plan(self, *accounts: Document, hours: float = 2, **fields: Any) -> dict[str, Any]:
        """A body that the sandbox accepts: text, scheduled, on the given accounts; a field of None is left out."""
        body = {
            "accountIds": [account["id"] for account in accounts],
            "type": "post",
            "userId": self.box.company["ownerId"],
            "summary": "Fresh bread at nine",
            "status": "scheduled",
            "scheduleDate": iso(self.box.clock.now() + timedelta(hours=hours)),
            **fields,
        }
        return {name: value for name, value in body.items() if value is not None}

    def create(self, body: dict[str, Any]) -> requests.Response:
        return self.ask("POST", SOCIAL + "/{loc}/posts", json=body)

    def created(self, body: dict[str, Any]) -> dict[str, Any]:
        """The post that a create gave back."""
        answer = self.create(body)
        assert answer.status_code == 201, answer.text
        post: dict[str, Any] = answer.json()["results"]["post"]
        return post

    def post(self, id: str) -> dict[str, Any]:
        """A post as it reads now."""
        answer = self.ask("GET", SOCIAL + "/{loc}/posts/" + id)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["results"]["post"]
        return found

    def page(self, **fields: Any) -> requests.Response:
        """One page of the list over all dates."""
        window = {"fromDate": "2000-01-01T00:00:00Z", "toDate": "2100-01-01T00:00:00Z"}
        body = {"skip": "0", "limit": "100", "includeUsers": "false", **window, **fields}
        return self.ask("POST", SOCIAL + "/{loc}/posts/list", json=body)

    def posts(self, **fields: Any) -> list[dict[str, Any]]:
        answer = self.page(**fields)
        assert answer.status_code == 201, answer.text
        rows: list[dict[str, Any]] = answer.json()["results"]["posts"]
        return rows


@pytest.fixture
def desk(sandbox: Sandbox) -> Iterator[Desk]:
    """An empty agency with one location, whose networks refuse nothing by chance."""
    sandbox.world.settings["failure_rate"] = 0.0
    one = Desk(sandbox, sandbox.add_location(name="Kiln & Clay", timezone="Asia/Kolkata"))
    with one.http:
        yield one
