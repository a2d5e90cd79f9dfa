"""Categories that could have a queue."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from highlevel.models import Change, Location
from highlevel.models.change import OPEN
from planner.models import Category
from queues.models import CategoryQueue
from queues.outbox.creating import CATEGORY_KIND


@dataclass(frozen=True, slots=True)
class Offer:
    """A category without a queue. `published_posts` would go into it at once, None when HighLevel was not asked yet;
    `waiting` is the change that is to make its queue."""

    category: Category
    published_posts: int | None
    waiting: Change | None


def categories_on_offer(location: Location) -> list[Offer]:
    """The location's categories that have no queue, by name. Two queries."""
    queued = CategoryQueue.objects.present().filter(category=OuterRef("pk"))
    free = Category.objects.present().filter(~Exists(queued), location=location).defer("remote")
    rows = list(free.select_related("queue_offer"))
    subjects = {f"{CATEGORY_KIND}:{row.pk}": row.pk for row in rows}
    changes = Change.objects.filter(subject__in=list(subjects), state__in=OPEN).order_by("pk")
    waiting = {subjects[change.subject]: change for change in changes}
    return [
        Offer(row, row.queue_offer.published_posts if hasattr(row, "queue_offer") else None, waiting.get(row.pk))
        for row in rows
    ]
