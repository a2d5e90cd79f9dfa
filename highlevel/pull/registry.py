"""The steps of a pull. A lower floor cannot import a higher one, so each app registers its own when Django starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from highlevel.pull.session import Pull

Work = Callable[["Pull"], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a pull: what it is called in SyncRun.step and PullState.step, when its turn is, what it does."""

    name: str
    order: int
    work: Work


_STEPS: dict[str, Step] = {}


def step(name: str, *, order: int) -> Callable[[Work], Work]:
    """Register the decorated function as a step; lower orders go first. Raises ValueError for a name in use."""

    def register(work: Work) -> Work:
        if name in _STEPS:
            raise ValueError(f"There is a pull step {name!r} already.")
        _STEPS[name] = Step(name, order, work)
        return work

    return register


def steps() -> list[Step]:
    """Every registered step in its turn."""
    return sorted(_STEPS.values(), key=lambda entry: (entry.order, entry.name))
