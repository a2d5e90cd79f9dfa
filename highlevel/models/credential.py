"""Tokens that let Rota speak for a company or a location."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeAlias

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from highlevel.encryption import EncryptedTextField
from highlevel.models.location import Location


class Level(models.TextChoices):
    COMPANY = "company", _("company")
    LOCATION = "location", _("location")


class Kind(models.TextChoices):
    OAUTH = "oauth", _("marketplace app")
    PRIVATE = "private", _("private integration")
    MINTED = "minted", _("made from the company's token")


class State(models.TextChoices):
    GOOD = "good", _("good")
    REFUSED = "refused", _("refused")


class Credential(models.Model):
    """One token, or pair of tokens. Both secrets are encrypted at rest and never shown.

    `expires_at` is None for private integration tokens, which live until they are rotated.
    """

    Level: TypeAlias = Level
    Kind: TypeAlias = Kind
    State: TypeAlias = State

    level = models.CharField(_("level"), max_length=16, choices=Level)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    company_id = models.CharField(_("company id"), max_length=64)
    location = models.ForeignKey(
        Location,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credentials",
        verbose_name=_("location"),
    )
    access_token = EncryptedTextField(_("access token"), blank=True, default="")
    refresh_token = EncryptedTextField(_("refresh token"), blank=True, default="")
    scopes = models.TextField(_("scopes"), blank=True, default="")
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.GOOD)
    problem = models.TextField(_("what HighLevel said"), blank=True, default="")
    # Renewing a token is done by one process at a time: who does it, until when that claim is believed, and how often
    # the token was replaced. A refresh token works once, so two renewals of one generation would cost the connection.
    generation = models.PositiveIntegerField(default=0, editable=False)
    renewal_claim = models.CharField(max_length=36, blank=True, default="", editable=False)
    renewal_claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="credential_level_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="credential_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="credential_state_known"),
            models.CheckConstraint(
                condition=Q(level="company", location=None) | Q(level="location", location__isnull=False),
                name="credential_level_fits_location",
                violation_error_message=_("A location's credential names the location, a company's does not."),
            ),
            models.UniqueConstraint(
                fields=("company_id",), condition=Q(level="company"), name="credential_one_a_company"
            ),
            models.UniqueConstraint(
                fields=("location",), condition=Q(level="location"), name="credential_one_a_location"
            ),
        ]

    def __str__(self) -> str:
        return str(self.location) if self.location else self.company_id

    def usable(self, now: datetime, *, margin: timedelta = timedelta(minutes=5)) -> bool:
        """Whether the access token may still be sent: present, and not expiring within `margin`."""
        return bool(self.access_token) and (self.expires_at is None or self.expires_at > now + margin)
