"""What higher floors add to Today and to the palette; they register it when Django starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.scope import Scope
from highlevel.models import Location


@dataclass(frozen=True, slots=True)
class Need:
    """Something that needs a person: a sentence about a client, its tone and icon, and where to act."""

    location: Location
    text: str
    tone: str
    icon: str
    address: str
    action: str


@dataclass(frozen=True, slots=True)
class Needs:
    """The most pressing ones of `total`, and the page with all of them: its address and the words of the link."""

    shown: list[Need]
    total: int
    address: str
    more: str


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that the palette found."""

    label: str
    detail: str
    colour: str
    address: str


@dataclass(frozen=True, slots=True)
class Hits:
    """What the palette found of one kind."""

    label: str
    hits: list[Hit]


NeedSource = Callable[[Scope, datetime], Needs]
HitSource = Callable[[User, str], Hits]
_NEEDS: list[NeedSource] = []
_HITS: list[HitSource] = []


def need_source(source: NeedSource) -> NeedSource:
    """Have Today ask the decorated function, which gives what needs a person in the chosen locations at an instant."""
    _NEEDS.append(source)
    return source


def hit_source(source: HitSource) -> HitSource:
    """Have the palette ask the decorated function, which gives what is visible to the person and holds the words."""
    _HITS.append(source)
    return source


def needs_of(scope: Scope, *, now: datetime) -> list[Needs]:
    """What every source has for Today."""
    return [source(scope, now) for source in _NEEDS]


def hits_of(user: User, *, text: str) -> list[Hits]:
    """What every source finds; sources that find nothing are left out."""
    return [hits for source in _HITS if (hits := source(user, text)).hits]
