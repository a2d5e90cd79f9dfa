"""Everything that a sandbox consists of: documents, clock, ids, settings, and what happens as time passes."""

import hashlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from highlevel.sandbox.clock import Clock
from highlevel.sandbox.faults import FaultBook
from highlevel.sandbox.limits import Limits
from highlevel.sandbox.log import RequestLog
from highlevel.sandbox.store import Store

ORIGIN = "sandbox://origin"
"""Stands in stored documents for the address under which the sandbox is reached, which differs from start to start."""

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BLOCK = 10_000

DEFAULTS: dict[str, Any] = {
    # What a skipped slot does to its item: "consume" (the item has had its turn) or "shift" (it takes the next slot).
    "skip_policy": "consume",
    # Scheduled posts of every network say platform "google", as was seen on the live service.
    "platform_quirk": True,
    # The share of due posts that the networks refuse, 0 to 1.
    "failure_rate": 0.04,
    # Approving a post through the API loses all images but the first, as one user of the live service saw.
    "approval_keeps_one_image": False,
    # Where webhooks of the app go; empty for nowhere.
    "webhook_url": "",
}


class World:
    """One sandbox. Documents, clock and settings survive in its store; faults, limits and the log do not."""

    def __init__(self, store: Store, *, seed: int = 1) -> None:
        self.store = store
        self.clock = Clock(store)
        self.settings = Settings(store)
        self.seed: int = self.settings.setdefault("seed", seed)
        self.faults = FaultBook(self.seed)
        self.limits = Limits()
        self.log = RequestLog()
        self.stopping = threading.Event()
        self.deliveries: deque[Any] = deque(maxlen=1000)
        self._ids = Ids(store, self.seed)

    def new_id(self) -> str:
        """A fresh 24-hex id; the same sequence for the same seed."""
        return self._ids.digest().hex()

    def new_location_id(self) -> str:
        """A fresh id of 20 letters and digits, as locations, companies and users have."""
        return base62(self._ids.digest(15), 20)

    def chance(self, *parts: object) -> float:
        """A number in [0, 1) that depends on the seed and `parts` alone: the same question gets the same answer."""
        return int.from_bytes(hash_of(self.seed, *parts)[:7], "big") / (1 << 56)

    def tick(self) -> None:
        """Let everything happen that is due by now, instant by instant. Costs an index look-up when nothing is."""
        limit = self.clock.timestamp()
        while any(True for _ in self._due(limit)):
            with self.store.transaction():
                due = list(self._due(limit))
                moment = min((at for at, _ in due), default=None)
                for at, ticker in due:
                    if at == moment:
                        ticker.advance(self, datetime.fromtimestamp(moment, UTC))
                        if ticker.due(self) == moment:
                            raise RuntimeError(f"{ticker.advance.__name__} left work behind at {moment}")

    def _due(self, limit: float) -> Iterator[tuple[float, "Ticker"]]:
        for ticker in TICKERS:
            at = ticker.due(self)
            if at is not None and at <= limit:
                yield at, ticker


@dataclass(frozen=True)
class Ticker:
    """Something that happens by itself: when it is next due (epoch seconds, None for never) and how it advances."""

    due: Callable[[World], float | None]
    advance: Callable[[World, datetime], None]


TICKERS: list[Ticker] = []


def on_tick(
    *, due: Callable[[World], float | None]
) -> Callable[[Callable[[World, datetime], None]], Callable[[World, datetime], None]]:
    """Register the decorated `advance(world, now)` to be called at each instant that `due(world)` names, in order.

    `advance` must deal with everything due up to and including `now`, so that `due` then names a later instant.
    """

    def register(advance: Callable[[World, datetime], None]) -> Callable[[World, datetime], None]:
        TICKERS.append(Ticker(due, advance))
        return advance

    return register


class Settings(MutableMapping[str, Any]):
    """Switches of one sandbox, kept in its store; JSON values."""

    def __init__(self, store: Store) -> None:
        self._store = store
        kept = store.get("setting", "settings")
        self._values: dict[str, Any] = {**DEFAULTS, **(kept["values"] if kept else {})}

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._values[key] = value
        self._keep()

    def __delitem__(self, key: str) -> None:
        del self._values[key]
        self._keep()

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def _keep(self) -> None:
        with self._store.transaction():
            self._store.delete("setting", "settings")
            self._store.insert("setting", {"id": "settings", "values": self._values})


class Ids:
    """Ids from seed and counter. The counter is kept by blocks, so that an id costs no write and none comes twice."""

    def __init__(self, store: Store, seed: int) -> None:
        self._store = store
        self._seed = seed
        self._lock = threading.Lock()
        kept = store.get("setting", "ids")
        self._next: int = kept["reserved"] if kept else 0
        self._reserved = 0
        store.on_rollback(self._forget_reservation)

    def digest(self, size: int = 12) -> bytes:
        """`size` fresh bytes."""
        if self._next >= self._reserved:
            self._reserve()
        with self._lock:
            number = self._next
            self._next += 1
        return hash_of(self._seed, "id", number)[:size]

    def _reserve(self) -> None:
        with self._store.transaction():
            self._reserved = self._next + _BLOCK
            self._store.delete("setting", "ids")
            self._store.insert("setting", {"id": "ids", "reserved": self._reserved})

    def _forget_reservation(self) -> None:
        self._reserved = 0


def hash_of(*parts: object) -> bytes:
    """32 bytes that depend on `parts` alone."""
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=32).digest()


def base62(digest: bytes, length: int) -> str:
    """`length` letters and digits made from `digest`."""
    number, text = int.from_bytes(digest, "big"), []
    for _ in range(length):
        number, place = divmod(number, 62)
        text.append(_BASE62[place])
    return "".join(text)
