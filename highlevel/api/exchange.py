"""What goes into the transport and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypedDict

from highlevel.api.errors import RemoteError
from highlevel.api.limits import Lane
from highlevel.api.operations import Operation

FilePart = tuple[str | None, Any, str]
Scalar = str | int | float | bool | None


class RequestBudget(Protocol):
    """What the transport asks of a limiter; `highlevel.api.limits.Limiter` is the one in use."""

    def wait(self, resource: str, lane: Lane, *, most: float = ...) -> str: ...

    def observe(
        self, resource: str, *, status: int, headers: Mapping[str, str], retry_after: float | None, mark: str = ...
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Call:
    """One request: an operation and what fills it. `page` marks the one operation that a browser would open."""

    operation: Operation
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Scalar] = field(default_factory=dict)
    body: Any = None
    form: Mapping[str, str] | None = None
    files: Mapping[str, FilePart] | None = None
    page: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of 2xx (for a page also 3xx). `body` is parsed JSON or None; `text` is kept for pages only."""

    operation: Operation
    status: int
    headers: Mapping[str, str]
    body: Any
    text: str
    request_id: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What `on_response` is told about every request that left: never a token, never a body."""

    operation: str
    number: int
    seconds: float
    status: int | None
    request_id: str | None
    error: RemoteError | None


class TransportOptions(TypedDict, total=False):
    """What `HighLevel` passes on to `Transport`."""

    token: str | Callable[[], str] | None
    refresh: Callable[[str], str] | None
    user_agent: str
    limiter: RequestBudget | None
    lane: Lane
    resource: str
    on_response: Callable[[Attempt], None] | None
    connect_timeout: float
    read_timeout: float
    attempts: int
    patience: float
    backoff: float
    max_body: int
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    random: Callable[[], float]
