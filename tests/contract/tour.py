"""The client at work: steps that name a method of the client, taken one after the other on a recorded sandbox."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from highlevel.api import HighLevel
from highlevel.sandbox import Sandbox


@dataclass(frozen=True)
class Step:
    """One call: "resource.method" and its arguments. `agency` means with the agency's client."""

    method: str
    arguments: dict[str, Any] = field(default_factory=dict)
    agency: bool = False
    version: str = "v3"


Walk = Generator[Step, Any, None]


def step(method: str, *, agency: bool = False, version: str = "v3", **arguments: Any) -> Step:
    """A step, with its arguments written as a call's."""
    return Step(method, arguments, agency, version)


@dataclass
class Tour:
    """The client at work on one location of the example agency."""

    box: Sandbox
    url: str
    location_id: str
    account_id: str = ""
    taken: list[str] = field(default_factory=list)

    def run(self, walks: Sequence[Callable[[Tour], Walk]]) -> None:
        """Take every step of every walk."""
        token = self.box.location_token(self.location_id)
        self.account_id = self.box.add_account(self.location_id, platform="facebook", name="Tour")["id"]
        with (
            self._client(token, self.location_id, "v3") as here,
            self._client(self.box.agency_token, None, "v3") as agency,
            self._client(self.box.agency_token, None, "2021-07-28") as dated,
        ):
            clients = {(False, "v3"): here, (True, "v3"): agency, (True, "2021-07-28"): dated}
            for walk in walks:
                self._follow(walk(self), clients)

    def _client(self, token: str, location_id: str | None, version: str) -> HighLevel:
        return HighLevel(
            self.url,
            token=token,
            location_id=location_id,
            company_id=self.box.company_id,
            version=version,
            attempts=1,
        )

    def _follow(self, walk: Walk, clients: dict[tuple[bool, str], HighLevel]) -> None:
        try:
            one = next(walk)
            while True:
                resource, method = one.method.split(".")
                client = clients[one.agency, one.version]
                result = getattr(getattr(client, resource), method)(**one.arguments)
                self.taken.append(one.method)
                one = walk.send(list(result) if isinstance(result, Iterator) else result)
        except StopIteration:
            return

    @property
    def window(self) -> dict[str, Any]:
        """A month around the sandbox's present."""
        now = self.box.clock.now()
        return {"window_start": now - timedelta(days=15), "window_end": now + timedelta(days=15)}

    @property
    def user_id(self) -> str:
        """A user of the location."""
        return str(self.box.company["ownerId"])
