"""What was asked and what was answered, kept in memory for tests, audits and curious people."""

import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

KEPT = 20_000
LARGEST_BODY = 16_384


@dataclass(frozen=True)
class LogEntry:
    """One request. `at` is ISO on the sandbox's clock; `status` is 0 when the connection was dropped; `fault` is the
    kind that struck, or "". `carried_out` tells whether the operation took effect, whatever the caller got to see.
    `response` is what the operation answered; bodies over 16 KB are replaced by {"omitted": bytes}.
    """

    number: int
    at: str
    method: str
    path: str
    operation: str
    location: str
    status: int
    fault: str
    carried_out: bool
    trace_id: str
    query: dict[str, str]
    body: Any
    response: Any

    def as_dict(self) -> dict[str, Any]:
        """JSON for the control endpoint."""
        return asdict(self)


class RequestLog:
    """The latest requests, oldest first. Thread-safe."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[LogEntry] = deque(maxlen=kept)
        self._lock = threading.Lock()
        self._number = 0

    def add(self, **columns: Any) -> LogEntry:
        """Append an entry under the next number."""
        with self._lock:
            self._number += 1
            entry = LogEntry(number=self._number, **columns)
            self._entries.append(entry)
        return entry

    def entries(self, operation: str | None = None, *, after: int = 0, location: str | None = None) -> list[LogEntry]:
        """Entries with a number above `after`, of one operation and location if given."""
        with self._lock:
            held = list(self._entries)
        return [
            entry
            for entry in held
            if entry.number > after
            and (operation is None or entry.operation == operation)
            and (location is None or entry.location == location)
        ]

    def count(self) -> int:
        """How many requests there have been, forgotten ones included."""
        return self._number

    def clear(self) -> None:
        """Forget all entries; numbers go on."""
        with self._lock:
            self._entries.clear()
