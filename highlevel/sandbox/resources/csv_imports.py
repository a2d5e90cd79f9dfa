"""CSV imports: upload, set accounts, follow, finalise, delete.

Documents
`csv_upload` (location = locationId): _id (the filePath), locationId, filePath, fileName, fileSize, rowsCount,
csvFileType (basic or advance), rows (parsed cells).
`csv_import` (location = locationId, status = its status, at = createdAt): _id, locationId, fileName, accountIds, file
(the path), status (pending, importing, in_review, in_progress, completed, failed, deleted), count, createdBy, approver
(or None), csvFileType, mediaOptimization, applyWatermark, channel, createdAt, updatedAt; private: finalisedBy (user id,
or None until PATCH was called).
`csv_row` (location = locationId, parent = import id, status = its status): _id, accountIds, link {url, ogTitle,
ogDescription, ogUrl, ogSiteName, error} (may be {}), medias [{url, type, size, width, height, ... instagramError,
gmbError, facebookError, ...}], scheduleDate (UTC, or "" for a draft), summary, followUpComment, type, errorMessage,
csvFileType, mediaOptimization, applyWatermark, <network>PostDetails, status (pending, accepted, rejected, deleted),
updatedAt; private: tags (names), category (name), postId (of the post made of it, or None).
`csv_step` (at = when it is due): _id (import id), the next move of an import that is under way; none in a seeded one.

The statuses move by the clock: pending, importing (rows are looked at), in_progress (waits for PATCH, then posts are
made), then in_review if there is an approver, else completed; failed when no row can become a post. An import leaves
in_review when the last of its posts has.
"""

from typing import Any

from highlevel.sandbox.clock import iso
from highlevel.sandbox.csv_files import BadFile, read_import_file
from highlevel.sandbox.csv_import_steps import delete_row, find_import, set_status, start
from highlevel.sandbox.fields import Field, Fields, boolean_string, choice, number, number_string, text
from highlevel.sandbox.operations import PREFIX, Call, Refusal, operation
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import ORIGIN, hash_of

_ACCOUNT_COMPLAINTS = (
    "accountIds should not be null or undefined",
    "accountIds should not be empty",
    "accountIds must be an array",
    "Invalid account id in accountIds list",
)
_HIDDEN_OF_IMPORT = ("finalisedBy",)
_HIDDEN_OF_ROW = ("tags", "category", "postId")
_ONE_IMPORT = PREFIX + "/{locationId}/csv/{id}"


@operation(
    "upload-csv",
    "POST",
    PREFIX + "/{locationId}/csv",
    scope="socialplanner/csv.write",
    status=201,
    location="path",
    form=Fields(),
)
def upload_csv(call: Call) -> dict[str, Any]:
    """Keep an import file and say how many rows it has. Refused with a code when it is not like the sample."""
    upload = call.files.get("file")
    if upload is None:
        raise Refusal(400, "File is required")
    content = upload.stream.read()
    name = upload.filename or "import.csv"
    try:
        found = read_import_file(name, content.replace(call.request.host_url.rstrip("/").encode(), ORIGIN.encode()))
    except BadFile as bad:
        raise Refusal(400, str(bad), payload=bad.payload) from None
    digest = hash_of(call.world.new_id()).hex()
    path = f"{call.location_id}/social-import/{digest[:8]}-{digest[8:12]}-{digest[12:24]}.{name.rpartition('.')[2]}"
    shown = {
        "filePath": path,
        "rowsCount": len(found.rows),
        "fileName": name,
        "fileSize": len(content),
        "csvFileType": found.kind,
    }
    upload_doc = {"_id": path, "locationId": call.location_id, **shown, "rows": found.rows}
    call.world.store.insert("csv_upload", upload_doc, location=call.location_id)
    return {"message": "Uploaded CSV", "results": shown}


