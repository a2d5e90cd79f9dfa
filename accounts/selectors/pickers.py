"""Choosing one of many as a filter: a few that fit what was typed, and whether there are others."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import ngettext

from accounts.models import ConnectedAccount
from accounts.scope import Scope

MOST_CHOICES = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: `value` is what the filter takes, `on` says that it is chosen already."""

    value: str
    label: str
    detail: str
    on: bool
    platform: str = ""
    network: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Picker:
    """The choices of one filter that fit `find`; `more` says that others fit too."""

    kind: str
    find: str
    choices: list[Choice]
    more: bool


def account_picker(scope: Scope, *, find: str, chosen: Collection[ConnectedAccount]) -> Picker:
    """Accounts of the scope whose name, network or client holds each typed word; one query."""
    accounts = ConnectedAccount.objects.filter(gone_at=None, location__in=scope.locations()).select_related("location")
    accounts = accounts.filter(_holds(find, "name", "platform", "location__name")).defer("remote", "location__remote")
    found = list(accounts[: MOST_CHOICES + 1])
    choices = []
    for account in found[:MOST_CHOICES]:
        client, network = account.location.name, account.platform_label
        choices.append(Choice(str(account.pk), str(account), client, account in chosen, account.platform, network))
    return Picker("account", find, choices, len(found) > MOST_CHOICES)


def name_picker(kind: str, rows: QuerySet[Any], *, find: str, chosen: Collection[str], colour: str = "") -> Picker:
    """Names among the rows that hold each typed word, the same name of several locations once; one query.

    `colour` is the field that holds a colour; it is shown when all of a name agree on it.
    """
    named = rows.filter(_holds(find, "name")).values("name").annotate(clients=Count("location", distinct=True))
    if colour:
        named = named.annotate(low=Min(colour), high=Max(colour))
    found = list(named.order_by("-clients", Lower("name"), "name")[: MOST_CHOICES + 1])
    taken = {name.lower() for name in chosen}
    choices = []
    for row in found[:MOST_CHOICES]:
        clients = row["clients"]
        detail = ngettext("%d client", "%d clients", clients) % clients if clients > 1 else ""
        agreed = row["low"] if colour and row["low"] == row["high"] else ""
        choices.append(Choice(row["name"], row["name"], detail, row["name"].lower() in taken, colour=agreed))
    return Picker(kind, find, choices, len(found) > MOST_CHOICES)


def _holds(find: str, *fields: str) -> Q:
    words: Iterable[str] = find.split()[:8]
    return reduce(and_, (reduce(or_, (Q(**{f"{field}__icontains": word}) for field in fields)) for word in words), Q())
