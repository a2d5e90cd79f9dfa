"""The sandbox's memory: JSON documents in one SQLite table, indexed by the few columns that requests ask for."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

Instant = float | datetime
"""Seconds since 1970 UTC, or an aware datetime."""

Document = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    location TEXT NOT NULL,
    at REAL,
    status TEXT NOT NULL,
    parent TEXT NOT NULL,
    ref TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS documents_id ON documents (kind, id);
CREATE INDEX IF NOT EXISTS documents_location_at ON documents (kind, location, at, status);
CREATE INDEX IF NOT EXISTS documents_location_status_at ON documents (kind, location, status, at);
CREATE INDEX IF NOT EXISTS documents_status_at ON documents (kind, status, at);
CREATE INDEX IF NOT EXISTS documents_parent ON documents (kind, parent, at) WHERE parent != '';
CREATE INDEX IF NOT EXISTS documents_ref ON documents (kind, ref, at) WHERE ref != '';
"""

_INSERT = "INSERT INTO documents (kind, id, location, at, status, parent, ref, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


class Row(TypedDict, total=False):
    """What `insert_many` takes for one document: the document and its indexed columns."""

    doc: Document
    location: str
    at: Instant | None
    status: str
    parent: str
    ref: str


class Filters(TypedDict, total=False):
    """Conditions of `find` and `count`; a condition left out or None does not restrict. Bounds are inclusive.

    `any_of` reads the documents themselves, so combine it with a column: each named property must be one of the given
    texts, or be a list that holds one of them.
    """

    location: str | None
    status: str | Sequence[str] | None
    parent: str | None
    ref: str | None
    at_from: Instant | None
    at_to: Instant | None
    any_of: Mapping[str, Sequence[str]] | None


class Columns(TypedDict, total=False):
    """Indexed columns that `update` changes; those left out keep their value."""

    location: str
    at: Instant | None
    status: str
    parent: str
    ref: str


class Store:
    """Thread-safe document store in a file (WAL) or, without a path, in memory. Kinds need no declaration.

    A document's id is its `_id`, else its `id`; it is unique within its kind. Documents come back as fresh copies.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._depth = 0
        self._rollback_hooks: list[Callable[[], None]] = []
        self._connection = sqlite3.connect(
            str(path) if path else ":memory:", isolation_level=None, check_same_thread=False, cached_statements=512
        )
        if path:
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute("PRAGMA temp_store=MEMORY")
        self._connection.execute("PRAGMA cache_size=-32000")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Write everything out and close; later calls raise sqlite3.ProgrammingError."""
        with self._lock:
            self._connection.close()

    def on_rollback(self, hook: Callable[[], None]) -> None:
        """Have `hook` called after each transaction that was undone."""
        self._rollback_hooks.append(hook)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, one thread at a time. An inner transaction joins the outer one."""
        with self._lock:
            if self._depth:
                yield
                return
            self._connection.execute("BEGIN")
            self._depth = 1
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                for hook in self._rollback_hooks:
                    hook()
                raise
            else:
                self._connection.execute("COMMIT")
            finally:
                self._depth = 0

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Let the block change what it will: when it ends all is as before. For trying many things from one start."""
        with closing(sqlite3.connect(":memory:")) as kept:
            with self._lock:
                self._connection.backup(kept)
            try:
                yield
            finally:
                with self._lock:
                    kept.backup(self._connection)
                    for hook in self._rollback_hooks:
                        hook()

    def insert(
        self,
        kind: str,
        doc: Document,
        *,
        location: str = "",
        at: Instant | None = None,
        status: str = "",
        parent: str = "",
        ref: str = "",
    ) -> Document:
        """Add a document and return it. Raises sqlite3.IntegrityError when the kind already holds its id."""
        values = (kind, identity(doc), location, _seconds(at), status, parent, ref, _pack(doc))
        with self._lock:
            self._connection.execute(_INSERT, values)
        return doc

    def insert_many(self, kind: str, rows: Iterable[Row]) -> None:
        """Add many documents at once, in one transaction; `rows` is consumed as a stream."""
        values = (
            (
                kind,
                identity(row["doc"]),
                row.get("location", ""),
                _seconds(row.get("at")),
                row.get("status", ""),
                row.get("parent", ""),
                row.get("ref", ""),
                _pack(row["doc"]),
            )
            for row in rows
        )
        with self.transaction():
            self._connection.executemany(_INSERT, values)

    def get(self, kind: str, id: str) -> Document | None:
        """The document with that id, or None."""
        with self._lock:
            row = self._connection.execute(
                "SELECT body FROM documents WHERE kind = ? AND id = ?", (kind, id)
            ).fetchone()
        return _unpack(row[0]) if row else None

    def get_many(self, kind: str, ids: Iterable[str]) -> list[Document]:
        """The documents that exist among `ids`, in the order of `ids`."""
        found = (self.get(kind, id) for id in ids)
        return [doc for doc in found if doc is not None]

    def update(self, kind: str, id: str, doc: Document, **columns: Unpack[Columns]) -> Document:
        """Replace a document; indexed columns that are not named stay. Raises KeyError when it is absent."""
        assignments = ["body = ?", *(f"{name} = ?" for name in columns)]
        values = [_pack(doc), *(_seconds(value) if name == "at" else value for name, value in columns.items())]  # type: ignore[arg-type]
        with self._lock:
            cursor = self._connection.execute(
                f"UPDATE documents SET {', '.join(assignments)} WHERE kind = ? AND id = ?",  # noqa: S608
                (*values, kind, id),
            )
        if not cursor.rowcount:
            raise KeyError(f"no {kind} {id}")
        return doc

    def delete(self, kind: str, id: str) -> bool:
        """Remove a document; True if it was there."""
        with self._lock:
            return bool(
                self._connection.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, id)).rowcount
            )

    def find(
        self,
        kind: str,
        *,
        order: Literal["at", "id", "rowid"] = "at",
        descending: bool = False,
        skip: int = 0,
        limit: int | None = None,
        **filters: Unpack[Filters],
    ) -> list[Document]:
        """Documents that meet every filter, ordered (ties by insertion), `limit` of them after `skip`."""
        where, values = _conditions(kind, filters)
        direction = "DESC" if descending else "ASC"
        column = "number" if order == "rowid" else order
        # The inner query walks an index alone, so that a deep page reads no body that it then drops.
        sql = (
            f"SELECT d.body FROM (SELECT number, {column} AS place FROM documents WHERE {where} "  # noqa: S608
            f"ORDER BY {column} {direction}, number {direction} LIMIT ? OFFSET ?) k "
            f"CROSS JOIN documents d ON d.number = k.number ORDER BY k.place {direction}, k.number {direction}"
        )
        with self._lock:
            rows = self._connection.execute(sql, (*values, -1 if limit is None else limit, skip)).fetchall()
        return [_unpack(row[0]) for row in rows]

    def count(self, kind: str, **filters: Unpack[Filters]) -> int:
        """How many documents meet every filter."""
        where, values = _conditions(kind, filters)
        with self._lock:
            row = self._connection.execute(f"SELECT count(*) FROM documents WHERE {where}", values).fetchone()  # noqa: S608
        return int(row[0])

    def first_at(self, kind: str, **filters: Unpack[Filters]) -> float | None:
        """The earliest `at` among the documents that meet every filter, or None."""
        where, values = _conditions(kind, filters)
        with self._lock:
            row = self._connection.execute(
                f"SELECT at FROM documents WHERE {where} AND at IS NOT NULL ORDER BY at LIMIT 1",  # noqa: S608
                values,
            ).fetchone()
        return float(row[0]) if row else None

    def kinds(self) -> dict[str, int]:
        """How many documents there are of each kind."""
        with self._lock:
            rows = self._connection.execute("SELECT kind, count(*) FROM documents GROUP BY kind").fetchall()
        return {kind: int(count) for kind, count in rows}


