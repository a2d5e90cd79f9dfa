"""Lists row by row: one that cannot be read hides neither the others nor, where its id is clear, itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from highlevel.api.errors import BadReply
from highlevel.api.exchange import Scalar
from highlevel.api.paging import Page
from highlevel.api.payload import Json, Misfit, Payload, build, instant
from highlevel.api.resource import Answer, Resource
from highlevel.pull.rows import Sound, sound

if TYPE_CHECKING:
    from highlevel.pull.session import Pull

P = TypeVar("P", bound=Payload)
ID_KEYS = ("_id", "id")
LONGEST_ID = 255
MOST_MISFITS = 8  # fields of one row that may be left out before the row counts as nonsense


class Lists(Resource):
    """The lists that a pull reads, as plain rows: whether one can be read is decided a row at a time.

    Each raises what the client raises; a list that is not there at all is a BadReply.
    """

    def accounts(self) -> tuple[list[Any], list[Any]]:
        """Accounts and groups of the location."""
        return self._call("get-account", lambda answer: (_rows(answer, "accounts"), _rows(answer, "groups")))

    def users(self, skip: int, limit: int) -> Page[Any]:
        """A page of the location's users."""
        query: dict[str, Scalar] = {"companyId": self._company(None), "locationId": self._location}
        query |= {"skip": skip, "limit": limit}
        return self._call("search-users", lambda answer: _page(answer, "users", skip, limit), query=query)

    def categories(self, skip: int, limit: int) -> Page[Any]:
        """A page of the location's categories."""
        query = {"skip": skip, "limit": limit}
        return self._call(
            "get-categories-location-id", lambda answer: _page(answer, "categories", skip, limit), query=query
        )

    def tags(self, skip: int, limit: int) -> Page[Any]:
        """A page of the location's tags."""
        query = {"skip": skip, "limit": limit}
        return self._call("get-tags-location-id", lambda answer: _page(answer, "tags", skip, limit), query=query)

    def posts(self, skip: int, limit: int, *, window: tuple[datetime, datetime], type: str) -> Page[Any]:
        """A page of the posts of a type whose display date lies in the window (aware instants)."""
        body = {
            "type": type,
            "skip": str(skip),
            "limit": str(limit),
            "fromDate": instant(window[0]),
            "toDate": instant(window[1]),
            "includeUsers": "false",
        }
        return self._call("get-posts", lambda answer: _page(answer, "posts", skip, limit), body=body)

    def queues(self, skip: int, limit: int) -> Page[Any]:
        """A page of the location's category queues."""
        body = {"locationId": self._location, "skip": skip, "limit": limit}
        return self._call("fetchQueues", lambda answer: _page(answer, "queues", skip, limit), body=body)

    def queue_items(self, queue_id: str, skip: int, limit: int) -> Page[Any]:
        """A page of what is in a queue."""
        return self._call(
            "fetchQueueItems",
            lambda answer: _page(answer, "items", skip, limit),
            path={"queueId": queue_id},
            body={"locationId": self._location, "skip": skip, "limit": limit},
        )

    def locations(self, skip: int, limit: int) -> Page[Any]:
        """A page of the locations of the company."""
        query: dict[str, Scalar] = {"companyId": self._company(None), "skip": skip, "limit": limit}
        return self._call("search-locations", lambda answer: _page(answer, "locations", skip, limit), query=query)


def _rows(answer: Answer, key: str) -> list[Any]:
    rows = answer.find(key)
    if not isinstance(rows, list):
        raise BadReply(f"{key} is missing", operation=answer.operation.name)
    return rows


def _page(answer: Answer, key: str, skip: int, limit: int) -> Page[Any]:
    return Page(tuple(_rows(answer, key)), answer.count(), skip, limit)


@dataclass(frozen=True, slots=True)
class Read(Generic[P]):
    """A row as typed by the client, and as it will be stored."""

    row: P
    remote: Sound


def readable(pull: Pull, cls: type[P], rows: Sequence[Any], *, operation: str) -> Iterator[Read[P]]:
    """The rows that can be read, reporting the others on the run.

    A row that names itself is kept without the fields that make no sense; those stay in its `raw`, which is whole but
    for what no database can hold (see `rows.sound`).
    """
    for at, raw in enumerate(rows):
        remote = sound(raw)
        row, misfit = read_row(cls, remote.raw)
        if misfit is not None:
            name = row_name(raw)
            where = f"row {name}" if name else f"row number {at + 1}"
            pull.unreadable(operation, f"{where}: {misfit.path or 'it'} {misfit.reason}")
        if row is not None:
            yield Read(row, remote)


def row_name(raw: Any) -> str | None:
    """The id of a row, if it has one."""
    found = next((raw[key] for key in ID_KEYS if raw.get(key)), None) if isinstance(raw, Mapping) else None
    return found if isinstance(found, str) and len(found) <= LONGEST_ID else None


def read_row(cls: type[P], raw: Any) -> tuple[P | None, Misfit | None]:
    """The row, without the fields that do not fit, and the first misfit. No row when nothing can be done with it."""
    try:
        row = build(cls, raw)
    except Misfit as problem:
        first = problem
    else:
        return (row, None) if row_name(raw) else (None, Misfit("has no id that could be kept"))
    if row_name(raw) is None:
        return None, first
    trimmed: Json = dict(raw)
    latest = first
    for _ in range(MOST_MISFITS):
        if trimmed.pop(_top(latest.path), None) is None:
            break
        try:
            row = build(cls, trimmed)
        except Misfit as problem:
            latest = problem
        else:
            # Payload classes are frozen; the stored raw must be the whole row, not the trimmed one.
            object.__setattr__(row, "raw", raw)
            return row, first
    return None, first


def _top(path: str) -> str:
    return path.split(".", 1)[0].split("[", 1)[0]
