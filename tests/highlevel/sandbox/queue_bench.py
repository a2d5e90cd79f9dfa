"""A category queue of a sandbox, worked over HTTP."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from highlevel.sandbox.clock import iso
from highlevel.sandbox.store import Document

from .conftest import SOCIAL, Desk

QUEUES = f"{SOCIAL}/category/queues"
MONDAY = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
"""A Monday at midnight UTC; 05:30 in Kolkata, where the location of `desk` is."""

DAILY = [{"dayOfWeek": day, "time": "09:00"} for day in range(7)]
"""Every day at nine in the location's zone: 03:30 UTC in Kolkata."""


def nine(day: int) -> str:
    """Nine in Kolkata, `day` days after MONDAY."""
    return iso(MONDAY + timedelta(days=day, hours=3, minutes=30))


@dataclass
class QueueBench:
    """One queue of `desk`, with a standing clock at MONDAY."""

    desk: Desk
    account: Document
    category: Document
    queue_id: str = ""

    @property
    def world(self) -> Any:
        return self.desk.box.world

    def ask(self, method: str, path: str = "", **body: Any) -> dict[str, Any]:
        """Results of a request about this queue; the location is added."""
        answer = self.send(method, path, **body)
        expected = 201 if method == "POST" and path not in ("/edit/save", "/edit/discard") else 200
        assert answer.status_code == expected, answer.text
        results: dict[str, Any] = answer.json().get("results", answer.json())
        return results

    def send(self, method: str, path: str = "", **body: Any) -> requests.Response:
        url = f"{QUEUES}/{self.queue_id}{path}" if not path.startswith("//") else f"{QUEUES}{path[1:]}"
        located = {"locationId": self.desk.location_id, **body}
        if method in ("GET", "DELETE"):
            return self.desk.ask(method, url, params=located)
        return self.desk.ask(method, url, json=located)

    def create(self, slots: list[dict[str, Any]] = DAILY, **fields: Any) -> dict[str, Any]:
        body = {"categoryId": self.category["_id"], "timeSlots": slots, "userId": self.desk.box.company["ownerId"]}
        self.queue_id = ""
        answer = self.desk.ask("POST", QUEUES, json={"locationId": self.desk.location_id, **body, **fields})
        assert answer.status_code == 201, answer.text
        queue: dict[str, Any] = answer.json()["results"]["queue"]
        self.queue_id = queue["_id"]
        return queue

    def payload(self, summary: str, **fields: Any) -> dict[str, Any]:
        return {
            "accountIds": [self.account["id"]],
            "summary": summary,
            "type": "post",
            "userId": self.desk.box.company["ownerId"],
            **fields,
        }

    def add(self, *summaries: str, **fields: Any) -> list[str]:
        """Items at the bottom (or where `fields` say); returns their ids."""
        ids = []
        for summary in summaries:
            result = self.ask("POST", "/create/item", modifiedPostPayload=self.payload(summary), **fields)
            ids.append(result["queueItem"]["_id"])
        return ids

    def items(self, **fields: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("POST", "/items", limit=100, **fields)["items"]
        return found

    def order(self, **fields: Any) -> list[str]:
        """What the items say, in the order in which they go out."""
        return [item["post"]["summary"] for item in self.items(**fields)]

    def activate(self) -> dict[str, Any]:
        queue: dict[str, Any] = self.ask("PUT", status="active")["queue"]
        return queue

    def read(self) -> dict[str, Any]:
        queue: dict[str, Any] = self.ask("GET")["queue"]
        return queue

    def calendar(self, days: int = 10, path: str = "//list/calendar", **fields: Any) -> list[tuple[str, str]]:
        """(instant, text) of what goes out in the days after MONDAY."""
        window = {"startDate": iso(MONDAY), "endDate": iso(MONDAY + timedelta(days=days))}
        rows = self.ask("POST", path, **window, **fields)["scheduledPosts"]
        return [(row["scheduledDateTime"], row["post"]["summary"]) for row in rows]

    def published(self) -> list[tuple[str, str]]:
        """(planned instant, text) of the queue's posts that went out, oldest first."""
        rows = [post for post in self.desk.posts(type="published") if post["source"] == "category-queue"]
        return sorted((post["displayDate"], post["summary"]) for post in rows)

    def move_clock(self, **span: float) -> None:
        self.desk.box.clock.advance(timedelta(**span))


@pytest.fixture
def bench(desk: Desk) -> QueueBench:
    """A location with an account and a category, at MONDAY, with a token that outlives any move of the clock."""
    desk.box.clock.set(MONDAY)
    desk.box.clock.stop()
    desk.box.limits.enabled = False
    desk.speak_with(desk.box.private_token(desk.location_id))
    return QueueBench(desk, desk.account("facebook"), desk.box.add_category(desk.location_id, name="Evergreen"))