def identity(doc: Document) -> str:
    """The id under which a document is kept. Raises KeyError when it has none."""
    return str(doc["_id"] if "_id" in doc else doc["id"])


def _conditions(kind: str, filters: Mapping[str, Any]) -> tuple[str, list[Any]]:
    parts: list[str] = ["kind = ?"]
    values: list[Any] = [kind]
    for column in ("location", "parent", "ref"):
        if (value := filters.get(column)) is not None:
            # Naming the partial index's condition lets SQLite use it.
            parts.append(f"{column} = ?" if column == "location" or value == "" else f"{column} = ? AND {column} != ''")
            values.append(value)
    status = filters.get("status")
    if isinstance(status, str):
        parts.append("status = ?")
        values.append(status)
    elif status is not None:
        # With the plus sign SQLite walks the index that is already in order of `at` instead of sorting several pieces.
        plus = "+" if filters.get("location") is not None else ""
        parts.append(f"{plus}status IN ({', '.join('?' * len(status))})")
        values.extend(status)
    for name, comparison in (("at_from", ">="), ("at_to", "<=")):
        if (bound := filters.get(name)) is not None:
            parts.append(f"at {comparison} ?")
            values.append(_seconds(bound))
    for name, texts in (filters.get("any_of") or {}).items():
        marks = ", ".join("?" * len(texts))
        parts.append(f"EXISTS (SELECT 1 FROM json_each(body, '$.' || ?) WHERE value IN ({marks}))")  # noqa: S608
        values += [name, *texts]
    return " AND ".join(parts), values


def _seconds(at: Instant | None) -> float | None:
    """Whole milliseconds, so that an instant is the same number before and after it was a datetime."""
    seconds = at.timestamp() if isinstance(at, datetime) else at
    return None if seconds is None else round(seconds, 3)


def _pack(doc: Document) -> str:
    return json.dumps(doc, ensure_ascii=False, separators=(",", ":"))


def _unpack(body: str) -> Document:
    document: Document = json.loads(body)
    return document
