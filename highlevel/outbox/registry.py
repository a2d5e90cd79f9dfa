"""What each operation of the outbox means. The floors above fill this in when their apps are ready."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from highlevel.api import HighLevel, RemoteError
from highlevel.models import Change
from highlevel.outbox.waits import SETTLING


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a change: `kept` is stored with it, `news` only reaches the handler's `done`."""

    kept: dict[str, Any] = field(default_factory=dict)
    news: Any = None


@dataclass(frozen=True, slots=True)
class Found:
    """The look-up found what was sent; `outcome` is what sending would have returned."""

    outcome: Outcome = field(default_factory=Outcome)


@dataclass(frozen=True, slots=True)
class NotThere:
    """The look-up is sure that HighLevel does not have it."""


@dataclass(frozen=True, slots=True)
class Denied:
    """The look-up is sure that sending again would be refused, with this error."""

    error: RemoteError


@dataclass(frozen=True, slots=True)
class Unsure:
    """The look-up cannot tell; `why` is for the person who has to."""

    why: str = ""


Finding = Found | NotThere | Denied | Unsure


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that was changed on both sides, in words: as the editor saw it, as Rota wants it, as it is now."""

    label: str
    base: str
    ours: str
    theirs: str


class Handler(ABC):
    """One operation. `send` and `look` speak to HighLevel and must not write rows; the others write and must not speak.

    `send` makes one write that counts at most, as its last word to HighLevel or followed by reads whose failure it
    reports as an OutcomeUnknown. Writes before it are allowed where HighLevel tells what became of them: each was
    looked for before it was made, or all went into a copy that nobody sees (`docs/explanation/outbox.md`).
    `repeatable` says that sending twice does what sending once does. `settling` is how long after the attempt a thing
    that is not there is surely not coming any more.
    """

    operation: ClassVar[str]
    repeatable: ClassVar[bool] = False
    settling: ClassVar[timedelta] = SETTLING

    @abstractmethod
    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        """Tell HighLevel; return what is worth keeping. Raises RemoteError."""

    @abstractmethod
    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        """Find out whether an unanswered `send` took effect. Raises RemoteError."""

    @abstractmethod
    def title(self, change: Change) -> str:
        """What this change does, in a few words for a person; costs no query."""

    def merge(self, waiting: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        """The payload of a waiting change once a newer one of its kind goes into it."""
        return {**waiting, **new}

    def rebase(self, refused: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        """The base of a refused change once a newer one of its kind goes into it: what the newer editor saw."""
        return {**refused, **new}

    def differences(self, change: Change) -> list[Difference]:
        """What a person has to settle on a change that was refused as changed elsewhere."""
        return []

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:  # noqa: B027 - most have nothing
        """Update local rows, in the transaction that records the success."""

    def refused(self, change: Change, error: RemoteError, now: datetime) -> None:  # noqa: B027 - most have nothing
        """Update local rows, in the transaction that records the refusal."""

    def cancelled(self, change: Change, now: datetime) -> None:  # noqa: B027 - most have nothing
        """Update local rows, in the transaction in which a person gives the change up."""

    def all_cancelled(self, changes: Sequence[Change], now: datetime) -> None:
        """The same for many changes of the operation, one by one unless it knows a quicker way."""
        for change in changes:
            self.cancelled(change, now)

    def address(self, change: Change) -> str:
        """The page of the subject; empty when it has none. Costs no query."""
        return ""


_handlers: dict[str, Handler] = {}
H = TypeVar("H", bound=type[Handler])


def handler(kind: H) -> H:
    """Register the decorated class for its `operation`. Raises ValueError when the operation is taken."""
    if kind.operation in _handlers:
        raise ValueError(f"{kind.operation} has a handler already")
    _handlers[kind.operation] = kind()
    return kind


def handler_of(operation: str) -> Handler:
    """The handler of an operation. Raises LookupError for one that nobody registered."""
    try:
        return _handlers[operation]
    except KeyError:
        raise LookupError(f"Nothing handles the change {operation!r}") from None


def subject_key(change: Change, kind: str) -> int:
    """The primary key in a change's subject. Raises ValueError when the subject is of another kind."""
    found, _, key = change.subject.partition(":")
    if found != kind:
        raise ValueError(f"{change.subject} is not the subject of a {kind}")
    return int(key)
