"""Posts: list, create, read, edit, delete.

`post` (location = locationId, at = displayDate, status = status, parent = parentPostId or "", ref = categoryId or ""):
_id, locationId, source, platform (the true one; "" on a row with several accounts), accountId (None on a row with
several accounts), accountIds, parentPostId (or None), summary, media [{url, type (MIME), caption, thumbnail, altText,
id}], status, type, scheduleDate (or None), displayDate (scheduled, else published, else created), publishedAt (or
None), postId (the network's id or ""), error ("" or the network's refusal), createdBy, userId, tags [tag ids],
categoryId (or None), followUpComment, ogTagsDetails, postApprovalDetails {approver, requesterNote, approverNote,
approvalStatus}, approvalActionAt, the seven <network>PostDetails, applyWatermark, deleted, createdAt, updatedAt.
One account: one row. Several accounts: a row with all accountIds and parentPostId None, and, unless it is a draft or in
review, one row an account (accountId, accountIds of one, parentPostId). `user`, `insights` and media `type` "image" or
"video" are worked out when a row is shown. A row whose status is scheduled and whose time has come goes out by itself.
"""

from datetime import datetime
from typing import Any

from highlevel.sandbox.clock import iso, parse_iso
from highlevel.sandbox.fields import Fields, boolean_string, choice, date, list_of, number_string, text
from highlevel.sandbox.operations import PREFIX, Call, Refusal, operation
from highlevel.sandbox.resources.accounts import accounts_of
from highlevel.sandbox.resources.ids import check_object_id
from highlevel.sandbox.resources.post_fields import POST, STATUSES
from highlevel.sandbox.resources.post_rows import post_build, post_delete, post_insert, post_save, post_spread
from highlevel.sandbox.resources.post_rules import complaints
from highlevel.sandbox.resources.post_shape import post_show
from highlevel.sandbox.resources.publishing import publish_begin
from highlevel.sandbox.store import Document

LARGEST_PAGE = 100
MOST_DELETED = 50

_PATH = PREFIX + "/{locationId}/posts"
_SETTABLE = ("draft", "scheduled", "in_review", "published")
_CLOSED = ("published", "in_progress", "pending", "notification_sent")
_SHOWN = tuple(status for status in STATUSES if status != "deleted")


@operation(
    "get-posts",
    "POST",
    _PATH + "/list",
    scope="socialplanner/post.readonly",
    status=201,
    location="path",
    body=Fields(
        type=choice(
            "recent",
            "all",
            "scheduled",
            "draft",
            "failed",
            "in_review",
            "published",
            "in_progress",
            "pending",
            "deleted",
        ),
        accounts=text(),
        skip=number_string(required=True, minimum=0),
        limit=number_string(required=True, minimum=1, maximum=LARGEST_PAGE),
        fromDate=date(required=True),
        toDate=date(required=True),
        includeUsers=boolean_string(required=True),
        postType=choice("post", "story", "reel"),
    ),
)
def list_posts(call: Call) -> dict[str, Any]:
    """Rows whose displayDate lies in the window (both ends included), latest first, those of accounts included."""
    body = call.body
    kind = body.get("type") or "all"
    any_of = {}
    if body.get("accounts"):
        any_of["accountIds"] = [part.strip() for part in body["accounts"].split(",")]
    if body.get("postType"):
        any_of["type"] = [body["postType"]]
    status: str | tuple[str, ...] = _SHOWN if kind in ("all", "recent") else kind
    window = {"at_from": parse_iso(body["fromDate"]), "at_to": parse_iso(body["toDate"])}
    store, skip, limit = call.world.store, *call.page()
    found = store.find(
        "post",
        location=call.location_id,
        status=status,
        any_of=any_of,
        descending=True,
        skip=skip,
        limit=limit,
        **window,  # type: ignore[arg-type]
    )
    count = store.count("post", location=call.location_id, status=status, any_of=any_of, **window)  # type: ignore[arg-type]
    user = body["includeUsers"] == "true"
    posts = [post_show(call.world, doc, call.now, user=user) for doc in found]
    return {"message": "Fetched Posts", "results": {"posts": posts, "count": count}}


@operation("create-post", "POST", _PATH, scope="socialplanner/post.write", status=201, location="path", body=POST)
def create_post(call: Call) -> dict[str, Any]:
    """Plan a post, keep a draft, ask for approval, or (also when no status is given) publish at once.

    What is published at once comes back without a post: it is worked on later.
    """
    status = call.body.get("status") or "published"
    _check(call, call.body, status)
    if status == "published":
        doc = post_build(call.world, call.location_id, call.body, "in_progress", call.now)
        post_insert(call.world, doc)
        publish_begin(call.world, doc, call.now)
        return {"message": "Created Post", "results": {}}
    doc = post_build(call.world, call.location_id, call.body, status, call.now)
    if status == "in_review":
        doc["postApprovalDetails"] = {**doc["postApprovalDetails"], "approvalStatus": "pending"}
    post_insert(call.world, doc)
    return {"message": "Created Post", "results": {"post": post_show(call.world, doc, call.now)}}


