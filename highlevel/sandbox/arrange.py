"""Putting single documents into a world by hand: what tests and the example agency are made of."""

from datetime import datetime
from typing import Any

from highlevel.sandbox import tokens
from highlevel.sandbox.clock import iso, parse_iso
from highlevel.sandbox.resources.medias import avatar_url
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World, base62, hash_of


def found_company(world: World, *, name: str = "Harbour & Pine") -> Document:
    """The agency of this seed, made on the first call, together with its app and its private integration token."""
    held = world.store.find("company", limit=1)
    if held:
        return held[0]

    def secret(what: str, length: int) -> str:
        return base62(hash_of(world.seed, what), length)

    app_id = hash_of(world.seed, "app")[:12].hex()
    doc = {
        "id": secret("company", 20),
        "name": name,
        "ownerId": secret("owner", 20),
        "appId": app_id,
        "clientId": f"{app_id}-{secret('client', 8).lower()}",
        "clientSecret": secret("client secret", 36),
        "agencyToken": f"pit-{secret('agency token', 36)}",
        "controlKey": secret("control key", 32),
    }
    with world.store.transaction():
        world.store.insert("company", doc)
        tokens.issue(
            world,
            purpose="private",
            kind="company",
            company_id=doc["id"],
            user_id=doc["ownerId"],
            id=doc["agencyToken"],
        )
        first, last = "Ana", "Lindqvist"
        add_user(
            world, id=doc["ownerId"], firstName=first, lastName=last, agency=True, email="ana@harbour-pine.example"
        )
    return doc


def add_location(world: World, *, name: str, timezone: str = "America/New_York", **fields: Any) -> Document:
    """A location of the agency, active, with the app installed. `fields` are further keys of the document."""
    agency = found_company(world)
    stamp = iso(world.clock.now())
    doc = {
        "id": world.new_location_id(),
        "companyId": agency["id"],
        "name": name,
        "timezone": timezone,
        "email": "",
        "active": True,
        "installed": True,
        "installedAt": stamp,
        "createdAt": stamp,
        **fields,
    }
    status = "active" if doc["active"] else "inactive"
    return world.store.insert("location", doc, parent=agency["id"], status=status)


def add_user(
    world: World,
    *,
    firstName: str,  # noqa: N803 - HighLevel's own names
    lastName: str,  # noqa: N803
    location_ids: list[str] | None = None,
    agency: bool = False,
    role: str = "admin",
    **fields: Any,
) -> Document:
    """A person of the agency: of all its locations (`agency`), or of those named."""
    company_id = world.store.find("company", limit=1)[0]["id"]
    ids = list(location_ids or [])
    doc = {
        "id": world.new_location_id(),
        "companyId": company_id,
        "name": f"{firstName} {lastName}",
        "firstName": firstName,
        "lastName": lastName,
        "title": "",
        "email": f"{firstName}.{lastName}@harbour-pine.example".lower().replace(" ", ""),
        "phone": "",
        "extension": "",
        "profilePhoto": avatar_url(f"{firstName} {lastName}"),
        "locationIds": ids,
        "roles": {
            "type": "agency" if agency else "account",
            "role": role,
            "locationIds": ids,
            "restrictSubAccount": not agency,
        },
        "deleted": False,
        "createdAt": iso(world.clock.now()),
        **fields,
    }
    return world.store.insert("user", doc, parent=company_id)


