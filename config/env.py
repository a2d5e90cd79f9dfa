"""Environment variables: each is declared once with its type, default and meaning, and read with a clear refusal."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable. `default` is the text that is read when the variable is absent; None means required."""

    name: str
    meaning: str
    default: str | None
    parse: Callable[[str], Any]
    cure: str


class Environment:
    """Reads declared variables from a mapping; `variables` lists all that were declared, for the reference page."""

    def __init__(self, source: Mapping[str, str] | None = None) -> None:
        self._source = os.environ if source is None else source
        self.variables: dict[str, Variable] = {}

    def read(self, variable: Variable) -> Any:
        """The parsed value. Raises ImproperlyConfigured naming the variable and the cure."""
        self.variables[variable.name] = variable
        text = self._source.get(variable.name, "").strip() or variable.default
        if text is None:
            raise ImproperlyConfigured(f"{variable.name} is not set. {variable.cure}")
        try:
            return variable.parse(text)
        except ValueError as problem:
            raise ImproperlyConfigured(f"{variable.name} cannot be used: {problem}. {variable.cure}") from None

    def text(self, name: str, meaning: str, *, default: str | None = "", cure: str = "Set it to a text.") -> str:
        return str(self.read(Variable(name, meaning, default, str, cure)))

    def flag(self, name: str, meaning: str, *, default: str = "false") -> bool:
        return bool(self.read(Variable(name, meaning, default, _flag, "Use true or false.")))

    def number(self, name: str, meaning: str, *, default: str, least: int = 0) -> int:
        cure = f"Use a whole number of at least {least}."
        return int(self.read(Variable(name, meaning, default, lambda text: _number(text, least), cure)))

    def names(
        self, name: str, meaning: str, *, default: str | None = "", cure: str = "Separate with commas."
    ) -> list[str]:
        return list(self.read(Variable(name, meaning, default, _names, cure)))

    def url(self, name: str, meaning: str, *, default: str | None, schemes: tuple[str, ...]) -> str:
        cure = f"Use an address that starts with {' or '.join(f'{scheme}://' for scheme in schemes)}"
        return str(self.read(Variable(name, meaning, default, lambda text: _url(text, schemes), f"{cure}.")))

    def mapping(self, name: str, meaning: str, *, cure: str) -> dict[str, str]:
        return dict(self.read(Variable(name, meaning, "{}", _mapping, cure)))


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError(f"{text!r} is neither true nor false")


def _number(text: str, least: int) -> int:
    try:
        value = int(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a whole number") from None
    if value < least:
        raise ValueError(f"{value} is below {least}")
    return value


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _url(text: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(text)
    if parts.scheme not in schemes:
        raise ValueError(f"it starts with {parts.scheme or 'no scheme'!r}")
    return text.rstrip("/") if parts.scheme.startswith("http") else text


def _mapping(text: str) -> dict[str, str]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        raise ValueError("it is not JSON") from None
    if not isinstance(value, dict) or not all(isinstance(part, str) for part in value.values()):
        raise ValueError("it is not an object of texts")
    return value
