"""Disconnecting an account: first what is planned on it goes elsewhere, then HighLevel forgets the account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts import impact
from accounts.models import ConnectedAccount, User
from accounts.outbox import DELETE, account_subject
from accounts.services.people_binding import acts_as
from highlevel.models import Change
from highlevel.models.change import OPEN, ChangeQuerySet, ChangeState
from highlevel.outbox import NotPossible, change_cancel, change_record

UNDO_FOR = timedelta(seconds=30)  # how long the account is left alone, so that a slip costs nothing


class CannotMove(ValueError):
    """The account that was chosen cannot take over what is planned."""


@dataclass(frozen=True, slots=True)
class Undone:
    """How many moves were called off with the disconnection, and how many had been made or begun."""

    called_off: int
    stays: int


def successors(account: ConnectedAccount) -> list[ConnectedAccount]:
    """The accounts that can take over what is planned: same network, same location, still connected, not about to be
    disconnected. Two queries."""
    gone = set(open_disconnections([account.location_id]).values_list("subject", flat=True))
    found = ConnectedAccount.objects.filter(location=account.location_id, platform=account.platform, gone_at=None)
    held = found.select_related("location").defer("remote", "location__remote").exclude(pk=account.pk).order_by("name")
    return [other for other in held if account_subject(other) not in gone]


def open_disconnections(locations: Iterable[int]) -> ChangeQuerySet:
    """Disconnections in these locations that HighLevel does not know of for certain yet."""
    return Change.objects.open().filter(location__in=list(locations), operation=DELETE)


def account_disconnect(
    *, account: ConnectedAccount, actor: User, now: datetime, move_to: ConnectedAccount | None = None
) -> Change:
    """Record that the account is to be disconnected, after everything planned on it has gone to `move_to`, if given.

    One change a post, and one for the account that goes after all of them, no sooner than UNDO_FOR from now. A second
    call while the first waits changes nothing but where the rest is moved. Raises CannotMove.
    """
    if move_to is not None and move_to not in successors(account):
        raise CannotMove(f"{move_to.pk} cannot take over what is planned on {account.pk}")
    payload = {
        "remote_id": account.remote_id,
        "name": str(account),
        "user_id": acts_as(user=actor, location=account.location),
        "move_to": move_to.pk if move_to else None,
    }
    with transaction.atomic():
        moves = impact.move(account=account, to=move_to, actor=actor, now=now) if move_to else []
        return change_record(
            location=account.location,
            subject=account_subject(account),
            operation=DELETE,
            payload=payload,
            actor=actor,
            now=now,
            after=moves,
            wait=UNDO_FOR,
        )


def disconnection_undo(*, change: Change, now: datetime) -> Undone:
    """Take a disconnection back that has not been sent: the account stays, and moves that have not been sent are called
    off; posts that have moved already stay where they are. Raises NotPossible once it has been tried, or is settled."""
    if not may_undo(change):
        raise NotPossible
    with transaction.atomic():
        change_cancel(change=change, now=now)
        moves = list(change.after.filter(state__in=(*OPEN, ChangeState.DONE)))
        called_off = 0
        for move in moves:
            if move.state in (ChangeState.PENDING, ChangeState.REFUSED):
                called_off += _called_off(move, now)
        return Undone(called_off, len(moves) - called_off)


def may_undo(change: Change) -> bool:
    """Whether the account surely is still connected: nothing was sent, or HighLevel said no."""
    untried = change.state == ChangeState.PENDING and change.attempts == 0
    return untried or change.state == ChangeState.REFUSED


def _called_off(move: Change, now: datetime) -> bool:
    try:
        change_cancel(change=move, now=now)
    except NotPossible:
        return False
    return True
