"""The page of a disconnection: what it would cost, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count

from accounts import impact
from accounts.impact import Holding
from accounts.models import ConnectedAccount
from accounts.outbox import DELETE, account_subject
from accounts.services.disconnecting import may_undo, successors
from highlevel.causes import cause_in_words
from highlevel.models import Change
from highlevel.models.change import OPEN, ChangeState
from highlevel.outbox import handler_of

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before an account is disconnected. `successors` can take over what is `movable`."""

    holdings: list[Holding]
    successors: list[ConnectedAccount]

    @property
    def number(self) -> int:
        return sum(holding.number for holding in self.holdings)

    @property
    def movable(self) -> int:
        return sum(holding.movable for holding in self.holdings)


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One thing on its way to the other account."""

    change: Change
    title: str
    address: str
    cause: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A disconnection under way or done. `tally` counts its moves by state."""

    change: Change
    cause: str
    move_to: ConnectedAccount | None
    tally: list[tuple[str, int]]
    moves: Page[Change]
    lines: list[MoveLine]
    may_undo: bool

    @property
    def open_moves(self) -> int:
        return sum(number for state, number in self.tally if state in OPEN)

    @property
    def stuck(self) -> int:
        """Moves that wait for a person, and with them the disconnection."""
        return sum(number for state, number in self.tally if state == ChangeState.REFUSED)

    @property
    def settled(self) -> bool:
        return self.change.state not in OPEN

    @property
    def total(self) -> int:
        return sum(number for _state, number in self.tally)


def disconnect_question(account: ConnectedAccount, *, now: datetime) -> Question:
    """What is planned on the account, and who could take it over; four queries and those of other floors."""
    return Question(impact.holdings(account, now=now), successors(account))


def disconnect_progress(account: ConnectedAccount, *, number: str) -> Progress | None:
    """How the account's disconnection stands; None when none was begun since it was connected. At most five queries."""
    change = Change.objects.filter(subject=account_subject(account), operation=DELETE).first()
    over = change is None or change.state == ChangeState.CANCELLED
    if change is None or over or (change.state == ChangeState.DONE and account.gone_at is None):
        return None
    counted = dict(change.after.order_by().values_list("state").annotate(number=Count("pk")))
    page = Paginator(change.after.order_by("pk"), PAGE_SIZE).get_page(number)
    move_to = ConnectedAccount.objects.filter(pk=change.payload.get("move_to") or 0).first()
    return Progress(
        change=change,
        cause=cause_in_words(change.error_code) if change.state in OPEN else "",
        move_to=move_to,
        tally=[(state, counted[state]) for state in ChangeState.values if state in counted],
        moves=page,
        lines=[_line(move) for move in page.object_list],
        may_undo=may_undo(change),
    )


def _line(move: Change) -> MoveLine:
    dealer = handler_of(move.operation)
    cause = cause_in_words(move.error_code) if move.state in OPEN else ""
    return MoveLine(move, dealer.title(move), dealer.address(move), cause)
