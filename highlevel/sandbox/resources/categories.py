"""Categories.

`category` (location = locationId): _id, name, primaryColor, secondaryColor, locationId, createdBy, deleted, createdAt,
updatedAt.
"""

from typing import Any

from highlevel.sandbox.fields import Fields, number_string, text
from highlevel.sandbox.operations import PREFIX, Call, operation
from highlevel.sandbox.resources.ids import check_object_id

LIST_QUERY = Fields(searchText=text(), limit=number_string(), skip=number_string())


@operation(
    "get-categories-location-id",
    "GET",
    PREFIX + "/{locationId}/categories",
    scope="socialplanner/category.readonly",
    location="path",
    query=LIST_QUERY,
)
def list_categories(call: Call) -> dict[str, Any]:
    """Categories of a location in the order in which they were made, those thrown away included and marked."""
    found = call.world.store.find("category", location=call.location_id, order="rowid")
    wanted = call.query.get("searchText", "").casefold()
    found = [doc for doc in found if wanted in doc["name"].casefold()]
    skip, limit = call.page()
    results = {"count": len(found), "categories": found[skip : skip + limit]}
    return {"message": "Fetched Categories by Location ID", "results": results}


@operation(
    "get-categories-id",
    "GET",
    PREFIX + "/{locationId}/categories/{id}",
    scope="socialplanner/category.readonly",
    location="path",
)
def get_category(call: Call) -> dict[str, Any]:
    """One category; for an unknown one a success whose category holds nothing but a message."""
    doc = call.world.store.get("category", check_object_id(call.path["id"]))
    if doc is None or doc["locationId"] != call.location_id:
        missing = {"deleted": False, "message": "Category not found"}
        return {"message": "Fetched Category", "results": {"category": missing}}
    return {"message": "Fetched Category", "results": {"category": doc}}
