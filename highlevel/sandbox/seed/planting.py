"""Puts the example agency, or a number of posts, into a world."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from highlevel.sandbox.arrange import post_columns
from highlevel.sandbox.clock import parse_iso
from highlevel.sandbox.resources.locations import company
from highlevel.sandbox.seed import accounts, comments, imports, labels, people, posts, queues
from highlevel.sandbox.seed.corpus import Client, agency, clients
from highlevel.sandbox.seed.place import Account, Place, short_id
from highlevel.sandbox.seed.timetable import spread_times
from highlevel.sandbox.store import Document, Row
from highlevel.sandbox.world import World


def plant(world: World, *, scale: float = 1) -> None:
    """Fill a world that has a company and nothing else with twelve locations times `scale`, at least one.

    Nothing is kept in memory beyond one location's documents. Raises LookupError without a company.
    """
    firm, all_clients = company(world), clients()
    count = max(1, round(len(all_clients) * scale))
    places = [
        _place(world, all_clients[number % len(all_clients)], number // len(all_clients)) for number in range(count)
    ]
    staff = people.agency_people(agency(), firm["id"], places)
    _plant_staff(world, firm, staff, places)
    for place in places:
        _plant_location(world, firm, place, [user["id"] for user in staff if place.id in user["locationIds"]])


def plant_posts(
    world: World, location_id: str, count: int, *, start: datetime | None = None, end: datetime | None = None
) -> None:
    """Add exactly `count` rows of posts to a location, spread evenly over [start, end].

    Without `start` and `end` (aware instants) that is from 60 days before the clock to 45 days after it. A location
    without accounts gets some. A second call adds other posts. Raises KeyError when there is no such location.
    """
    place = _existing(world, location_id)
    first = start or place.now - posts.BEHIND
    last = end or place.now + posts.AHEAD
    times = spread_times(place, count, first, last)
    rows = posts.batch_posts(place, agency(), f"batch {world.new_id()}", times, count)
    world.store.insert_many("post", (_post(document) for document in rows))


def _plant_staff(world: World, firm: Document, staff: list[Document], places: list[Place]) -> None:
    owner = world.store.get("user", firm["ownerId"])
    everywhere = [place.id for place in places]
    if owner is not None:
        roles = {**owner["roles"], "locationIds": everywhere}
        world.store.update("user", owner["id"], {**owner, "locationIds": everywhere, "roles": roles})
    world.store.insert_many("user", ({"doc": user, "parent": firm["id"]} for user in staff))


def _plant_location(world: World, firm: Document, place: Place, staff_ids: list[str]) -> None:
    store, location = world.store, place.id
    client_people = people.client_people(place, firm["id"])
    place.approver = client_people[0]["id"]
    place.writers = [firm["ownerId"], *staff_ids, client_people[1]["id"]]
    place.accounts = accounts.connected_accounts(place)
    categories, tags = labels.category_documents(place), labels.tag_documents(place)
    place.categories = {topic.name: doc["_id"] for topic, doc in zip(place.client.topics, categories, strict=False)}
    place.tags = [doc["_id"] for doc in tags]
    store.insert("location", people.location_document(place, firm["id"]), parent=firm["id"], status="active")
    store.insert_many("user", ({"doc": user, "parent": firm["id"]} for user in client_people))
    _plant_accounts(world, place)
    store.insert_many("account_group", (_in(location, doc) for doc in accounts.group_documents(place)))
    store.insert_many("category", (_in(location, doc) for doc in categories))
    store.insert_many("tag", (_in(location, doc) for doc in tags))
    documents = posts.agency_posts(place, agency())
    store.insert_many("post", map(_post, documents))
    _let_networks_answer(world, place, documents)
    store.insert_many("comment", comments.comment_rows(place, agency(), documents))
    _plant_queues(world, place, documents)
    _plant_imports(world, place, documents)


def _let_networks_answer(world: World, place: Place, documents: list[Document]) -> None:
    """Posts on their way arrive within seconds; only the first client's are stuck, so that lateness can be seen."""
    if place.client.key == clients()[0].key:
        return
    rng = place.random("answers")
    on_their_way = [
        doc["_id"] for doc in documents if doc["status"] in ("in_progress", "pending") and not doc.get("parentPostId")
    ]
    world.store.insert_many(
        "publishing",
        ({"doc": {"id": id}, "at": place.now + timedelta(seconds=rng.randint(1, 5))} for id in on_their_way),
    )


