"""The minute's round: whatever a lost message or a dead worker left lying."""

from __future__ import annotations

from datetime import datetime

from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox.waits import CLAIM_LEASE


def outbox_sweep(*, now: datetime) -> list[int]:
    """The ids of the locations that have something to send or to look up at the aware instant `now`.

    Claims whose worker is surely gone become `unconfirmed` first, never `pending`: what they sent may have arrived.
    """
    Change.objects.stale(now - CLAIM_LEASE).update(
        state=State.UNCONFIRMED, claim="", not_before=now, error_code="outcome_unknown", error_detail="", trace_id=""
    )
    places = [
        due.order_by().values_list("location", flat=True).distinct()
        for due in (Change.objects.ready(now), Change.objects.lost(now))
    ]
    return sorted({location_id for found in places for location_id in found})
