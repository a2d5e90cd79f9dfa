"""The client: one object for one token, with the operations grouped by resource."""

from __future__ import annotations

from typing import Any, Self, Unpack

from highlevel.api.accounts import Accounts
from highlevel.api.categories import Categories
from highlevel.api.comments import Comments
from highlevel.api.connect import Connect
from highlevel.api.csv import Csv
from highlevel.api.edit_sessions import EditSessions
from highlevel.api.exchange import TransportOptions
from highlevel.api.locations import Locations
from highlevel.api.medias import Medias
from highlevel.api.oauth import OAuth
from highlevel.api.posts import Posts
from highlevel.api.queue_items import QueueItems
from highlevel.api.queues import Queues
from highlevel.api.statistics import StatisticsReports
from highlevel.api.tags import Tags
from highlevel.api.transport import Transport
from highlevel.api.users import Users


class HighLevel:
    """HighLevel as seen with one token.

    `location_id` is the location that the operations of the Social Planner work on; `company_id` serves agency
    operations. Whatever else is given goes to `Transport`: token, refresh, limiter, lane, on_response, timeouts.
    Usable as a context manager; `close` gives back the connections.
    """

    def __init__(
        self,
        base_url: str,
        *,
        location_id: str | None = None,
        company_id: str | None = None,
        version: str = "v3",
        **transport: Unpack[TransportOptions],
    ) -> None:
        transport.setdefault("resource", location_id or company_id or "app")
        self.location_id = location_id
        self.company_id = company_id
        self.transport = Transport(base_url=base_url, version=version, **transport)

        shared: dict[str, Any] = {"location_id": location_id, "company_id": company_id, "version": version}
        self.oauth = OAuth(self.transport, **shared)
        self.locations = Locations(self.transport, **shared)
        self.users = Users(self.transport, **shared)
        self.medias = Medias(self.transport, **shared)
        self.posts = Posts(self.transport, **shared)
        self.accounts = Accounts(self.transport, **shared)
        self.csv = Csv(self.transport, **shared)
        self.connect = Connect(self.transport, **shared)
        self.categories = Categories(self.transport, **shared)
        self.tags = Tags(self.transport, **shared)
        self.statistics = StatisticsReports(self.transport, **shared)
        self.queues = Queues(self.transport, **shared)
        self.queue_items = QueueItems(self.transport, **shared)
        self.edit_sessions = EditSessions(self.transport, **shared)
        self.comments = Comments(self.transport, **shared)

    @property
    def requests_sent(self) -> int:
        """How many requests have left, repeats included; those that surely did not arrive are not counted."""
        return self.transport.requests_sent

    def close(self) -> None:
        """Give back the connections."""
        self.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