@operation(
    "set-accounts",
    "POST",
    PREFIX + "/{locationId}/set-accounts",
    scope="socialplanner/csv.write",
    status=201,
    location="path",
    body=Fields(
        accountIds=Field(kind="any"),
        filePath=text(required=True),
        rowsCount=number(required=True),
        fileName=text(required=True),
        approver=text(),
        userId=text(required=True),
        csvFileType=choice("basic", "advance"),
    ),
)
def set_accounts(call: Call) -> dict[str, Any]:
    """Begin to import an uploaded file for the given accounts."""
    body, world = call.body, call.world
    account_ids = _account_ids(call)
    upload = world.store.get("csv_upload", body["filePath"])
    if upload is None or upload["locationId"] != call.location_id:
        raise Refusal(400, "CSV file not found")
    if not 1 <= body["rowsCount"] <= upload["rowsCount"]:
        raise Refusal(422, ["rowsCount must be between 1 and number of posts in CSV"])
    if body.get("approver") and world.store.get("user", body["approver"]) is None:
        raise Refusal(422, ["approver must be a valid user"])
    rows = upload["rows"][: int(body["rowsCount"])]
    now = iso(call.now)
    doc = {
        "_id": world.new_id(),
        "locationId": call.location_id,
        "fileName": body["fileName"],
        "accountIds": account_ids,
        "file": body["filePath"],
        "status": "pending",
        "count": len(rows),
        "createdBy": body["userId"],
        "approver": body.get("approver"),
        "csvFileType": upload["csvFileType"],
        "mediaOptimization": any(row.get("mediaOptimization", "").lower() == "true" for row in rows),
        "applyWatermark": any(row.get("applyWatermark", "").lower() == "true" for row in rows),
        "channel": "oauth",
        "createdAt": now,
        "updatedAt": now,
        "finalisedBy": None,
    }
    world.store.insert("csv_import", doc, location=call.location_id, at=call.now, status="pending")
    start(world, doc)
    return {"message": "Accounts Set Successfully", "results": {"csvId": doc["_id"]}}


@operation(
    "get-upload-status",
    "GET",
    PREFIX + "/{locationId}/csv",
    scope="socialplanner/csv.readonly",
    location="path",
    query=Fields(
        userId=text(required=True),
        skip=number_string(),
        limit=number_string(),
        includeUsers=boolean_string(),
        isFromTemplate=boolean_string(),
    ),
)
def get_upload_status(call: Call) -> dict[str, Any]:
    """A page of the imports of a location, newest first; deleted ones are not among them."""
    skip, limit = call.page(limit=10)
    shown = ("pending", "importing", "in_progress", "in_review", "completed", "failed")
    if call.query.get("isFromTemplate") == "true":
        return {"message": "Fetched CSV Upload Status", "results": {"csvs": [], "count": 0}}
    store, location_id = call.world.store, call.location_id
    found = store.find("csv_import", location=location_id, status=shown, descending=True, skip=skip, limit=limit)
    count = store.count("csv_import", location=location_id, status=shown)
    csvs = [_import_shown(doc) for doc in found]
    if call.query.get("includeUsers") == "true":
        csvs = [_with_user(call, doc) for doc in csvs]
    return {"message": "Fetched CSV Upload Status", "results": {"csvs": csvs, "count": count}}


@operation(
    "get-csv-post",
    "GET",
    _ONE_IMPORT,
    scope="socialplanner/csv.readonly",
    location="path",
    query=Fields(skip=number_string(), limit=number_string()),
)
def get_csv_post(call: Call) -> dict[str, Any]:
    """One import and a page of its rows, in the order of the file; deleted rows are not among them."""
    doc = find_import(call.world, call.location_id, call.path["id"])
    skip, limit = call.page(limit=10)
    store, alive = call.world.store, ("pending", "accepted", "rejected")
    rows = store.find("csv_row", parent=doc["_id"], status=alive, order="rowid", skip=skip, limit=limit)
    results = {
        "csv": _import_shown(doc),
        "count": store.count("csv_row", parent=doc["_id"], status=alive),
        "posts": [{key: value for key, value in row.items() if key not in _HIDDEN_OF_ROW} for row in rows],
    }
    return {"message": "Fetched CSV Post", "results": results}


