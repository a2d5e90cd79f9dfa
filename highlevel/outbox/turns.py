"""A turn: one change of one location is sent or looked up, then it is another location's turn."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from highlevel.api import Lane
from highlevel.limits import limiter
from highlevel.models import Change, Location
from highlevel.models.change import ChangeState as State
from highlevel.outbox.sending import change_send
from highlevel.outbox.settling import change_settle
from highlevel.outbox.waits import HANDS_FREE
from highlevel.outbox.waking import awake, wake

LOOKED_AT = 64  # due changes whose turn is asked about at once, so that a turn costs the same however many there are
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
    place = Location.objects.get(pk=location_id)
    offered = next(offers(place, clock()), [])
    if not offered:
        return None
    delay = limiter().delay(place.remote_id, Lane.BACKGROUND)
    if delay > HANDS_FREE:
        wake(location_id, wait=timedelta(seconds=delay))
        return None
    if len(offered) > 1:
        wake(location_id)
    for change_id, state in offered[:OFFERED]:
        work = change_settle if state == State.UNCONFIRMED else change_send
        ended = work(change_id, clock=clock, chance=chance)
        if ended is not None:
            return ended
    return None


def offers(place: Location, now: datetime) -> Iterator[list[tuple[int, str]]]:
    """What the location's turns are for at the aware instant `now`: ids and states, what is due longest first, some at
    a time and never none. Nothing while it is paused."""
    later = Q()
    while place.paused_at is None:
        due = Change.objects.moving_at(place.pk, now).filter(later)
        rows = list(due.values_list("pk", "state", "not_before")[:LOOKED_AT])
        if not rows:
            return
        ready = set(Change.objects.ready(now).filter(pk__in=[row[0] for row in rows]).values_list("pk", flat=True))
        found = [(pk, state) for pk, state, _at in rows if state == State.UNCONFIRMED or pk in ready]
        if found:
            yield found
        last, _state, at = rows[-1]
        later = Q(not_before__gt=at) | Q(not_before=at, pk__gt=last)