def _plant_queues(world: World, place: Place, documents: list[Document]) -> None:
    cupboard = queues.category_queues(place, documents)
    queue_rows: Iterator[Row] = (
        {
            "doc": queue,
            "location": place.id,
            "status": queue["status"],
            "ref": queue["categoryId"],
            "at": place.now if queue["status"] == "active" else None,
        }
        for queue in cupboard.queues
    )
    item_rows: Iterator[Row] = (
        {"doc": item, "location": place.id, "status": "live", "parent": item["queueId"]} for item in cupboard.items
    )
    world.store.insert_many("queue", queue_rows)
    world.store.insert_many("queue_item", item_rows)


def _plant_imports(world: World, place: Place, documents: list[Document]) -> None:
    folder = imports.csv_imports(place, documents)
    import_rows: Iterator[Row] = (
        {"doc": doc, "location": place.id, "status": doc["status"], "at": parse_iso(doc["createdAt"])}
        for doc in folder.imports
    )
    file_rows: Iterator[Row] = (
        {"doc": row, "location": place.id, "parent": import_id, "status": row["status"]}
        for import_id, row in folder.rows
    )
    world.store.insert_many("csv_import", import_rows)
    world.store.insert_many("csv_row", file_rows)


def _plant_accounts(world: World, place: Place) -> None:
    rows: list[Row] = [
        {
            "doc": accounts.account_document(place, account),
            "location": place.id,
            "ref": account.origin_id,
            "status": account.platform,
        }
        for account in place.accounts
    ]
    world.store.insert_many("account", rows)


def _place(world: World, client: Client, copy: int) -> Place:
    now = world.clock.now()
    return Place(
        seed=world.seed,
        client=client,
        copy=copy,
        id=short_id(world.seed, client.key, copy),
        zone=ZoneInfo(client.zone),
        now=now,
        today=now.replace(hour=0, minute=0, second=0, microsecond=0),
    )


def _existing(world: World, location_id: str) -> Place:
    """A location that is there already, with the voice of its own client or, for a stranger, of any."""
    document = world.store.get("location", location_id)
    if document is None:
        raise KeyError(location_id)
    all_clients = clients()
    number = int.from_bytes(location_id.encode(), "big") % len(all_clients)
    client = next((client for client in all_clients if document["name"].startswith(client.name)), all_clients[number])
    place = _place(world, client, 0)
    place.id, place.zone = location_id, ZoneInfo(document["timezone"])
    place.writers = [company(world)["ownerId"]]
    place.approver = place.writers[0]
    names = {topic.name for topic in client.topics}
    found = world.store.find("category", location=location_id)
    place.categories = {doc["name"]: doc["_id"] for doc in found if doc["name"] in names}
    place.tags = [doc["_id"] for doc in world.store.find("tag", location=location_id)]
    place.accounts = [_account(doc) for doc in world.store.find("account", location=location_id, order="rowid")]
    if not place.accounts:
        place.accounts = accounts.connected_accounts(place)
        _plant_accounts(world, place)
    return place


def _account(document: Document) -> Account:
    expire = parse_iso(document["expire"]) if document["expire"] else None
    if document["isExpired"] and expire is None:
        expire = datetime.min.replace(tzinfo=UTC)
    return Account(
        id=document["id"],
        oauth_id=document["oauthId"],
        origin_id=document["originId"],
        platform=document["platform"],
        type=document["type"],
        name=document["name"],
        state="limited" if document["meta"].get("missingScopes") else "good",
        expires=expire,
    )


def _in(location_id: str, document: Document) -> Row:
    return {"doc": document, "location": location_id}


def _post(document: Document) -> Row:
    columns = post_columns(document)
    return {
        "doc": document,
        "location": columns["location"],
        "at": columns["at"],
        "status": columns["status"],
        "parent": columns["parent"],
        "ref": columns["ref"],
    }
