"""What depends on a connected account. The floors above know it, and fill this in when their apps are ready."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import ConnectedAccount, User
from highlevel.models import Change, Location


@dataclass(frozen=True, slots=True)
class Feed:
    """What posts on an account again and again: `name`, the `state` that keeps it from running (empty if none does),
    when it does so next, and when for the first time in vain. Instants are aware, None where that is not known."""

    name: str
    state: str
    next_at: datetime | None
    risk_at: datetime | None = None

    def words(self, place: Location) -> str:
        """Name, state and the first date, on the client's clock."""
        if self.state:
            return _("%(name)s (%(state)s)") % {"name": self.name, "state": self.state}
        at = self.risk_at or self.next_at
        if at is None:
            return self.name
        about = {"name": self.name, "date": date_format(place.local(at).date(), _("j M"))}
        return (_("%(name)s, at risk from %(date)s") if self.risk_at else _("%(name)s, next on %(date)s")) % about


@dataclass(frozen=True, slots=True)
class Impact:
    """What is planned on one account: `planned` things from `first_at` on, `at_risk` of them after the account stopped
    being able to, or will have, from `risk_at` on. Instants are aware, None where there is nothing. `feeds` come on
    top of these."""

    planned: int = 0
    first_at: datetime | None = None
    at_risk: int = 0
    risk_at: datetime | None = None
    feeds: tuple[Feed, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that is planned on an account and what becomes of it when the account is disconnected.

    `label` names it with its number ("3 scheduled posts"); `movable` of `number` can go to another account, and
    `why_not` says why the rest cannot. `address` lists them; empty where no page does.
    """

    label: str
    number: int
    movable: int
    why_not: str
    address: str


class Dependents(ABC):
    """One floor's part of the answer."""

    @abstractmethod
    def impacts(self, accounts: Sequence[ConnectedAccount], now: datetime) -> Mapping[int, Impact]:
        """What is planned on each account at the aware instant `now`, by primary key. One query."""

    @abstractmethod
    def holdings(self, account: ConnectedAccount, now: datetime) -> list[Holding]:
        """Everything that is planned on the account, by kind; at a fixed number of queries."""

    @abstractmethod
    def move(self, account: ConnectedAccount, to: ConnectedAccount, actor: User, now: datetime) -> list[Change]:
        """Record a change for each thing that can go to the other account, in the caller's transaction."""


_dependents: list[Dependents] = []


def depends(dependents: Dependents) -> None:
    """Register a floor's part."""
    _dependents.append(dependents)


def impacts(accounts: Sequence[ConnectedAccount], *, now: datetime) -> dict[int, Impact]:
    """What is planned on each of these accounts, by primary key; one query for each floor that was registered."""
    parts = [one.impacts(accounts, now) for one in _dependents] if accounts else []
    none = Impact()
    return {account.pk: _sum(part.get(account.pk, none) for part in parts) for account in accounts}


def holdings(account: ConnectedAccount, *, now: datetime) -> list[Holding]:
    """Everything that is planned on the account, by kind."""
    return [holding for one in _dependents for holding in one.holdings(account, now)]


def move(*, account: ConnectedAccount, to: ConnectedAccount, actor: User, now: datetime) -> list[Change]:
    """Record the changes that take everything to another account. Call it in a transaction."""
    return [change for one in _dependents for change in one.move(account, to, actor, now)]


def _sum(parts: Iterable[Impact]) -> Impact:
    found = list(parts)
    return Impact(
        planned=sum(part.planned for part in found),
        first_at=min((part.first_at for part in found if part.first_at), default=None),
        at_risk=sum(part.at_risk for part in found),
        risk_at=min((part.risk_at for part in found if part.risk_at), default=None),
        feeds=tuple(feed for part in found for feed in part.feeds),
    )
