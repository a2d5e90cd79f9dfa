"""Inserting many new rows, quickly: what `bulk_create` does, without preparing each value of each row by itself.

PostgreSQL takes the rows as one stream of text (COPY), under keys that were drawn from their sequence before. SQLite
takes statements of some hundred rows. Both hold what `bulk_create` would have put there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, TypeVar

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

Made = TypeVar("Made", bound=models.Model)
Column = tuple["models.Field[Any, Any]", list[Any]]  # a field, and its value in each row
MOST_VALUES = 15_000  # of one statement; SQLite takes about twice as many

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def bulk_insert(rows: Iterable[Made]) -> list[Made]:
    """Insert new rows of one model, and give them their primary keys. Raises IntegrityError as an insert does.

    Signals are not sent, and columns that fill themselves when a row is saved do not. Two queries on PostgreSQL, one a
    few hundred rows on SQLite.
    """
    made = list(rows)
    if not made:
        return made
    model = type(made[0])
    connection = connections[router.db_for_write(model)]
    held = [row.__dict__ for row in made]
    columns = [(field, [values[field.attname] for values in held]) for field in _fields(model)]
    if connection.vendor == "postgresql":
        keys = _keys(connection, model, len(made))
        _copy(connection, model, [(model._meta.pk, keys), *columns])
    else:
        keys = _insert(connection, model, columns)
    for row, key in zip(made, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias
    return made


def bulk_append(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert new rows that nobody needs any more, from their values by column (`post_id`, not `post`). All rows have
    the same ones; what they leave out is the field's default.

    Otherwise as `bulk_insert`, at half its cost and with one query on PostgreSQL.
    """
    values = list(rows)
    if not values:
        return
    connection = connections[router.db_for_write(model)]
    columns = [(field, _given(field, values)) for field in _fields(model)]
    write = _copy if connection.vendor == "postgresql" else _insert
    write(connection, model, columns)


def _fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _given(field: models.Field[Any, Any], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    if field.attname in rows[0]:
        return [row[field.attname] for row in rows]
    return [field.get_default() for _row in rows] if callable(field.default) else [field.get_default()] * len(rows)


def _keys(connection: BaseDatabaseWrapper, model: type[models.Model], count: int) -> list[int]:
    draw = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(draw, [connection.ops.quote_name(model._meta.db_table), model._meta.pk.column, count])
        return [drawn for (drawn,) in cursor.fetchall()]


def _copy(connection: BaseDatabaseWrapper, model: type[models.Model], columns: Sequence[Column]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field, _values in columns)
    lines = map("\t".join, zip(*(_column(values, _text_of(field)) for field, values in columns), strict=True))
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as stream:
        stream.write("".join(f"{line}\n" for line in lines))


def _column(values: list[Any], write: Callable[[Any], str]) -> Iterable[str]:
    """The values of one field as text. Where all rows hold one and the same object, it is written once."""
    if values[0] is values[-1] and len(set(map(id, values))) == 1:
        return [write(values[0])] * len(values)
    return map(write, values)


def _text_of(field: models.Field[Any, Any]) -> Callable[[Any], str]:
    """How COPY reads a value of the field."""
    if isinstance(field, models.JSONField):
        encode = (field.encoder or json.JSONEncoder)().encode

        def as_json(value: Any) -> str:
            if value is None:
                return "\\N"
            if value == {} or value == []:  # what most of them hold
                return str(value)
            return encode(value).translate(_ESCAPES)

        return as_json
    if isinstance(field, models.BooleanField):
        return lambda value: "\\N" if value is None else "t" if value else "f"
    if isinstance(field, models.DateTimeField):
        return lambda value: "\\N" if value is None else value.astimezone(UTC).isoformat()
    if isinstance(field.target_field if isinstance(field, models.ForeignKey) else field, models.IntegerField):
        return lambda value: "\\N" if value is None else str(value)
    return lambda value: "\\N" if value is None else str(value).translate(_ESCAPES)


def _insert(connection: BaseDatabaseWrapper, model: type[models.Model], columns: Sequence[Column]) -> list[int]:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field, _values in columns)
    place = f"({', '.join(['%s'] * len(columns))})"
    begin = " ".join(["INSERT INTO", quote(model._meta.db_table), f"({names})", "VALUES "])
    end = f" RETURNING {quote(str(model._meta.pk.column))}"
    rows = list(zip(*(map(_value_of(field, connection), values) for field, values in columns), strict=True))
    chunk = max(1, MOST_VALUES // len(columns))
    keys: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), chunk):
            some = rows[start : start + chunk]
            cursor.execute(begin + ", ".join([place] * len(some)) + end, list(chain.from_iterable(some)))
            keys += [key for (key,) in cursor.fetchall()]
    return keys


def _value_of(field: models.Field[Any, Any], connection: BaseDatabaseWrapper) -> Callable[[Any], Any]:
    """How the driver takes a value of the field."""
    if isinstance(field, models.JSONField):
        encoder = field.encoder
        return lambda value: None if value is None else json.dumps(value, cls=encoder)
    if isinstance(field, models.DateTimeField):
        adapt = connection.ops.adapt_datetimefield_value
        return lambda value: adapt(value) if isinstance(value, datetime) else value
    if isinstance(field, models.UUIDField):
        return lambda value: value if value is None or connection.features.has_native_uuid_field else value.hex
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
