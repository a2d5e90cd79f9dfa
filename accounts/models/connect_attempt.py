"""One try at connecting a social account, from the choice of a network to the attached account."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.connected_account import ConnectedAccount
from accounts.models.user import User
from highlevel.models import Location


class ConnectState(models.TextChoices):
    STARTED = "started", _("signing in")
    CHOOSING = "choosing", _("choosing")
    ATTACHING = "attaching", _("attaching")
    UNCONFIRMED = "unconfirmed", _("unconfirmed")
    DONE = "done", _("connected")
    FAILED = "failed", _("failed")


class ConnectAttempt(models.Model):
    """Bound to one session, person, location and network by a nonce that works once; only its digest is kept.

    `remote_account_id` is what the popup reported; `choices` what step 2 offered; `results` what became of each choice.
    """

    State = ConnectState

    nonce_digest = models.CharField(max_length=64, unique=True, editable=False)
    session_digest = models.CharField(max_length=64, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("person"))
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+", verbose_name=_("location"))
    platform = models.CharField(_("network"), max_length=32)
    reconnects = models.ForeignKey(
        ConnectedAccount,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reconnects"),
    )
    state = models.CharField(_("state"), max_length=16, choices=ConnectState, default=ConnectState.STARTED)
    remote_account_id = models.CharField(_("account id of the popup"), max_length=255, blank=True, default="")
    choices = models.JSONField(_("offered"), default=list, blank=True)
    results = models.JSONField(_("results"), default=dict, blank=True)
    problem = models.TextField(_("what went wrong"), blank=True, default="")
    created_at = models.DateTimeField(_("started"))
    nonce_used_at = models.DateTimeField(_("popup reported"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("connection attempt")
        verbose_name_plural = _("connection attempts")
        constraints = [models.CheckConstraint(condition=Q(state__in=ConnectState.values), name="connect_state_known")]
        indexes = [models.Index(fields=("location", "-created_at"), name="connect_attempts_of_location")]

    def __str__(self) -> str:
        return f"{self.location} {self.platform}"
