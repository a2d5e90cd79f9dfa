"""As which HighLevel user a person acts in a location."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member, Role, User
from accounts.services.people_access import managed_locations
from accounts.services.people_errors import BeyondRole, BindingTaken
from accounts.services.people_history import Deed, history_record
from highlevel.models import Location


def acts_as(*, user: User, location: Location) -> str | None:
    """The HighLevel user id that the person's changes carry there, or None when nobody was matched."""
    return acts_as_in(user=user, locations=[location.pk]).get(location.pk)


def acts_as_in(*, user: User, locations: Collection[int]) -> dict[int, str]:
    """The same for many locations, by their primary keys; those where nobody was matched are left out. Two queries."""
    rows = Member.objects.filter(location__in=locations, gone_at=None, remote_id__isnull=False)
    mine = rows.filter(user=user).exclude(remote_id="").values_list("location", "remote_id")
    found = {place: name for place, name in mine if name}
    if user.is_owner:
        # An owner needs no membership; the HighLevel user with the same e-mail speaks for him.
        free = rows.filter(user=None, email__iexact=user.email).order_by("-pk").values_list("location", "remote_id")
        found = {**{place: name for place, name in free if name}, **found}
    return found


def acts_as_set(*, actor: User, member: Member, remote: Member | None) -> Member:
    """Bind a membership to another mirrored HighLevel user of its location, or to nobody with None.

    Returns the row that is the membership from now on. Raises BindingTaken when somebody acts as that user already,
    and BeyondRole when the actor does not keep the location.
    """
    with transaction.atomic():
        rows = {row.pk: row for row in _locked(member, remote)}
        held = rows.get(member.pk)
        if held is None or held.user is None or held.gone_at is not None:
            raise BindingTaken(_("This person no longer works for the location. Reload the page."))
        person, location = held.user, held.location
        if not managed_locations(actor).filter(pk=location.pk).exists():
            raise BeyondRole(_("You may change access only in the locations that you manage."))
        if held.role == Role.MANAGER and not actor.is_owner and actor != person:
            raise BeyondRole(_("Only an owner of your agency can change what a manager may do."))
        target = rows.get(remote.pk) if remote else None
        if remote is not None and (target is None or target.location_id != location.pk or target.gone_at):
            raise BindingTaken(_("HighLevel no longer has this user here. Choose another one."))
        if target is not None and target.user_id not in (None, person.pk):
            raise BindingTaken(_("Somebody else already acts as this HighLevel user. Choose another one."))
        if (target or held).remote_id == held.remote_id and (target is not None or held.remote_id is None):
            return held
        bound = _move(held, target)
        history_record(
            actor=actor,
            about=person,
            deed=Deed.ACTS_AS if target else Deed.ACTS_AS_NOBODY,
            locations=[location.name],
            whom=str(target or ""),
        )
    return bound


def members_bind(*, location: Location, remote_ids: Collection[str]) -> int:
    """After a pull wrote these HighLevel users: those whose e-mail a person of Rota has, who acts as nobody in the
    location, become the ones that these people act as. Nobody gains access by it. Returns how many were bound.

    Call it in the pull's transaction. One query when nobody waits. Only rows that were just written count, so that
    "acts as nobody", when a person has chosen it, holds.
    """
    if not remote_ids:
        return 0
    alone = Member.objects.filter(location=location, user__isnull=False, remote_id=None, gone_at=None)
    waiting = {held.user.email.lower(): held for held in alone.select_related("user") if held.user}
    if not waiting:
        return 0
    free = Member.objects.filter(location=location, user=None, gone_at=None, remote_id__in=list(remote_ids))
    bound = 0
    for row in free.defer("remote").order_by("pk"):
        held = waiting.pop(row.email.lower(), None)
        if held is not None:
            _move(held, row)
            bound += 1
    return bound


def _move(held: Member, target: Member | None) -> Member:
    """Carry person and role of a membership over to another row; without one, to a row of Rota's own."""
    person, role = held.user, held.role
    if held.remote_id is None:
        held.delete()
    else:
        Member.objects.filter(pk=held.pk).update(user=None)
    if target is None:
        name, email = (person.name, person.email) if person else ("", "")
        return Member.objects.create(location=held.location, user=person, role=role, name=name, email=email)
    Member.objects.filter(pk=target.pk).update(user=person, role=role)
    target.refresh_from_db()
    return target


def _locked(*members: Member | None) -> list[Member]:
    keys = [member.pk for member in members if member is not None]
    rows = Member.objects.select_for_update(of=("self",)).select_related("user", "location")
    return list(rows.filter(pk__in=keys).order_by("pk"))
