"""Categories and tags of a location, a few of them with names that are hard to show."""

from datetime import timedelta

from highlevel.sandbox.clock import iso
from highlevel.sandbox.seed.hostile import NAMES
from highlevel.sandbox.seed.place import Place
from highlevel.sandbox.store import Document


def category_documents(place: Place) -> list[Document]:
    """One category a topic of the client, in order, and in some locations a deleted one behind them."""
    stamps = _stamps(place)
    found = [
        {
            "_id": place.object_id("category", number),
            "name": topic.name,
            "primaryColor": topic.colour,
            "secondaryColor": topic.tint,
            "locationId": place.id,
            "createdBy": place.writers[0],
            "deleted": False,
            **stamps,
        }
        for number, topic in enumerate(place.client.topics)
    ]
    if place.random("old category").random() < 0.3:
        last = found[-1]
        old = {"_id": place.object_id("category", "old"), "name": f"{last['name']} (2)", "primaryColor": "#667085"}
        found.append({**last, **old, "secondaryColor": "#F2F4F7", "deleted": True})
    return found


def tag_documents(place: Place) -> list[Document]:
    """The tags of the client, and in every fourth location or so one that only looks like one."""
    rng = place.random("tags")
    names = [*place.client.tags, *([rng.choice(NAMES)] if rng.random() < 0.3 else [])]
    return [
        {
            "_id": place.object_id("tag", number),
            "tag": name,
            "locationId": place.id,
            "createdBy": place.writers[0],
            "deleted": False,
            **_stamps(place),
        }
        for number, name in enumerate(names)
    ]


def _stamps(place: Place) -> Document:
    stamp = iso(place.today - timedelta(days=place.random("labels").randint(80, 300)))
    return {"createdAt": stamp, "updatedAt": stamp}
