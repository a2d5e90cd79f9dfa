"""Owners of the agency, and people who leave it or come back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Invitation, Member, User
from accounts.services.people_access import access_end
from accounts.services.people_errors import BeyondRole, Deactivated, LastOwner
from accounts.services.people_history import Deed, history_record


def owner_set(*, actor: User, person: User, owner: bool) -> User:
    """Make somebody an owner of the agency, or an owner no longer. Returns the person as it is now.

    Who stops being an owner keeps the memberships of single locations, and loses the admin with the role. Raises
    LastOwner, Deactivated, or BeyondRole when the actor is no owner.
    """
    with transaction.atomic():
        person = _locked(actor, person)
        if not person.is_active:
            raise Deactivated(_("%(person)s is deactivated. Activate the person first.") % {"person": person})
        if person.is_owner == owner:
            return person
        if not owner:
            _keep_an_owner(person)
            person.is_staff = person.is_superuser = False
        person.is_owner = owner
        person.save(update_fields=["is_owner", "is_staff", "is_superuser"])
        history_record(actor=actor, about=person, deed=Deed.OWNER_MADE if owner else Deed.OWNER_UNMADE)
    return person


def person_deactivate(*, actor: User, person: User, now: datetime) -> User:
    """End every access of somebody who leaves, at once; what the person did stays.

    Open sessions end with their next request, because nobody who is inactive is signed in, and they do not come back,
    because the password goes too. Memberships end, and invitations to or from the person are taken back. A second call
    changes nothing. Raises LastOwner, or BeyondRole when the actor is no owner or means himself.
    """
    with transaction.atomic():
        person = _locked(actor, person)
        if not person.is_active:
            return person
        if person == actor:
            raise BeyondRole(_("You cannot deactivate yourself. Ask another owner of your agency."))
        if person.is_owner:
            _keep_an_owner(person)
        person.is_active = person.is_owner = person.is_staff = person.is_superuser = False
        person.set_unusable_password()
        person.save(update_fields=["is_active", "is_owner", "is_staff", "is_superuser", "password"])
        held = Member.objects.filter(user=person, gone_at=None).select_related("location")
        names = sorted(member.location.name for member in held)
        access_end(held=held, now=now)
        waiting = Invitation.objects.filter(accepted_at=None, revoked_at=None)
        waiting.filter(invited_by=person).update(revoked_at=now)
        waiting.filter(email__iexact=person.email).update(revoked_at=now)
        history_record(actor=actor, about=person, deed=Deed.DEACTIVATED, locations=names)
    return person


def person_reactivate(*, actor: User, person: User) -> User:
    """Let somebody sign in again, without any access: it is given anew, and the password is set by mail."""
    with transaction.atomic():
        person = _locked(actor, person)
        if not person.is_active:
            person.is_active = True
            person.save(update_fields=["is_active"])
            history_record(actor=actor, about=person, deed=Deed.REACTIVATED)
    return person


def _locked(actor: User, person: User) -> User:
    """The person as the database has it, locked together with every owner: two owners cannot unmake each other."""
    owners = User.objects.select_for_update().filter(is_owner=True, is_active=True).order_by("pk")
    if actor.pk not in {owner.pk for owner in owners}:
        raise BeyondRole(_("Only an owner of your agency can do this."))
    return User.objects.select_for_update().get(pk=person.pk)


def _keep_an_owner(person: User) -> None:
    if not User.objects.filter(is_owner=True, is_active=True).exclude(pk=person.pk).exists():
        raise LastOwner(
            _("%(person)s is the last owner of the agency. Make somebody else an owner first.") % {"person": person}
        )
