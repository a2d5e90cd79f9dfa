"""What every resource module shares: filling an operation, finding things in an answer wherever they sit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from highlevel.api.errors import BadReply, unreadable
from highlevel.api.exchange import Call, FilePart, Scalar
from highlevel.api.operations import OPERATIONS, Operation
from highlevel.api.paging import Page
from highlevel.api.payload import Json, Misfit, Payload, build, to_wire, whole_number
from highlevel.api.transport import Transport

P = TypeVar("P", bound=Payload)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """A parsed answer. HighLevel puts things under `results`, under `results` of a `results`, or at the top."""

    operation: Operation
    body: Any

    def find(self, *keys: str) -> Any:
        """The first of these keys that holds something, under `results` before the top; None when none does."""
        for level in self._levels():
            for key in keys:
                if level.get(key) is not None:
                    return level[key]
        return None

    def results(self) -> Json:
        """The object that the answer is about, without its envelope."""
        levels = self._levels()
        return levels[0] if levels else {}

    def many(self, cls: type[P], *keys: str) -> tuple[P, ...]:
        """The list under one of these keys, or `results` itself if it is a list. Raises BadReply when there is none."""
        found = self.find(*keys)
        if found is None and isinstance(self.body, dict):
            found = self.body.get("results")
        if found is None and isinstance(self.body, list):
            found = self.body
        if not isinstance(found, list):
            raise BadReply(f"{keys[0]} is missing", operation=self.operation.name)
        rows = []
        for at, raw in enumerate(found):
            try:
                rows.append(build(cls, raw))
            except Misfit as misfit:
                place = misfit.under(f"{keys[0]}[{at}]")
                raise BadReply(f"{place.path} {place.reason}", operation=self.operation.name) from None
        return tuple(rows)

    def one(self, cls: type[P], *keys: str) -> P:
        """The object under one of these keys, or the results themselves without keys. Raises BadReply."""
        found = self.find(*keys) if keys else self.results()
        if found is None:
            raise BadReply(f"{keys[0]} is missing", operation=self.operation.name)
        return cls.from_payload(found, operation=self.operation.name, where=keys[0] if keys else "")

    def maybe(self, cls: type[P], *keys: str) -> P | None:
        """The object under one of these keys, or None where HighLevel leaves it out."""
        found = self.find(*keys)
        return None if not found else cls.from_payload(found, operation=self.operation.name, where=keys[0])

    def count(self, *keys: str) -> int | None:
        """A number of rows, which HighLevel gives as a number or a string, beside the rows or under `meta`."""
        for level in (*self._levels(), *(self._meta())):
            for key in keys or ("count", "total"):
                if level.get(key) is not None:
                    try:
                        return whole_number(level[key])
                    except Misfit as misfit:
                        raise BadReply(f"{key} {misfit.reason}", operation=self.operation.name) from None
        return None

    def text(self, *keys: str) -> str | None:
        """The text under one of these keys, or None."""
        found = self.find(*keys)
        return found if isinstance(found, str) else None

    def page(self, cls: type[P], *keys: str, skip: int, limit: int) -> Page[P]:
        """The list under one of these keys as a page."""
        return Page(self.many(cls, *keys), self.count(), skip, limit)

    def _levels(self) -> list[Json]:
        levels: list[Json] = []
        level = self.body
        while isinstance(level, dict):
            levels.insert(0, level)
            level = level.get("results")
        return levels

    def _meta(self) -> list[Json]:
        meta = self.find("meta")
        return [meta] if isinstance(meta, dict) else []


class Resource:
    """A group of operations that one client offers. `location_id` and `company_id` are the client's."""

    def __init__(self, transport: Transport, *, location_id: str | None, company_id: str | None, version: str) -> None:
        self._transport = transport
        self._location_id = location_id
        self._company_id = company_id
        self._version = version

    @property
    def _location(self) -> str:
        if self._location_id is None:
            raise ValueError("This operation needs a client with a location_id")
        return self._location_id

    def _company(self, company_id: str | None) -> str:
        chosen = company_id or self._company_id
        if chosen is None:
            raise ValueError("This operation needs a company_id")
        return chosen

    def _call(
        self,
        operation: str,
        read: Callable[[Answer], T],
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Scalar] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, FilePart] | None = None,
    ) -> T:
        """Send the operation and read its answer.

        An answer to a write that lacks what we need is an OutcomeUnknown: HighLevel may have done it.
        """
        row = OPERATIONS[operation]
        places = dict(path or {})
        if "{locationId}" in row.path and "locationId" not in places:
            places["locationId"] = self._location
        wire = None if body is None else to_wire(_without_absent(body))
        reply = self._transport.send(Call(row, places, query or {}, wire, form, files))
        try:
            return read(Answer(row, reply.body))
        except BadReply as error:
            raise unreadable(row, error.message, status=reply.status, request_id=reply.request_id) from None


def _without_absent(body: Any) -> Any:
    if isinstance(body, dict):
        return {key: value for key, value in body.items() if value is not None}
    return body
