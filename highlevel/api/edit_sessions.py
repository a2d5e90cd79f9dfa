"""Edit sessions: a draft copy of a queue that is saved or discarded as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from highlevel.api.payload import instant
from highlevel.api.queue_payloads import EditSessionStart, PlannedPosts, SlotChanges
from highlevel.api.queues import planned_posts
from highlevel.api.resource import Resource


class EditSessions(Resource):
    """Edit sessions of queues of the client's location."""

    def start(self, *, queue_id: str) -> EditSessionStart:
        """Start a session, or resume the one that anybody has open."""
        return self._call(
            "startEditSession",
            lambda answer: answer.one(EditSessionStart),
            path={"queueId": queue_id},
            body={"locationId": self._location},
        )

    def save(self, *, queue_id: str, session_id: str, keep_in_draft: bool | None = None) -> SlotChanges:
        """Apply and close. A draft queue becomes active unless `keep_in_draft`."""
        return self._call(
            "saveEditSession",
            lambda answer: answer.one(SlotChanges),
            path={"queueId": queue_id},
            body={"locationId": self._location, "sessionId": session_id, "keepInDraft": keep_in_draft},
        )

    def discard(self, *, queue_id: str, session_id: str, keep_in_draft: bool | None = None) -> None:
        """Drop everything the session holds."""
        self._call(
            "discardEditSession",
            lambda answer: None,
            path={"queueId": queue_id},
            body={"locationId": self._location, "sessionId": session_id, "keepInDraft": keep_in_draft},
        )

    def calendar(
        self,
        *,
        queue_id: str,
        session_id: str,
        window_start: datetime,
        window_end: datetime,
        account_ids: Sequence[str] = (),
    ) -> PlannedPosts:
        """What would be published in the window (aware instants) after saving."""
        return self._call(
            "fetchEditSessionCalendar",
            planned_posts,
            path={"queueId": queue_id},
            body={
                "locationId": self._location,
                "sessionId": session_id,
                "startDate": instant(window_start),
                "endDate": instant(window_end),
                "accountIds": list(account_ids) or None,
            },
        )
