"""How changes name queues, and what every operation on them shares."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from highlevel.api import RemoteQueue
from highlevel.models import Change
from highlevel.outbox import Outcome, subject_key
from highlevel.pull import Read, sound
from planner.models import Category
from queues.mirror import KIND
from queues.models import CategoryQueue

TITLE = "title"  # of the payload: the name of the queue's category, for people


def queue_subject(queue: CategoryQueue) -> str:
    return f"{KIND}:{queue.pk}"


def queue_of(change: Change) -> CategoryQueue:
    """The queue that a change is about."""
    return CategoryQueue.objects.select_related("location").get(pk=subject_key(change, KIND))


def queue_address(change: Change) -> str:
    """The page of the queue, once there is one."""
    try:
        return reverse("queues:queue_edit", args=[subject_key(change, KIND)])
    except NoReverseMatch:
        return ""


def read_of(queue: RemoteQueue) -> Read[RemoteQueue]:
    """A queue as an operation answered it, made ready for the mirror."""
    return Read(queue, sound(queue.raw))


def categories_of(queue: CategoryQueue) -> dict[str, int]:
    """The category of a queue as the mirror wants to know it: its primary key by HighLevel's id."""
    found = Category.objects.filter(location=queue.location_id, remote_id=queue.category_remote_id)
    return dict(found.values_list("remote_id", "pk"))


def outcome_of(queue: RemoteQueue | None) -> Outcome:
    """What is kept of an answer with the queue in it."""
    return Outcome({"status": queue.status} if queue is not None else {}, queue)
