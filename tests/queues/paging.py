"""For tests of the pages of queues: Ana's queue in location A, and what her browser sends."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from queues.drafts import cycle_read
from queues.models import EditSession, QueueItem, QueueStatus
from tests.cast import HTMX, Cast
from tests.factories import make_account, make_category, make_queue
from tests.queues.drafting import DAILY, make_items

LETTERS = ["Alpha", "Bravo", "Charlie", "Delta", "Echo"]
EDITOR = HTMX | {"HX-Target": "editor"}
SHEET = HTMX | {"HX-Target": "sheet-body"}


class Page:
    """Ana's queue of five posts in location A, and her client."""

    def __init__(self, cast: Cast, texts: list[str] = LETTERS, status: str = QueueStatus.ACTIVE) -> None:
        self.cast = cast
        self.account = make_account(cast.a)
        category = make_category(cast.a, "Patient tips", primary_colour="#117a4b")
        weekly: dict[str, Any] = {"time_slots": DAILY, "slots_a_week": 7, "total_posts": len(texts)}
        self.queue = make_queue(category, status, current_order=1000, **weekly)
        self.keys = make_items(self.queue, self.account, texts)
        self.client = cast.as_ana

    @property
    def address(self) -> str:
        return f"/queues/{self.queue.pk}/"

    @property
    def session(self) -> EditSession | None:
        return EditSession.objects.living().filter(queue=self.queue).first()

    @property
    def version(self) -> int:
        session = self.session
        return session.version if session else 0

    @property
    def turn(self) -> list[str]:
        """The texts of the draft as they go out; new items by their keys."""
        session = self.session
        assert session is not None
        texts = {str(row.pk): row.text for row in QueueItem.objects.filter(queue=self.queue)}
        return [texts.get(item.key, item.key) for item in cycle_read(session.cycle).in_turn]

    def step(
        self, do: str, version: int | None = None, headers: Any = EDITOR, client: Client | None = None, **more: Any
    ) -> Any:
        sent = {"do": do, "version": self.version if version is None else version, **more}
        return (client or self.client).post(f"{self.address}steps/", sent, headers=headers)


def texts_of(body: str) -> list[str]:
    """The texts of the list in its order."""
    return re.findall(r'class="qi-text".*?>\s*(?:<a[^>]*>)?([^<]+)<', body)


def open_form(client: Client, address: str) -> dict[str, Any]:
    """The fields of the page as a browser would send them."""
    body = client.get(address).content.decode()
    form = body[body.index('<form id="composer"') : body.index("</form>", body.index('<form id="composer"'))]
    sent: dict[str, list[str]] = {}
    for tag, attributes, inner in re.findall(r"<(input|textarea|select)\b([^>]*)>(?:([^<]*)</textarea>)?", form):
        told = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        ticked = told.get("type") not in ("checkbox", "radio") or "checked" in attributes
        if "name" in told and ticked and tag != "select":
            value = inner.removeprefix("\n") if tag == "textarea" else told.get("value", "")
            sent.setdefault(told["name"], []).append(unescape(value))
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.findall(r'value="([^"]*)" selected', inner)
        sent.setdefault(name, []).append(chosen[0] if chosen else "")
    return {**sent, "do": "save"}
