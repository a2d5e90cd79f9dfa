"""A turn: one change of one location is sent or looked up, then it is another location's turn."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from highlevel.api import Lane
from highlevel.limits import limiter
from highlevel.models import Change, Location
from highlevel.models.change import ChangeState as State
from highlevel.outbox.sending import change_send
from highlevel.outbox.settling import change_settle
from highlevel.outbox.waits import HANDS_FREE
from highlevel.outbox.waking import awake, wake

OFFERED = 16  # changes that a turn tries to get, because other workers take some of them at the same moment


def outbox_turn(
    location_id: int,
    *,
    token: str = "",
    clock: Callable[[], datetime] = timezone.now,
    chance: Callable[[], float] = random.random,
) -> str | None:
    """Send or look up the change of this location that is due longest; return the state it ended in, None when there
    was nothing to do.

    Has the location more to do, another turn is asked for before this one begins its work: the message goes to the end
    of the queue, and as many workers take part as have nothing else to do. When the request budget keeps this location
    waiting for longer than a moment, nothing is claimed, and the turn is put off. `token` is the message's own. Raises
    what `change_send` and `change_settle` raise, and LimiterUnavailable. Never call it inside a transaction.
    """
    awake(location_id, token)
    offered = list(Change.objects.next_of(location_id, clock()).values_list("pk", "state")[:OFFERED])
    if not offered:
        return None
    place = Location.objects.get(pk=location_id)
    delay = limiter().delay(place.remote_id, Lane.BACKGROUND)
    if delay > HANDS_FREE:
        wake(location_id, wait=timedelta(seconds=delay))
        return None
    if len(offered) > 1:
        wake(location_id)
    for pk, state in offered:
        work = change_settle if state == State.UNCONFIRMED else change_send
        ended = work(pk, clock=clock, chance=chance)
        if ended is not None:
            return ended
    return None
