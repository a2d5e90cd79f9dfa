"""A way in for somebody who has no sign-in yet."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.member import Role
from accounts.models.user import User
from highlevel.models import Location


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> InvitationQuerySet:
        """Invitations that can still be accepted at the aware instant `now`."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """One e-mail asked to join. The link's token is kept only as its SHA-256 digest."""

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=150, blank=True, default="")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    is_owner = models.BooleanField(_("as owner of the agency"), default=False)
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.VIEWER)
    locations = models.ManyToManyField(Location, related_name="+", blank=True, verbose_name=_("locations"))
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by"))
    created_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
            models.UniqueConstraint(
                fields=("email",),
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open_an_email",
                violation_error_message=_("This e-mail already has an open invitation."),
            ),
        ]

    def __str__(self) -> str:
        return self.email
