"""What beat starts. Each floor adds its own when its app is ready; `setup` makes rows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Regular:
    """A task that beat starts at an interval. `name` is what people see in the admin."""

    name: str
    task: str
    every: timedelta


_regulars: dict[str, Regular] = {}


def regular(name: str, task: str, *, every: timedelta) -> None:
    """Have beat start a task, by its full name, each time `every` has passed. Raises ValueError for a name twice."""
    if name in _regulars:
        raise ValueError(f"{name!r} is planned already")
    _regulars[name] = Regular(name, task, every)


def regulars() -> tuple[Regular, ...]:
    """What the floors above have added."""
    return tuple(_regulars.values())
