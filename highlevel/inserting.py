"""Inserting many new rows, quickly: what `bulk_create` does, without preparing each value of each row by itself.

PostgreSQL takes the rows as one stream of text (COPY), under keys that were drawn from their sequence before. SQLite
takes statements of some hundred rows. Both hold what `bulk_create` would have put there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

Made = TypeVar("Made", bound=models.Model)
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
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    write = _copy if connection.vendor == "postgresql" else _insert
    for row, key in zip(made, write(connection, model, fields, made), strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias
    return made


def _copy(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    fields: Sequence[models.Field[Any, Any]],
    rows: Sequence[models.Model],
) -> list[int]:
    quote = connection.ops.quote_name
    table, key = model._meta.db_table, model._meta.pk
    names = [quote(str(field.column)) for field in (key, *fields)]
    writers = [(field.attname, _text_of(field)) for field in fields]
    with connection.cursor() as cursor:
        draw = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
        cursor.execute(draw, [quote(table), key.column, len(rows)])
        keys = [drawn for (drawn,) in cursor.fetchall()]
        lines = []
        for drawn, row in zip(keys, rows, strict=True):
            values = row.__dict__
            lines.append("\t".join([str(drawn), *(write(values[name]) for name, write in writers)]))
        statement = f"COPY {quote(table)} ({', '.join(names)}) FROM STDIN"
        with connection.wrap_database_errors, cursor.copy(statement) as stream:
            stream.write("\n".join(lines) + "\n")
    return keys


def _text_of(field: models.Field[Any, Any]) -> Callable[[Any], str]:
    """How COPY reads a value of the field."""
    if isinstance(field, models.JSONField):
        encoder = field.encoder

        def as_json(value: Any) -> str:
            if value is None:
                return "\\N"
            if value == {}:  # what most of them hold
                return "{}"
            return json.dumps(value, cls=encoder).translate(_ESCAPES)

        return as_json
    if isinstance(field, models.BooleanField):
        return lambda value: "\\N" if value is None else "t" if value else "f"
    if isinstance(field, models.DateTimeField):
        return lambda value: "\\N" if value is None else value.astimezone(UTC).isoformat()
    if isinstance(field.target_field if isinstance(field, models.ForeignKey) else field, models.IntegerField):
        return lambda value: "\\N" if value is None else str(value)
    return lambda value: "\\N" if value is None else str(value).translate(_ESCAPES)


def _insert(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    fields: Sequence[models.Field[Any, Any]],
    rows: Sequence[models.Model],
) -> list[int]:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    place = f"({', '.join(['%s'] * len(fields))})"
    writers = [(field.attname, _value_of(field, connection)) for field in fields]
    begin = " ".join(["INSERT INTO", quote(model._meta.db_table), f"({names})", "VALUES "])
    end = f" RETURNING {quote(str(model._meta.pk.column))}"
    chunk = max(1, MOST_VALUES // len(fields))
    keys: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), chunk):
            some = rows[start : start + chunk]
            values = [write(row.__dict__[name]) for row in some for name, write in writers]
            cursor.execute(begin + ", ".join([place] * len(some)) + end, values)
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