def add_account(
    world: World,
    location_id: str,
    *,
    platform: str,
    name: str = "",
    expire: datetime | str | None = None,
    **fields: Any,
) -> Document:
    """A connected account. `expire` is when its token ends (aware instant or ISO; None for never)."""
    oauth_id, origin_id = world.new_id(), str(int.from_bytes(hash_of(world.seed, world.new_id())[:7], "big"))
    kind = {"google": "location", "linkedin": "page", "facebook": "page"}.get(platform, "profile")
    suffix = "_page" if kind == "page" else ""
    stamp = iso(world.clock.now())
    doc = {
        "id": f"{oauth_id}_{location_id}_{origin_id}{suffix}",
        "oauthId": oauth_id,
        "profileId": world.new_id(),
        "locationId": location_id,
        "originId": origin_id,
        "name": name or f"{platform.title()} account",
        "platform": platform,
        "type": kind,
        "avatar": avatar_url(name or platform),
        "expire": iso(expire) if isinstance(expire, datetime) else expire,
        "isExpired": False,
        "active": True,
        "deleted": False,
        "meta": {},
        "createdAt": stamp,
        "updatedAt": stamp,
        **fields,
    }
    return world.store.insert("account", doc, location=location_id, ref=doc["originId"], status=doc["platform"])


def add_group(world: World, location_id: str, *, name: str, account_ids: list[str]) -> Document:
    """A group of connected accounts."""
    doc = {"id": world.new_id(), "name": name, "accountIds": account_ids, "locationId": location_id}
    return world.store.insert("account_group", doc, location=location_id)


def add_category(world: World, location_id: str, *, name: str, **fields: Any) -> Document:
    """A category."""
    stamp = iso(world.clock.now())
    doc = {
        "_id": world.new_id(),
        "name": name,
        "primaryColor": "#2f6f8f",
        "secondaryColor": "#d5e8ef",
        "locationId": location_id,
        "createdBy": world.store.find("company", limit=1)[0]["ownerId"],
        "deleted": False,
        "createdAt": stamp,
        "updatedAt": stamp,
        **fields,
    }
    return world.store.insert("category", doc, location=location_id)


def add_tag(world: World, location_id: str, *, tag: str, **fields: Any) -> Document:
    """A tag."""
    stamp = iso(world.clock.now())
    doc = {
        "_id": world.new_id(),
        "tag": tag,
        "locationId": location_id,
        "createdBy": world.store.find("company", limit=1)[0]["ownerId"],
        "deleted": False,
        "createdAt": stamp,
        "updatedAt": stamp,
        **fields,
    }
    return world.store.insert("tag", doc, location=location_id)


def add_post(world: World, location_id: str, **fields: Any) -> Document:
    """A row of a post as it stands: `fields` are keys of the document, dates may be aware instants. No rule is checked.

    Several `accountIds` make a row without `platform` and `accountId` and no further rows.
    """
    given = {name: iso(value) if isinstance(value, datetime) else value for name, value in fields.items()}
    account_ids = given.get("accountIds", [given["accountId"]] if given.get("accountId") else [])
    account = world.store.get("account", account_ids[0]) if len(account_ids) == 1 else None
    stamp = given.get("createdAt") or iso(world.clock.now())
    doc = {
        "_id": world.new_id(),
        "locationId": location_id,
        "source": "composer",
        "platform": account["platform"] if account else "",
        "accountId": account_ids[0] if len(account_ids) == 1 else None,
        "accountIds": account_ids,
        "parentPostId": None,
        "summary": "",
        "media": [],
        "status": "draft",
        "type": "post",
        "scheduleDate": None,
        "publishedAt": None,
        "postId": "",
        "error": "",
        "createdBy": world.store.find("company", limit=1)[0]["ownerId"],
        "tags": [],
        "categoryId": None,
        "followUpComment": "",
        "deleted": False,
        "createdAt": stamp,
        "updatedAt": stamp,
        **given,
    }
    doc.setdefault("displayDate", doc["scheduleDate"] or doc["publishedAt"] or doc["createdAt"])
    return world.store.insert("post", doc, **post_columns(doc))


def post_columns(doc: Document) -> dict[str, Any]:
    """The indexed columns of a post: keyword arguments for the store's insert and update, keys of a row for many."""
    return {
        "location": doc["locationId"],
        "at": parse_iso(doc["displayDate"]),
        "status": doc["status"],
        "parent": doc.get("parentPostId") or "",
        "ref": doc.get("categoryId") or "",
    }
