"""Tags.

`tag` (location = locationId): _id, tag, locationId, createdBy, deleted, createdAt, updatedAt.
"""

from typing import Any

from highlevel.sandbox.fields import Fields, list_of, text
from highlevel.sandbox.operations import PREFIX, Call, operation
from highlevel.sandbox.resources.categories import LIST_QUERY
from highlevel.sandbox.resources.ids import check_object_id


@operation(
    "get-tags-location-id",
    "GET",
    PREFIX + "/{locationId}/tags",
    scope="socialplanner/tag.readonly",
    location="path",
    query=LIST_QUERY,
)
def list_tags(call: Call) -> dict[str, Any]:
    """Tags of a location in the order in which they were made."""
    found = call.world.store.find("tag", location=call.location_id, order="rowid")
    wanted = call.query.get("searchText", "").casefold()
    found = [doc for doc in found if wanted in doc["tag"].casefold() and not doc["deleted"]]
    skip, limit = call.page()
    results = {"tags": found[skip : skip + limit], "count": len(found)}
    return {"message": "Fetched Tags by Location ID", "results": results}


@operation(
    "get-tags-by-ids",
    "POST",
    PREFIX + "/{locationId}/tags/details",
    scope="socialplanner/tag.readonly",
    status=201,
    location="path",
    body=Fields(tagIds=list_of(text(), required=True)),
)
def tags_by_ids(call: Call) -> dict[str, Any]:
    """The tags with the given ids; unknown ones are left out."""
    ids = [check_object_id(id) for id in call.body["tagIds"]]
    found = [doc for doc in call.world.store.get_many("tag", ids) if doc["locationId"] == call.location_id]
    return {"message": "Fetched Tags by Tag IDs", "results": {"tags": found, "count": len(found)}}
