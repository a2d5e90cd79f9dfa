"""Categories that could have a queue."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from accounts.access import WRITERS, locations_for
from accounts.scope import Scope
from planner.models import Category
from queues.models import CategoryQueue


def categories_on_offer(scope: Scope) -> QuerySet[Category]:
    """The categories without a queue, of the chosen locations in which the person may write: by location and name, each
    with the number of posts that its queue would begin with, where HighLevel was asked. One query."""
    queued = CategoryQueue.objects.present().filter(category=OuterRef("pk"))
    places = scope.locations().filter(pk__in=locations_for(scope.user, *WRITERS).values("pk"))
    free = Category.objects.present().filter(~Exists(queued), location__in=places)
    rows = free.select_related("location", "queue_offer").defer("remote", "location__remote")
    return rows.order_by("location__name", "name", "pk")
