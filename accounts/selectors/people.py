"""Who has access: people with what they may do, as far as the viewer keeps them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Member, Role, User
from accounts.scope import Scope
from accounts.services.people_access import managed_locations
from highlevel.models.location import LocationQuerySet

A_PAGE = 50
OWNER = "owner"
FACTOR = "factor"
STATES = {
    "active": _("Active"),
    "deactivated": _("Deactivated"),
    "no_access": _("Without access"),
    "no_factor": _("Without second factor"),
}


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """What the list is narrowed to. `role` is one of `Role` or `owner`; `state` a key of `STATES`, or empty."""

    scope: Scope
    words: tuple[str, ...] = ()
    role: str = ""
    state: str = "active"


@dataclass(frozen=True, slots=True)
class Held:
    """In how many locations somebody has a role."""

    role: Role
    number: int


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in the list. `held` counts only locations that the viewer keeps, the highest role first."""

    person: User
    held: list[Held]
    has_factor: bool


@dataclass(frozen=True, slots=True)
class PeopleList:
    lines: list[PersonLine] = field(default_factory=list)
    page: Page | None = None


def kept_locations(scope: Scope) -> LocationQuerySet:
    """The chosen locations whose people the viewer keeps."""
    kept = managed_locations(scope.user)
    return kept if scope.location is None else kept.filter(pk=scope.location.pk)


def people_visible_to(user: User) -> QuerySet[User]:
    """Everybody for an owner; for a manager those who work in a location that he manages."""
    if user.is_owner:
        return User.objects.all()
    return User.objects.filter(_works_in(managed_locations(user)))


def people_page(filters: PeopleFilters, *, number: str) -> PeopleList:
    """One page of people by name: three queries, whatever the number of people and locations."""
    viewer, kept = filters.scope.user, kept_locations(filters.scope)
    found = people_visible_to(viewer).filter(holds(filters.words, "name", "email"))
    if filters.scope.location is not None:
        # An owner sees the other owners in every location; a manager only those who work in his.
        found = found.filter(_works_in(kept) | Q(is_owner=True, pk__in=found.values("pk")))
    found = _of_role(_of_state(found, filters.state, kept), filters.role, kept)
    has_factor = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    by_name = Lower(Coalesce(NullIf("name", Value("")), "email"))
    ordered = found.annotate(**{FACTOR: Exists(has_factor)}).order_by(by_name, "pk")
    page = Paginator(ordered, A_PAGE).get_page(number)
    people = list(page.object_list)
    held = _held(people, kept)
    lines = [PersonLine(person, held[person.pk], bool(getattr(person, FACTOR))) for person in people]
    return PeopleList(lines, page)


def _held(people: list[User], kept: LocationQuerySet) -> dict[int, list[Held]]:
    rows = Member.objects.filter(user__in=people, gone_at=None, location__in=kept)
    counted = rows.order_by().values_list("user", "role").annotate(number=Count("pk"))
    held: dict[int, list[Held]] = defaultdict(list)
    for person, role, number in counted:
        if person is not None:
            held[person].append(Held(Role(role), number))
    order = list(Role)
    for entries in held.values():
        entries.sort(key=lambda entry: order.index(entry.role))
    return held


def _works_in(locations: LocationQuerySet, **also: str) -> Q:
    rows = Member.objects.filter(user=OuterRef("pk"), gone_at=None, location__in=locations, **also)
    return Q(Exists(rows))


def _of_state(found: QuerySet[User], state: str, kept: LocationQuerySet) -> QuerySet[User]:
    if state == "deactivated":
        return found.filter(is_active=False)
    if state == "no_access":
        return found.filter(~_works_in(kept), is_active=True, is_owner=False)
    if state == "no_factor":
        factors = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return found.filter(~Q(Exists(factors)), is_active=True)
    return found.filter(is_active=True)


def _of_role(found: QuerySet[User], role: str, kept: LocationQuerySet) -> QuerySet[User]:
    if role == OWNER:
        return found.filter(is_owner=True)
    return found.filter(_works_in(kept, role=role)) if role in Role.values else found


def words_in(text: str) -> tuple[str, ...]:
    """The words of a search, at most ten."""
    return tuple(dict.fromkeys(text.replace("\0", "")[:200].split()))[:10]


def holds(words: tuple[str, ...], *fields: str) -> Q:
    """A condition that each word is in one of the fields, in any case."""
    each = (reduce(or_, (Q(**{f"{name}__icontains": word}) for name in fields)) for word in words)
    return reduce(and_, each, Q())
