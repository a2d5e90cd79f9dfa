"""Asking somebody to join, by a link that works once and for a week."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Invitation, Member, Role, User
from accounts.services.people_access import access_join, grantable_roles, managed_locations
from accounts.services.people_errors import BeyondRole, Deactivated, InvitationClosed, InvitationExists, NothingToInvite
from accounts.services.people_history import Deed, history_record
from highlevel.models import Location
from highlevel.models.location import LocationQuerySet

LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sent:
    """An invitation with the token of its link, which exists nowhere else: the database holds a digest."""

    invitation: Invitation
    token: str


def token_digest(token: str) -> str:
    """What is stored of a token, which is random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_create(
    *,
    actor: User,
    email: str,
    name: str,
    role: Role,
    locations: Iterable[Location],
    owner: bool,
    now: datetime,
) -> Sent:
    """Invite an e-mail to work in the locations with the role, or as an owner of the agency.

    Raises BeyondRole, Deactivated, InvitationExists or NothingToInvite. An expired invitation of the e-mail is closed.
    """
    email, wanted = email.strip().lower(), list(locations)
    _check_reach(actor, role=role, locations=wanted, owner=owner)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        # The inviter's row serialises invitations to one e-mail well enough; the unique constraint is what holds.
        User.objects.select_for_update().get(pk=actor.pk)
        _check_person(email, role, wanted, owner)
        waiting = Invitation.objects.filter(email__iexact=email, accepted_at=None, revoked_at=None)
        if waiting.filter(expires_at__gt=now).exists():
            raise InvitationExists(
                _("This e-mail already has an open invitation. Send that one again, or take it back first.")
            )
        waiting.update(revoked_at=now)
        invitation = Invitation.objects.create(
            email=email,
            name=name.strip(),
            role=role,
            is_owner=owner,
            token_digest=token_digest(token),
            invited_by=actor,
            created_at=now,
            expires_at=now + LASTS,
        )
        invitation.locations.set(wanted)
        history_record(
            actor=actor,
            about=invitation,
            deed=Deed.INVITED,
            role="owner" if owner else role,
            locations=[] if owner else sorted(location.name for location in wanted),
        )
    return Sent(invitation, token)


def invitation_renew(*, actor: User, invitation: Invitation, now: datetime) -> Sent:
    """Give the invitation a new link and another week; the link that was sent before stops working.

    Raises InvitationClosed when it was used or taken back, and BeyondRole when the actor may not give what it offers.
    """
    _check_reach(
        actor, role=Role(invitation.role), locations=list(invitation.locations.all()), owner=invitation.is_owner
    )
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if not waiting.update(
            token_digest=token_digest(token), expires_at=now + LASTS, created_at=now, invited_by=actor
        ):
            raise InvitationClosed(_("This invitation was used or taken back in the meantime."))
        invitation.refresh_from_db()
        history_record(actor=actor, about=invitation, deed=Deed.INVITED_AGAIN)
    return Sent(invitation, token)


def invitation_revoke(*, actor: User, invitation: Invitation, now: datetime) -> None:
    """Take an invitation back: its link stops working. Raises InvitationClosed when it was used already."""
    with transaction.atomic():
        if Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=now):
            history_record(actor=actor, about=invitation, deed=Deed.INVITATION_REVOKED)
        elif Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=False).exists():
            raise InvitationClosed(_("This invitation was used in the meantime. End the access on the person's page."))


def invitation_offer(invitation: Invitation) -> LocationQuerySet:
    """The locations that the invitation still gives: those that the inviter may still give today."""
    kept = managed_locations(invitation.invited_by) if invitation.invited_by.is_active else Location.objects.none()
    return kept.filter(pk__in=invitation.locations.values("pk"))


def invitation_stands(invitation: Invitation) -> bool:
    """Whether the inviter may still give anything of what the invitation offers."""
    inviter = invitation.invited_by
    if invitation.is_owner:
        return inviter.is_active and inviter.is_owner
    return Role(invitation.role) in grantable_roles(inviter) and invitation_offer(invitation).exists()


def invitation_accept_new(*, invitation: Invitation, name: str, password: str, now: datetime) -> User:
    """Make a sign-in for the invited e-mail and give it what the invitation offers. `password` was checked before.

    Raises InvitationClosed when the invitation ended, or the e-mail got a sign-in, in the meantime.
    """
    with transaction.atomic():
        held = _claim(invitation, now)
        if User.objects.filter(email__iexact=held.email).exists():
            raise InvitationClosed(_("This e-mail has a sign-in by now. Sign in and open the link again."))
        person = User.objects.create_user(held.email, password, name=name.strip())
        _join(held, person)
    return person


def invitation_accept(*, invitation: Invitation, person: User, now: datetime) -> None:
    """Give a person who has a sign-in what the invitation offers. Raises InvitationClosed, or BeyondRole when it was
    meant for another e-mail."""
    if person.email.lower() != invitation.email.lower():
        raise BeyondRole(_("This invitation is for another e-mail than yours."))
    with transaction.atomic():
        _join(_claim(invitation, now), person)


def _claim(invitation: Invitation, now: datetime) -> Invitation:
    """Use the invitation up, once: the conditional UPDATE lets one of several requests win."""
    if not Invitation.objects.open(now).filter(pk=invitation.pk).update(accepted_at=now):
        raise InvitationClosed(_("This invitation was used, taken back or has expired in the meantime."))
    held = Invitation.objects.select_related("invited_by").get(pk=invitation.pk)
    if not invitation_stands(held):
        raise InvitationClosed(_("Whoever invited you can no longer do so. Ask an owner of the agency to invite you."))
    return held


def _join(invitation: Invitation, person: User) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(accepted_by=person)
    names: list[str] = []
    if invitation.is_owner:
        person.is_owner = True
        person.save(update_fields=["is_owner"])
    else:
        places = list(invitation_offer(invitation))
        names = sorted(place.name for place in places)
        access_join(person=person, locations=places, role=Role(invitation.role))
    role = "owner" if invitation.is_owner else invitation.role
    history_record(
        actor=person, about=person, deed=Deed.JOINED, role=role, locations=names, whom=str(invitation.invited_by)
    )


def _check_reach(actor: User, *, role: Role, locations: list[Location], owner: bool) -> None:
    if owner:
        if not actor.is_owner:
            raise BeyondRole(_("Only an owner of your agency can invite another owner."))
        return
    if role not in grantable_roles(actor):
        raise BeyondRole(_("Only an owner of your agency can make somebody a manager."))
    kept = set(managed_locations(actor).values_list("pk", flat=True))
    if any(location.pk not in kept for location in locations):
        raise BeyondRole(_("You may invite people only into the locations that you manage."))


def _check_person(email: str, role: Role, locations: list[Location], owner: bool) -> None:
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        return
    if not person.is_active:
        cure = _("%(email)s belongs to somebody who was deactivated. An owner of your agency can activate the person.")
        raise Deactivated(cure % {"email": email})
    if person.is_owner:
        raise NothingToInvite(_("%(email)s is an owner and reaches every location already.") % {"email": email})
    if owner:
        return
    held = Member.objects.filter(user=person, gone_at=None, location__in=locations, role=role)
    if held.count() == len(locations):
        raise NothingToInvite(_("%(email)s already has this role in each of these locations.") % {"email": email})
