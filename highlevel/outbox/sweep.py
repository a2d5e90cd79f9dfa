"""The minute's round: whatever a lost message or a dead worker left lying."""

from __future__ import annotations

from datetime import datetime, timedelta

from highlevel.models import Change
from highlevel.models.change import ChangeState as State

CLAIM_LEASE = timedelta(seconds=100)  # above the hard limit of the sending task: its worker is surely gone
MOST = 500  # changes of each kind in one round


def outbox_sweep(*, now: datetime) -> tuple[list[int], list[int]]:
    """The ids of the changes to send and to look up at the aware instant `now`.

    Claims whose worker is surely gone become `unconfirmed` first, never `pending`: what they sent may have arrived.
    """
    Change.objects.stale(now - CLAIM_LEASE).update(
        state=State.UNCONFIRMED, claim="", not_before=now, error_code="outcome_unknown", error_detail="", trace_id=""
    )
    to_send = Change.objects.ready(now).values_list("pk", flat=True)[:MOST]
    lost = Change.objects.filter(state=State.UNCONFIRMED, not_before__lte=now, location__paused_at=None)
    return list(to_send), list(lost.order_by("not_before", "pk").values_list("pk", flat=True)[:MOST])
