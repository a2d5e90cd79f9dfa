"""The sandbox's own time: it runs like a real clock, can be moved or stopped, and remembers that across restarts."""

import threading
import time
from datetime import UTC, datetime, timedelta

from highlevel.sandbox.store import Store


class Clock:
    """UTC instants. Moving it forward lets due posts go out; moving it back never takes anything back."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        kept = store.get("setting", "clock")
        self._offset: float = kept["offset"] if kept else 0.0
        self._stopped_at: float | None = kept["stopped_at"] if kept else None

    def now(self) -> datetime:
        """The sandbox's present, aware, in UTC, in whole milliseconds (the precision that HighLevel writes)."""
        seconds = self.timestamp()
        return datetime.fromtimestamp(int(seconds * 1000) / 1000, UTC)

    def timestamp(self) -> float:
        """The sandbox's present in seconds since 1970 UTC."""
        stopped = self._stopped_at
        return time.time() + self._offset if stopped is None else stopped

    def set(self, moment: datetime) -> None:
        """Move to an aware instant; a running clock goes on from there, a stopped one stands there."""
        if moment.tzinfo is None:
            raise ValueError("The clock needs an instant with a time zone.")
        self._move(moment.timestamp())

    def advance(self, by: timedelta) -> None:
        """Move by a span, which may be negative."""
        self._move(self.timestamp() + by.total_seconds())

    def stop(self) -> None:
        """Stand still at the present until `run`, `set` or `advance`."""
        with self._lock:
            self._stopped_at = self.timestamp()
            self._keep()

    def run(self) -> None:
        """Go on from where it stands."""
        with self._lock:
            if self._stopped_at is not None:
                self._offset = self._stopped_at - time.time()
                self._stopped_at = None
                self._keep()

    @property
    def running(self) -> bool:
        """False while it stands still."""
        return self._stopped_at is None

    def _move(self, seconds: float) -> None:
        with self._lock:
            if self._stopped_at is None:
                self._offset = seconds - time.time()
            else:
                self._stopped_at = seconds
            self._keep()

    def _keep(self) -> None:
        doc = {"id": "clock", "offset": self._offset, "stopped_at": self._stopped_at}
        with self._store.transaction():
            self._store.delete("setting", "clock")
            self._store.insert("setting", doc)


def iso(moment: datetime | float) -> str:
    """An instant the way HighLevel writes it: `2026-11-22T09:30:00.000Z`."""
    aware = moment.astimezone(UTC) if isinstance(moment, datetime) else datetime.fromtimestamp(moment, UTC)
    return aware.strftime("%Y-%m-%dT%H:%M:%S.") + f"{aware.microsecond // 1000:03d}Z"


def parse_iso(text: str) -> datetime:
    """The UTC instant that an ISO 8601 text names; a text without zone is UTC. Raises ValueError on anything else."""
    moment = datetime.fromisoformat(text)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError(f"{text} lies outside the calendar") from problem
