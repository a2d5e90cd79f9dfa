"""A client's sub-account in HighLevel."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import models
from django.utils.translation import gettext_lazy as _


class LocationQuerySet(models.QuerySet["Location"]):
    def active(self) -> LocationQuerySet:
        """Locations that are worked for: active in Rota and still present in HighLevel."""
        return self.filter(is_active=True, gone_at=None)


class Location(models.Model):
    """One client. Wall-clock rules of its posts and queues are computed in `timezone`."""

    remote_id = models.CharField(_("HighLevel id"), max_length=64, unique=True)
    company_id = models.CharField(_("company id"), max_length=64)
    name = models.CharField(_("name"), max_length=255)
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC")
    colour = models.CharField(_("colour"), max_length=7, default="#565a63")
    is_active = models.BooleanField(_("active"), default=True)
    remote = models.JSONField(_("as HighLevel sent it"), default=dict, blank=True)
    gone_at = models.DateTimeField(_("gone from HighLevel"), null=True, blank=True)
    pulled_at = models.DateTimeField(_("last brought up to date"), null=True, blank=True)
    next_pull_at = models.DateTimeField(_("next pull"), null=True, blank=True, db_index=True)  # finds the locations due
    # Nothing is sent or pulled while HighLevel refuses to let Rota speak for the location; the cause is kept here.
    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True)
    paused_code = models.CharField(_("why it is paused"), max_length=64, blank=True, default="")
    paused_detail = models.TextField(_("what HighLevel said"), blank=True, default="")
    # The pull's lock: who runs, and until when the claim is believed. Both databases honour the conditional UPDATE.
    pull_claim = models.CharField(max_length=36, blank=True, default="", editable=False)
    pull_claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("location")
        verbose_name_plural = _("locations")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The location's IANA zone; UTC when HighLevel names one that does not exist."""
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    def local(self, instant: datetime) -> datetime:
        """The aware `instant` on the location's wall clock."""
        return instant.astimezone(self.zone)

    @property
    def initial(self) -> str:
        return next((sign.upper() for sign in self.name if sign.isalnum()), "#")
