"""What depends on a connected account. The floors above know it, and fill this in when their apps are ready."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import ConnectedAccount, User
from highlevel.models import Change


@dataclass(frozen=True, slots=True)
class Impact:
    """What is planned on one account: `planned` things from `first_at` on, `at_risk` of them after the account stopped
    being able to, or will have, from `risk_at` on. Instants are aware, None where there is nothing."""

    planned: int = 0
    first_at: datetime | None = None
    at_risk: int = 0
    risk_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that is planned on an account and what becomes of it when the account is disconnected.

    `label` names it with its number ("3 scheduled posts"); `movable` of `number` can go to another account, and
    `why_not` says why the rest cannot. `address` lists them.
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
    )
