"""Which posts a person asks to see: the filters of the Posts page, as a queryset, as chips and as an address."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import StrIndex, Upper
from django.db.models.lookups import GreaterThan
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import ConnectedAccount, Platform
from accounts.scope import ALL, PARAMETER, Scope
from highlevel.models import Location
from planner.models import Category, Post, PostQuerySet, PostStatus, PostTarget, Tag

FEW_LOCATIONS = 20
Label = TypeVar("Label", Category, Tag)


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on: what it says, and the address of the page without it."""

    kind: str
    label: str
    without: str


@dataclass(frozen=True, slots=True)
class PostFilters:
    """Values of one filter widen the list, filters narrow it; `words` must all occur. Both days are included."""

    scope: Scope
    words: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    accounts: tuple[ConnectedAccount, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    newest_first: bool = True

    @property
    def narrow(self) -> bool:
        return self != cleared(self)

    def without_words(self) -> PostFilters:
        return replace(self, words=())

    def address(self, **more: str) -> str:
        """The query of the page with these filters, beginning with `?`; `more` adds parameters that are not empty."""
        given = [self.scope_query(), self.kept(), urlencode({name: value for name, value in more.items() if value})]
        return "&".join(part for part in given if part)

    def scope_query(self) -> str:
        """The beginning of an address that names the chosen location, or all of them."""
        return f"?{PARAMETER}={self.scope.location.pk if self.scope.location else ALL}"

    def kept(self) -> str:
        """The filters as a query without the location, the same for the same filters; empty when none is on."""
        return urlencode(self.values())

    def values(self) -> list[tuple[str, str]]:
        """The filters that are on, as parameters of an address."""
        found = [("q", " ".join(self.words))] if self.words else []
        found += [("status", status) for status in self.statuses]
        found += [("network", network) for network in self.networks]
        found += [("account", str(account.pk)) for account in self.accounts]
        found += [("category", name) for name in self.categories]
        found += [("tag", name) for name in self.tags]
        found += [(name, day.isoformat()) for name, day in (("start", self.start), ("end", self.end)) if day]
        return found if self.newest_first else [*found, ("sort", "oldest")]

    def chips(self) -> list[Chip]:
        """What is on, in the order of the filter bar."""
        found = [Chip(_("Text"), word, replace(self, words=_less(self.words, word)).address()) for word in self.words]
        for status in self.statuses:
            left = replace(self, statuses=_less(self.statuses, status))
            found.append(Chip(_("Status"), str(PostStatus(status).label), left.address()))
        for network in self.networks:
            left = replace(self, networks=_less(self.networks, network))
            found.append(Chip(_("Network"), str(Platform(network).label), left.address()))
        for account in self.accounts:
            left = replace(self, accounts=_less(self.accounts, account))
            found.append(Chip(_("Account"), account_label(account), left.address()))
        for name in self.categories:
            found.append(Chip(_("Category"), name, replace(self, categories=_less(self.categories, name)).address()))
        for name in self.tags:
            found.append(Chip(_("Tag"), name, replace(self, tags=_less(self.tags, name)).address()))
        if self.start or self.end:
            found.append(Chip(_("Date"), self.days(), replace(self, start=None, end=None).address()))
        return found

    def days(self) -> str:
        """The stretch of days in words."""
        first, last = (date_format(day, _("j M Y")) if day else "" for day in (self.start, self.end))
        if first and last:
            return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
        return _("from %s") % first if first else _("until %s") % last


def cleared(filters: PostFilters) -> PostFilters:
    """The same list with no filter on."""
    return PostFilters(scope=filters.scope, newest_first=filters.newest_first)


def account_label(account: ConnectedAccount) -> str:
    """An account so that it is not mistaken for another of the same name: name, network, client."""
    return f"{account} · {account.platform_label} · {account.location.name}"


def read_filters(scope: Scope, data: dict[str, Any]) -> tuple[PostFilters, list[str]]:
    """The filters of a cleaned form, and a sentence for each account that the person may not see or that is not there.

    One query when accounts are named, else none.
    """
    wanted: list[int] = data.get("account", [])
    found: dict[int, ConnectedAccount] = {}
    if wanted:
        visible = ConnectedAccount.objects.visible_to(scope.user).select_related("location")
        found = visible.defer("remote", "location__remote").in_bulk(wanted)
    problems = [_("“%s” is not one of your connected accounts.") % pk for pk in wanted if pk not in found]
    filters = PostFilters(
        scope=scope,
        words=data.get("q") or (),
        statuses=tuple(data.get("status", ())),
        networks=tuple(data.get("network", ())),
        accounts=tuple(found[pk] for pk in wanted if pk in found),
        categories=tuple(data.get("category", ())),
        tags=tuple(data.get("tag", ())),
        start=data.get("start"),
        end=data.get("end"),
        newest_first=data.get("sort") != "oldest",
    )
    return filters, problems


def posts_in(scope: Scope) -> PostQuerySet:
    """Every post of the scope that HighLevel still has. One small query for somebody who is not an owner."""
    posts = Post.objects.present()
    if scope.location is not None:
        return posts.filter(location=scope.location)
    if not scope.user.is_owner:
        few = list(scope.locations().order_by().values_list("pk", flat=True)[: FEW_LOCATIONS + 1])
        if len(few) <= FEW_LOCATIONS:
            return posts.filter(location__in=few)
    # A correlated EXISTS, not IN: with IN, SQLite reads and sorts every post of every location for the first page.
    return posts.filter(Exists(scope.locations().filter(pk=OuterRef("location"))))


def matching(filters: PostFilters) -> PostQuerySet:
    """The posts of the scope that pass every filter, unsorted. One small query more when days are asked for, one for
    categories, one for tags.

    What few posts have is looked up (IN), what many have is tested while walking through the dates (EXISTS).
    """
    posts = posts_in(filters.scope)
    if filters.statuses:
        posts = posts.filter(status__in=filters.statuses)
    if filters.networks:
        there = PostTarget.objects.filter(post=OuterRef("pk"), account__platform__in=filters.networks)
        posts = posts.filter(Exists(there))
    if filters.accounts:
        posts = posts.filter(pk__in=PostTarget.objects.filter(account__in=filters.accounts).values("post"))
    if filters.categories:
        posts = posts.filter(category__in=_named(Category, filters.categories, filters.scope))
    if filters.tags:
        links = Post.tags.through.objects.filter(tag__in=_named(Tag, filters.tags, filters.scope))
        posts = posts.filter(pk__in=links.values("post"))
    if filters.start or filters.end:
        posts = posts.filter(_on_days(filters))
    return holding(posts, filters.words)


def holding(posts: PostQuerySet, words: Iterable[str]) -> PostQuerySet:
    """Those of the posts whose text holds every word."""
    for word in words:
        posts = posts.filter(_contains(word))
    return posts


def holding_many(posts: PostQuerySet, words: Iterable[str]) -> PostQuerySet:
    """The same, for words that are known to be in many posts. PostgreSQL, which guesses badly how many hold a word,
    takes this form to fit a third of all posts and walks through the dates instead of sorting all that do."""
    for word in words:
        posts = posts.filter(GreaterThan(StrIndex(Upper("text"), Upper(Value(word))), 0))
    return posts


def _named(model: type[Label], names: tuple[str, ...], scope: Scope) -> list[int]:
    """The keys of the labels of these names. As a list, because PostgreSQL then knows how many posts have them: with a
    subquery it read a hundred times as many."""
    wanted = model.objects.filter(reduce(or_, (Q(name__iexact=name) for name in names)))
    here = wanted if scope.location is None else wanted.filter(location=scope.location)
    return list(here.order_by().values_list("pk", flat=True))


def _contains(word: str) -> Q:
    """Case-blind search for a piece of text, in which no sign has a special meaning.

    SQLite's LIKE knows the two cases of ASCII letters only; words with others go through Python's regular expressions.
    """
    if connection.vendor == "sqlite" and not word.isascii():
        return Q(text__iregex=re.escape(word))
    return Q(text__icontains=word)


def _on_days(filters: PostFilters) -> Q:
    """The stretch of days on each client's own calendar.

    Zones whose days begin at the same instants are one condition; the widest stretch around them all is a condition
    of its own, so that an index over the date is used.
    """
    clocks: dict[tuple[datetime | None, datetime | None], list[str]] = defaultdict(list)
    for name in set(filters.scope.locations().values_list("timezone", flat=True).order_by().distinct()):
        clocks[_bounds(filters, name)].append(name)
    if not clocks:
        return Q(pk__in=())
    starts = [start for start, _end in clocks if start]
    ends = [end for _start, end in clocks if end]
    widest = _between(min(starts, default=None), max(ends, default=None))
    if len(clocks) == 1:
        return widest
    each = (Q(location__timezone__in=sorted(zones)) & _between(start, end) for (start, end), zones in clocks.items())
    return widest & reduce(or_, each)


def _bounds(filters: PostFilters, timezone: str) -> tuple[datetime | None, datetime | None]:
    """The half-open stretch of UTC instants that the days cover in a zone."""
    zone = Location(timezone=timezone).zone

    def begins(day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)

    return (
        begins(filters.start) if filters.start else None,
        begins(filters.end + timedelta(days=1)) if filters.end else None,
    )


def _between(start: datetime | None, end: datetime | None) -> Q:
    condition = Q()
    if start:
        condition &= Q(display_at__gte=start)
    if end:
        condition &= Q(display_at__lt=end)
    return condition


def _less(values: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    return tuple(other for other in values if other != value)
