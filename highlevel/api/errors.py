"""What can go wrong between us and HighLevel, and which class says so.

Transient errors mean that the same call may be made later; permanent ones need a person or other data first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from highlevel.api.operations import Kind, Operation


class RemoteError(Exception):
    """A call did not end well.

    `code` is a stable word for translating into a sentence; `status` is the HTTP status or None without an answer;
    `retry_after` is in seconds; `request_id` is HighLevel's trace id; `remote_code` is HighLevel's own code, if any.
    """

    default_code = "remote_error"
    transient = False

    def __init__(
        self,
        message: str,
        *,
        operation: str = "",
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        remote_code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation
        self.status = status
        self.code = code or self.default_code
        self.request_id = request_id
        self.retry_after = retry_after
        self.remote_code = remote_code

    def __str__(self) -> str:
        about = [self.operation or "no operation", f"status {self.status}" if self.status else "no answer"]
        if self.request_id:
            about.append(f"trace {self.request_id}")
        return f"{self.message} [{', '.join(about)}]"


class TransientError(RemoteError):
    """The same call may succeed later without anybody doing anything."""

    transient = True


class PermanentError(RemoteError):
    """The same call will fail again until somebody changes something."""


class Unreachable(TransientError):
    """The request surely did not arrive: no address, no connection."""

    default_code = "unreachable"


class LimiterUnavailable(Unreachable):
    """Nothing was sent, because the shared request budget could not be asked (Redis does not answer)."""

    default_code = "limiter_unavailable"


class OutcomeUnknown(TransientError):
    """A write was sent and no trustworthy answer came: look before sending it again."""

    default_code = "outcome_unknown"


class RateLimited(TransientError):
    """HighLevel, or our own budget for it, asks to wait; nothing was done. Codes: rate_limited, daily_limit."""

    default_code = "rate_limited"


class RemoteDown(TransientError):
    """HighLevel failed or fell silent, and a repeat is harmless. Codes: remote_down, timeout, blocked_at_edge."""

    default_code = "remote_down"


class Rejected(PermanentError):
    """HighLevel refused the request. `messages` are its words, `fields` the request fields that they name."""

    default_code = "rejected"

    def __init__(self, message: str, *, messages: tuple[str, ...] = (), **about: Any) -> None:
        super().__init__(message, **about)
        self.messages = messages or (message,)
        self.fields = tuple(dict.fromkeys(name for text in self.messages if (name := field_named_in(text))))


class NotFound(PermanentError):
    """The object is gone, or never was."""

    default_code = "not_found"


class Conflict(PermanentError):
    """The object is in a state that does not allow this."""

    default_code = "conflict"


class BadCredentials(PermanentError):
    """The token is refused. Codes: bad_credentials, forbidden, invalid_grant, and those of the subclasses."""

    default_code = "bad_credentials"


class MissingScope(BadCredentials):
    """The token is good, but lacks the scope of this operation; a new token of the same kind will not help."""

    default_code = "missing_scope"


class LocationInactive(BadCredentials):
    """HighLevel has paused this location or its agency; the same credential works again once it is active."""

    default_code = "location_inactive"


class AppNotInstalled(BadCredentials):
    """The location, or the agency, has taken the app out, or never let it in."""

    default_code = "not_installed"


class BadReply(PermanentError):
    """HighLevel answered something that cannot be read: not JSON, too long, a field missing, a page that repeats."""

    default_code = "bad_reply"


# "It is gone" is these statuses and texts and nothing else. A route that does not exist answers 404 as well and is told
# apart by its text, because a wrong Version header or address must not make every post look deleted. The documents know
# no 404 for single objects: a 400 speaks for the object in the path, in the words below.
GONE_STATUSES = frozenset({404, 410})
QUEUE_ITEM_OPERATIONS = frozenset({"deleteQueueItem", "updateQueueItem", "resetQueueItem", "cloneQueueItem"})
GONE_TEXTS = {
    "post not found": frozenset({"get-post", "edit-post", "delete-post"}),
    "account not found": frozenset({"delete-account"}),
    "csv not found": frozenset({"get-csv-post", "start-csv-finalize", "delete-csv", "delete-csv-post"}),
    "csv post not found": frozenset({"delete-csv-post"}),
    "category not found": frozenset({"get-categories-id"}),
    "queue not found": QUEUE_ITEM_OPERATIONS
    | {"fetchQueueById", "updateQueue", "fetchQueueItems", "fetchSlots", "createQueueItem"}
    | {"startEditSession", "saveEditSession", "discardEditSession", "fetchEditSessionCalendar"},
    "queue item not found": QUEUE_ITEM_OPERATIONS,
    "active post not found": frozenset({"deleteCurrentActivePostAndScheduleNext"}),
    "comment not found": frozenset({"create-like", "delete-like"}),
    "user not found": frozenset({"get-user"}),
    "location with id not found": frozenset({"get-location"}),
}
NO_SUCH_ROUTE = re.compile(r"^Cannot (GET|POST|PUT|PATCH|DELETE) /")

SCOPE_TEXT = "not authorized for this scope"
INACTIVE_TEXT = "location is not active"
NOT_INSTALLED_TEXT = "app is not installed"
GRANT_TEXT = "invalid grant"
VERSION_TEXT = "version header"

FIELD_PATTERNS = (
    re.compile(r"property (?P<name>[\w.$\-]+) should not exist"),
    re.compile(r"^(?:Missing|Invalid) parameter: (?P<name>[\w.]+)"),
    re.compile(r"^(?P<name>[a-z]\w*(?:\.\w+)*)\.[A-Z]"),
    re.compile(r"^(?:each value in )?(?P<name>[a-z]\w*(?:\.\w+)*) (?:must|should|is|has|cannot|can)\b"),
)


def field_named_in(text: str) -> str | None:
    """The request field that one of HighLevel's validation messages speaks of, if it can be told."""
    for pattern in FIELD_PATTERNS:
        found = pattern.search(text)
        if found:
            return found["name"]
    return None


