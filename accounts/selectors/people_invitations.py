"""Invitations, as far as the viewer keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Invitation, User
from accounts.services.people_access import managed_locations
from accounts.services.people_invitations import token_digest
from highlevel.models import Location

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """One invitation with its state: `open`, `expired`, `used` or `revoked`; and where it leads to."""

    invitation: Invitation
    state: str
    where: list[str]
    more: int


@dataclass(frozen=True, slots=True)
class InvitationPage:
    lines: list[InvitationLine]
    page: Page


def invitations_visible_to(user: User) -> QuerySet[Invitation]:
    """Every invitation for an owner; for a manager those that lead only into locations that he manages."""
    if user.is_owner:
        return Invitation.objects.all()
    into = Invitation.locations.through._default_manager.filter(invitation=OuterRef("pk"))
    kept = managed_locations(user).values("pk")
    return Invitation.objects.filter(
        Q(Exists(into.filter(location__in=kept))), ~Q(Exists(into.exclude(location__in=kept))), is_owner=False
    )


def invitation_page(user: User, *, closed: bool, number: str, now: datetime) -> InvitationPage:
    """Invitations that wait, or with `closed` those that ended; four queries, whatever their number."""
    waiting = Q(accepted_at=None, revoked_at=None)
    found = invitations_visible_to(user).filter(~waiting if closed else waiting)
    found = found.select_related("invited_by", "accepted_by").annotate(places=Count("locations"))
    page = Paginator(found.order_by("-created_at", "-pk"), A_PAGE).get_page(number)
    shown = list(page.object_list)
    names = _names([entry.pk for entry in shown])
    return InvitationPage([_line(entry, names, now) for entry in shown], page)


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation that a link leads to, in whatever state."""
    found = Invitation.objects.filter(token_digest=token_digest(token))
    return found.select_related("invited_by", "accepted_by").first()


def state_of(invitation: Invitation, now: datetime) -> str:
    if invitation.accepted_at:
        return "used"
    if invitation.revoked_at:
        return "revoked"
    return "open" if invitation.expires_at > now else "expired"


def _names(keys: list[int]) -> dict[int, list[str]]:
    """Up to three names of locations for each invitation. One query."""
    through = Invitation.locations.through._default_manager
    names: dict[int, list[str]] = {key: [] for key in keys}
    pairs = through.filter(invitation__in=keys).order_by("location__name").values_list("invitation", "location__name")
    for key, name in pairs:
        if len(names[key]) < 3:
            names[key].append(name)
    return names


def _line(invitation: Invitation, names: dict[int, list[str]], now: datetime) -> InvitationLine:
    where = names[invitation.pk]
    more = int(invitation.places) - len(where)  # type: ignore[attr-defined]
    return InvitationLine(invitation, state_of(invitation, now), where, more)


def offered_names(locations: QuerySet[Location]) -> list[str]:
    """The names of what an invitation offers, by name."""
    return list(locations.order_by("name").values_list("name", flat=True))
