"""Keeps how many published posts each category has for a queue, as HighLevel counts them."""

from __future__ import annotations

from datetime import timedelta

from highlevel.pull import Pull
from planner.models import Category
from queues.models import QueueOffer

ASKED_EVERY = timedelta(hours=6)  # it costs a request, and only whoever makes a queue looks at it


def pull_offers(pull: Pull) -> None:
    """Ask for the counts of the location, unless that was done some hours ago."""
    categories = Category.objects.present().filter(location=pull.location)
    known = dict(categories.values_list("remote_id", "pk"))
    asked = QueueOffer.objects.filter(category__in=known.values()).order_by("checked_at").values_list("checked_at")
    ages = [at for (at,) in asked]
    if not known or (len(ages) == len(known) and ages[0] > pull.clock() - ASKED_EVERY):
        return
    rows = list(pull.client.queues.iter_available_categories())
    with pull.page() as now:
        offers = [
            QueueOffer(
                category_id=known[row.id], published_posts=max(row.published_posts_count or 0, 0), checked_at=now
            )
            for row in rows
            if row.id in known
        ]
        listed = {offer.category_id for offer in offers}
        # A category that is not listed is not asked for again with each pull.
        offers += [QueueOffer(category_id=pk, checked_at=now) for pk in known.values() if pk not in listed]
        QueueOffer.objects.bulk_create(
            offers,
            update_conflicts=True,
            unique_fields=["category"],
            update_fields=["published_posts", "checked_at"],
        )
