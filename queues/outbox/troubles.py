"""What a save may stop with. Each leaves the draft as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from highlevel.api import PermanentError, RemoteQueue, RemoteQueueItem, TransientError

SAVE = "saveEditSession"


class QueueMoved(PermanentError):
    """The live queue is neither what the draft began from nor the draft; `queue` and `rows` are as it is now."""

    default_code = "queue_moved"

    def __init__(self, message: str, *, queue: RemoteQueue, rows: Sequence[RemoteQueueItem], **about: Any) -> None:
        super().__init__(message, operation=SAVE, **about)
        self.queue = queue
        self.rows = tuple(rows)


class ForeignSessionOpen(PermanentError):
    """An edit session is open in HighLevel that holds what nobody of Rota put there; it was left alone."""

    default_code = "foreign_session"

    def __init__(self, message: str, *, session_id: str, **about: Any) -> None:
        super().__init__(message, operation="startEditSession", **about)
        self.session_id = session_id


class DraftChanged(PermanentError):
    """The draft was edited after this save was asked for."""

    default_code = "draft_changed"


class StagingStopped(TransientError):
    """The replay stopped before its save, which nobody but the edit session has seen: it goes on where it stopped."""

    default_code = "staging_stopped"
