"""One person's access: every location that the viewer keeps, with the role there and the HighLevel user."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import Member, Role, User
from accounts.selectors.people import holds
from accounts.services.people_access import managed_locations
from highlevel.models import Location
from highlevel.models.location import LocationQuerySet

A_PAGE = 50
MOST_REMOTE = 100
WITH, WITHOUT = "with", "without"


@dataclass(frozen=True, slots=True)
class AccessFilters:
    """What the table of locations is narrowed to: words of the name, `with` or `without` access, a role."""

    words: tuple[str, ...] = ()
    show: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One location; `member` is None where the person has no access. `fixed` rows the viewer may not change."""

    location: Location
    member: Member | None
    fixed: bool


@dataclass(frozen=True, slots=True)
class AccessTable:
    lines: list[AccessLine]
    page: Page
    held: int
    kept: int

    @property
    def matching(self) -> int:
        return int(self.page.paginator.count)


def locations_matching(viewer: User, person: User, filters: AccessFilters) -> LocationQuerySet:
    """The locations that the viewer keeps and the filters let through."""
    found = managed_locations(viewer).filter(holds(filters.words, "name"))
    rows = Member.objects.filter(user=person, gone_at=None, location=OuterRef("pk"))
    if filters.role in Role.values:
        rows, shown = rows.filter(role=filters.role), WITH
    else:
        shown = filters.show
    if shown == WITH:
        return found.filter(Exists(rows))
    return found.filter(~Q(Exists(rows))) if shown == WITHOUT else found


def access_table(viewer: User, person: User, filters: AccessFilters, *, number: str) -> AccessTable:
    """One page of locations by name, with the person's row in each: four queries, whatever the number of locations."""
    found = locations_matching(viewer, person, filters).only("name", "colour", "timezone").order_by("name", "pk")
    page = Paginator(found, A_PAGE).get_page(number)
    shown = list(page.object_list)
    rows = Member.objects.filter(user=person, gone_at=None, location__in=shown).defer("remote")
    held = {row.location_id: row for row in rows}
    lines = [_line(viewer, place, held.get(place.pk)) for place in shown]
    mine = Q(pk__in=Member.objects.filter(user=person, gone_at=None).values("location"))
    counted = managed_locations(viewer).aggregate(kept=Count("pk"), held=Count("pk", filter=mine))
    return AccessTable(lines, page, counted["held"], counted["kept"])


def _line(viewer: User, place: Location, row: Member | None) -> AccessLine:
    fixed = not viewer.is_owner and row is not None and row.role == Role.MANAGER
    return AccessLine(place, row, fixed)


def membership_of(viewer: User, person: User, location: Location) -> Member | None:
    """The person's row in a location that the viewer keeps, or None."""
    if not managed_locations(viewer).filter(pk=location.pk).exists():
        return None
    return Member.objects.filter(user=person, location=location, gone_at=None).select_related("location").first()


@dataclass(frozen=True, slots=True)
class RemoteChoices:
    """HighLevel users of a location that nobody else acts as; `more` says that others match too."""

    rows: list[Member]
    more: bool


def remote_choices(member: Member, *, words: tuple[str, ...]) -> RemoteChoices:
    """Who the membership could act as: up to `MOST_REMOTE`, the one it is bound to among them. One query."""
    rows = Member.objects.filter(location=member.location, gone_at=None, remote_id__isnull=False)
    rows = rows.filter(Q(user=None) | Q(user=member.user)).filter(holds(words, "name", "email"))
    found = list(rows.defer("remote").order_by("name", "email", "pk")[: MOST_REMOTE + 1])
    return RemoteChoices(found[:MOST_REMOTE], len(found) > MOST_REMOTE)
