"""Who works for which client: giving, changing and ending access, for many locations at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member, Role, User
from accounts.services.people_errors import BeyondRole, Deactivated
from accounts.services.people_history import Deed, history_record
from highlevel.models import Location
from highlevel.models.location import LocationQuerySet

CHUNK = 500
RANK = {Role.VIEWER: 0, Role.APPROVER: 1, Role.CREATOR: 2, Role.MANAGER: 3}


def managed_locations(user: User) -> LocationQuerySet:
    """The locations whose people this person keeps: a manager's own, every one for an owner."""
    if user.is_owner:
        return user.locations()
    held = user.memberships.filter(gone_at=None, role=Role.MANAGER)
    return user.locations().filter(pk__in=held.values("location"))


def grantable_roles(user: User) -> tuple[Role, ...]:
    """The roles that this person may give: an owner any, a manager those below his own."""
    return tuple(Role) if user.is_owner else (Role.CREATOR, Role.APPROVER, Role.VIEWER)


def access_set(
    *, actor: User, person: User, locations: Iterable[Location], role: Role | None, now: datetime
) -> list[Location]:
    """Give the person the role in each of the locations, or end the access there with None. All or nothing.

    Returns the locations where something changed; a second call changes nothing. A mirrored HighLevel user with the
    person's e-mail becomes the one that the person acts as. Raises BeyondRole when the actor keeps one of the
    locations not, or the role is not his to give or take, and Deactivated for somebody who has left.
    """
    wanted = {location.pk: location for location in locations}
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        if not person.is_active:
            raise Deactivated(_("%(person)s is deactivated. Activate the person first.") % {"person": person})
        if person.is_owner and role is not None:
            raise BeyondRole(_("%(person)s is an owner and reaches every location already.") % {"person": person})
        held = _held(person, wanted)
        _check_reach(actor, wanted.values(), held.values(), role)
        changed = access_end(held=held.values(), now=now) if role is None else _give(person, wanted, held, role)
        if changed:
            history_record(
                actor=actor,
                about=person,
                deed=Deed.ACCESS_ENDED if role is None else Deed.ACCESS_GIVEN,
                role=role or "",
                locations=sorted(wanted[pk].name for pk in changed),
            )
    return [wanted[pk] for pk in changed]


def access_join(*, person: User, locations: Iterable[Location], role: Role) -> None:
    """Give a role that an invitation offers; who has a higher one somewhere keeps it. Call it in a transaction."""
    wanted = {location.pk: location for location in locations}
    held = _held(person, wanted)
    higher = {pk for pk, member in held.items() if member.gone_at is None and RANK[Role(member.role)] >= RANK[role]}
    _give(person, {pk: place for pk, place in wanted.items() if pk not in higher}, held, role)


def access_end(*, held: Iterable[Member], now: datetime) -> list[int]:
    """End the memberships; returns the keys of their locations. Call it in a transaction.

    A mirrored row stays as the HighLevel user's, without the person; a row of Rota's own is kept as gone.
    """
    ending = [member for member in held if member.gone_at is None]
    keys = [member.pk for member in ending]
    for chunk in _chunks(keys):
        rows = Member.objects.filter(pk__in=chunk)
        rows.filter(remote_id=None).update(gone_at=now)
        rows.exclude(remote_id=None).update(user=None)
    return [member.location_id for member in ending]


def _held(person: User, wanted: Collection[int]) -> dict[int, Member]:
    """The person's rows in these locations by the location's key, those that have gone too."""
    rows = Member.objects.filter(user=person).only("pk", "location_id", "role", "remote_id", "gone_at")
    return {member.location_id: member for member in rows if member.location_id in wanted}


def _check_reach(actor: User, wanted: Iterable[Location], held: Iterable[Member], role: Role | None) -> None:
    if actor.is_owner:
        return
    kept = set(managed_locations(actor).values_list("pk", flat=True))
    if any(location.pk not in kept for location in wanted):
        raise BeyondRole(_("You may change access only in the locations that you manage."))
    if role == Role.MANAGER:
        raise BeyondRole(_("Only an owner of your agency can make somebody a manager."))
    if any(member.gone_at is None and member.role == Role.MANAGER for member in held):
        raise BeyondRole(_("Only an owner of your agency can change what a manager may do."))


def _give(person: User, wanted: dict[int, Location], held: dict[int, Member], role: Role) -> list[int]:
    present = {pk: member for pk, member in held.items() if pk in wanted and member.gone_at is None}
    gone = {pk: member for pk, member in held.items() if pk in wanted and member.gone_at is not None}
    other = [pk for pk, member in present.items() if member.role != role]
    missing = wanted.keys() - present.keys()
    # A HighLevel user who has gone there is no longer who somebody acts as; a row of Rota's own comes back.
    _update((member.pk for member in gone.values() if member.remote_id), user=None)
    match = _matches(person, missing)
    back = {pk: member.pk for pk, member in gone.items() if not member.remote_id}
    replaced = [key for pk, key in back.items() if pk in match]
    for chunk in _chunks(replaced):
        Member.objects.filter(pk__in=chunk).delete()
    _update((present[pk].pk for pk in other), role=role)
    _update(match.values(), user=person, role=role)
    _update((key for pk, key in back.items() if pk not in match), role=role, gone_at=None)
    Member.objects.bulk_create(
        [
            Member(location_id=pk, user=person, role=role, name=person.name, email=person.email)
            for pk in sorted(missing - match.keys() - back.keys())
        ],
        batch_size=CHUNK,
    )
    return [*other, *missing]


def _matches(person: User, places: Collection[int]) -> dict[int, int]:
    """The free mirrored row with the person's e-mail in each of the locations: location key to row key."""
    rows = Member.objects.filter(user=None, gone_at=None, remote_id__isnull=False, email__iexact=person.email)
    found = rows.order_by("-pk").values_list("location_id", "pk")
    return {place: key for place, key in found if place in places}


def _update(keys: Iterable[int], **values: object) -> None:
    for chunk in _chunks(list(keys)):
        Member.objects.filter(pk__in=chunk).update(**values)


def _chunks(keys: list[int]) -> Iterable[list[int]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
