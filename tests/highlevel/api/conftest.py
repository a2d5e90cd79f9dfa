"""Clients against a scripted server, with a clock that moves only when somebody sleeps.

Only a server that stays silent is waited for briefly: a machine under load holds any answer up for half a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from highlevel.api import HighLevel
from tests.highlevel.api.scripted_server import Hang, ScriptedServer, Step


@dataclass
class Stopwatch:
    """Time for the client: sleeping moves it, and is remembered."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


@dataclass
class Desk:
    """A client, the server behind it, and its time."""

    client: HighLevel
    server: ScriptedServer
    watch: Stopwatch


@pytest.fixture
def desk() -> Iterator[Callable[..., Desk]]:
    """A function that makes a client whose server answers the given steps."""
    with ExitStack() as stack:

        def make(*steps: Step, **options: Any) -> Desk:
            server = stack.enter_context(ScriptedServer(*steps))
            watch = Stopwatch()
            settings: dict[str, Any] = {
                "token": "secret-token",
                "location_id": "loc1",
                "company_id": "comp1",
                "sleep": watch.sleep,
                "clock": watch.clock,
                "random": lambda: 0.5,
                "read_timeout": 2.0 if any(isinstance(step, Hang) for step in steps) else 30.0,
            }
            client = stack.enter_context(HighLevel(server.url, **{**settings, **options}))
            return Desk(client, server, watch)

        yield make