@operation("get-post", "GET", _PATH + "/{id}", scope="socialplanner/post.readonly", location="path")
def get_post(call: Call) -> dict[str, Any]:
    """One row, deleted ones too."""
    doc = call.world.store.get("post", check_object_id(call.path["id"]))
    if doc is None or doc["locationId"] != call.location_id:
        raise Refusal(400, "Post not found")
    return {"message": "Fetched Post", "results": {"post": post_show(call.world, doc, call.now, user=True)}}


@operation("edit-post", "PUT", _PATH + "/{id}", scope="socialplanner/post.write", location="path", body=POST)
def edit_post(call: Call) -> dict[str, Any]:
    """Replace a post by the body: what the body leaves out is gone, the status and with it the date included."""
    old = _living(call, call.path["id"])
    if old["status"] in _CLOSED:
        raise Refusal(400, "Published post can not be edited")
    if old["parentPostId"] and call.body["accountIds"] != old["accountIds"]:
        raise Refusal(400, "The row of one account keeps its account")
    body, decision = dict(call.body), _decision(call.body, old)
    status = "scheduled" if decision == "approved" else body.get("status") or "draft"
    if old["status"] in ("scheduled", "in_review") and not body.get("scheduleTimeUpdated") and body.get("scheduleDate"):
        body["scheduleDate"] = old["scheduleDate"]
    if not body.get("status") and not decision:
        body["scheduleDate"] = None
    _check(call, body, status)
    kept = {name: old[name] for name in ("_id", "source", "parentPostId", "createdAt", "createdBy")}
    built = "in_progress" if status == "published" else status
    doc = {**post_build(call.world, call.location_id, body, built, call.now), **kept}
    if status == "in_review" or decision:
        approval = {**(old.get("postApprovalDetails") or {}), **(body.get("postApprovalDetails") or {})}
        doc["postApprovalDetails"] = {**approval, "approvalStatus": decision or "pending"}
    if decision:
        doc["approvalActionAt"] = iso(call.now)
        if decision == "approved" and call.world.settings["approval_keeps_one_image"]:
            doc["media"] = doc["media"][:1]
    post_save(call.world, doc)
    if not doc["parentPostId"]:
        post_spread(call.world, doc)
    if status == "published":
        publish_begin(call.world, doc, call.now)
    return {"message": "Updated Post"}


@operation("delete-post", "DELETE", _PATH + "/{id}", scope="socialplanner/post.write", location="path")
def delete_post(call: Call) -> dict[str, Any]:
    """Forget a post; on the networks it stays. A row of one account goes alone, and its post will make it again."""
    doc = _living(call, call.path["id"])
    post_delete(call.world, doc, call.now)
    return {"message": "Deleted Post", "results": {"postId": doc["_id"]}}


@operation(
    "bulk-delete-social-planner-posts",
    "POST",
    _PATH + "/bulk-delete",
    scope=None,
    status=201,
    location="path",
    body=Fields(postIds=list_of(text(), required=True)),
)
def bulk_delete(call: Call) -> dict[str, Any]:
    """Forget up to 50 posts; ids that are unknown or deleted already do not count."""
    if not (call.bearer.has("socialplanner/post.write") or call.bearer.has("socialplanner/csv.write")):
        raise Refusal(401, "The token is not authorized for this scope.")
    ids = [check_object_id(id) for id in call.body["postIds"]]
    if len(ids) > MOST_DELETED:
        raise Refusal(400, f"Cannot delete more than {MOST_DELETED} posts at a time.")
    found = [
        doc
        for doc in call.world.store.get_many("post", dict.fromkeys(ids))
        if doc["locationId"] == call.location_id and not doc["deleted"]
    ]
    if not found:
        raise Refusal(404, "No posts found with the given IDs.")
    for doc in found:
        post_delete(call.world, doc, call.now)
    results = {"message": "Posts deleted successfully", "deletedCount": len(found)}
    return {"message": "Posts Deleted Successfully", "results": results}


def _living(call: Call, id: str) -> Document:
    doc = call.world.store.get("post", check_object_id(id))
    if doc is None or doc["locationId"] != call.location_id or doc["deleted"]:
        raise Refusal(400, "Post not found")
    return doc


def _decision(body: dict[str, Any], old: Document) -> str | None:
    asked = (body.get("postApprovalDetails") or {}).get("approvalStatus")
    return asked if old["status"] == "in_review" and asked in ("approved", "rejected") else None


def _check(call: Call, body: dict[str, Any], status: str) -> None:
    now: datetime = call.now
    found = [] if status in _SETTABLE else [f"status must be one of the following values: {', '.join(_SETTABLE)}"]
    accounts = {doc["id"]: doc for doc in accounts_of(call.world, call.location_id)}
    if found := found or complaints(body, status, accounts, now):
        raise Refusal(422, found)
