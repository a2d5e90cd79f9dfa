"""Every operation the client knows: one row each, named as HighLevel's documents name it (operationId)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Whether an operation changes anything at HighLevel; several reads are POST requests."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the table.

    `safe_to_repeat` means that sending the same request twice leaves what sending it once leaves. `documented` is
    False for the older paths that the current documents have dropped. `bearer` is False where no token is sent.
    """

    name: str
    method: str
    path: str
    kind: Kind
    safe_to_repeat: bool
    documented: bool = True
    bearer: bool = True


OPERATIONS: dict[str, Operation] = {}

SOCIAL = "/social-media-posting"
HERE = f"{SOCIAL}/{{locationId}}"
QUEUES = f"{SOCIAL}/category/queues"
CONNECT = f"{SOCIAL}/oauth/{{locationId}}/{{platform}}/accounts/{{accountId}}"
COMMENTS = f"{SOCIAL}/comments/{{platform}}"


def _add(operation: Operation) -> None:
    OPERATIONS[operation.name] = operation


def _read(name: str, method: str, path: str, *, documented: bool = True) -> None:
    _add(Operation(name, method, path, Kind.READ, safe_to_repeat=True, documented=documented))


def _write(
    name: str, method: str, path: str, *, repeat: bool = False, documented: bool = True, bearer: bool = True
) -> None:
    _add(Operation(name, method, path, Kind.WRITE, repeat, documented, bearer))


# A refresh token works once, so a token request is never repeated; minting a location token is harmless.
_write("get-access-token", "POST", "/oauth/token", bearer=False)
_write("get-location-access-token", "POST", "/oauth/location-token", repeat=True)
_write("get-location-access-token-v2", "POST", "/oauth/locationToken", repeat=True, documented=False)
_read("get-installed-location", "GET", "/oauth/installed-locations")
_read("get-installed-location-v2", "GET", "/oauth/installedLocations", documented=False)

_read("search-locations", "GET", "/locations/search")
_read("get-location", "GET", "/locations/{locationId}")
_read("search-users", "GET", "/users/search")
_read("get-user", "GET", "/users/{userId}")
_read("fetch-media-content", "GET", "/medias/files")
_write("upload-media-content", "POST", "/medias/upload-file")

# An edit is a whole-object PUT: a repeat would overwrite what somebody changed in between.
_read("get-posts", "POST", f"{HERE}/posts/list")
_write("create-post", "POST", f"{HERE}/posts")
_read("get-post", "GET", f"{HERE}/posts/{{id}}")
_write("edit-post", "PUT", f"{HERE}/posts/{{id}}")
_write("delete-post", "DELETE", f"{HERE}/posts/{{id}}", repeat=True)
_write("bulk-delete-social-planner-posts", "POST", f"{HERE}/posts/bulk-delete", repeat=True)

_read("get-account", "GET", f"{HERE}/accounts")
_write("delete-account", "DELETE", f"{HERE}/accounts/{{id}}", repeat=True)

_write("upload-csv", "POST", f"{HERE}/csv")
_read("get-upload-status", "GET", f"{HERE}/csv")
_write("set-accounts", "POST", f"{HERE}/set-accounts")
_read("get-csv-post", "GET", f"{HERE}/csv/{{id}}")
_write("start-csv-finalize", "PATCH", f"{HERE}/csv/{{id}}")
_write("delete-csv", "DELETE", f"{HERE}/csv/{{id}}", repeat=True)
_write("delete-csv-post", "DELETE", f"{HERE}/csv/{{csvId}}/post/{{postId}}", repeat=True)

_read("start-oauth", "GET", f"{SOCIAL}/oauth/{{platform}}/start")
_read("get-oauth-accounts", "GET", CONNECT)
_write("attach-oauth-accounts", "POST", CONNECT)

_read("get-categories-location-id", "GET", f"{HERE}/categories")
_read("get-categories-id", "GET", f"{HERE}/categories/{{id}}")
_read("get-tags-location-id", "GET", f"{HERE}/tags")
_read("get-tags-by-ids", "POST", f"{HERE}/tags/details")
_read("get-statistics", "POST", f"{SOCIAL}/statistics")

# Starting an edit session resumes the one that is open; ending the active post names the post, so a repeat misses.
_read("fetchAvailableCategories", "GET", f"{QUEUES}/available-categories")
_write("createQueue", "POST", QUEUES)
_read("fetchQueues", "POST", f"{QUEUES}/list")
_read("fetchQueueById", "GET", f"{QUEUES}/{{queueId}}")
_write("updateQueue", "PUT", f"{QUEUES}/{{queueId}}")
_read("fetchQueueItems", "POST", f"{QUEUES}/{{queueId}}/items")
_write("startEditSession", "POST", f"{QUEUES}/{{queueId}}/edit/start", repeat=True)
_write("saveEditSession", "POST", f"{QUEUES}/{{queueId}}/edit/save")
_write("discardEditSession", "POST", f"{QUEUES}/{{queueId}}/edit/discard", repeat=True)
_read("fetchEditSessionCalendar", "POST", f"{QUEUES}/{{queueId}}/edit/calendar")
_read("fetchSlots", "POST", f"{QUEUES}/{{queueId}}/slots")
_write("deleteQueueItem", "DELETE", f"{QUEUES}/{{queueId}}/items/{{itemId}}", repeat=True)
_write("updateQueueItem", "PUT", f"{QUEUES}/{{queueId}}/items/{{itemId}}")
_read("fetchCalendarList", "POST", f"{QUEUES}/list/calendar")
_write("deleteCurrentActivePostAndScheduleNext", "DELETE", f"{QUEUES}/{{postId}}/active-post", repeat=True)
_write("resetQueueItem", "PUT", f"{QUEUES}/{{queueId}}/items/{{itemId}}/reset")
_write("cloneQueueItem", "POST", f"{QUEUES}/{{queueId}}/items/{{itemId}}/clone")
_write("createQueueItem", "POST", f"{QUEUES}/{{queueId}}/create/item")

_write("create-comment", "POST", COMMENTS)
_write("create-like", "POST", f"{COMMENTS}/{{id}}/like", repeat=True)
_write("delete-like", "DELETE", f"{COMMENTS}/{{id}}/like", repeat=True)
_read("get-comment-list", "POST", f"{COMMENTS}/list")
