"""What the outbox itself may say no with."""

from __future__ import annotations

from typing import Any

from highlevel.api import PermanentError


class NotPossible(Exception):
    """The change is in a state that does not allow this any more."""


class ChangedElsewhere(PermanentError):
    """HighLevel's version is not the one the change was made from; nothing was overwritten.

    `seen` is the version that is there now, in the form of `Change.base`.
    """

    default_code = "changed_elsewhere"

    def __init__(self, message: str, *, seen: dict[str, Any], **about: Any) -> None:
        super().__init__(message, **about)
        self.seen = seen