def is_gone(error: BaseException) -> bool:
    """Whether this error says that the object does not exist any more."""
    return isinstance(error, NotFound)


def messages_in(body: Any) -> tuple[str, ...]:
    """HighLevel's own words in an error body of any of its shapes; empty when there are none."""
    if not isinstance(body, Mapping):
        return ()
    nested = body.get("error")
    if isinstance(nested, Mapping):
        return messages_in(nested)
    for key in ("message", "error", "error_description", "detail"):
        found = body.get(key)
        if isinstance(found, str) and found:
            return (found,)
        if isinstance(found, list) and found:
            return tuple(str(item) for item in found)
    return ()


def remote_code_in(body: Any) -> str | None:
    """HighLevel's own error code, which CSV uploads and the newest OAuth operations carry."""
    if not isinstance(body, Mapping):
        return None
    nested = body.get("error")
    source = nested if isinstance(nested, Mapping) else body
    code = source.get("code")
    return code if isinstance(code, str) else None


def error_for(
    operation: Operation,
    *,
    status: int,
    body: Any,
    request_id: str | None = None,
    retry_after: float | None = None,
    daily_limit_spent: bool = False,
    unparsed: bool = False,
) -> RemoteError:
    """The one place where a status other than 2xx becomes a class.

    `body` is the parsed JSON, or None when there is none; `unparsed` means that something else came in its place.
    """
    words = messages_in(body)
    about: dict[str, Any] = {
        "status": status,
        "request_id": request_id,
        "retry_after": retry_after,
        "remote_code": remote_code_in(body),
    }
    message = "; ".join(words) or f"HighLevel answered {status}"
    if status == 429:
        code = "daily_limit" if daily_limit_spent else None
        return RateLimited(message, operation=operation.name, code=code, **about)
    if status >= 500 or status == 408:
        return silence(operation, message, **about)
    if status < 400:
        return unreadable(operation, f"HighLevel answered {status}, which this operation does not give", **about)
    about["operation"] = operation.name
    lowered = message.lower()
    if INACTIVE_TEXT in lowered:
        return LocationInactive(message, **about)
    if NOT_INSTALLED_TEXT in lowered:
        return AppNotInstalled(message, **about)
    if GRANT_TEXT in lowered:
        return BadCredentials(message, code="invalid_grant", **about)
    return _refusal(status, words, message, about, unparsed=unparsed)


def _refusal(
    status: int, words: tuple[str, ...], message: str, about: dict[str, Any], *, unparsed: bool
) -> RemoteError:
    if status == 401 and message.lower().startswith(VERSION_TEXT):
        return Rejected(message, code="bad_version", **about)
    if status == 401:
        return (MissingScope if SCOPE_TEXT in message.lower() else BadCredentials)(message, **about)
    if status == 403 and unparsed:
        return RemoteDown("the network edge in front of HighLevel refused us", code="blocked_at_edge", **about)
    if status == 403:
        return BadCredentials(message, code="forbidden", **about)
    if not unparsed and _says_gone(status, message, about["operation"]):
        return NotFound(message, **about)
    if status == 409:
        return Conflict(message, **about)
    return Rejected(message, messages=words, code="no_such_route" if status in GONE_STATUSES else None, **about)


def _says_gone(status: int, message: str, operation: str) -> bool:
    if status in GONE_STATUSES:
        return not NO_SUCH_ROUTE.match(message)
    return status == 400 and operation in GONE_TEXTS.get(message.lower().rstrip("."), frozenset())


def silence(operation: Operation, message: str, *, code: str | None = None, **about: Any) -> TransientError:
    """The class for a request that was sent and not answered to the point: it depends on what a repeat would do."""
    if operation.safe_to_repeat:
        return RemoteDown(message, operation=operation.name, code=code, **about)
    return OutcomeUnknown(message, operation=operation.name, **about)


def unreadable(operation: Operation, message: str, **about: Any) -> RemoteError:
    """The class for an answer that cannot be read: after a write nobody knows what it did."""
    kind = BadReply if operation.kind is Kind.READ else OutcomeUnknown
    return kind(message, operation=operation.name, **about)
