"""Posts that the sandbox itself makes: those of queues and of imports."""

from datetime import datetime
from typing import Any

from highlevel.sandbox.resources.post_rows import post_build, post_delete, post_insert
from highlevel.sandbox.world import World

_PLANNED = ("draft", "scheduled", "in_review")


def make_post(
    world: World,
    location_id: str,
    payload: dict[str, Any],
    *,
    source: str,
    status: str,
    user_id: str,
    now: datetime,
) -> str:
    """Keep a post out of what a create request would say, with the rows of its accounts; returns its id."""
    body = {"type": "post", "accountIds": [], **payload, "userId": user_id}
    doc = post_build(world, location_id, body, status, now)
    doc["source"] = source
    post_insert(world, doc)
    return str(doc["_id"])


def delete_made_post(world: World, post_id: str, now: datetime) -> None:
    """Delete a post unless it has gone out or is gone already."""
    doc = world.store.get("post", post_id)
    if doc is not None and doc["status"] in _PLANNED:
        post_delete(world, doc, now)
