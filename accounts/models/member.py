"""Who works for which client, and as whom in HighLevel."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from highlevel.models import Mirrored, MirroredQuerySet


class Role(models.TextChoices):
    MANAGER = "manager", _("manager")
    CREATOR = "creator", _("creator")
    APPROVER = "approver", _("approver")
    VIEWER = "viewer", _("viewer")


class Member(Mirrored):
    """A person in one location. Without `user` it is somebody of HighLevel who has no sign-in to Rota;
    without `remote_id` it is somebody of Rota who acts as nobody in HighLevel."""

    remote_id = models.CharField(  # type: ignore[assignment]
        _("HighLevel user id"), max_length=255, null=True, blank=True
    )
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.VIEWER)
    name = models.CharField(_("name"), max_length=255, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")

    objects = MirroredQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="member_role_known"),
            models.UniqueConstraint(fields=("location", "remote_id"), name="member_one_a_remote_user"),
            models.UniqueConstraint(
                fields=("location", "user"),
                name="member_one_a_person",
                violation_error_message=_("This person is already a member of the location."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(self.remote_id)
