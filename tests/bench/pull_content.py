"""A large location for the bench of the pull: posts as agencies have them, one in ten over three accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from highlevel.sandbox import Sandbox
from highlevel.sandbox.arrange import post_columns

EVERY = 10
CAPTIONS = (
    "Fresh bread from seven, and the first ten rolls are on the house. See you at the corner!",
    "Three questions to ask before you sign a lease 🏠\n\n1. Who pays for the boiler?\n2. What does the notice say?",
    "¿Sabías que una revisión al año ahorra la mitad de las averías? Pide hora por mensaje.",
)


def plant(data: Path, posts: int) -> str:
    """Fill a sandbox file with one location of that many posts; returns the location's id."""
    with Sandbox(data=data, agency="empty") as box:
        location = box.add_location(name="Large", timezone="Europe/London")
        accounts = [box.add_account(location, platform=name)["id"] for name in ("facebook", "instagram", "linkedin")]
        tags = [box.add_tag(location, tag=f"tag {number}")["_id"] for number in range(20)]
        categories = [box.add_category(location, name=f"Category {number}")["_id"] for number in range(8)]
        pattern = box.add_post(location, summary="pattern", status="scheduled")
        box.store.delete("post", pattern["_id"])
        rows = _rows(pattern, posts, accounts, tags, categories, datetime.now(UTC))
        box.store.insert_many("post", ({"doc": doc, **post_columns(doc)} for doc in rows))  # type: ignore[typeddict-item]
    return location


def _rows(
    pattern: dict[str, Any], posts: int, accounts: list[str], tags: list[str], categories: list[str], now: datetime
) -> Iterator[dict[str, Any]]:
    for number in range(posts):
        several = number % EVERY == 0
        # Two months back and four ahead. Published ones are old enough for their figures to stand still.
        at = now + timedelta(minutes=number * (180 * 1440 - 30) / posts - 60 * 1440)
        out = at < now - timedelta(days=11)
        stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        post = {
            **pattern,
            "_id": f"{number + 1:016x}{0:08x}",
            "accountIds": accounts if several else [accounts[number % 3]],
            "accountId": None if several else accounts[number % 3],
            "platform": "" if several else ("facebook", "instagram", "linkedin")[number % 3],
            "summary": f"{CAPTIONS[number % 3]} #{number}",
            "media": [
                {
                    "url": f"https://cdn.example/{number}/{place}.jpg",
                    "type": "image/jpeg",
                    "altText": f"Picture {place}",
                }
                for place in range(number % 3)
            ],
            "tags": [tags[number % 20], tags[(number + 7) % 20]],
            "categoryId": categories[number % 8],
            "status": "published" if out else "failed" if at < now + timedelta(hours=1) else "scheduled",
            "scheduleDate": stamp,
            "publishedAt": stamp if out else None,
            "displayDate": stamp,
            "facebookPostDetails": {"type": "post"},
        }
        yield post
        if several:
            for place, account in enumerate(accounts):
                own = {
                    "accountId": account,
                    "accountIds": [account],
                    "platform": ("facebook", "instagram", "linkedin")[place],
                }
                yield {**post, **own, "_id": f"{number + 1:016x}{place + 1:08x}", "parentPostId": post["_id"]}
