"""A running sandbox: the world behind an HTTP server in a thread, and what tests want to reach in it."""

import threading
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from highlevel.sandbox import arrange, control, tokens, webhooks
from highlevel.sandbox.app import App
from highlevel.sandbox.clock import Clock
from highlevel.sandbox.faults import FaultBook
from highlevel.sandbox.limits import Limits
from highlevel.sandbox.log import RequestLog
from highlevel.sandbox.resources.locations import company
from highlevel.sandbox.seed import plant
from highlevel.sandbox.server import Server
from highlevel.sandbox.store import Document, Store
from highlevel.sandbox.world import World

CONTROL_HEADER = control.KEY_HEADER


class Sandbox:
    """A HighLevel of one's own.

    `data` is a file that keeps everything (None: memory). An empty one is filled: with the company alone
    (`agency="empty"`) or with the example agency, `scale` times its usual size. `now` sets the clock, which goes on
    running. `rate_limit` is (requests, seconds, requests a day), None for no limit. It serves from `start()` to
    `stop()`, or inside `with`.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        data: str | Path | None = None,
        seed: int = 1,
        scale: float = 1,
        agency: Literal["example", "empty"] = "example",
        now: datetime | None = None,
        rate_limit: tuple[int, float, int] | None = (100, 10.0, 200_000),
    ) -> None:
        self.store = Store(data)
        self.world = World(self.store, seed=seed)
        if now is not None:
            self.world.clock.set(now)
        if rate_limit is None:
            self.world.limits.enabled = False
        else:
            self.limits.interval_max, self.limits.interval_seconds, self.limits.daily_max = rate_limit
        if not self.store.count("company"):
            with self.store.transaction():
                arrange.found_company(self.world)
                if agency == "example":
                    plant(self.world, scale=scale)
        self._server = Server(host, port, App(self.world))
        self._thread: threading.Thread | None = None
        self.url = f"http://{host}:{self._server.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to serve, in a thread."""
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, end every connection and close the store. A second call does nothing."""
        if self.world.stopping.is_set():
            return
        self.world.stopping.set()
        if self._thread is None:
            self._server.server_close()
        else:
            self._server.stop()
            self._thread.join()
        self.store.close()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    @property
    def clock(self) -> Clock:
        """The sandbox's time."""
        return self.world.clock

    @property
    def faults(self) -> FaultBook:
        """Trouble on request."""
        return self.world.faults

    @property
    def limits(self) -> Limits:
        """The rate limit; its attributes may be changed at any time."""
        return self.world.limits

    @property
    def log(self) -> RequestLog:
        """What was asked and answered."""
        return self.world.log

    @property
    def company(self) -> Document:
        """The agency's document."""
        return company(self.world)

    @property
    def company_id(self) -> str:
        """The agency's id."""
        return str(self.company["id"])

    @property
    def client_id(self) -> str:
        """The app's client id."""
        return str(self.company["clientId"])

    @property
    def client_secret(self) -> str:
        """The app's client secret."""
        return str(self.company["clientSecret"])

    @property
    def agency_token(self) -> str:
        """The agency's private integration token, with every scope."""
        return str(self.company["agencyToken"])

    @property
    def control_key(self) -> str:
        """What the control endpoints want in the X-Sandbox-Key header."""
        return str(self.company["controlKey"])

    @property
    def webhook_key(self) -> str:
        """The public key of the webhooks it sends, in base64; where they go is `world.settings["webhook_url"]`."""
        return webhooks.public_key(self.world)

    @property
    def location_ids(self) -> list[str]:
        """Every location, in the order in which they were made."""
        return [doc["id"] for doc in self.store.find("location", parent=self.company_id, order="rowid")]

    def location_token(self, location_id: str, scopes: list[str] | tuple[str, ...] | None = None) -> str:
        """A fresh access token of a location, for a day, with all scopes or those given."""
        return self._token("access", location_id, scopes)

    def private_token(self, location_id: str = "", scopes: list[str] | tuple[str, ...] | None = None) -> str:
        """A fresh private integration token of a location (or of the agency), without end."""
        return self._token("private", location_id, scopes)

    def refresh_token(self, location_id: str = "", scopes: list[str] | tuple[str, ...] | None = None) -> str:
        """A fresh refresh token of a location (or of the agency), good for one exchange."""
        return self._token("refresh", location_id, scopes)

    def add_location(self, *, name: str, timezone: str = "America/New_York", **fields: Any) -> str:
        """Add a location; returns its id."""
        return str(arrange.add_location(self.world, name=name, timezone=timezone, **fields)["id"])

    def add_user(self, *, firstName: str, lastName: str, **fields: Any) -> Document:  # noqa: N803 - HighLevel's names
        """Add a person (`location_ids=[...]` or `agency=True`); returns the document."""
        return arrange.add_user(self.world, firstName=firstName, lastName=lastName, **fields)

    def add_account(self, location_id: str, *, platform: str, **fields: Any) -> Document:
        """Add a connected account; returns the document."""
        return arrange.add_account(self.world, location_id, platform=platform, **fields)

    def add_group(self, location_id: str, *, name: str, account_ids: list[str]) -> Document:
        """Add a group of accounts; returns the document."""
        return arrange.add_group(self.world, location_id, name=name, account_ids=account_ids)

    def add_category(self, location_id: str, *, name: str, **fields: Any) -> Document:
        """Add a category; returns the document."""
        return arrange.add_category(self.world, location_id, name=name, **fields)

    def add_tag(self, location_id: str, *, tag: str, **fields: Any) -> Document:
        """Add a tag; returns the document."""
        return arrange.add_tag(self.world, location_id, tag=tag, **fields)

    def add_post(self, location_id: str, **fields: Any) -> Document:
        """Add one row of a post as it stands; returns the document."""
        return arrange.add_post(self.world, location_id, **fields)

    def _token(
        self,
        purpose: Literal["access", "refresh", "private"],
        location_id: str,
        scopes: list[str] | tuple[str, ...] | None,
    ) -> str:
        agency = self.company
        return tokens.issue(
            self.world,
            purpose=purpose,
            kind="location" if location_id else "company",
            company_id=agency["id"],
            location_id=location_id,
            user_id=agency["ownerId"],
            scopes=tokens.SCOPES if scopes is None else tuple(scopes),
            app_id="" if purpose == "private" else agency["appId"],
        ).id
