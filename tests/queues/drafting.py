"""For tests of drafts: a queue in the database with plain items, and its session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import ConnectedAccount, User
from highlevel.models import Location
from planner.models import Category
from queues.content import digest_of
from queues.drafts import cycle_read
from queues.models import CategoryQueue, EditSession, QueueItem, QueueStatus
from queues.services.items import item_clone
from queues.services.sessions import session_open
from tests.factories import make_account, make_category, make_location, make_queue, make_queue_item, make_user

NOW = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
"""A Monday at midnight UTC; 01:00 in London."""
DAILY = [{"dayOfWeek": day, "time": "09:00"} for day in range(7)]


def make_items(queue: CategoryQueue, account: ConnectedAccount, texts: str | list[str], **fields: Any) -> list[str]:
    """Items with these texts, in steps of 1000; returns their keys in a draft."""
    rows = []
    for number, text in enumerate(texts, 1):
        content = {"accountIds": [account.remote_id], "summary": text, "media": [], "type": "post"}
        given = {
            "location": queue.location,
            "queue": queue,
            "remote_id": f"{queue.pk}-item-{number}",
            "order": 1000 * number,
            "text": text,
            "content": content,
            "content_hash": digest_of(content, f"post-{number}"),
            "account_remote_ids": [account.remote_id],
            "post_remote_id": f"post-{number}",
        }
        rows.append(QueueItem(**{**given, **fields}))
    return [str(row.pk) for row in QueueItem.objects.bulk_create(rows)]


def make_draft(category: Category, account: ConnectedAccount, actor: User, now: datetime) -> None:
    """A queue with one post, and somebody's draft of it with a second one."""
    queue = make_queue(category, time_slots=[{"dayOfWeek": 1, "time": "09:00"}], slots_a_week=1)
    said = {"summary": "Winter tyres", "accountIds": [account.remote_id], "media": []}
    item = make_queue_item(queue, account, scheduled_at=now + timedelta(hours=1), content=said)
    session = session_open(queue=queue, actor=actor, now=now)
    item_clone(session=session, keys=[str(item.pk)], version=1, actor=actor, now=now)


class Desk:
    """One queue whose items are called by single letters, Ana who edits it, and the session."""

    def __init__(
        self, texts: str = "ABCDE", status: str = QueueStatus.ACTIVE, location: Location | None = None
    ) -> None:
        self.location = location or make_location()
        self.account = make_account(self.location)
        self.queue = make_queue(
            make_category(self.location), status, time_slots=DAILY, slots_a_week=7, current_order=1000
        )
        self.keys = dict(zip(texts, make_items(self.queue, self.account, list(texts)), strict=True))
        self.ana: User = make_user(name="Ana", is_owner=True)
        self.session: EditSession = session_open(queue=self.queue, actor=self.ana, now=NOW)

    def do(self, verb: Any, **arguments: Any) -> Any:
        """A step at the version that is there."""
        return verb(session=self.session, version=self.session.version, actor=self.ana, now=NOW, **arguments)

    def named(self, letters: str) -> list[str]:
        return [self.keys[letter] for letter in letters]

    def turn(self) -> str:
        """The items of the stored draft as they go out: letters, and the keys of new ones."""
        letters = {key: letter for letter, key in self.keys.items()}
        cycle = cycle_read(EditSession.objects.get(pk=self.session.pk).cycle)
        return "".join(letters.get(item.key, item.key) for item in cycle.in_turn)
