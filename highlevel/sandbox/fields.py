"""What a request may carry: declared once an operation, checked with the wording that HighLevel's validator uses."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from highlevel.sandbox.clock import parse_iso

Kind = Literal["string", "number", "integer", "number_string", "boolean", "boolean_string", "object", "array", "any"]

_NUMBER_STRING = re.compile(r"[-+]?\d+(\.\d+)?")


@dataclass(frozen=True, kw_only=True)
class Field:
    """One property: its kind and limits. `null` counts as absent. `check` returns a complaint about a value or None.

    `fields` describes the inside of an object, `items` each element of an array; an object without `fields` is free.
    """

    kind: Kind = "string"
    required: bool = False
    not_empty: bool = False
    enum: tuple[str, ...] = ()
    date: bool = False
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    unique: bool = False
    fields: "Fields | None" = None
    items: "Field | None" = None
    check: Callable[[Any], str | None] | None = None

    def complaints(self, name: str, value: Any) -> list[str]:
        """Everything that is wrong with `value`, in sentences that start with `name`; empty when nothing is."""
        if value is None:
            return [f"{name} should not be empty", *self._wrong_kind(name, None)] if self.required else []
        if wrong := self._wrong_kind(name, value):
            return wrong
        found: list[str] = []
        if (self.not_empty or self.required) and value == "" and self.kind == "string":
            found.append(f"{name} should not be empty")
        if self.enum and value not in self.enum:
            found.append(f"{name} must be one of the following values: {', '.join(self.enum)}")
        if self.date and value != "" and not _is_date(value):
            found.append(f"{name} must be a valid ISO 8601 date string")
        if self.max_length is not None and len(value) > self.max_length:
            found.append(f"{name} must be shorter than or equal to {self.max_length} characters")
        found += self._beyond_bounds(name, value)
        if self.kind == "array":
            found += self._bad_items(name, value)
        if self.kind == "object" and self.fields is not None:
            found += [f"{name}.{complaint}" for complaint in self.fields.complaints(value)]
        if not found and self.check is not None and (complaint := self.check(value)):
            found.append(f"{name}.{complaint}" if complaint[0].isupper() else f"{name} {complaint}")
        return found

    def _wrong_kind(self, name: str, value: Any) -> list[str]:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        fits: dict[Kind, tuple[bool, str]] = {
            "string": (isinstance(value, str), "must be a string"),
            "number": (number, "must be a number conforming to the specified constraints"),
            "integer": (number and float(value).is_integer(), "must be an integer number"),
            "number_string": (
                isinstance(value, str) and bool(_NUMBER_STRING.fullmatch(value)),
                "must be a number string",
            ),
            "boolean": (isinstance(value, bool), "must be a boolean value"),
            "boolean_string": (value in ("true", "false"), "must be a boolean string"),
            "object": (isinstance(value, dict), "must be an object"),
            "array": (isinstance(value, list), "must be an array"),
            "any": (True, ""),
        }
        good, wording = fits[self.kind]
        if good:
            return []
        if self.kind == "object" and self.fields is not None:
            return [f"nested property {name} must be either object or array"]
        return [f"{name} {wording}"]

    def _beyond_bounds(self, name: str, value: Any) -> list[str]:
        found = []
        if self.minimum is not None and float(value) < self.minimum:
            found.append(f"{name} must not be less than {self.minimum:g}")
        if self.maximum is not None and float(value) > self.maximum:
            found.append(f"{name} must not be greater than {self.maximum:g}")
        return found

    def _bad_items(self, name: str, value: list[Any]) -> list[str]:
        found = []
        if self.not_empty and not value:
            found.append(f"{name} should not be empty")
        if self.min_items is not None and len(value) < self.min_items:
            found.append(f"{name} must contain at least {self.min_items} elements")
        if self.max_items is not None and len(value) > self.max_items:
            found.append(f"{name} must contain no more than {self.max_items} elements")
        if self.unique and any(value.count(element) > 1 for element in value):
            found.append(f"All {name}'s elements must be unique")
        return found + (self.items.complaints_of_each(name, value) if self.items else [])

    def complaints_of_each(self, name: str, elements: list[Any]) -> list[str]:
        """Everything that is wrong with the elements of the list `name`, of which this field describes one."""
        if self.kind == "object":
            return [
                complaint
                for index, element in enumerate(elements)
                for complaint in (
                    self.complaints(f"{name}.{index}", element)
                    if isinstance(element, dict)
                    else [f"each value in nested property {name} must be either object or array"]
                )
            ]
        for element in elements:
            if wrong := self._wrong_kind(name, element):
                return [f"each value in {wrong[0]}"]
            if self.enum and element not in self.enum:
                return [f"each value in {name} must be one of the following values: {', '.join(self.enum)}"]
        return []


class Fields:
    """The properties that an object may have; any other is refused."""

    def __init__(self, fields: Mapping[str, Field] | None = None, /, **named: Field) -> None:
        self.fields: dict[str, Field] = {**(fields or {}), **named}

    def __or__(self, other: "Fields") -> "Fields":
        return Fields({**self.fields, **other.fields})

    def complaints(self, body: Mapping[str, Any]) -> list[str]:
        """Everything that is wrong with an object: unknown properties first, then each field in declared order."""
        found = [f"property {name} should not exist" for name in body if name not in self.fields]
        for name, field in self.fields.items():
            found += field.complaints(name, body.get(name))
        return found


def text(*, required: bool = False, **limits: Any) -> Field:
    """A string."""
    return Field(kind="string", required=required, **limits)


def number(*, required: bool = False, **limits: Any) -> Field:
    """A JSON number."""
    return Field(kind="number", required=required, **limits)


def number_string(*, required: bool = False, **limits: Any) -> Field:
    """A number written as a string."""
    return Field(kind="number_string", required=required, **limits)


def boolean(*, required: bool = False) -> Field:
    """A JSON boolean."""
    return Field(kind="boolean", required=required)


def boolean_string(*, required: bool = False) -> Field:
    """The string `true` or `false`."""
    return Field(kind="boolean_string", required=required)


def choice(*values: str, required: bool = False) -> Field:
    """One of a closed list of strings."""
    return Field(kind="string", required=required, enum=values)


def date(*, required: bool = False) -> Field:
    """An ISO 8601 date or date and time, as a string."""
    return Field(kind="string", required=required, date=True)


def nested(fields: Fields | None = None, *, required: bool = False) -> Field:
    """An object; without `fields` anything may be inside."""
    return Field(kind="object", required=required, fields=fields)


def list_of(items: Field, *, required: bool = False, **limits: Any) -> Field:
    """An array of like elements."""
    return Field(kind="array", required=required, items=items, **limits)


def _is_date(value: str) -> bool:
    try:
        parse_iso(value)
    except ValueError:
        return False
    return True
