"""The list of operations: how each is reached, what it needs, what it may refuse. Resource modules fill it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from werkzeug import Request, Response
from werkzeug.datastructures import FileStorage

from highlevel.sandbox.fields import Fields
from highlevel.sandbox.tokens import Token
from highlevel.sandbox.world import World

PREFIX = "/social-media-posting"

_NAMES = {
    400: ("BadRequestException", "Bad Request"),
    401: ("UnauthorizedException", "Unauthorized"),
    404: ("NotFoundException", "Not Found"),
    422: ("UnprocessableEntityException", "Unprocessable Entity"),
}


class Refusal(Exception):
    """An answer of 400, 401, 404 or 422. Raised by a handler it also undoes what the handler wrote.

    `payload` replaces the usual body (the trace id is added to it).
    """

    def __init__(self, status: int, message: str | list[str], *, payload: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.payload = payload

    def body(self, *, classic: bool, trace_id: str) -> dict[str, Any]:
        """The JSON body. Social Planner's 400, 404 and 422 are the long shape (`classic`), all others the short one."""
        if self.payload is not None:
            return {**self.payload, "traceId": trace_id}
        name, error = _NAMES[self.status]
        message = [self.message] if self.status == 422 and isinstance(self.message, str) else self.message
        short = {"statusCode": self.status, "message": message, "error": error, "traceId": trace_id}
        if not classic or self.status == 401:
            return short
        return {"status": self.status, "options": {}, "name": name, **short}


@dataclass(frozen=True)
class Reply:
    """A whole body, sent as it is (the trace id is added), for answers that do not use the usual envelope."""

    status: int
    payload: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """One request on its way through an operation: validated, authorised, ready to be carried out."""

    world: World
    operation: "Operation"
    request: Request
    path: dict[str, str]
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    files: Mapping[str, FileStorage] = field(default_factory=dict)
    token: Token | None = None
    location_id: str = ""

    @property
    def now(self) -> datetime:
        """The sandbox's present."""
        return self.world.clock.now()

    @property
    def bearer(self) -> Token:
        """The token of an operation that demands one."""
        if self.token is None:
            raise LookupError(f"{self.operation.name} is open to callers without a token")
        return self.token

    def page(self, *, limit: int = 10) -> tuple[int, int]:
        """(skip, limit) of a list request from its body, else its query, whether strings or numbers."""
        source = {**self.query, **self.body}
        asked = (float(source.get("skip") or 0), float(source.get("limit") or limit))
        skip, size = (max(0, int(min(number, 1e9))) for number in asked)
        return skip, size


Handler = Callable[[Call], "dict[str, Any] | Reply"]
PageHandler = Callable[[Call], Response]


@dataclass(frozen=True)
class Operation:
    """How one operation of the documents is reached and what it demands."""

    name: str
    method: str
    path: str
    handler: Handler
    scope: str | None
    status: int
    body: Fields | None
    query: Fields | None
    form: Fields | None
    location: Literal["path", "query", "body"] | None
    token: Literal["location", "company", "any"] | None
    version: bool
    page: PageHandler | None = None

    @property
    def classic(self) -> bool:
        """True for Social Planner operations, which share an envelope and an error shape."""
        return self.path.startswith(PREFIX)


OPERATIONS: dict[tuple[str, str], Operation] = {}
"""Every registered operation by (method, path template)."""


def operation(
    name: str,
    method: str,
    path: str,
    *,
    scope: str | None,
    status: int = 200,
    body: Fields | None = None,
    query: Fields | None = None,
    form: Fields | None = None,
    location: Literal["path", "query", "body"] | None = None,
    token: Literal["location", "company", "any"] | None = "location",  # noqa: S107
    version: bool = True,
    aliases: tuple[str, ...] = (),
) -> Callable[[Handler], Handler]:
    """Register the decorated `handler(call)` under an operationId.

    The handler returns the envelope's own keys (`message`, `results`), to which `success`, `statusCode` and `traceId`
    are added, or a `Reply`. `body`, `query` and `form` (multipart) list the properties allowed: none declared, none
    allowed. `location` says where `locationId` comes from; it is then checked against the token. `aliases` are other
    paths to the same operation.
    """

    def register(handler: Handler) -> Handler:
        for template in (path, *aliases):
            OPERATIONS[method, template] = Operation(
                name, method, template, handler, scope, status, body, query, form, location, token, version
            )
        return handler

    return register


def page(name: str, method: str, path: str) -> Callable[[PageHandler], PageHandler]:
    """Register the decorated `handler(call)` for something a browser opens: it returns a finished Response.

    No token, version or rate limit applies, `call.query` holds the query and `call.body` a posted form, unchecked.
    """

    def register(handler: PageHandler) -> PageHandler:
        OPERATIONS[method, path] = Operation(
            name, method, path, _no_json, None, 200, None, None, None, None, None, False, handler
        )
        return handler

    return register


def _no_json(call: Call) -> dict[str, Any]:
    raise LookupError(f"{call.operation.name} is a page")


@dataclass
class _Node:
    literal: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    operation: Operation | None = None
    names: tuple[str, ...] = ()


class Router:
    """Finds an operation by method and path; a literal segment wins over a parameter in the same place."""

    def __init__(self, operations: Mapping[tuple[str, str], Operation]) -> None:
        self._roots: dict[str, _Node] = {}
        for (method, template), entry in operations.items():
            self._add(method, template, entry)

    def match(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation and its path parameters, or None."""
        root = self._roots.get(method)
        if root is None:
            return None
        segments = [segment for segment in path.split("/") if segment]
        values: list[str] = []
        node = _descend(root, segments, 0, values)
        if node is None or node.operation is None:
            return None
        return node.operation, dict(zip(node.names, values, strict=True))

    def _add(self, method: str, template: str, entry: Operation) -> None:
        node = self._roots.setdefault(method, _Node())
        names = []
        for segment in filter(None, template.split("/")):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literal.setdefault(segment, _Node())
        node.operation, node.names = entry, tuple(names)


def _descend(node: _Node, segments: list[str], at: int, values: list[str]) -> _Node | None:
    if at == len(segments):
        return node if node.operation else None
    child = node.literal.get(segments[at])
    if child and (found := _descend(child, segments, at + 1, values)):
        return found
    if node.parameter is None:
        return None
    values.append(segments[at])
    if found := _descend(node.parameter, segments, at + 1, values):
        return found
    values.pop()
    return None
