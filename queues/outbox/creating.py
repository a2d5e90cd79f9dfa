"""Making the queue of a category."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from highlevel.api import HighLevel, RemoteQueue, TimeSlot
from highlevel.models import Change
from highlevel.outbox import Finding, Found, Handler, NotThere, Outcome, handler, subject_key
from highlevel.pull import pull_ask
from planner.models import Category
from queues.mirror import mirror_queues
from queues.outbox.changing import FUTURE, NEW_FIRST, SLOTS
from queues.outbox.subjects import TITLE, read_of

QUEUE_CREATE = "queue.create"
CATEGORY_KIND = "category-queue"
USER = "userId"


def creation_subject(category: Category) -> str:
    return f"{CATEGORY_KIND}:{category.pk}"


@handler
class QueueCreate(Handler):
    """Make the queue of a category. A category has one at most, which is how a lost answer is found."""

    operation = QUEUE_CREATE

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        asked = change.payload
        slots = [TimeSlot(day_of_week=slot["dayOfWeek"], time=slot["time"]) for slot in asked[SLOTS]]
        queue = client.queues.create(
            category_id=_category(change).remote_id,
            user_id=asked[USER],
            time_slots=slots,
            enable_future_posts=asked[FUTURE],
            prioritize_new_content=asked[NEW_FIRST],
        )
        return _made(queue)

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        wanted = _category(change).remote_id
        found = next((queue for queue in client.queues.iter() if queue.category_id == wanted), None)
        return NotThere() if found is None else Found(_made(found))

    def title(self, change: Change) -> str:
        return _("Create a queue for the category %(queue)s") % {"queue": change.payload.get(TITLE, "")}

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        category = _category(change)
        if isinstance(outcome.news, RemoteQueue):
            mirror_queues(
                location=change.location,
                queues=[read_of(outcome.news)],
                categories={category.remote_id: category.pk},
                now=now,
            )
        # HighLevel puts the published posts of the category in a moment later.
        pull_ask(locations=[change.location], now=now)


def _category(change: Change) -> Category:
    return Category.objects.get(pk=subject_key(change, CATEGORY_KIND))


def _made(queue: RemoteQueue) -> Outcome:
    return Outcome({"id": queue.id}, queue)