@operation(
    "start-csv-finalize",
    "PATCH",
    _ONE_IMPORT,
    scope="socialplanner/csv.write",
    location="path",
    body=Fields(userId=text(required=True)),
)
def start_csv_finalize(call: Call) -> dict[str, Any]:
    """Have posts made of the rows without errors; the rows with errors are rejected. Refused a second time."""
    doc = find_import(call.world, call.location_id, call.path["id"])
    if doc["status"] in ("pending", "importing"):
        raise Refusal(400, "CSV import is still being processed")
    if doc["status"] != "in_progress" or doc["finalisedBy"]:
        raise Refusal(400, "CSV import is already finalized")
    doc = {**doc, "finalisedBy": call.body["userId"], "updatedAt": iso(call.now)}
    call.world.store.update("csv_import", doc["_id"], doc)
    start(call.world, doc)
    return {"message": "Updated Successfully"}


@operation("delete-csv", "DELETE", _ONE_IMPORT, scope="socialplanner/csv.write", location="path")
def delete_csv(call: Call) -> dict[str, Any]:
    """Delete an import and the posts that it made which have not gone out yet."""
    doc = find_import(call.world, call.location_id, call.path["id"])
    for row in call.world.store.find("csv_row", parent=doc["_id"]):
        delete_row(call.world, row, call.now)
    call.world.store.delete("csv_step", doc["_id"])
    doc = set_status(call.world, doc, "deleted", call.now)
    shown = {key: value for key, value in _import_shown(doc).items() if key != "id"}
    return {"message": "Deleted CSV", "results": {"csv": shown}}


@operation(
    "delete-csv-post",
    "DELETE",
    PREFIX + "/{locationId}/csv/{csvId}/post/{postId}",
    scope="socialplanner/csv.write",
    location="path",
)
def delete_csv_post(call: Call) -> dict[str, Any]:
    """Delete one row of an import, and the post that was made of it if it has not gone out yet."""
    doc = find_import(call.world, call.location_id, call.path["csvId"])
    row = call.world.store.get("csv_row", call.path["postId"])
    of_import = call.world.store.find("csv_row", parent=doc["_id"]) if row else []
    if row is None or row["status"] == "deleted" or all(one["_id"] != row["_id"] for one in of_import):
        raise Refusal(400, "CSV post not found")
    delete_row(call.world, row, call.now)
    doc = {**doc, "count": doc["count"] - 1, "updatedAt": iso(call.now)}
    call.world.store.update("csv_import", doc["_id"], doc)
    names = ("_id", "csvFileType", "mediaOptimization", "applyWatermark", "status", "updatedAt")
    return {
        "message": "Deleted CSV Post",
        "results": {"postId": row["_id"], "csv": {name: doc[name] for name in names}},
    }


def _account_ids(call: Call) -> list[str]:
    given = call.body.get("accountIds")
    if given is None:
        raise Refusal(422, list(_ACCOUNT_COMPLAINTS))
    if not isinstance(given, list):
        raise Refusal(422, [_ACCOUNT_COMPLAINTS[2], _ACCOUNT_COMPLAINTS[3]])
    if not given:
        raise Refusal(422, [_ACCOUNT_COMPLAINTS[1]])
    for account_id in given:
        account = call.world.store.get("account", account_id) if isinstance(account_id, str) else None
        if account is None or account["locationId"] != call.location_id:
            raise Refusal(422, [_ACCOUNT_COMPLAINTS[3]])
    return given


def _import_shown(doc: Document) -> dict[str, Any]:
    shown = {key: value for key, value in doc.items() if key not in _HIDDEN_OF_IMPORT and value is not None}
    return {"id": shown.pop("_id"), **shown}


def _with_user(call: Call, shown: dict[str, Any]) -> dict[str, Any]:
    user = call.world.store.get("user", shown["createdBy"])
    names = ("id", "firstName", "lastName", "email", "profilePhoto")
    return {**shown, "user": {name: user.get(name, "") for name in names}} if user else shown
