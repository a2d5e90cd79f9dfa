"""Turning HighLevel's JSON into frozen dataclasses, and requests back into JSON.

A payload class lists what we read. A field's name on the wire is its camelCase spelling unless `Keys` gives others; a
field without a default is required. Everything else stays reachable in `extra`, and the untouched object in `raw`.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple, Self, TypeVar, Union, get_args, get_origin, get_type_hints

from highlevel.api.errors import BadReply

Json = dict[str, Any]
Convert = Callable[[Any], Any]
P = TypeVar("P", bound="Payload")


class Keys:
    """The spellings of a field on the wire: all are read, the first is written."""

    __slots__ = ("names",)

    def __init__(self, *names: str) -> None:
        self.names = names


Id = Annotated[str, Keys("_id", "id")]


class Misfit(Exception):
    """A value does not fit its field; carries the way to it."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path

    def under(self, step: str) -> Misfit:
        """The same misfit seen from one level up."""
        joint = "" if not self.path or self.path.startswith("[") else "."
        return Misfit(self.reason, f"{step}{joint}{self.path}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Base of everything read from or written to HighLevel."""

    raw: Json = field(default_factory=dict, repr=False, compare=False)

    @property
    def extra(self) -> Json:
        """What HighLevel sent beyond the fields listed here."""
        known = _plan(type(self)).by_key
        return {key: value for key, value in self.raw.items() if key not in known}

    @classmethod
    def from_payload(cls, raw: Any, *, operation: str, where: str = "") -> Self:
        """Read one object. Raises BadReply naming the operation and the field when a required one is missing."""
        try:
            return build(cls, raw)
        except Misfit as misfit:
            place = misfit.under(where) if where else misfit
            raise BadReply(f"{place.path or 'the answer'} {place.reason}", operation=operation) from None

    def to_payload(self) -> Json:
        """The object as JSON for a request: known fields only, absent (None) ones left out."""
        written = {}
        for step in _plan(type(self)).steps:
            value = getattr(self, step.name)
            if value is not None:
                written[step.keys[0]] = to_wire(value)
        return written


def to_wire(value: Any) -> Any:
    """A value as JSON; instants become UTC with milliseconds and a Z, which HighLevel round-trips exactly."""
    if isinstance(value, Payload):
        return value.to_payload()
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, (tuple, list)):
        return [to_wire(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_wire(item) for key, item in value.items()}
    return value


def instant(moment: datetime) -> str:
    """An aware datetime as HighLevel writes instants. A naive one raises ValueError: its zone would be a guess."""
    if moment.tzinfo is None:
        raise ValueError("HighLevel takes instants only: this datetime has no zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Step(NamedTuple):
    name: str
    keys: tuple[str, ...]
    convert: Convert
    required: bool


class _Plan(NamedTuple):
    """How to read and write a class. `by_key` gives for each key the field, its converter, and whether it is the first
    of its spellings, which wins where several are there."""

    steps: tuple[_Step, ...]
    by_key: dict[str, tuple[str, Convert, bool]]
    required: tuple[tuple[str, str], ...]


def build(cls: type[P], raw: Any) -> P:
    """Read one object or raise Misfit. A null counts as absent."""
    if not isinstance(raw, dict):
        raise Misfit("is not an object")
    plan = _plan(cls)
    by_key = plan.by_key
    values: Json = {"raw": raw}
    for key, value in raw.items():
        if value is None or key not in by_key:
            continue
        name, convert, first = by_key[key]
        if not first and name in values:
            continue
        try:
            values[name] = convert(value)
        except Misfit as misfit:
            raise misfit.under(key) from None
    for name, key in plan.required:
        if name not in values:
            raise Misfit("is missing", key)
    return cls(**values)


_plans: dict[Any, _Plan] = {}


def _plan(cls: Any) -> _Plan:
    """The plan of a class, worked out once; two threads at the same time merely both work it out."""
    plan = _plans.get(cls)
    if plan is None:
        plan = _plans[cls] = _new_plan(cls)
    return plan


def _new_plan(cls: Any) -> _Plan:
    hints = get_type_hints(cls, include_extras=True)
    steps = []
    for entry in fields(cls):
        if entry.name == "raw":
            continue
        hint = hints[entry.name]
        names = _camel(entry.name)
        if get_origin(hint) is Annotated:
            hint, *notes = get_args(hint)
            names = next(note.names for note in notes if isinstance(note, Keys))
        required = entry.default is MISSING and entry.default_factory is MISSING
        steps.append(_Step(entry.name, names, _converter(hint), required))
    return _Plan(
        steps=tuple(steps),
        by_key={key: (step.name, step.convert, key == step.keys[0]) for step in steps for key in step.keys},
        required=tuple((step.name, step.keys[0]) for step in steps if step.required),
    )


def _camel(name: str) -> tuple[str, ...]:
    head, *rest = name.split("_")
    return (head + "".join(part.capitalize() for part in rest),)


def _converter(hint: Any) -> Convert:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not types.NoneType)
        origin = get_origin(hint)
    if origin is tuple:
        return _many(_converter(get_args(hint)[0]))
    if isinstance(hint, type) and issubclass(hint, Payload):
        return lambda raw: build(hint, raw)
    return SCALARS[origin or hint]


def _many(inner: Convert) -> Convert:
    def convert(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Misfit("is not a list")
        done: list[Any] = []
        try:
            for item in value:
                done.append(inner(item))
        except Misfit as misfit:
            raise misfit.under(f"[{len(done)}]") from None
        return tuple(done)

    return convert


def _text(value: Any) -> str:
    if type(value) is str:
        return value
    if isinstance(value, (dict, list, bool)):
        raise Misfit("is not text")
    return str(value)


def whole_number(value: Any) -> int:
    """A whole number that may come as text. Raises Misfit."""
    number = _number(value)
    if number != int(number):
        raise Misfit("is not a whole number")
    return int(number)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise Misfit("is not a number")
    try:
        number = float(value)
    except ValueError:
        raise Misfit("is not a number") from None
    if number - number != 0:
        raise Misfit("is not a number")
    return number


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise Misfit("is neither true nor false")


def _moment(value: Any) -> datetime | None:
    if value == "":
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        raise Misfit("is not a timestamp") from None


def _mapping(value: Any) -> Json:
    if not isinstance(value, dict):
        raise Misfit("is not an object")
    return value


SCALARS: dict[Any, Convert] = {
    str: _text,
    int: whole_number,
    float: _number,
    bool: _truth,
    datetime: _moment,
    dict: _mapping,
    Any: lambda value: value,
}
