"""The Accounts page: connected accounts over one or all locations, the ones that need somebody first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, OrderBy, Prefetch, Q, Value, When
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import locations_for
from accounts.impact import Impact, impacts
from accounts.models import AccountGroup, ConnectedAccount, Role
from accounts.models.connected_account import EXPIRES_SOON, ConnectedAccountQuerySet, Health, platform_label
from accounts.outbox import account_subject
from accounts.scope import ALL, PARAMETER, Scope
from accounts.selectors.pickers import Picker, name_picker
from accounts.services.disconnecting import open_disconnections

PAGE_SIZE = 25
URGENCY = "urgency"
SORTS = {
    URGENCY: gettext_lazy("Needs attention first"),
    "client": gettext_lazy("Client"),
    "name": gettext_lazy("Account"),
    "network": gettext_lazy("Network"),
    "expires": gettext_lazy("Expires"),
    "checked": gettext_lazy("Last checked"),
}
SHOWN = (
    "name",
    "platform",
    "type",
    "remote_id",
    "expires_at",
    "is_expired",
    "missing_permission",
    "location__name",
    "location__colour",
    "location__timezone",
    "location__pulled_at",
)
BY_SEVERITY = (Health.EXPIRED, Health.NO_PERMISSION, Health.EXPIRES_SOON, Health.GOOD)


@dataclass(frozen=True, slots=True)
class AccountFilters:
    """Values of one filter widen the list, filters narrow it; each word must occur in name, client or type."""

    scope: Scope
    words: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    health: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    sort: str = URGENCY
    backwards: bool = False

    @property
    def narrow(self) -> bool:
        return self != self.cleared()

    def cleared(self) -> AccountFilters:
        """The same list with no filter on."""
        return AccountFilters(scope=self.scope, sort=self.sort, backwards=self.backwards)

    def values(self) -> list[tuple[str, str]]:
        """The filters that are on, as parameters of an address."""
        found = [("q", " ".join(self.words))] if self.words else []
        found += [("network", network) for network in self.networks]
        found += [("health", health) for health in self.health]
        found += [("group", name) for name in self.groups]
        return found if self.sort == URGENCY else [*found, ("sort", f"-{self.sort}" if self.backwards else self.sort)]

    def address(self, **more: str) -> str:
        """The query of the page with these filters, beginning with `?`; `more` adds parameters that are not empty."""
        query = QueryDict(mutable=True)
        query[PARAMETER] = str(self.scope.location.pk) if self.scope.location else ALL
        for name, value in self.values():
            query.appendlist(name, value)
        for name, value in more.items():
            if value:
                query[name] = value
        return f"?{query.urlencode()}"

    def chips(self) -> list[tuple[str, str, str]]:
        """What is on: kind, label, and the address of the page without it."""
        found = [(_("Text"), word, replace(self, words=_less(self.words, word))) for word in self.words]
        found += [
            (_("Network"), platform_label(name), replace(self, networks=_less(self.networks, name)))
            for name in self.networks
        ]
        found += [
            (_("Health"), str(Health(name).label), replace(self, health=_less(self.health, name)))
            for name in self.health
        ]
        found += [(_("Group"), name, replace(self, groups=_less(self.groups, name))) for name in self.groups]
        return [(kind, label, left.address()) for kind, label, left in found]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account as a row: its state, what is planned on it, and what the viewer may do about it."""

    account: ConnectedAccount
    network: str
    health: Health
    words: str
    groups: list[str]
    impact: Impact
    is_leaving: bool
    may_manage: bool

    @property
    def risk_from(self) -> date | None:
        """The day, on the client's calendar, from which things are at risk."""
        return self.account.location.local(self.impact.risk_at).date() if self.impact.risk_at else None


@dataclass(frozen=True, slots=True)
class AccountList:
    """A page of the list, and how many of the scope are in each state, whatever the filters."""

    lines: list[AccountLine]
    page: Page[ConnectedAccount]
    tally: list[tuple[Health, int]]
    total: int


