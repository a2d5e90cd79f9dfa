"""The base of every row that copies one of HighLevel's."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from highlevel.models.location import Location

Row = TypeVar("Row", bound=models.Model)


class MirroredQuerySet(models.QuerySet[Row]):
    """Reads that every mirrored table shares."""

    def present(self) -> MirroredQuerySet[Row]:
        """Rows that HighLevel still had when it was last asked."""
        return self.filter(gone_at=None)


class Mirrored(models.Model):
    """A copy of a remote row. `remote` keeps it whole, so that fields unknown today survive.

    `remote_hash` is the digest of `remote`; an equal digest is how a pull knows that nothing has to be written.
    Subclasses add a unique constraint over (location, remote_id).
    """

    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("location"))
    remote_id = models.CharField(_("HighLevel id"), max_length=255)
    remote = models.JSONField(_("as HighLevel sent it"), default=dict, blank=True)
    remote_hash = models.CharField(max_length=64, default="", blank=True, editable=False)
    remote_updated_at = models.DateTimeField(_("changed in HighLevel"), null=True, blank=True)
    synced_at = models.DateTimeField(_("last written by a pull"), null=True, blank=True)
    gone_at = models.DateTimeField(_("gone from HighLevel"), null=True, blank=True)

    class Meta:
        abstract = True
