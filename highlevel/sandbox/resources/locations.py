"""Locations and users.

`company` (one): id, name, ownerId (a user id), clientId, clientSecret, appId, agencyToken, controlKey.
`location` (parent = companyId, status = "active" or "inactive"): id, companyId, name, timezone (IANA), email, phone,
address, city, state, country, postalCode, website, logoUrl, domain, firstName, lastName, active, installed (whether the
app is installed), installedAt, createdAt. `business`, `social`, `settings` are worked out when one is shown.
`user` (parent = companyId): id, companyId, name, firstName, lastName, title, email, phone, extension, profilePhoto,
locationIds, roles {type "agency" or "account", role "admin" or "user", locationIds, restrictSubAccount}, deleted,
createdAt.
"""

from typing import Any

from highlevel.sandbox.access import check_location
from highlevel.sandbox.fields import Fields, boolean_string, number_string, text
from highlevel.sandbox.operations import Call, Refusal, Reply, operation
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World

_SHOWN = ("name", "address", "city", "state", "country", "postalCode", "website", "timezone", "email", "phone")
_SETTINGS = {
    "allowDuplicateContact": False,
    "allowDuplicateOpportunity": False,
    "allowFacebookNameMerge": False,
    "disableContactTimezone": False,
}


def company(world: World) -> Document:
    """The agency. Raises LookupError before there is one."""
    found = world.store.find("company", limit=1)
    if not found:
        raise LookupError("The sandbox has no company yet.")
    return found[0]


def set_active(world: World, location_id: str, active: bool) -> None:
    """Pause a location (unpaid, say) or bring it back. While paused its tokens are refused."""
    doc = world.store.get("location", location_id)
    if doc is None:
        raise KeyError(location_id)
    status = "active" if active else "inactive"
    world.store.update("location", location_id, {**doc, "active": active}, status=status)


@operation(
    "search-locations",
    "GET",
    "/locations/search",
    scope="locations.readonly",
    token="any",  # noqa: S106 - the kind of token
    query=Fields(
        companyId=text(), skip=number_string(), limit=number_string(), order=text(), email=text(), locationId=text()
    ),
)
def search_locations(call: Call) -> Reply:
    """Locations by name: all of the company for an agency token, its own for a location token."""
    store = call.world.store
    if call.bearer.kind == "location":
        own = store.get("location", call.bearer.location_id)
        found = [own] if own else []
    else:
        found = store.find("location", parent=call.query.get("companyId") or call.bearer.company_id, order="rowid")
    if email := call.query.get("email"):
        found = [doc for doc in found if doc["email"] == email]
    found.sort(key=lambda doc: str(doc["name"]).casefold(), reverse=call.query.get("order") == "desc")
    skip, limit = call.page()
    return Reply(200, {"locations": [_brief(doc) for doc in found[skip : skip + limit]]})


@operation(
    "get-location",
    "GET",
    "/locations/{locationId}",
    scope="locations.readonly",
    location="path",
    token="any",  # noqa: S106
)
def get_location(call: Call) -> Reply:
    """One location."""
    doc = call.world.store.get("location", call.location_id)
    if doc is None or doc["companyId"] != call.bearer.company_id:
        raise Refusal(400, "Location with id not found")
    business = {name: doc[name] for name in (*_SHOWN[:8], "logoUrl") if doc.get(name)}
    shown = {name: doc.get(name, "") for name in ("companyId", "domain", "logoUrl", "firstName", "lastName")}
    return Reply(200, {"location": {**_brief(doc), **shown, "business": business, "reseller": {}}})


@operation(
    "search-users",
    "GET",
    "/users/search",
    scope="users.readonly",
    token="any",  # noqa: S106
    query=Fields(
        companyId=text(required=True),
        query=text(),
        skip=number_string(),
        limit=number_string(),
        locationId=text(),
        type=text(),
        role=text(),
        ids=text(),
        sort=text(),
        sortDirection=text(),
        enabled2waySync=boolean_string(),
    ),
)
def search_users(call: Call) -> Reply:
    """People of the company, or of one location, by name."""
    query = call.query
    if query["companyId"] != call.bearer.company_id:
        raise Refusal(401, "The token does not have access to this company.")
    location = query.get("locationId") or call.bearer.location_id
    if location:
        check_location(call, location)
    any_of = {"locationIds": [location]} if location else None
    found = call.world.store.find("user", parent=query["companyId"], order="rowid", any_of=any_of)
    found = [doc for doc in found if _matches(doc, query)]
    found.sort(key=lambda doc: str(doc["name"]).casefold(), reverse=query.get("sortDirection") == "desc")
    skip, limit = call.page(limit=25)
    return Reply(200, {"users": [_person(doc) for doc in found[skip : skip + limit]], "count": len(found)})


@operation("get-user", "GET", "/users/{userId}", scope="users.readonly", token="any")  # noqa: S106
def get_user(call: Call) -> Reply:
    """One person of the company."""
    doc = call.world.store.get("user", call.path["userId"])
    if doc is None or doc["companyId"] != call.bearer.company_id:
        raise Refusal(400, "User not found")
    return Reply(200, _person(doc))


def _matches(doc: Document, query: dict[str, str]) -> bool:
    wanted = query.get("query", "").casefold()
    return (
        wanted in f"{doc['name']} {doc['email']}".casefold()
        and query.get("type") in (None, doc["roles"]["type"])
        and query.get("role") in (None, doc["roles"]["role"])
        and (not query.get("ids") or doc["id"] in query["ids"].split(","))
    )


def _brief(doc: Document) -> dict[str, Any]:
    shown = {name: doc.get(name, "") for name in _SHOWN}
    return {"id": doc["id"], **shown, "settings": dict(_SETTINGS), "social": {}}


def _person(doc: Document) -> dict[str, Any]:
    names = ("id", "name", "firstName", "lastName", "email", "phone", "extension", "roles", "deleted", "profilePhoto")
    return {**{name: doc[name] for name in names if name in doc}, "permissions": {"socialPlanner": True}}