def account_list_page(filters: AccountFilters, *, number: str, now: datetime) -> AccountList:
    """The page asked for, or the nearest one there is.

    Queries: the tally, the count where a filter is on, the page, its groups, what is planned on its accounts (one a
    floor), which of them are being disconnected, and where the viewer is a manager.
    """
    everything = ConnectedAccount.objects.filter(gone_at=None, location__in=filters.scope.locations())
    tally = _tally(everything, now)
    paginator = Paginator(_sorted(_matching(everything, filters, now), filters, now), PAGE_SIZE)
    total = sum(number for _health, number in tally)
    if not filters.narrow:
        paginator.count = total
    page = paginator.get_page(number)
    accounts = list(page.object_list)
    planned = impacts(accounts, now=now)
    places = {account.location_id for account in accounts}
    leaving = set(open_disconnections(places).values_list("subject", flat=True))
    managed = set(locations_for(filters.scope.user, Role.MANAGER).filter(pk__in=places).values_list("pk", flat=True))
    lines = [
        AccountLine(
            account=account,
            network=account.platform_label,
            health=account.health(now),
            words=health_words(account, now),
            groups=[group.name for group in account.groups.all()],
            impact=planned[account.pk],
            is_leaving=account_subject(account) in leaving,
            may_manage=account.location_id in managed,
        )
        for account in accounts
    ]
    return AccountList(lines, page, tally, total)


def health_words(account: ConnectedAccount, now: datetime) -> str:
    """The account's state as its badge says it: good, expires in N days, expired, missing permission."""
    health = account.health(now)
    if health != Health.EXPIRES_SOON or account.expires_at is None:
        return str(health.label)
    days = (account.location.local(account.expires_at).date() - account.location.local(now).date()).days
    if days < 1:
        return _("Expires today")
    return ngettext("Expires in %d day", "Expires in %d days", days) % days


def group_picker(filters: AccountFilters, *, find: str) -> Picker:
    """Account groups of the scope by name."""
    rows = AccountGroup.objects.filter(gone_at=None, location__in=filters.scope.locations())
    return name_picker("group", rows, find=find, chosen=filters.groups)


def _matching(accounts: ConnectedAccountQuerySet, filters: AccountFilters, now: datetime) -> ConnectedAccountQuerySet:
    if filters.networks:
        accounts = accounts.filter(platform__in=filters.networks)
    if filters.health:
        ranks = [BY_SEVERITY.index(Health(state)) for state in filters.health]
        accounts = accounts.alias(severity=_severity(now)).filter(severity__in=ranks)
    if filters.groups:
        named = reduce(or_, (Q(name__iexact=name) for name in filters.groups))
        members = AccountGroup.accounts.through.objects.filter(
            accountgroup__in=AccountGroup.objects.filter(named, gone_at=None, location__in=filters.scope.locations())
        )
        accounts = accounts.filter(pk__in=members.values("connectedaccount"))
    for word in filters.words:
        accounts = accounts.filter(
            Q(name__icontains=word) | Q(location__name__icontains=word) | Q(type__icontains=word)
        )
    return accounts


def _tally(accounts: ConnectedAccountQuerySet, now: datetime) -> list[tuple[Health, int]]:
    counted = dict(accounts.order_by().values_list(_severity(now)).annotate(number=Count("pk")))
    return [(health, counted.get(rank, 0)) for rank, health in enumerate(BY_SEVERITY)]


def _severity(now: datetime) -> Case:
    """The rank of an account's state in BY_SEVERITY, by the rules of `ConnectedAccount.health`."""
    expired = Q(is_expired=True) | Q(expires_at__lte=now)
    return Case(
        When(expired, then=Value(0)),
        When(missing_permission=True, then=Value(1)),
        When(expires_at__lte=now + EXPIRES_SOON, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )


def _sorted(accounts: ConnectedAccountQuerySet, filters: AccountFilters, now: datetime) -> ConnectedAccountQuerySet:
    client, name = Lower("location__name"), Lower("name")
    expires = F("expires_at").asc(nulls_last=True)
    orders: dict[str, list[OrderBy]] = {
        URGENCY: [_severity(now).asc(), expires, client.asc(), name.asc()],
        "client": [client.asc(), F("platform").asc(), name.asc()],
        "name": [name.asc(), client.asc()],
        "network": [F("platform").asc(), client.asc(), name.asc()],
        "expires": [expires, client.asc(), name.asc()],
        "checked": [F("location__pulled_at").asc(nulls_first=True), client.asc(), name.asc()],
    }
    order = orders[filters.sort]
    if filters.backwards:
        order[0] = order[0].copy()
        order[0].reverse_ordering()
        if filters.sort == "expires":
            order[0] = F("expires_at").desc(nulls_last=True)
    groups = AccountGroup.objects.filter(gone_at=None).only("name").order_by("name")
    return (
        accounts.select_related("location")
        .only(*SHOWN)
        .prefetch_related(Prefetch("groups", groups))
        .order_by(*order, "pk")
    )


def _less(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(other for other in values if other != value)
