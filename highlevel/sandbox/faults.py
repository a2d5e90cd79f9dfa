"""Trouble on request: what goes wrong, with which operation, how often."""

import copy
import itertools
import random
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

FaultKind = Literal[
    "refuse",
    "rate_limit",
    "server_error",
    "server_error_after",
    "unavailable",
    "delay",
    "drop_before",
    "drop_after",
    "timeout_after",
    "malformed",
    "html",
    "truncated",
    "repeat_page",
    "missing_field",
    "extra_field",
    "unknown_enum",
]

KINDS: tuple[str, ...] = get_args(FaultKind)

REFUSALS = (400, 401, 404, 422)

INSTEAD: frozenset[str] = frozenset({"refuse", "rate_limit", "server_error", "unavailable", "drop_before"})
"""Kinds that keep the operation from being carried out. All others let it happen and spoil the way back."""


@dataclass
class Fault:
    """One rule. It lets `after` matching requests pass, then strikes `times` times (None: for ever), each time with
    `probability`. `operation` is an operationId or "*"; `location` narrows it to one location.

    `detail` by kind: refuse {status, message}; rate_limit {retry_after seconds}; delay and timeout_after
    {seconds}; html {status}; missing_field {field: dotted path, * for each}; unknown_enum {field, value};
    extra_field {name, value}.
    """

    id: int
    operation: str
    kind: str
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
    location: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    struck: int = 0

    @property
    def spent(self) -> bool:
        """True when it will not strike again."""
        return self.times is not None and self.struck >= self.times


class FaultBook:
    """The faults of one sandbox, in the order in which they were added. Thread-safe."""

    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._numbers = itertools.count(1)
        self._random = random.Random(seed)  # noqa: S311 - chaos, not cryptography

    def add(
        self,
        *,
        operation: str,
        kind: str,
        times: int | None = 1,
        after: int = 0,
        probability: float = 1.0,
        location: str | None = None,
        **detail: Any,
    ) -> Fault:
        """Add a rule and return it. Raises ValueError for an unknown kind or a refusal that HighLevel never gives."""
        if kind not in KINDS:
            raise ValueError(f"Unknown fault {kind!r}; there are {', '.join(KINDS)}.")
        if detail.get("status", 400) not in REFUSALS and kind == "refuse":
            raise ValueError(f"A refusal is one of {REFUSALS}.")
        with self._lock:
            fault = Fault(next(self._numbers), operation, kind, times, after, probability, location, detail)
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Forget every rule."""
        with self._lock:
            self._faults.clear()

    def remove(self, id: int) -> bool:
        """Forget one rule; True if it was there."""
        with self._lock:
            kept = [fault for fault in self._faults if fault.id != id]
            found = len(kept) < len(self._faults)
            self._faults = kept
        return found

    def all(self) -> list[dict[str, Any]]:
        """Every rule with how often it struck."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def take(
        self, operation: str, location: str, *, applies: Callable[[str], bool] = lambda kind: True
    ) -> Fault | None:
        """The first rule that strikes this request, counted as struck; None for a request that goes undisturbed.

        `applies` tells whether a kind can do anything to the request; a rule that cannot is left for the next one.
        """
        if not self._faults:
            return None
        with self._lock:
            for fault in self._faults:
                if fault.spent or fault.operation not in ("*", operation) or not applies(fault.kind):
                    continue
                if fault.location is not None and fault.location != location:
                    continue
                if fault.after:
                    fault.after -= 1
                elif self._random.random() < fault.probability:
                    fault.struck += 1
                    return fault
        return None


def spoil(fault: Fault, payload: dict[str, Any]) -> dict[str, Any]:
    """A body with a field missing, a field too many, or a value that no document names."""
    detail = fault.detail
    if fault.kind not in ("missing_field", "extra_field", "unknown_enum"):
        return payload
    payload = copy.deepcopy(payload)
    if fault.kind == "missing_field":
        _change(payload, detail["field"].split(".") if "field" in detail else _first_key(payload), _remove)
    elif fault.kind == "extra_field":
        name, value = detail.get("name", "sandboxSurprise"), detail.get("value", {"deep": [1, None, "x"]})
        for target in _objects(payload):
            target[name] = value
    elif fault.kind == "unknown_enum":
        wanted, value = detail.get("field"), detail.get("value", "sandbox_unknown")
        for target in _objects(payload):
            for name in [wanted] if wanted else ["status", "platform", "type"]:
                if isinstance(target.get(name), str):
                    target[name] = value
    return payload


def _remove(holder: dict[str, Any], name: str) -> None:
    holder.pop(name, None)


def _first_key(payload: dict[str, Any]) -> list[str]:
    """The path to what a reader can least do without: the ids of the rows, else `results`, else the first key."""
    results = payload.get("results", payload)
    if isinstance(results, dict):
        for name, rows in results.items():
            if isinstance(rows, list) and rows and isinstance(rows[0], dict):
                key = "_id" if "_id" in rows[0] else next(iter(rows[0]))
                return [*(["results"] if "results" in payload else []), name, "*", key]
    return ["results"] if "results" in payload else [next(iter(payload))]


def _change(node: Any, path: list[str], action: Callable[[dict[str, Any], str], None]) -> None:
    if isinstance(node, list):
        places = node if path[0] == "*" else [node[int(path[0])]]
        for place in places:
            _change(place, path[1:], action)
    elif isinstance(node, dict) and len(path) == 1:
        action(node, path[0])
    elif isinstance(node, dict):
        _change(node.get(path[0]), path[1:], action)


def _objects(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for element in node for found in _objects(element)]
    if isinstance(node, dict):
        return [node, *(found for element in node.values() for found in _objects(element))]
    return []
